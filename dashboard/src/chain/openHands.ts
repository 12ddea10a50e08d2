// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Act, Forecast, Step, Typed, WalletAnswer } from "../model/act.ts";
import type { Connection } from "../model/connection.ts";
import type { SeriesOffer, Side } from "../model/offers.ts";
import type { Read } from "../model/Read.ts";
import type { SeenBlock } from "../model/snapshot.ts";
import type { Asked } from "./Endpoint.ts";
import { forecast } from "./forecast.ts";
import { listOffers } from "./listOffers.ts";
import type { Places } from "./Places.ts";
import { connectWallet, findWallets, sendStep } from "./Wallet.ts";
import type { FoundWallet } from "./Wallet.ts";

type ActConnection = Pick<Connection, "chainId" | "board">;

/** Wallets of this browser, and the deployment they act on. */
export function openHands(endpoint: Asked, places: Places, { chainId, board }: ActConnection) {
  let known: readonly FoundWallet[] = [];
  const walletOf = (id: string): FoundWallet => {
    const found = known.find((wallet) => wallet.id === id);
    if (found === undefined) throw new BallastError("walletRefused", "the wallet is gone");
    return found;
  };
  return {
    find: (onFound: (wallets: readonly FoundWallet[]) => void): void =>
      findWallets((wallets) => {
        known = wallets;
        onFound(wallets);
      }),
    connect: (id: string): Promise<WalletAnswer> => answered(() => connectWallet(walletOf(id), chainId)),
    forecast: (account: string, act: Act, typed: Typed, block: SeenBlock): Promise<Forecast> =>
      forecast({ endpoint, places, chainId, board, block, account }, act, typed),
    list: (
      account: string,
      market: bigint,
      block: SeenBlock,
      price: bigint,
      side: Side,
    ): Promise<Read<readonly SeriesOffer[]>> =>
      listOffers({ endpoint, places, chainId, board, block, account }, market, price, side),
    send: (id: string, account: string, step: Step): Promise<WalletAnswer> =>
      answered(() => sendStep(walletOf(id), chainId, account, step)),
  };
}

async function answered(ask: () => Promise<string>): Promise<WalletAnswer> {
  try {
    return { kind: "done", value: await ask() };
  } catch (error) {
    if (error instanceof BallastError) return { kind: "refused", text: error.message };
    throw error;
  }
}

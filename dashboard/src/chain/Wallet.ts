// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Step } from "../model/act.ts";

/** What wallets put into a page (EIP-1193). */
export interface WalletProvider {
  request(asked: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
}

/** A wallet that said it is there (EIP-6963), or the one that took the window's own place. */
export interface FoundWallet {
  readonly id: string;
  readonly name: string;
  readonly provider: WalletProvider;
}

interface Announcement extends Event {
  readonly detail: {
    readonly info: { readonly uuid: string; readonly name: string };
    readonly provider: WalletProvider;
  };
}

/** Hears of every wallet in the page, now and later; `onFound` gets all that are known. */
export function findWallets(onFound: (wallets: readonly FoundWallet[]) => void): void {
  const found = new Map<string, FoundWallet>();
  addEventListener("eip6963:announceProvider", (event) => {
    const { info, provider } = (event as Announcement).detail;
    found.set(info.uuid, { id: info.uuid, name: info.name, provider });
    onFound([...found.values()]);
  });
  dispatchEvent(new Event("eip6963:requestProvider"));
  const own = (globalThis as { readonly ethereum?: WalletProvider }).ethereum;
  if (own !== undefined && found.size === 0) onFound([{ id: "window", name: "the browser’s wallet", provider: own }]);
}

/** Asks for an account on a chain. @throws BallastError `walletRefused` when the person says no, or it is on another chain. */
export async function connectWallet({ name, provider }: FoundWallet, chainId: bigint): Promise<string> {
  const [account] = (await ask(provider, "eth_requestAccounts", [])) as readonly string[];
  if (account === undefined) throw new BallastError("walletRefused", `${name} gave no account`);
  const wanted = `0x${chainId.toString(16)}`;
  if (BigInt((await ask(provider, "eth_chainId", [])) as string) !== chainId)
    await ask(provider, "wallet_switchEthereumChain", [{ chainId: wanted }]);
  return account.toLowerCase();
}

/**
 * Has the wallet sign and send a call. @returns The transaction's hash.
 * @throws BallastError `walletRefused` when the person says no, or has gone to another chain since.
 */
export async function sendStep(
  { name, provider }: FoundWallet,
  chainId: bigint,
  from: string,
  { to, data }: Step,
): Promise<string> {
  const own = BigInt((await ask(provider, "eth_chainId", [])) as string);
  if (own !== chainId) throw new BallastError("walletRefused", `${name} is on chain ${own}, this page on ${chainId}`);
  const wanted = `0x${chainId.toString(16)}`;
  return (await ask(provider, "eth_sendTransaction", [{ from, to, data, chainId: wanted }])) as string;
}

async function ask(provider: WalletProvider, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    const said = (error as { readonly message?: unknown } | null)?.message;
    throw new BallastError("walletRefused", typeof said === "string" ? said.slice(0, 200) : "the wallet said no");
  }
}

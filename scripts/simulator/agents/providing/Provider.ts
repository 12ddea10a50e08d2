// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import { z } from "zod";

import type { BlockFacts } from "../../../chain/chainFacts.ts";
import type { SeededRandom } from "../../../chain/SeededRandom.ts";
import { bookParts } from "../../../model/clearing/clearingLedger.ts";
import { patiently } from "../everyNowAndThen.ts";
import type { Call, Deed, Hand } from "../Hand.ts";
import { leaveExpired } from "../leaveExpired.ts";
import type { OwnBook } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import { decideProvider } from "./decideProvider.ts";
import type { ProviderAct, ProviderSight } from "./decideProvider.ts";

/** A vault, or the insurance of a market. */
export interface ProviderPlace {
  readonly kind: "vault" | "fund";
  readonly to: string;
  readonly code: Interface;
  readonly market: MarketFacts;
}

/** Right of a vault to put a share of its book into one of ours. */
const RIGHT_RECEIVE = 4n;
/** Of a run: fetch, join, leave. */
const MOST_STEPS = 4;
/** All requests of somebody are one. */
const REQUEST = 0n;
const FETCH = "redeem(uint256,address,address)";
const JOIN = "deposit(uint256,address,address)";
const amountShape = z.bigint();

/** Somebody with money in a vault or in insurance, who leaves when he likes. */
export class Provider {
  readonly hand: Hand;
  readonly place: ProviderPlace;
  /** Whether he believes that everybody leaves. */
  isRunning = false;
  readonly #random: SeededRandom;
  /** Taken along out of the vault. */
  #books: OwnBook[] = [];
  #mayReceive = false;
  #isLooking = false;

  constructor(hand: Hand, place: ProviderPlace, random: SeededRandom) {
    this.hand = hand;
    this.place = place;
    this.#random = random;
  }

  /** Looks once and does at most one thing, in a run all he can; nothing where he is at it already. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await patiently(async () => {
      // Who runs does not wait until his next look.
      for (let steps = 0; (await this.#turn()) && this.isRunning && steps < MOST_STEPS;) steps += 1;
    });
    this.#isLooking = false;
  }

  /** @returns Whether there was something to do. */
  async #turn(): Promise<boolean> {
    const block = await this.hand.head();
    await this.#leaveBooks(block);
    await this.#allowReceiving();
    const dice = { leave: Number(this.#random.below(100n)), way: Number(this.#random.below(100n)) };
    const act = decideProvider(await this.#see(block), dice);
    if (act === undefined) return false;
    if (act.kind === "inKind") await this.#leaveInKind(act.shares, block);
    else await this.hand.act(this.#deed(act.kind === "join" ? undefined : "exit", this.#callOf(act)));
    return true;
  }

  async #see(block: BlockFacts): Promise<ProviderSight> {
    const { kind } = this.place;
    const isVault = kind === "vault";
    const { address } = this.hand;
    const ask = async (name: string, args: readonly unknown[] = [address]): Promise<bigint> =>
      amountShape.parse(await this.hand.read(this.place, { name, args }, block));
    return {
      shares: await ask("balanceOf"),
      redeemable: await ask("maxRedeem"),
      joinable: isVault ? await ask("maxDeposit") : 0n,
      pending: isVault ? await ask("pendingDepositRequest", [REQUEST, address]) : 0n,
      cancelled: isVault ? await ask("claimableCancelDepositRequest", [REQUEST, address]) : 0n,
      canLeaveInKind: isVault,
      isRunning: this.isRunning,
    };
  }

  #callOf(act: Exclude<ProviderAct, { kind: "inKind" }>): Call {
    const { address } = this.hand;
    switch (act.kind) {
      case "fetch":
        return { name: FETCH, args: [act.shares, address, address] };
      case "join":
        return { name: JOIN, args: [act.assets, address, address] };
      case "cancel":
        return { name: "cancelDepositRequest", args: [REQUEST, address] };
      case "fetchCancelled":
        return { name: "claimCancelDepositRequest", args: [REQUEST, address, address] };
      case "request":
        return { name: "requestRedeem", args: [act.shares, address, address] };
    }
  }

  /** So that leaving in kind is one call, whenever it comes to that. */
  async #allowReceiving(): Promise<void> {
    const { hand, place } = this;
    if (this.#mayReceive || place.kind !== "vault") return;
    const permission = hand.deed(undefined, "setManager", [{ name: "setManager", args: [place.to, RIGHT_RECEIVE] }]);
    this.#mayReceive = (await hand.act(permission)) === "done";
  }

  /** His share of the vault's book becomes a book of his own, which he keeps until it is settled. */
  async #leaveInKind(shares: bigint, block: BlockFacts): Promise<void> {
    const { hand, place } = this;
    if (!this.#mayReceive) return;
    const mine = amountShape.parse(await hand.read(place, { name: "bookId", args: [] }, block));
    const [next] = await hand.look([{ name: "nextSplit", args: [mine, hand.address] }], block);
    const leaving = this.#deed("exit", { name: "redeemInKind", args: [shares, hand.address, hand.address] });
    if ((await hand.act(leaving)) !== "done" || mine === 0n) return;
    const id = amountShape.parse(next);
    this.#books.push({ id, market: place.market, expiry: bookParts(id).expiry });
  }

  async #leaveBooks({ timestamp }: BlockFacts): Promise<void> {
    const left: OwnBook[] = [];
    for (const book of this.#books)
      if (book.expiry > timestamp || !(await leaveExpired(this.hand, book))) left.push(book);
    this.#books = left;
  }

  #deed(kind: Deed["kind"], call: Call): Deed {
    const { to, code } = this.place;
    return { kind, what: call.name.split("(")[0]!, to, code, calls: [call] };
  }
}

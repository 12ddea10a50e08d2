// SPDX-License-Identifier: MIT
import { isError } from "ethers";
import type { NonceManager, TransactionReceipt, TransactionResponse } from "ethers";

import { calculateRequirement, maintenanceScenario, shortsOf, timeValueUp } from "../model/clearing/margin.ts";
import type { Leg, Terms } from "../model/clearing/types.ts";
import { LEVELS, PHASES } from "../model/risk/types.ts";
import type { LiquidationRecord, ModeSample } from "./CrashRecord.ts";
import { decideLiquidation } from "../keepers/liquidator/decideLiquidation.ts";
import type { LiquidationAct } from "../keepers/liquidator/decideLiquidation.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";
import type { DemoStage } from "./DemoStage.ts";
import { USD_MARKET } from "./TradingPlan.ts";

/** A book that is watched. */
export interface WatchedBook {
  readonly name: string;
  readonly id: bigint;
}

interface BookState {
  readonly cash: bigint;
  readonly legs: readonly Leg[];
}

interface Act {
  readonly kind: Exclude<LiquidationAct, "wait">;
  readonly book: WatchedBook;
  readonly before: BookState;
  readonly sent: TransactionResponse;
}

const FEED = 0n;
const ONE = 10n ** 18n;
const GAS_LIMIT = 3_000_000n;
const PENDING = { blockTag: "pending" };
/** Maintenance looks at this volatility. */
const MAINTENANCE_VOLATILITY_BPS = 10_000n;
/** Rows of the trigger table in the order of `Signal.sol`. */
const CAUSES = [
  "5 min average",
  "30 min average",
  "12 h average",
  "jump",
  "signed weight",
  "rung",
  "dispersion",
  "witness",
  "no witness",
  "resumption",
  "divergent medians",
  "impaired set",
  "witnesses in conflict",
  "new feed",
] as const;

/** A keeper that pokes the breaker and liquidates what may be liquidated, one turn after each round. */
export class CrashKeeper {
  readonly samples: ModeSample[] = [];
  readonly liquidations: LiquidationRecord[] = [];
  /** Books that are looked at. */
  watched: readonly WatchedBook[] = [];
  readonly #stage: DemoStage;
  #signer: NonceManager;
  readonly #expiry: bigint;
  /** Acts that reverted. */
  refused = 0;
  #own = 0n;

  constructor(stage: DemoStage, signer: NonceManager, expiry: bigint) {
    this.#stage = stage;
    this.#signer = signer;
    this.#expiry = expiry;
  }

  /** From now on these books are looked at, and `signer` takes what it takes into its book `own`. */
  watch(books: readonly WatchedBook[], own: bigint, signer: NonceManager): void {
    this.watched = books;
    this.#own = own;
    this.#signer = signer;
  }

  /** No book is looked at any more. */
  rest(): void {
    this.watched = [];
  }

  /** Looks once: all it sends is mined together. @returns The breaker as it stands then. */
  async turn(): Promise<ModeSample> {
    const { risk } = this.#stage.room;
    const acts: Act[] = [];
    await this.#stage.foreseeBlock();
    for (const book of this.watched) acts.push(...(await this.#act(book)));
    const poke = await risk.connect(this.#signer).poke(FEED, { gasLimit: GAS_LIMIT });
    const receipts = await this.#stage.landed([poke, ...acts.map(({ sent }) => sent)]);
    const sample = await this.#sampleOf(receipts[0]!);
    this.samples.push(sample);
    for (const [index, act] of acts.entries()) await this.#record(act, receipts[index + 1]!, sample);
    return sample;
  }

  /** Maintenance margin of legs at the true price and no uncertainty about it. */
  async maintenanceAt(legs: readonly Leg[], truth: bigint, at: bigint): Promise<bigint> {
    const { maintenanceShockBps, maintenanceFloorBps, capBps } = await this.#parameters();
    const terms: Terms = { kind: "quote", unitDecimals: 6, capBps };
    const rule = {
      shockBps: maintenanceShockBps,
      floorBps: maintenanceFloorBps,
      timeValue: timeValueUp(MAINTENANCE_VOLATILITY_BPS, this.#expiry - at),
    };
    return calculateRequirement(legs, terms, maintenanceScenario({ price: truth, low: truth, high: truth }, rule))
      .amount;
  }

  async #parameters() {
    return this.#stage.room.house.parametersOf(USD_MARKET);
  }

  async #act(book: WatchedBook): Promise<Act[]> {
    const { house } = this.#stage.room;
    const [before, seen] = await Promise.all([this.#stateOf(book.id), house.auction(book.id)]);
    const { isFlagged, isLiquidatable, full, target, payment } = seen;
    const kind = decideLiquidation({ isFlagged, isLiquidatable, cash: before.cash, full, target, payment });
    if (kind === "wait") return [];
    const calls = house.connect(this.#signer);
    const options = { gasLimit: GAS_LIMIT };
    const { simulate, send } = {
      flag: { simulate: () => calls.flag.staticCall(book.id, PENDING), send: () => calls.flag(book.id, options) },
      unflag: { simulate: () => calls.unflag.staticCall(book.id, PENDING), send: () => calls.unflag(book.id, options) },
      bid: {
        simulate: () => calls.bid.staticCall(book.id, this.#own, ONE, full, PENDING),
        send: () => calls.bid(book.id, this.#own, ONE, full, options),
      },
    }[kind];
    return (await this.#goesThrough(simulate)) ? [{ kind, book, before, sent: await send() }] : [];
  }

  /** Whether a call would go through in the next block: what was seen in the last one may be over by then. */
  async #goesThrough(simulate: () => Promise<unknown>): Promise<boolean> {
    try {
      await simulate();
      return true;
    } catch (error) {
      if (isError(error, "CALL_EXCEPTION")) return false;
      throw error;
    }
  }

  async #stateOf(id: bigint): Promise<BookState> {
    const { cash, legs } = await this.#stage.room.house.book(id);
    return { cash, legs: legs.map(({ strike, isCall, size }) => ({ strike, isCall, size })) };
  }

  async #sampleOf(receipt: TransactionReceipt): Promise<ModeSample> {
    const { risk, oracle } = this.#stage.room;
    const at = (await this.#stage.clock.now()) / 1000n;
    const [{ mode, phase }, { price }, truth] = await Promise.all([
      risk.standOf(FEED),
      oracle.readRisk(FEED),
      this.#stage.truth(DEMO_FEEDS[0].name, at * 1000n),
    ]);
    const poked = receipt.logs
      .filter((log) => log.address === risk.target)
      .map((log) => risk.interface.parseLog(log))
      .find((parsed) => parsed?.name === "FeedPoked");
    const bits = (poked?.args["cause"] as bigint | undefined) ?? 0n;
    return {
      at,
      truth,
      published: price,
      mode: LEVELS[Number(mode)]!,
      phase: PHASES[Number(phase)]!,
      causes: CAUSES.filter((_, row) => (bits >> BigInt(row)) & 1n),
    };
  }

  /** Writes down what went through; what was refused is counted, and tried again next time. */
  async #record(
    { kind, book, before }: Act,
    receipt: TransactionReceipt,
    { at, mode, truth }: ModeSample,
  ): Promise<void> {
    if (receipt.status !== 1) {
      this.refused += 1;
      return;
    }
    const { house } = this.#stage.room;
    const filled = receipt.logs
      .filter((log) => log.address === house.target)
      .map((log) => house.interface.parseLog(log))
      .find((parsed) => parsed?.name === "BidFilled");
    const after = await this.#stateOf(book.id);
    const told = (name: string): bigint => (filled?.args[name] as bigint | undefined) ?? 0n;
    this.liquidations.push({
      at,
      kind,
      book: book.name,
      mode,
      cashBefore: before.cash,
      cash: after.cash,
      shortsBefore: shortsOf(before.legs),
      shorts: shortsOf(after.legs),
      trueMaintenance: await this.maintenanceAt(before.legs, truth, at),
      paid: told("paid"),
      drawn: told("drawn"),
      toInsurance: told("toInsurance"),
      toFlagger: told("toFlagger"),
      isOver: kind === "unflag" || filled?.args["isOver"] === true,
    });
  }
}

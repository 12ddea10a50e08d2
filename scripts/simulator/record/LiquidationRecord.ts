// SPDX-License-Identifier: MIT
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import { timeValueUp } from "../../model/clearing/margin.ts";
import type { Leg } from "../../model/clearing/types.ts";
import { ALL_SPENT, boundOf } from "./boundOf.ts";
import { Distribution } from "./Distribution.ts";
import { cents, notionalOf } from "./dollars.ts";
import type { RunSummary } from "./RunSummary.ts";
import { SaleRecord } from "./SaleRecord.ts";
import type { BlockSight, UnhealthySight } from "./sights.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";

/** A mark looks at this volatility. */
const MARK_VOLATILITY_BPS = 10_000n;

/** A book that is short at the true price. */
interface Short {
  readonly sinceBlock: number;
  /** Share of the time it may be left alone that has passed; above 1 it was missed. */
  spent: number;
  /** The same of times in which no bid would have paid for its gas; above 1 it was too small for them. */
  unpaid: number;
  isMissed: boolean;
  isTooSmall: boolean;
}

const UNSEEN = { spent: 0, unpaid: 0, isMissed: false, isTooSmall: false } as const;

/** Who was liquidated, how soon, and who should or should not have been. */
export class LiquidationRecord {
  readonly #latencies = new Distribution();
  readonly #sales = new SaleRecord<bigint>();
  readonly #seen = {
    shorts: new Map<bigint, Short>(),
    flagged: new Map<bigint, number>(),
    count: 0,
    notional: 0,
    wrongful: 0,
    missed: 0,
    tooSmall: 0,
    seconds: 0,
  };

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen, ...this.#latencies.memories, ...this.#sales.memories];
  }

  see(sight: BlockSight): void {
    const step = Math.max(sight.seconds - this.#seen.seconds, 0);
    this.#seen.seconds = sight.seconds;
    this.#seen.wrongful += sight.flags.filter(({ isWrongful }) => isWrongful).length;
    for (const { contract, name, args } of sight.events) {
      if (contract !== "house") continue;
      if (name === "BookFlagged") {
        this.#seen.flagged.set(args.id as bigint, sight.number);
        this.#sales.begin(args.id as bigint);
      }
      if (name === "BookUnflagged") this.#seen.flagged.delete(args.id as bigint);
      if (name === "BidFilled" || name === "BookAbsorbed") this.#seeBid(args.id as bigint, sight);
      if (name !== "BidFilled") continue;
      this.#seen.notional += this.#worthOf(args.id as bigint, args.legs, sight);
      this.#seeSale(args, sight);
    }
    this.#seeShorts(sight, step);
  }

  get summary(): RunSummary["liquidations"] {
    return {
      count: this.#seen.count,
      notional: cents(this.#seen.notional),
      wrongful: this.#seen.wrongful,
      missed: this.#seen.missed,
      tooSmall: this.#seen.tooSmall,
      lowestPaidShare: this.#sales.lowestShare,
      latencyBlocks: {
        p50: this.#latencies.quantile(0.5),
        p95: this.#latencies.quantile(0.95),
        max: this.#latencies.max,
      },
    };
  }

  /** The first since it was flagged. */
  #seeBid(id: bigint, { number }: BlockSight): void {
    const flaggedAt = this.#seen.flagged.get(id);
    if (flaggedAt === undefined) return;
    this.#seen.flagged.delete(id);
    this.#seen.count += 1;
    this.#latencies.add(number - Math.min(this.#seen.shorts.get(id)?.sinceBlock ?? flaggedAt, flaggedAt));
  }

  #seeSale({ id, legs, paid, drawn }: WorldEvent["args"], { ledger, feeds, timestamp }: BlockSight): void {
    const { market, expiry } = bookParts(id as bigint);
    const { terms, feed } = ledger.markets.get(market)!;
    const left = expiry - BigInt(timestamp);
    const sale = {
      // What was decoded is a list of its own kind, which flattens what is made of it.
      legs: Array.from(legs as Iterable<Leg>),
      paid: (paid as bigint) + (drawn as bigint),
      price: feeds[Number(feed)]!.truth,
      timeValue: timeValueUp(MARK_VOLATILITY_BPS, left > 0n ? left : 0n),
    };
    this.#sales.add(id as bigint, sale, terms);
  }

  #worthOf(id: bigint, legs: readonly { readonly size: bigint }[], { ledger, feeds }: BlockSight): number {
    const market = ledger.markets.get(bookParts(id).market)!;
    return legs.reduce((sum, { size }) => sum + notionalOf(size < 0n ? -size : 0n, market, feeds), 0);
  }

  #seeShorts({ number, unhealthy }: BlockSight, step: number): void {
    const shorts = new Map<bigint, Short>();
    for (const book of unhealthy) {
      if (!book.isShort) continue;
      const short = this.#seen.shorts.get(book.id) ?? { ...UNSEEN, sinceBlock: number };
      shorts.set(book.id, short);
      this.#count(short, book, step);
    }
    this.#seen.shorts = shorts;
  }

  /** The clock stands still in liquidation, and while the price is too old for anybody. */
  #count(short: Short, book: UnhealthySight, step: number): void {
    const share = book.isFlagged || book.isHeld ? 0 : step / boundOf(book);
    if (book.paysForGas) short.spent += share;
    else short.unpaid += share;
    if (short.spent > ALL_SPENT && !short.isMissed) {
      short.isMissed = true;
      this.#seen.missed += 1;
    }
    if (short.unpaid > ALL_SPENT && !short.isTooSmall) {
      short.isTooSmall = true;
      this.#seen.tooSmall += 1;
    }
  }
}

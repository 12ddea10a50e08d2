// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { IRisk } from "../../../typechain-types/mocks/ScriptedRisk.ts";
import { UNIT } from "./attackTools.ts";
import { ClearingBench, readingAt } from "./ClearingBench.ts";
import type { Leg } from "./ClearingBench.ts";

/** Who may be liquidated. */
export const Allowed = { None: 0n, BelowHalf: 1n, Slices: 2n, Full: 3n } as const;
/** State of a book as its view shows it. */
export const HEALTHY = 0n;
export const FLAGGED = 1n;
export const ONE = 10n ** 18n;
export const MINUTE = 60n;
/** Writers of these tests sell this call a day's walk from the money. */
export const SOLD: Leg = { strike: 3_000, isCall: true, size: 10 };

/** What a test tells of the market; whatever it leaves out is calm, and bid time stands where it was put. */
export interface Told {
  readonly allowed?: bigint;
  readonly isPrimary?: boolean;
  readonly bidTime?: bigint;
  /** The price of a minute earlier; 0 for none, the same as now where it is left out. */
  readonly earlier?: number;
  readonly reading?: Partial<IRisk.ReadingStruct>;
}

/** A Clearinghouse whose scripted risk contract also says who may be liquidated, a writer and a liquidator. */
export class LiquidationBench {
  bidTime = 100_000n;

  private constructor(
    readonly clearing: ClearingBench,
    readonly writer: HardhatEthersSigner,
    readonly flagger: HardhatEthersSigner,
    readonly bidder: HardhatEthersSigner,
  ) {}

  static async create(insured = 250_000): Promise<LiquidationBench> {
    const clearing = await ClearingBench.create();
    if (insured !== 0) await clearing.insure(insured);
    const writer = await clearing.account(1);
    const flagger = await clearing.account(2, 0, 0);
    const bidder = await clearing.account(3, 5_000_000);
    const bench = new LiquidationBench(clearing, writer, flagger, bidder);
    await bench.tell(3_000);
    return bench;
  }

  get house() {
    return this.clearing.house;
  }

  /** Sets price, band of 0.1 % and what may be liquidated; bids are possible in full unless told otherwise. */
  async tell(price: number, told: Told = {}): Promise<void> {
    this.bidTime = told.bidTime ?? this.bidTime;
    const earlier = readingAt(told.earlier ?? price);
    // Stake secures what is open, so that any insurance will do.
    await this.clearing.risk.set(readingAt(price, { lossShareBps: 0n, ...told.reading }));
    await this.clearing.risk.setLiquidation({
      allowed: told.allowed ?? Allowed.Full,
      isPrimary: told.isPrimary ?? true,
      bidTime: this.bidTime,
      earlierPrice: earlier.price,
      earlierLow: earlier.low,
      earlierHigh: earlier.high,
    });
  }

  /** Bid time goes on; the price stays. */
  async wait(price: number, seconds: bigint, told: Told = {}): Promise<void> {
    await this.tell(price, { ...told, bidTime: this.bidTime + seconds });
  }

  /** A book of the writer's with these legs and exactly `cash` dollars, written at 3,000. */
  async open(legs: Leg[], cash: number, subId = 0n): Promise<bigint> {
    const id = this.clearing.bookId(this.writer.address, subId);
    const house = this.house.connect(this.writer);
    await house.fund(id, BigInt(Math.round(cash + 40)) * UNIT); // fee and tips are less
    const shorts = legs.filter((leg) => leg.size > 0);
    await house.mint(id, this.clearing.legs(...shorts), this.writer.address);
    for (const { strike, isCall, size } of legs.filter((leg) => leg.size < 0)) {
      // Longs come from another book of the writer's, funded to its maximum loss.
      const source = this.clearing.bookId(this.writer.address, 90n + subId);
      await house.fund(source, 200_000n * UNIT);
      const long = { strike, isCall, size: -size };
      await house.mint(source, this.clearing.legs(long), this.writer.address);
      await house.depositLong(id, this.clearing.seriesId(long), BigInt(Math.round(-size * 1e6)));
    }
    const held = (await this.house.book(id)).cash;
    await house.defund(id, held - BigInt(Math.round(cash * 1e6)), this.writer.address);
    return id;
  }

  /** An empty funded book of the bidder's. */
  async bidderBook(dollars = 100_000, subId = 0n): Promise<bigint> {
    const id = this.clearing.bookId(this.bidder.address, subId);
    await this.house.connect(this.bidder).fund(id, BigInt(dollars) * UNIT);
    return id;
  }

  async flag(id: bigint): Promise<void> {
    await this.house.connect(this.flagger).flag(id);
  }

  async bid(id: bigint, into: bigint, share = ONE, minimum = 0n) {
    return this.house.connect(this.bidder).bid(id, into, share, minimum);
  }
}

// SPDX-License-Identifier: MIT
import type { NonceManager } from "ethers";

import { SeededRandom } from "../../chain/SeededRandom.ts";
import { DESIGN_MARKET, JumpPath, STEP_SECONDS } from "../../model/market/jumpPath.ts";
import type { BacktestChain } from "./BacktestChain.ts";
import type { BacktestRecord } from "./BacktestRecord.ts";
import { expectedVolatility, opinionOf } from "./decideBuy.ts";
import { boundaryBefore, WEEK } from "../../model/vaults/vaultCalendar.ts";
import { AUCTION_OPENS, START_CLOSES } from "./vaultCalendar.ts";
import { VaultDesk } from "./VaultDesk.ts";
import { vaultPlaces } from "./vaultPlaces.ts";

const MINUTE = 60n;
const HOUR = 3_600n;
/** A feed that was silent all week is calm again after half an hour of grace, its dwell and a ramp of six hours. */
const WARM_UP = 9n * HOUR;
const HEARTBEAT = 5n * MINUTE;
const SETTLEMENT = 35n * MINUTE;
const AUCTION_ENDS = 8n * HOUR;
const VISITS = 10n * MINUTE;
const WITNESS_EVERY = 30n * MINUTE;
const BUYERS = ["uma", "vic", "wes", "xia", "yui", "zoe"] as const;
/** Whole dollars and coins of the depositor, and of every buyer. */
const DEPOSITS = { Quote: 500_000n, Coin: 150n } as const;
const BUDGETS = { Quote: 10_000_000n, Coin: 5_000n } as const;

/** Where a backtest is. */
export interface BacktestProgress {
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

/**
 * Weeks of the vaults of a deployment in the design's market: rounds every minute where somebody trades or settles, one every
 * heartbeat for as long as the breaker needs to be calm, none in between. Buyers have opinions and may buy nothing.
 */
export class Backtest {
  readonly #chain: BacktestChain;
  readonly #seed: number;
  readonly #tell: (progress: BacktestProgress) => void;
  readonly #path: JumpPath;
  readonly #random: SeededRandom;
  readonly #buyers = new Map<string, NonceManager>();
  readonly #desks: VaultDesk[] = [];
  #price = BigInt(DESIGN_MARKET.startPrice);
  #pathAt: bigint;
  #witnessedAt = 0n;

  constructor(chain: BacktestChain, seed: number, tell: (progress: BacktestProgress) => void) {
    this.#chain = chain;
    this.#seed = seed;
    this.#tell = tell;
    this.#path = new JumpPath(DESIGN_MARKET, new SeededRandom(seed));
    this.#random = new SeededRandom(seed + 1);
    this.#pathAt = chain.now;
  }

  async play(weeks: number): Promise<BacktestRecord> {
    await this.#furnish();
    const startPrice = this.#price;
    const first = boundaryBefore(this.#chain.now) + WEEK;
    for (let week = 0; week <= weeks; week += 1) {
      const boundary = first + BigInt(week) * WEEK;
      this.#tell({ done: week, total: weeks, text: `week ${week} of ${weeks}, ETH at ${this.#price / 10n ** 8n}` });
      await this.#settle(boundary);
      if (week < weeks) await this.#trade(boundary);
    }
    const vaults = this.#desks.map((desk) => desk.record());
    const { rounds } = this.#chain;
    return { seed: this.#seed, weeks, rounds, startPrice, endPrice: this.#price, vaults };
  }

  /** The deployed vaults get a depositor and buyers. */
  async #furnish(): Promise<void> {
    const chain = this.#chain;
    const { keys } = chain;
    const depositor = await chain.chain.fund(keys.of("depositor"));
    for (const name of BUYERS) this.#buyers.set(name, await chain.chain.fund(keys.of(name)));
    for (const place of await vaultPlaces(chain.room)) {
      const desk = new VaultDesk(chain, place);
      const kind = place.facts.isCall ? "Coin" : "Quote";
      const unit = 10n ** BigInt(place.facts.unitDecimals);
      await desk.outfit(depositor, DEPOSITS[kind] * unit);
      for (const buyer of this.#buyers.values()) await desk.outfit(buyer, BUDGETS[kind] * unit);
      await desk.deposit(depositor, DEPOSITS[kind] * unit);
      this.#desks.push(desk);
    }
  }

  /** Calm before the boundary, its last half hour minute by minute, then what expired is settled and closed. */
  async #settle(boundary: bigint): Promise<void> {
    await this.#chain.skipTo(boundary - WARM_UP);
    await this.#rounds(boundary - WARM_UP, boundary - SETTLEMENT, HEARTBEAT);
    await this.#rounds(boundary - SETTLEMENT, boundary + 3n * MINUTE, MINUTE);
    for (const desk of this.#desks) await desk.close(this.#buyers, this.#price);
  }

  /** Starts as soon as the rules allow, then buyers come by until the auction is over. */
  async #trade(boundary: bigint): Promise<void> {
    await this.#rounds(boundary + 4n * MINUTE, boundary + AUCTION_OPENS, HEARTBEAT);
    const expected = expectedVolatility(DESIGN_MARKET, this.#path.volatility);
    const opinions = new Map([...this.#buyers.keys()].map((name) => [name, opinionOf(expected, this.#random)]));
    for (let at = boundary + AUCTION_OPENS; at < boundary + AUCTION_ENDS; at += VISITS) {
      await this.#rounds(at, at + VISITS, MINUTE);
      for (const desk of this.#desks) {
        if (!desk.isOpen && at < boundary + START_CLOSES - VISITS) await desk.tryStart();
        for (const [name, buyer] of this.#buyers) await desk.visit(name, buyer, opinions.get(name)!, this.#random);
      }
    }
    for (const desk of this.#desks) if (!desk.isOpen) desk.miss();
  }

  /** Rounds from `from` until before `until`; a witness looks every half hour. */
  async #rounds(from: bigint, until: bigint, every: bigint): Promise<void> {
    for (let at = from; at < until; at += every) {
      if (at < this.#chain.now) continue;
      if (at >= this.#witnessedAt + WITNESS_EVERY) {
        this.#moveTo(at);
        await this.#chain.round(at, this.#price);
        await this.#chain.witness(this.#price);
        this.#witnessedAt = at;
        continue;
      }
      this.#moveTo(at);
      await this.#chain.round(at, this.#price);
    }
  }

  #moveTo(time: bigint): void {
    for (; this.#pathAt < time; this.#pathAt += BigInt(STEP_SECONDS)) this.#price = BigInt(this.#path.next());
  }
}

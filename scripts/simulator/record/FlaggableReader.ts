// SPDX-License-Identifier: MIT
import { encodeCall } from "../../chain/abiText.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { riskInterface } from "../../chain/riskInterface.ts";
import type { FlaggingReading } from "../../model/clearing/isShort.ts";
import { LIQUIDATIONS } from "../../model/risk/types.ts";
import type { RequestLine } from "../world/RequestLine.ts";
import { batchCalls, wordAt } from "../world/batchCalls.ts";

/** Collateral without a feed of its own: the mode that is passed on knows its peg already. */
const NO_FEED = 15n;
/** Positions of words: of `readingOf`, and of `tryReadLiquidation` behind its yes or no and its reading of 12. */
const READING = { hasPrice: 0, mode: 1 } as const;
const LIQUIDATION = {
  ok: 0,
  price: 3,
  low: 4,
  high: 5,
  allowed: 13,
  earlier: 16,
  earlierLow: 17,
  earlierHigh: 18,
} as const;

/** What a market's books of one expiry are liquidated by. */
export type FlaggingTerms = Omit<FlaggingReading, "maintenance">;

/** Reads what the Clearinghouse would flag by, as it would. */
export class FlaggableReader {
  readonly #line: RequestLine;
  readonly #house: string;
  readonly #risk: string;

  constructor(line: RequestLine, house: string, risk: string) {
    this.#line = line;
    this.#house = house;
    this.#risk = risk;
  }

  /** Whether a flagged book may be bid for: it lacks its target still, and the mode lets it be taken. */
  async isForSale(id: bigint): Promise<boolean> {
    const data = clearingInterface.encodeFunctionData("isLiquidatable", [id]);
    const [answer] = await batchCalls(this.#line, [{ to: this.#house, data }]);
    return answer !== undefined && wordAt(answer, 0) === 1n;
  }

  /** Undefined where there is no price. */
  async read(market: bigint, expiry: bigint, feed: bigint): Promise<FlaggingTerms | undefined> {
    const data = encodeCall(clearingInterface, "readingOf", [market, expiry]);
    const [reading] = await batchCalls(this.#line, [{ to: this.#house, data }]);
    if (reading === undefined || wordAt(reading, READING.hasPrice) === 0n) return undefined;
    // The mode holds all that market and collateral ask for, so it stands for the market's alarm.
    const args = [feed, expiry, NO_FEED, wordAt(reading, READING.mode), true];
    const asked = encodeCall(riskInterface, "tryReadLiquidation", args);
    const [answer] = await batchCalls(this.#line, [{ to: this.#risk, data: asked }]);
    if (answer === undefined || wordAt(answer, LIQUIDATION.ok) === 0n) return undefined;
    const at = (position: number): bigint => wordAt(answer, position);
    const price = at(LIQUIDATION.earlier);
    return {
      allowed: LIQUIDATIONS[Number(at(LIQUIDATION.allowed))]!,
      latest: { price: at(LIQUIDATION.price), low: at(LIQUIDATION.low), high: at(LIQUIDATION.high) },
      earlier: price === 0n ? undefined : { price, low: at(LIQUIDATION.earlierLow), high: at(LIQUIDATION.earlierHigh) },
    };
  }
}

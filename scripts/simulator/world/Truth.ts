// SPDX-License-Identifier: MIT
import type { Scenario } from "../scenario/Scenario.ts";
import { buildPaths } from "../scenario/paths/buildPaths.ts";
import { toPrice } from "../scenario/paths/PricePath.ts";
import type { PricePath } from "../scenario/paths/PricePath.ts";

/** Gas is paid in this coin, worth so much where a scenario has no feed of it: USD, 8 decimals. */
export const NATIVE_FEED = "ETH-USD";
const NATIVE_PRICE = 3_000n * 10n ** 8n;

/** A true price that is off its path for a while. */
interface Gap {
  readonly feed: string;
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  readonly multiply: number;
}

/** What things are really worth. Venues, witnesses and judges know; no program does. */
export class Truth {
  readonly #paths: ReadonlyMap<string, PricePath>;
  readonly #gaps: Gap[] = [];

  constructor(scenario: Scenario) {
    this.#paths = buildPaths(scenario).feeds;
  }

  /** From then on, until then, a feed's true price is so many times that of its path. */
  addGap(gap: Gap): void {
    this.#gaps.push(gap);
  }

  /** USD, 8 decimals. @param seconds Since the scenario's start; before it the first price holds. */
  priceAt(feed: string, seconds: number): bigint {
    const price = this.#paths.get(feed)!.priceAt(seconds);
    const gaps = this.#gaps.filter(
      (gap) => gap.feed === feed && gap.fromSeconds <= seconds && seconds < gap.untilSeconds,
    );
    if (gaps.length === 0) return price;
    return toPrice(gaps.reduce((value, { multiply }) => value * multiply, Number(price)));
  }

  /** The same of the coin that gas is paid in. */
  nativePriceAt(seconds: number): bigint {
    return this.#paths.has(NATIVE_FEED) ? this.priceAt(NATIVE_FEED, seconds) : NATIVE_PRICE;
  }
}

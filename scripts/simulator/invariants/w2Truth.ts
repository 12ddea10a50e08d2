// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../model/constants.ts";
import type { Truth } from "../world/Truth.ts";
import type { Invariant } from "./Invariant.ts";

/** What venues, ticks and the time of observing may be off by, bps. */
const NEAR_BPS = 100n;
const BPS = 10_000n;

/** W2: every price that a round brings is near one that was true in that round, whoever lies. */
export function nearTruth(truth: Pick<Truth, "priceAt">): Invariant {
  return {
    id: "W2",
    check({ relays, feeds, seconds, timestamp }) {
      for (const { round, prices, quarantined } of relays) {
        const from = seconds - (timestamp - Number(round * ROUND_SECONDS));
        for (const { id, slot } of feeds) {
          const price = prices[slot] ?? 0n;
          if (price === 0n || quarantined.has(slot)) continue;
          const real = Array.from({ length: Number(ROUND_SECONDS) }, (_, second) => truth.priceAt(id, from + second));
          if (!real.some((one) => distance(one, price) * BPS <= one * NEAR_BPS))
            return `${id} is ${price} in round ${round}, where ${real[0]!} was true`;
        }
      }
      return undefined;
    },
  };
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}

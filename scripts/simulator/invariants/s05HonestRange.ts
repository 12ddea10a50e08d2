// SPDX-License-Identifier: MIT
import type { RelaySight } from "../record/sights.ts";
import type { Invariant } from "./Invariant.ts";

/** S5: while less than a third of the active weight is faulty, each accepted price lies between two honest reports. */
export function honestRange(): Invariant {
  return {
    id: "S5",
    check({ relays, feeds }, { isByzantine }) {
      for (const relay of relays) {
        if (3n * faultyWeight(relay, isByzantine) >= relay.activeWeight) continue;
        for (const { slot, id } of feeds) {
          const wrong = outsideIn(relay, slot, isByzantine);
          if (wrong !== undefined) return `${id} in round ${relay.round}: ${wrong}`;
        }
      }
      return undefined;
    },
  };
}

function faultyWeight({ weights }: RelaySight, isByzantine: (validator: string) => boolean): bigint {
  let sum = 0n;
  for (const [validator, weight] of weights) if (isByzantine(validator)) sum += weight;
  return sum;
}

/** What is wrong with the price of a slot. With less than two thirds behind it witnesses vouch for a price, not its signers. */
function outsideIn(
  { prices, reports, activeWeight }: RelaySight,
  slot: number,
  isByzantine: (validator: string) => boolean,
): string | undefined {
  const price = prices[slot] ?? 0n;
  const signed = reports.filter((report) => (report.prices[slot] ?? 0n) !== 0n);
  const weight = signed.reduce((sum, report) => sum + report.weight, 0n);
  if (price === 0n || 3n * weight <= 2n * activeWeight) return undefined;
  const honest = signed.filter(({ validator }) => !isByzantine(validator)).map((report) => report.prices[slot]!);
  if (honest.length === 0) return `nobody honest stands behind ${price}`;
  const low = honest.reduce((a, b) => (a < b ? a : b));
  const high = honest.reduce((a, b) => (a > b ? a : b));
  return price < low || price > high ? `${price} is not between ${low} and ${high}` : undefined;
}

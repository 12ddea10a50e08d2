// SPDX-License-Identifier: MIT
import { bending } from "./faultGround.ts";
import type { Injectors } from "./faultGround.ts";
import { WrongPrices } from "./WrongPrices.ts";

/** Faults of what validators look at. */
export const venueFaults: Injectors<"venue"> = {
  "venue.outage": (_fault, { stacks, targets }) =>
    bending(() =>
      stacks.venue.add(
        (below) => (venue, feed, price) => (targets.includes(venue) ? undefined : below(venue, feed, price)),
      ),
    ),
  "venue.value": (fault, { world, stacks, targets }) =>
    bending(() => {
      const wrong = new WrongPrices(fault, () => world.time.elapsedSeconds);
      return stacks.venue.add((below) => (venue, feed, real) => {
        const price = below(venue, feed, real);
        return price === undefined || !targets.includes(venue) ? price : wrong.of(`${venue} ${feed}`, price);
      });
    }),
};

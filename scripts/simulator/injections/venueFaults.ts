// SPDX-License-Identifier: MIT
import { changePrice, FirstPrices } from "./changePrice.ts";
import { bending } from "./faultGround.ts";
import type { Injectors } from "./faultGround.ts";

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
      const first = new FirstPrices();
      return stacks.venue.add((below) => (venue, feed, real) => {
        const price = below(venue, feed, real);
        if (price === undefined || !targets.includes(venue)) return price;
        const seconds = world.time.elapsedSeconds - fault.atSeconds;
        return changePrice(price, fault.with, { seconds, first: first.of(`${venue} ${feed}`, price) });
      });
    }),
};

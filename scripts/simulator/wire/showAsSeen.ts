// SPDX-License-Identifier: MIT
import type { Founded } from "../world/foundWorld.ts";
import type { Shown } from "../world/SimulatedVenue.ts";

/**
 * What a validator takes for the prices, put into what venues show it: nobody reaches into its process. A scenario's liars are
 * lied to, and those that are to be silent are shown nothing.
 */
export function showAsSeen({ manners, population }: Pick<Founded, "manners" | "population">): Shown {
  return (caller, feed, price) => {
    if (!population.validators.includes(caller)) return price;
    const slot = population.feeds.indexOf(feed);
    return manners.prices(
      caller,
      population.feeds.map((_, index) => (index === slot ? price : 0n)),
    )[slot]!;
  };
}

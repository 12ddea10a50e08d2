// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { PathSource, Step } from "../Scenario.ts";
import { list, LONGEST_SECONDS, map, number, price, toPriceUnits } from "./basics.ts";

const LAST_MINUTE = LONGEST_SECONDS / 60;
const MOST_POINTS = 10_000;
/** Annual, a share of one: 100 is 10,000 %. */
const HIGHEST_VOLATILITY = 100;
/** Farther apart two neighbours cannot be: logarithms are exact in this range. */
const LARGEST_RATIO = 10_000;

const minute = number(0, LAST_MINUTE).refine((given) => Number.isInteger(given * 60), {
  error: "expected a minute that is a whole number of seconds",
});
const anchor = z
  .tuple([minute, price(), number(0, HIGHEST_VOLATILITY).optional()], {
    error: "expected [minute, price] or [minute, price, volatility]",
  })
  .transform(([at, dollars, volatility = 0]) => ({ atSeconds: Math.round(at * 60), price: dollars, volatility }));

/** Minute, price and the volatility of the bridge that ends there, from minute 0 on. */
export const anchorsShape = list(anchor, 1, MOST_POINTS, "points [minute, price, volatility]").superRefine(
  (anchors, context) => {
    const refuse = (index: number, message: string): void =>
      context.addIssue({ code: "custom", path: [index], message });
    checkTimes(anchors, refuse);
    for (const [index, { price: here }] of anchors.entries()) {
      const before = Number(anchors[index - 1]?.price ?? here);
      const ratio = Number(here) / before;
      if (ratio > LARGEST_RATIO || ratio < 1 / LARGEST_RATIO)
        refuse(index, `the price moves by more than ${LARGEST_RATIO} times; put a point between`);
    }
  },
);

const walk = map({
  model: z.literal("gbm-jump", { error: "expected gbm-jump" }),
  start: number(1e-8, 10_000_000),
  volatility: number(0, HIGHEST_VOLATILITY),
  drift: number(-10, 10).default(0),
  jumpsPerDay: number(0, 1_000).default(0),
  jumpSize: number(0, 1).default(0),
}).transform((given) => ({ ...given, start: toPriceUnits(given.start) }));

/** Keys that say where a price comes from. */
export const pathKeys = { path: anchorsShape.optional(), generator: walk.optional() };

/** One of the two, not both. */
export function toPathSource(
  given: z.output<z.ZodObject<typeof pathKeys>>,
  refuse: (message: string) => void,
): PathSource {
  if ((given.path === undefined) === (given.generator === undefined))
    refuse(given.path === undefined ? "expected a path or a generator" : "expected a path or a generator, not both");
  return given.generator ?? { model: "anchors", anchors: given.path ?? [] };
}

const step = z
  .tuple([minute, number(0, 1_000_000)], { error: "expected [minute, gwei]" })
  .transform(([at, value]): Step => ({ atSeconds: Math.round(at * 60), value }));

/** Minute and gwei, each in force until the next, from minute 0 on. */
export const gasShape = list(step, 1, MOST_POINTS, "steps [minute, gwei]").superRefine((steps, context) =>
  checkTimes(steps, (index, message) => context.addIssue({ code: "custom", path: [index], message })),
);

function checkTimes(
  points: readonly { readonly atSeconds: number }[],
  refuse: (index: number, message: string) => void,
): void {
  // Points that are none are told of elsewhere, and come here as they were written.
  if (!points.every(({ atSeconds }) => Number.isInteger(atSeconds))) return;
  for (const [index, { atSeconds }] of points.entries()) {
    const before = points[index - 1]?.atSeconds;
    if (before === undefined && atSeconds !== 0) refuse(index, "the first minute must be 0");
    if (before !== undefined && atSeconds <= before) refuse(index, "minutes must rise");
  }
}

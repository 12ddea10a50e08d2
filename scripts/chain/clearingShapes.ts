// SPDX-License-Identifier: MIT
import { z } from "zod";

/** What views of the Clearinghouse and its lens answer, as far as programs use it. Units as in the contracts. */
const amount = z.bigint();
const legShape = z.object({ strike: amount, isCall: z.boolean(), size: amount });
const requirementShape = z.object({ cost: amount, maximumLoss: amount, amount });
const kindShape = amount.transform((kind) => (kind === 0n ? ("quote" as const) : ("coin" as const)));

export const bookShape = z.object({ cash: amount, tips: amount, state: amount, legs: z.array(legShape) });

export const readingShape = z.object({
  mode: amount,
  opens: z.boolean(),
  price: amount,
  low: amount,
  high: amount,
  age: amount,
  average12h: amount,
  volatilityBps: amount,
  multiplierBps: amount,
});

export const requirementViewShape = z.object({
  hasPrice: z.boolean(),
  settledPrice: amount,
  secondsLeft: amount,
  reading: readingShape,
  initial: requirementShape,
  maintenance: requirementShape,
  marks: z.object({ full: amount, half: amount }),
});

export const marketOverviewShape = z.object({
  marketHash: z.string().transform((text) => text.toLowerCase()),
  params: z.object({ collateral: z.string(), kind: kindShape, feed: amount, risk: z.string() }),
  parameters: z.object({
    capBps: amount,
    mintFee: amount,
    strikeStep: amount,
    minimumSize: amount,
    dust: amount,
    tip: amount,
  }),
  state: z.object({ openNotional: amount, insurance: amount, isSunset: z.boolean(), unitDecimals: amount }),
});

export const bookOverviewShape = z.object({
  cash: amount,
  tips: amount,
  state: amount,
  phase: amount,
  maxLoss: amount,
  maxDefund: amount,
  equity: amount,
  legs: z.array(legShape.extend({ seriesId: amount, name: z.string() })),
});

export const expiryOverviewShape = z.object({
  state: z.object({ phase: amount, isFinal: z.boolean(), price: amount, openNotional: amount }),
  indexWad: amount,
  series: z.array(
    z.object({
      series: z.object({ seriesId: amount, strike: amount, isCall: z.boolean(), openInterest: amount }),
      payoff: amount,
      name: z.string(),
    }),
  ),
});

export const accountOverviewShape = z.object({
  freeBalance: amount,
  tokenAnswers: z.boolean(),
  withdrawable: amount,
  receipt: z.object({ par: amount, paid: amount, due: amount }),
  holdings: z.array(z.object({ seriesId: amount, amount, payoff: amount })),
});

export type ChainBook = Readonly<z.output<typeof bookShape>>;
export type Reading = Readonly<z.output<typeof readingShape>>;
export type RequirementView = Readonly<z.output<typeof requirementViewShape>>;
export type MarketOverview = Readonly<z.output<typeof marketOverviewShape>>;
export type BookOverview = Readonly<z.output<typeof bookOverviewShape>>;
export type ExpiryOverview = Readonly<z.output<typeof expiryOverviewShape>>;
export type AccountOverview = Readonly<z.output<typeof accountOverviewShape>>;

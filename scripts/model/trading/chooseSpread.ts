// SPDX-License-Identifier: MIT
import { chooseQuotes, mayTake, takeBest } from "./chooseQuotes.ts";
import type { Choice, Offer, Taken, Taker } from "./chooseQuotes.ts";
import type { Quote, QuoteLeg } from "./quotes.ts";

/** Several series of one expiry, wanted together. */
export interface WantedSpread {
  readonly marketHash: string;
  readonly expiry: bigint;
  /** Of one spread, from the taker's side: positive buys. No series twice. */
  readonly legs: readonly QuoteLeg[];
  /** Spreads, 6 decimals. */
  readonly size: bigint;
}

/** What was found; `missing` names the first leg that is not offered, and how much of it. */
export interface SpreadChoice<Given extends Offer> extends Omit<Choice<Given>, "missing"> {
  readonly missing: { readonly leg: QuoteLeg; readonly size: bigint } | undefined;
}

/**
 * The cheaper of two ways to a whole spread: quotes of all legs at once as far as they go and single legs for the rest, or single
 * legs alone. The limit of the taker is not looked at: it is one of the sum. Pure.
 */
export function chooseSpread<Given extends Offer>(
  offers: readonly Given[],
  wanted: WantedSpread,
  taker: Omit<Taker, "limit">,
): SpreadChoice<Given> {
  const taken: Taken = new Map();
  const unitsOf = (quote: Quote): bigint => spreadsOf(quote, wanted);
  const whole = takeBest(
    offers.filter((offer) => unitsOf(offer.quote) > 0n && mayTake(offer, taker)),
    wanted.size,
    unitsOf,
    () => true,
    taken,
  );
  const rest = chooseLegs(offers, { ...wanted, size: whole.missing }, taker, taken);
  const mixed = { ...rest, chosen: [...whole.chosen, ...rest.chosen], premium: whole.premium + rest.premium };
  const alone = chooseLegs(offers, wanted, taker, new Map());
  if (mixed.missing !== undefined) return alone;
  return alone.missing === undefined && alone.premium < mixed.premium ? alone : mixed;
}

function chooseLegs<Given extends Offer>(
  offers: readonly Given[],
  { marketHash, expiry, legs, size }: WantedSpread,
  taker: Omit<Taker, "limit">,
  taken: Taken,
): SpreadChoice<Given> {
  const parts = legs.map(({ strike, isCall, ratio }) =>
    chooseQuotes(offers, { marketHash, expiry, strike, isCall, size: size * ratio }, taker, taken),
  );
  const short = parts.findIndex(({ missing }) => missing !== 0n);
  return {
    chosen: parts.flatMap(({ chosen }) => chosen),
    premium: parts.reduce((sum, { premium }) => sum + premium, 0n),
    missing: short === -1 ? undefined : { leg: legs[short]!, size: parts[short]!.missing },
  };
}

/** How many whole spreads one unit of a quote gives to its taker; 0 when it is of something else. */
function spreadsOf({ marketHash, expiry, legs }: Quote, wanted: WantedSpread): bigint {
  if (marketHash !== wanted.marketHash || expiry !== wanted.expiry || legs.length !== wanted.legs.length) return 0n;
  const spreads = legs.map(({ strike, isCall, ratio }) => {
    const own = wanted.legs.find((leg) => leg.strike === strike && leg.isCall === isCall)?.ratio ?? 0n;
    return own !== 0n && ratio % own === 0n ? -ratio / own : 0n;
  });
  return spreads.every((one) => one === spreads[0] && one > 0n) ? spreads[0]! : 0n;
}

// SPDX-License-Identifier: MIT
import { MARK_VOLATILITY_BPS, optionValue } from "../../../scripts/model/trading/optionValue.ts";
import type { ValueInput } from "../../../scripts/model/trading/optionValue.ts";
import type { Leg, Terms } from "../../../scripts/model/clearing/types.ts";

/** What an option is worth by the model, and what its premium says of the volatility to come. */
export interface FairValue {
  /** Of so many options, ledger units. */
  readonly value: bigint;
  /** That it was computed with, per year. */
  readonly volatilityBps: bigint;
  /** At which the premium would be the value; undefined where none gives it. */
  readonly impliedBps: bigint | undefined;
}

/** What is valued: so many options (6 decimals) of a series for a premium in ledger units. */
export interface Valued {
  readonly option: Pick<Leg, "strike" | "isCall" | "size">;
  readonly terms: Terms;
  readonly premium: bigint;
  readonly place: Omit<ValueInput, "volatilityBps">;
}

const ONE = 1_000_000n;
/** Of the search: a tenth of a percent to 400 % a year. */
const LOWEST_BPS = 10n;
const HIGHEST_BPS = 40_000n;

/** Values what was bought as unquoted options are valued everywhere here. */
export function fairValue(valued: Valued): FairValue {
  return {
    value: valueAt(valued, MARK_VOLATILITY_BPS),
    volatilityBps: MARK_VOLATILITY_BPS,
    impliedBps: impliedBps(valued),
  };
}

function valueAt({ option, terms, place }: Valued, volatilityBps: bigint): bigint {
  return (optionValue(option, terms, { ...place, volatilityBps }) * option.size) / ONE;
}

/** By halving: the value rises with the volatility, or all but rises where a cap holds it down. */
function impliedBps(valued: Valued): bigint | undefined {
  const { premium } = valued;
  let [low, high] = [LOWEST_BPS, HIGHEST_BPS];
  if (premium <= valueAt(valued, low) || premium > valueAt(valued, high)) return undefined;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (valueAt(valued, middle) < premium) low = middle;
    else high = middle;
  }
  return high;
}

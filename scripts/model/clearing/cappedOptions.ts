// SPDX-License-Identifier: MIT
import { blackScholes, type OptionInput } from "./blackScholes.ts";

/** An option whose payoff ends at `cap` times its collateral unit, wad. */
export interface CappedInput extends OptionInput {
  readonly cap: bigint;
}

const WAD = 10n ** 18n;

/** Pays min(max(0, s − strike), cap·strike); bit for bit `CappedOptions.quoteCall`. */
export function quoteCall({ cap, ...option }: CappedInput): bigint {
  const most = (option.strike * cap) / WAD;
  const bought = blackScholes(option).call;
  const sold = blackScholes({ ...option, strike: option.strike + most }).call;
  const value = bought > sold ? bought - sold : 0n;
  return value < most ? value : most;
}

/** Pays max(0, strike − s). */
export function quotePut(option: OptionInput): bigint {
  return blackScholes(option).put;
}

/** Pays max(0, 1 − strike/s) coins. */
export function coinCall(option: OptionInput): bigint {
  return (blackScholes(option).call * WAD) / option.spot;
}

/** Pays min(max(0, strike/s − 1), cap) coins; bit for bit `CappedOptions.coinPut`. */
export function coinPut({ cap, ...option }: CappedInput): bigint {
  const bought = blackScholes(option).put * WAD;
  const sold = blackScholes({ ...option, strike: (option.strike * WAD) / (WAD + cap) }).put * (WAD + cap);
  const value = bought > sold ? (bought - sold) / option.spot : 0n;
  return value < cap ? value : cap;
}

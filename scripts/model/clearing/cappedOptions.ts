// SPDX-License-Identifier: MIT
import { BPS } from "../constants.ts";
import { blackScholes, type OptionInput } from "./blackScholes.ts";

/** An option whose payoff ends at a multiple of its collateral unit. */
export interface CappedInput extends OptionInput {
  /** c, 10,000 to 20,000. */
  readonly capBps: bigint;
}

const WAD = 10n ** 18n;

/** Pays min(max(0, s − strike), c·strike); bit for bit `CappedOptions.quoteCall`. */
export function quoteCall({ capBps, ...option }: CappedInput): bigint {
  const most = (option.strike * capBps) / BPS;
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

/** Pays min(max(0, strike/s − 1), c) coins; bit for bit `CappedOptions.coinPut`. */
export function coinPut({ capBps, ...option }: CappedInput): bigint {
  const strike = (option.strike * BPS) / (BPS + capBps);
  const bought = blackScholes(option).put * BPS;
  const sold = blackScholes({ ...option, strike }).put * (BPS + capBps);
  const value = bought > sold ? ((bought - sold) * (WAD / BPS)) / option.spot : 0n;
  const most = capBps * (WAD / BPS);
  return value < most ? value : most;
}

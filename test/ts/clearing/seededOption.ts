// SPDX-License-Identifier: MIT
import type { OptionInput } from "../../../scripts/model/clearing/blackScholes.ts";
import type { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";

const DRAWS = 2n ** 40n;

/** An option somewhere in range, with its strike within about nine deviations of spot so that its price matters. */
export function seededOption(random: SeededRandom): OptionInput {
  const between = (from: number, to: number): number =>
    from + ((to - from) * Number(random.below(DRAWS))) / Number(DRAWS);
  const wad = (value: number): bigint => BigInt(Math.round(value * 1e9)) * 10n ** 9n;
  const volatility = 10 ** between(-2, 1.8);
  const tenor = Math.round(10 ** between(0, 8.7));
  const deviation = volatility * Math.sqrt(tenor / 31_536_000);
  const distance = between(-1, 1) * Math.min(9 * deviation + (deviation * deviation) / 2, 30);
  const spot = 10 ** between(-1, 6);
  return {
    spot: wad(spot),
    strike: wad(spot * Math.exp(distance)) + 1n,
    volatility: wad(volatility),
    tenor: BigInt(tenor),
  };
}

// SPDX-License-Identifier: MIT
/** Newest block that an endpoint shows. */
export interface ShownHeight {
  readonly endpoint: string;
  readonly height: bigint;
}

/**
 * How far each endpoint lags behind the highest block that enough of them have: one that invents blocks makes no other a
 * laggard. 0 where it does not lag. Pure.
 * @param agreement Endpoints whose word counts; with fewer heights nobody lags.
 */
export function lagsOf(shown: readonly ShownHeight[], agreement: number): Map<string, bigint> {
  const highest = shown.map(({ height }) => height).sort((a, b) => (a > b ? -1 : a < b ? 1 : 0))[agreement - 1];
  return new Map(
    shown.map(({ endpoint, height }) => {
      const isBehind = highest !== undefined && height < highest;
      return [endpoint, isBehind ? highest - height : 0n];
    }),
  );
}

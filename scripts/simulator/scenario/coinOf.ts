// SPDX-License-Identifier: MIT
/** The coin that a feed prices: `ETH` of `ETH-USD`. */
export function coinOf(feedId: string): string {
  return feedId.split("-")[0]!;
}

// SPDX-License-Identifier: MIT
/** Book of an owner, as `BookId.sol` packs it. Expiry in unix seconds. */
export function bookId(owner: string, market: bigint, expiry: bigint, subId = 0n): bigint {
  return (BigInt(owner) << 96n) | (market << 64n) | (expiry << 32n) | subId;
}

/** Token id of a long, as `SeriesId.sol` packs it. Strike with 4 decimals. */
export function seriesId(market: bigint, expiry: bigint, strike: bigint, isCall: boolean): bigint {
  return (market << 73n) | (expiry << 41n) | (strike << 1n) | (isCall ? 1n : 0n);
}

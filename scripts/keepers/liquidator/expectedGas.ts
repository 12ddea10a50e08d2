// SPDX-License-Identifier: MIT

// The Clearinghouse asks its risk contract only with 300,000 gas to spare, which comes back: nodes estimate far more than is used.

/** What a flag uses at most: its first leg, and each one more. Above docs/GAS.md by the calldata of a book id without zero bytes. */
const FLAG_GAS = 122_000n;
const FLAG_LEG_GAS = 4_000n;
/** The same of a bid with the funding of the empty book that it goes to. */
const BID_GAS = 162_000n;
const BID_LEG_GAS = 22_000n;

/** Gas that flagging a book of so many legs uses, no less than it does. Pure. */
export function flagGas(legs: number): bigint {
  return FLAG_GAS + FLAG_LEG_GAS * BigInt(Math.max(legs - 1, 0));
}

/** Gas that a bid on a book of so many legs uses, no less than it does. Pure. */
export function bidGas(legs: number): bigint {
  return BID_GAS + BID_LEG_GAS * BigInt(Math.max(legs - 1, 0));
}

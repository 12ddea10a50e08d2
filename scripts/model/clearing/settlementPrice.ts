// SPDX-License-Identifier: MIT
/** What validators sign of an expiry that has no window: the second rung of the ladder. */
export interface SettlementPrice {
  readonly feed: bigint;
  /** Unix seconds. */
  readonly expiry: bigint;
  /** 8 decimals. */
  readonly price: bigint;
  /** Of the set in force when it is posted. */
  readonly setId: bigint;
}

/** EIP-712 types of it, in the Clearinghouse's domain (`clearingDomain`). */
export const SETTLEMENT_PRICE_TYPES = {
  SettlementPrice: [
    { name: "feed", type: "uint8" },
    { name: "expiry", type: "uint32" },
    { name: "price", type: "uint64" },
    { name: "setId", type: "uint32" },
  ],
};

/** After an expiry: from when, and until when, a signed price is taken. Seconds. */
export const SIGNING_OPENS = 7_200n;
export const SIGNING_CLOSES = 82_800n;
/** A window covered by this part of its half hour or more rules, whatever is signed: 360 of 1,800 seconds. */
export const WINDOW_COVERAGE = 360n;

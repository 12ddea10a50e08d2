// SPDX-License-Identifier: MIT
/** Things that somebody with a wallet can do here. */
export const ACTS = [
  "deposit",
  "withdraw",
  "fund",
  "defund",
  "write",
  "close",
  "redeem",
  "request to join",
  "request to leave",
  "leave in kind",
] as const;
export type Act = (typeof ACTS)[number];

/** What each act asks for besides its market or vault. */
export const FIELDS: Readonly<Record<Act, readonly Field[]>> = {
  deposit: ["market", "amount"],
  withdraw: ["market", "amount"],
  fund: ["market", "expiry", "amount"],
  defund: ["market", "expiry", "amount"],
  write: ["market", "expiry", "strike", "side", "size"],
  close: ["market", "expiry", "strike", "side", "size"],
  redeem: ["market", "expiry", "strike", "side", "size"],
  "request to join": ["vault", "amount"],
  "request to leave": ["vault", "shares"],
  "leave in kind": ["vault", "shares"],
};
export type Field = "market" | "vault" | "expiry" | "amount" | "shares" | "strike" | "side" | "size";

/** What each act does, for whoever has not done it before. */
export const ACT_WORDS: Readonly<Record<Act, string>> = {
  deposit: "moves collateral from the wallet into the free balance",
  withdraw: "pays free balance out into the wallet; always open",
  fund: "puts free balance into a book; always open",
  defund: "takes cash out of a book, down to its margin; down to its maximum loss always",
  write: "writes options against the cash of a book; the longs come into the wallet",
  close: "takes shorts of a book and as many longs of the wallet off each other; always open",
  redeem: "turns longs of a settled expiry into free balance",
  "request to join": "asks a vault to take a deposit at its next price of a share",
  "request to leave": "asks a vault to pay shares out at its next price",
  "leave in kind": "burns shares for their part of a vault’s cash and options, at once and always",
};

/** What somebody typed, by field. */
export type Typed = Readonly<Partial<Record<Field, string>>>;

/** One call of a transaction, as a wallet is asked for it. */
export interface Step {
  readonly name: string;
  readonly to: string;
  readonly data: string;
}

/** What an act comes to: what it would do in words, and the calls it takes in this order. */
export interface ActPlan {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly steps: readonly Step[];
}

/** What a look before the signature found. */
export type Forecast =
  | { readonly kind: "passes"; readonly plan: ActPlan; readonly step: Step }
  | { readonly kind: "refused"; readonly plan: ActPlan | undefined; readonly text: string };

/** What came of asking a wallet: an account or a transaction, or why there is none. */
export type WalletAnswer =
  { readonly kind: "done"; readonly value: string } | { readonly kind: "refused"; readonly text: string };

// SPDX-License-Identifier: MIT
/** Things that somebody with a wallet can do about a vault. */
const VAULT_ACTS = ["request to join", "claim", "request to leave", "leave in kind"] as const;
export type VaultAct = (typeof VAULT_ACTS)[number];

/** Things that somebody with a wallet can do here. */
export const ACTS = [
  "deposit",
  "withdraw",
  "buy",
  "sell",
  "write",
  "close",
  "redeem",
  "fund",
  "defund",
  ...VAULT_ACTS,
] as const;
export type Act = (typeof ACTS)[number];

/** What each act asks for besides its market or vault. */
export const FIELDS: Readonly<Record<Act, readonly Field[]>> = {
  deposit: ["market", "amount"],
  withdraw: ["market", "amount"],
  buy: ["market", "expiry", "strike", "side", "size", "premium"],
  sell: ["market", "expiry", "strike", "side", "size", "premium"],
  write: ["market", "expiry", "strike", "side", "size"],
  close: ["market", "expiry", "strike", "side", "size"],
  redeem: ["market", "expiry", "strike", "side", "size"],
  fund: ["market", "expiry", "amount"],
  defund: ["market", "expiry", "amount"],
  "request to join": ["vault", "amount"],
  claim: ["vault"],
  "request to leave": ["vault", "shares"],
  "leave in kind": ["vault", "shares"],
};
export type Field = "market" | "vault" | "expiry" | "amount" | "shares" | "strike" | "side" | "size" | "premium";

/** What each act does, for whoever has not done it before. */
export const ACT_WORDS: Readonly<Record<Act, string>> = {
  deposit: "moves collateral from the wallet into the free balance",
  withdraw: "pays free balance out into the wallet; always open",
  buy: "fills the cheapest signed quotes of the board; the options come into your book of the expiry",
  sell: "fills the best signed bids of the board with options of your book, then of your wallet; what you have none of is written",
  write: "writes options against the cash of a book; the longs come into the wallet",
  close: "takes shorts of a book and as many longs of the wallet off each other; always open",
  redeem: "turns longs of a settled expiry into free balance",
  fund: "puts free balance into a book; always open",
  defund: "takes cash out of a book, down to its margin; down to its maximum loss always",
  "request to join": "asks a vault to take a deposit at its next price of a share",
  claim: "takes what a vault owes: shares of what joined, money of what left, whatever was taken back",
  "request to leave": "asks a vault to pay shares out at its next price",
  "leave in kind": "burns shares for their part of a vault’s cash and options, at once and always",
};

/** Whether an act is about a vault. */
export function isVaultAct(act: Act): act is VaultAct {
  return VAULT_ACTS.some((one) => one === act);
}

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
  /** Last second in which it holds, unix time; undefined for what does not end by itself. */
  readonly until?: bigint;
  /** What somebody should know of who was asked for it. */
  readonly warning?: string | undefined;
}

/** What a look before the signature found. */
export type Forecast =
  | { readonly kind: "passes"; readonly plan: ActPlan; readonly step: Step }
  | { readonly kind: "refused"; readonly plan: ActPlan | undefined; readonly text: string };

/** What came of asking a wallet: an account or a transaction, or why there is none. */
export type WalletAnswer =
  { readonly kind: "done"; readonly value: string } | { readonly kind: "refused"; readonly text: string };

// SPDX-License-Identifier: MIT
/** Eight prices by feed slot: USD per unit, 8 decimals; 0 abstains. */
export type Prices = readonly bigint[];

/** One validator's signed statement about one round, as in contracts/shared/OracleTypes.sol. */
export interface PriceReport {
  readonly round: bigint;
  readonly setId: bigint;
  /** Hash of the anchor block: 0x and 64 digits. */
  readonly anchorHash: string;
  readonly prices: Prices;
}

/** A compact signature (EIP-2098): both halves are 0x and 64 digits. */
export interface CompactSignature {
  readonly r: string;
  readonly yParityAndS: string;
}

/** A report with its signature and what a relayer needs to place it; `seat` and `anchorBlock` are hints to be checked. */
export interface SignedReport extends PriceReport {
  readonly seat: number;
  readonly anchorBlock: bigint;
  readonly signature: CompactSignature;
}

/** One report inside a packed relay: its anchor is named by height, the hash is re-derived on chain. */
export interface RelayReport {
  readonly seat: number;
  readonly anchorBlock: bigint;
  readonly signature: CompactSignature;
  readonly prices: Prices;
}

/** Everything one packed relay says. Reports by rising seat. */
export interface RelayBundle {
  readonly round: bigint;
  readonly setId: bigint;
  readonly reports: readonly RelayReport[];
}

/** One seat of a validator set; weight in whole units of the bond token. */
export interface Seat {
  readonly signer: string;
  readonly weight: bigint;
  readonly validatorId: bigint;
}

// SPDX-License-Identifier: MIT
import type { CrashRecord } from "./CrashRecord.ts";
import type { TradingRecord } from "./TradingRecord.ts";
import type { VaultWeeksRecord } from "./VaultWeeksRecord.ts";

/** A validator's price in a round: what it signed, by name. */
export interface SignedPrice {
  readonly validator: string;
  /** Validator's prices by feed, USD with 8 decimals; 0 abstains. */
  readonly prices: readonly bigint[];
  /** Both of a double voter's vectors are kept; only one of them can be in the round on chain. */
  readonly onChain: boolean;
}

/** What is known of one accepted round. Prices by feed: USD, 8 decimals. */
export interface RoundRecord {
  readonly round: bigint;
  readonly setId: bigint;
  /** Seconds from the round's start to the block that took it. */
  readonly delaySeconds: number;
  readonly relayer: string;
  readonly gasUsed: bigint;
  readonly published: readonly bigint[];
  readonly truth: readonly bigint[];
  readonly signed: readonly SignedPrice[];
  readonly clean: boolean;
  readonly divergent: boolean;
  readonly quarantined: boolean;
  /** Names of validators that were faulty in this round; silence is no fault of the price. */
  readonly lying: readonly string[];
}

/** Bond lost by somebody, in units of the bond token. */
export interface LossRecord {
  /** Seconds since the demonstration began. */
  readonly at: number;
  readonly validator: string;
  readonly fault: string;
  readonly amount: bigint;
}

/** A validator at the end. */
export interface ValidatorRecord {
  readonly name: string;
  readonly role: "honest" | "silent" | "liar" | "double voter" | "standby";
  readonly domain: string;
  readonly bondBefore: bigint;
  readonly bondAfter: bigint;
  readonly frozenAfter: bigint;
  readonly stateAtEpochClose: string;
  readonly stateAtEnd: string;
  readonly rewards: bigint;
}

/** Something that happened, for the time line. */
export interface HappeningRecord {
  readonly at: number;
  readonly round: bigint;
  readonly text: string;
}

/** A span of rounds in which something was broken on purpose; `until` is the first round after it. */
export interface FaultWindow {
  readonly label: string;
  readonly kind: "silent" | "liar" | "double voter" | "relayer";
  readonly from: bigint;
  readonly until: bigint;
}

/** Everything a demonstration leaves: summary, checks and report are made of this alone. No wall-clock values. */
export interface DemoRecord {
  readonly seed: number;
  readonly feeds: readonly string[];
  readonly bondDecimals: number;
  readonly plannedRounds: number;
  /** Rounds from the first one expected to the last of the first epoch, accepted or not. */
  readonly expectedRounds: readonly bigint[];
  readonly rounds: readonly RoundRecord[];
  readonly validators: readonly ValidatorRecord[];
  readonly losses: readonly LossRecord[];
  readonly happenings: readonly HappeningRecord[];
  readonly windows: readonly FaultWindow[];
  readonly nextSet: readonly string[];
  readonly healedFrom: bigint;
  readonly trading: TradingRecord;
  readonly crash: CrashRecord;
  readonly vaults: VaultWeeksRecord;
  readonly bountyPaid: bigint;
  readonly escrowHeld: bigint;
  /** Bond tokens the registry holds beside the bonds it owes, and the escrow beside bounties and batches: both 0. */
  readonly unaccounted: bigint;
  readonly blocks: number;
  readonly simulatedSeconds: number;
  readonly relays: { readonly attempts: number; readonly reverts: number; readonly gasUsed: bigint };
}

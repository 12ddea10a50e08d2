// SPDX-License-Identifier: MIT
import type { ClearingEvent } from "../../../model/clearing/clearingEvents.ts";
import type { CollateralKind } from "../../../model/clearing/types.ts";
import type { MarketParameters } from "../FastParameters.ts";

/** What a set weighed when a round was accepted, by seat. */
export interface RecordedSet {
  readonly weights: readonly number[];
  readonly reliability: readonly number[];
  readonly active: number;
  readonly nominal: number;
}

/** Something that changed the protocol, in the order of the chain's logs. Prices with 8 decimals. */
export type RecordedAct =
  | {
      readonly act: "relay";
      readonly round: number;
      readonly isUpgrade: boolean;
      /** Prices by feed slot, by seat; undefined: the seat did not sign. */
      readonly reports: readonly (readonly bigint[] | undefined)[];
      readonly set: RecordedSet;
    }
  | {
      readonly act: "witness";
      readonly feed: number;
      readonly price: number;
      readonly observedAt: number;
      readonly agreed: boolean;
      readonly thresholdBps: number;
    }
  | {
      readonly act: "poke";
      readonly feed: number;
      /** A bit per level that tripped: Cautious, ReduceOnly, Halted. */
      readonly tripped: number;
    }
  | {
      readonly act: "clearing";
      readonly event: ClearingEvent;
      /** What a bid asked for; 1e18 is all. */
      readonly share: bigint | undefined;
    };

/** A flagged book as the chain prices it; ledger units. */
export interface SeenAuction {
  readonly elapsed: bigint;
  readonly full: bigint;
  readonly half: bigint;
  readonly target: bigint;
  readonly payment: bigint;
  readonly penalty: bigint;
  readonly largestShare: bigint;
}

/** A book as the chain shows it; ledger units. */
export interface SeenBook {
  readonly id: bigint;
  readonly cash: bigint;
  readonly initial: bigint;
  readonly maintenance: bigint;
  readonly maximumLoss: bigint;
  readonly isLiquidatable: boolean;
  readonly auction: SeenAuction | undefined;
}

/** A feed as oracle and risk manager show it; the words are the oracle's own. */
export interface SeenFeed {
  readonly slot: number;
  readonly latest: bigint;
  readonly averages: bigint;
  readonly mode: number;
  readonly phase: number;
  readonly bidTime: bigint;
}

/** A priced expiry as the chain keeps it: claims are payoff numerators, collected ledger units. */
export interface SeenPot {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly price: bigint;
  readonly rung: bigint;
  readonly claims: bigint;
  readonly collected: bigint;
}

/** What views said at the end of a block. */
export interface Observation {
  readonly feeds: readonly SeenFeed[];
  readonly books: readonly SeenBook[];
  readonly pots: readonly SeenPot[];
}

/** A block in which something happened. */
export interface RecordedBlock {
  readonly number: number;
  /** Unix seconds. */
  readonly time: number;
  readonly acts: readonly RecordedAct[];
  readonly seen: Observation | undefined;
}

/** A chain's history as far as the fast tier models it, from before the first round. */
export interface Recording {
  readonly heartbeat: number;
  /** Feed slots that were looked at. */
  readonly slots: readonly number[];
  readonly markets: readonly {
    readonly id: bigint;
    readonly kind: CollateralKind;
    readonly feed: number;
    readonly parameters: MarketParameters;
  }[];
  readonly blocks: readonly RecordedBlock[];
}

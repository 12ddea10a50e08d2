// SPDX-License-Identifier: MIT
import type { BookStatus, ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import type { Leg } from "../../model/clearing/types.ts";
import type { DwellingLevel, Level, Phase } from "../../model/risk/types.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";

/** A feed after a block, beside its truth. Prices in USD with 8 decimals, times in seconds. */
export interface FeedSight {
  readonly id: string;
  readonly slot: number;
  readonly truth: bigint;
  /** What the oracle shows, with its band. */
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly age: number;
  readonly dispersionPpm: number;
  /** Stored signal. */
  readonly level: Level;
  readonly mode: Level;
  readonly phase: Phase;
  /** In force. */
  readonly dwells: Readonly<Record<DwellingLevel, number>>;
}

/** What one validator signed, as a relay brought it. */
export interface ReportSight {
  readonly validator: string;
  readonly weight: bigint;
  /** By slot, 0 where it abstained. */
  readonly prices: readonly bigint[];
}

/** A round that the oracle took. */
export interface RelaySight {
  readonly relayer: string;
  readonly round: bigint;
  readonly setId: bigint;
  readonly isUpgrade: boolean;
  /** Bits of seats. */
  readonly signers: bigint;
  /** Medians by slot, 0 without a quorum. */
  readonly prices: readonly bigint[];
  /** Slots whose median waits in quarantine. */
  readonly quarantined: ReadonlySet<number>;
  readonly divergent: ReadonlySet<number>;
  readonly reports: readonly ReportSight[];
  /** Of everybody in the set by name, and of those of them who count now. */
  readonly weights: ReadonlyMap<string, bigint>;
  readonly activeWeight: bigint;
}

/** A price that a witness published; 8 decimals. */
export interface WitnessSight {
  readonly slot: number;
  /** Its place among the feed's. */
  readonly source: number;
  readonly price: bigint;
  /** The time it gives, unix seconds. */
  readonly since: number;
}

/** A transaction of somebody who works for pay. */
export interface WorkSight {
  readonly hash: string;
  readonly actor: string;
  readonly to: string;
  readonly input: string;
  readonly isReverted: boolean;
  readonly gasUsed: number;
  readonly feeWei: bigint;
}

/** Tokens that the Clearinghouse holds, and says it owes; token units and ledger units. */
export interface TokenSight {
  readonly token: string;
  readonly balance: bigint;
  readonly owed: bigint;
  /** Token units in a ledger unit. */
  readonly scale: bigint;
}

/** A book as it was. */
export interface BookCopy {
  readonly cash: bigint;
  readonly tips: bigint;
  readonly status: BookStatus;
  readonly legs: readonly Leg[];
}

/** A market's open notional beside its caps, USD with 2 decimals, after a block in which something was opened in it. */
export interface InterestSight {
  readonly market: bigint;
  readonly openNotional: bigint;
  /** Undefined without a reading. */
  readonly cap: bigint | undefined;
}

/** A book that is short of maintenance, or in liquidation. */
export interface UnhealthySight {
  readonly id: bigint;
  readonly isFlagged: boolean;
  /** Cash is below maintenance at the true price, at the best edge of the band around it. */
  readonly isShort: boolean;
  /** Nobody flagged it, and anyone could: below maintenance in two rounds, in a mode that lets it be. */
  readonly isFlaggable: boolean;
  /** Mode of the market's feed. */
  readonly mode: Level;
  readonly phase: Phase;
  /**
   * The price is too old for anybody to act on it, or too uncertain for a mode that is closed; or it is flagged and has its
   * target again, so that nobody may bid for it.
   */
  readonly isHeld: boolean;
  /** The most that a bid can bring pays for its gas; see `paysForGas`. */
  readonly paysForGas: boolean;
  /** It owes more than its cash: a bid is paid what it takes over only late in an auction. */
  readonly isInsolvent: boolean;
}

/** A book that was flagged in the block. */
export interface FlagSight {
  readonly id: bigint;
  /** It met maintenance at the true price with the band around it, when the price it was flagged on was seen and ever since. */
  readonly isWrongful: boolean;
  /** It held its maximum loss. */
  readonly isFunded: boolean;
  /** Cash and maintenance at the true price, ledger units. */
  readonly cash: bigint;
  readonly required: bigint;
}

/** An exit as a trial at the end of a block: whether it would have gone through. */
export interface ProbeSight {
  readonly owner: string;
  readonly what: string;
  readonly isRefused: boolean;
  readonly reason: string;
}

/** Everything that recorders and judges know after a block. Not to be kept: the ledger goes on. */
export interface BlockSight {
  readonly number: number;
  /** Unix seconds. */
  readonly timestamp: number;
  /** Since the scenario's start. */
  readonly seconds: number;
  /** Blocks of this height and above were seen before and are no more. */
  readonly isReplaced: boolean;
  readonly events: readonly WorldEvent[];
  readonly ledger: ClearingLedger;
  readonly feeds: readonly FeedSight[];
  readonly relays: readonly RelaySight[];
  readonly pushes: readonly WitnessSight[];
  readonly work: readonly WorkSight[];
  /** All transactions of the block. */
  readonly hashes: readonly string[];
  readonly tokens: readonly TokenSight[];
  /** Books that events of the block name, as they were before it; undefined where there was none. */
  readonly before: ReadonlyMap<bigint, BookCopy | undefined>;
  /** One book after the other as the chain itself shows it. */
  readonly sample: { readonly id: bigint; readonly book: BookCopy } | undefined;
  readonly unhealthy: readonly UnhealthySight[];
  readonly flags: readonly FlagSight[];
  readonly interests: readonly InterestSight[];
  readonly probe: ProbeSight | undefined;
}

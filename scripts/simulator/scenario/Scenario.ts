// SPDX-License-Identifier: MIT
import type { Fault } from "./faultTypes.ts";

/** A point of a path that is hit exactly. */
export interface PathAnchor {
  /** Whole seconds from the start; the first is 0. */
  readonly atSeconds: number;
  /** USD, 8 decimals. */
  readonly price: bigint;
  /** Annual volatility of the bridge that ends here, a share of one; 0 is a straight line of the logarithm. */
  readonly volatility: number;
}

/** Where a price comes from: anchors with bridges between them, or a random walk with jumps. */
export type PathSource =
  | { readonly model: "anchors"; readonly anchors: readonly PathAnchor[] }
  | {
      readonly model: "gbm-jump";
      /** USD, 8 decimals. */
      readonly start: bigint;
      /** Annual, a share of one, of what is not a jump. */
      readonly volatility: number;
      /** Expected growth in a year, a share of one, jumps included; 0 is a fair game. */
      readonly drift: number;
      readonly jumpsPerDay: number;
      /** Standard deviation of a jump's log size. */
      readonly jumpSize: number;
    };

/** A feed of the oracle and its true price. */
export interface FeedScenario {
  /** Such as `ETH-USD`; what stands before the dash is its coin. */
  readonly id: string;
  readonly path: PathSource;
}

/** A collateral and its true price in USD; a feed's own coin has the feed's path. */
export interface CollateralScenario {
  readonly symbol: string;
  readonly path: PathSource;
}

/** A market of the Clearinghouse. */
export interface MarketScenario {
  /** Id of a feed. */
  readonly feed: string;
  /** Symbol of a collateral. */
  readonly collateral: string;
  readonly collateralKind: "quote" | "coin";
  /** Seconds from the start, each at 08:00 UTC, rising. */
  readonly expiriesSeconds: readonly number[];
  /** Percent of the feed's first price, rising. */
  readonly strikes: readonly number[];
}

/** An options vault. */
export interface VaultScenario {
  /** Id of a feed. */
  readonly feed: string;
  readonly strategy: "coveredCalls" | "cashSecuredPuts";
  /** Notional over assets; 1 is fully funded. */
  readonly leverage: number;
}

/** Somebody who maximises his profit against the protocol. */
export interface AdversaryScenario {
  readonly strategy: AdversaryStrategy;
  /** Quote units. */
  readonly capital: number;
  /** Validators whose keys he holds, where his strategy signs prices; f where nothing is said. */
  readonly keys?: number | undefined;
}

/** What each does: docs/SIMULATOR.md, "Adversaries". */
export const ADVERSARY_STRATEGIES = [
  "interestCap",
  "stalePrice",
  "staleQuote",
  "selfLiquidation",
  "runBeforeLoss",
  "breakerTripper",
  "colludingThird",
] as const;
export type AdversaryStrategy = (typeof ADVERSARY_STRATEGIES)[number];

/** Who acts, beside the validators. Amounts in whole quote units. */
export interface ActorsScenario {
  readonly writers: {
    readonly count: number;
    readonly style: "naked" | "spread" | "mixed";
    /** Equity over initial margin at opening, drawn between these. */
    readonly health: readonly [least: number, most: number];
  };
  readonly buyers: { readonly count: number };
  readonly liquidators: { readonly count: number; readonly capital: number };
  /** Of vaults and insurance. */
  readonly providers: { readonly count: number; readonly deposit: number };
  readonly relayers: { readonly count: number };
  readonly keepers: { readonly replicas: number };
  readonly adversaries: readonly AdversaryScenario[];
}

/** A value that holds from its second on, until the next. */
export interface Step {
  readonly atSeconds: number;
  readonly value: number;
}

/** What a key of the summary must be. */
export interface Expectation {
  /** Dotted, such as `badDebt.afterInsurance`. */
  readonly key: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly equals: number | string | boolean | undefined;
}

/** A scenario with nothing left open: defaults filled in, durations in seconds, extensions and overrides applied. */
export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly about: string;
  /** 0 to 2^32 − 1. */
  readonly seed: number;
  readonly durationSeconds: number;
  readonly chain: {
    readonly kind: "l1" | "op";
    /** Whole seconds. */
    readonly blockSeconds: number;
    readonly finalityLagBlocks: number;
    /** Unix seconds. */
    readonly startAt: number;
  };
  /** At most eight. */
  readonly feeds: readonly FeedScenario[];
  /** By symbol; USDC is always among them. A market may also be collateralised by its feed's coin, which is not listed. */
  readonly collateral: ReadonlyMap<string, CollateralScenario>;
  readonly venues: { readonly count: number; readonly noiseBps: number };
  /** Gwei. */
  readonly gas: readonly Step[];
  /** Bond in whole quote units. */
  readonly validators: { readonly count: number; readonly bond: number; readonly venuesEach: number };
  /** Per feed. */
  readonly witness: {
    readonly feeds: number;
    readonly lagSeconds: number;
    readonly noiseBps: number;
    readonly deviationBps: number;
    readonly heartbeatSeconds: number;
  };
  readonly markets: readonly MarketScenario[];
  readonly vaults: readonly VaultScenario[];
  readonly actors: ActorsScenario;
  /** Overrides by the dotted names of `parameterTable.ts`. */
  readonly params: ReadonlyMap<string, number>;
  readonly faults: readonly Fault[];
  readonly expect: readonly Expectation[];
}

// SPDX-License-Identifier: MIT
import { AUCTION_RULES } from "../../model/clearing/liquidation.ts";
import type { AuctionRules } from "../../model/clearing/liquidation.ts";
import { TIME_VALUE_FACTOR_BPS } from "../../model/clearing/margin.ts";
import type { CollateralKind } from "../../model/clearing/types.ts";
import { ORACLE_RULES } from "../../model/oracle/oracleRules.ts";
import { MODE_RULES } from "../../model/risk/modeMachine.ts";
import { LEAST_VOLATILITY_BPS } from "../../model/risk/feedReading.ts";
import { CAPTURE_RULES } from "../../model/slashing/captureRules.ts";
import type { CaptureRules } from "../../model/slashing/captureRules.ts";
import type { FeedRules } from "../../model/risk/FeedModel.ts";

/** What a market is created with; fields as in `ClearingTypes.sol`, amounts in ledger units. */
export interface MarketParameters {
  /** x of initial and maintenance margin. */
  readonly initialShockBps: bigint;
  readonly maintenanceShockBps: bigint;
  /** φ of initial and maintenance margin. */
  readonly initialFloorBps: bigint;
  readonly maintenanceFloorBps: bigint;
  /** c of up legs. */
  readonly capBps: bigint;
  /** Tenths of a basis point. */
  readonly mintFee: bigint;
  readonly expiryCapPercent: bigint;
  readonly dust: bigint;
  readonly tip: bigint;
  /** Insurance that a market starts with. */
  readonly insurance: bigint;
  /** Decimals of the ledger unit. */
  readonly unitDecimals: number;
}

/** Numbers of margin that are the same in all markets. */
export interface MarginRules {
  /** Least σ of initial margin, and σ of maintenance and marks; a year. */
  readonly initialVolatilityBps: bigint;
  readonly maintenanceVolatilityBps: bigint;
  /** 0.4 of TV. */
  readonly timeValueFactorBps: bigint;
  /** k of initial margin in Cautious and beyond. */
  readonly multiplierBps: bigint;
  /** Of its open notional that a market's insurance must hold, with fresh witnesses. */
  readonly lossShareBps: bigint;
}

/**
 * Everything of the protocol that may be varied: what the contracts fix in code, and what a deployment chooses. Calibration and
 * questions of what a number costs and buys change fields of this one object.
 */
export interface FastParameters {
  readonly feed: FeedRules;
  readonly margin: MarginRules;
  readonly auction: AuctionRules;
  readonly capture: CaptureRules;
  readonly markets: Readonly<Record<CollateralKind, MarketParameters>>;
}

/** What the contracts and the local deployment have; a test holds them to the sources of both. */
export const DEFAULT_PARAMETERS: FastParameters = {
  feed: { heartbeat: 300, oracle: ORACLE_RULES, modes: MODE_RULES },
  margin: {
    initialVolatilityBps: LEAST_VOLATILITY_BPS,
    maintenanceVolatilityBps: 10_000n,
    timeValueFactorBps: TIME_VALUE_FACTOR_BPS,
    multiplierBps: 12_500n,
    lossShareBps: 800n,
  },
  auction: AUCTION_RULES,
  capture: CAPTURE_RULES,
  markets: {
    quote: {
      initialShockBps: 2_500n,
      maintenanceShockBps: 1_500n,
      initialFloorBps: 1_200n,
      maintenanceFloorBps: 900n,
      capBps: 10_000n,
      mintFee: 20n,
      expiryCapPercent: 50n,
      dust: 50_000_000n,
      tip: 1_000_000n,
      insurance: 250_000_000_000n,
      unitDecimals: 6,
    },
    coin: {
      initialShockBps: 2_800n,
      maintenanceShockBps: 1_800n,
      initialFloorBps: 1_400n,
      maintenanceFloorBps: 1_000n,
      capBps: 10_000n,
      mintFee: 20n,
      expiryCapPercent: 50n,
      dust: 15_000_000n,
      tip: 300_000n,
      insurance: 85_000_000_000n,
      unitDecimals: 9,
    },
  },
};

// SPDX-License-Identifier: MIT
import type { LiquidationReading } from "../../../model/clearing/liquidationReading.ts";
import { initialScenario, maintenanceScenario, timeValueUp } from "../../../model/clearing/margin.ts";
import type { Band, Scenario } from "../../../model/clearing/types.ts";
import { SOURCE } from "../../../model/oracle/types.ts";
import { volatilityBpsUp } from "../../../model/risk/feedReading.ts";
import { liquidationOf, opens, tightened } from "../../../model/risk/modeMachine.ts";
import type { Stance } from "../../../model/risk/types.ts";
import type { MarginRules } from "../FastParameters.ts";
import type { FastMarket } from "./fastTypes.ts";

const BPS = 10_000n;
const DAY = 86_400;

/** What a market's books of one expiry are opened, held and liquidated by, at one time. */
export interface MarketReading extends LiquidationReading {
  readonly time: number;
  readonly stance: Stance;
  /** Requirements may rise. */
  readonly opens: boolean;
  readonly band: Band;
  /** Initial margin without mode and add-on. */
  readonly calm: Scenario;
  /** Of the latest price. */
  readonly maintenanceScenario: Scenario;
  /** Only then does insurance pay a bidder. */
  readonly isPrimary: boolean;
  readonly bidTime: bigint;
}

/** The exact reading of a market's risk; undefined where there is no price to margin with. Unix seconds. */
export function readMarket(
  market: FastMarket,
  expiry: number,
  time: number,
  margin: MarginRules,
): MarketReading | undefined {
  const { feed, parameters } = market;
  if (feed.feed.latest.price === 0) return undefined;
  const band = feed.bandAt(time, expiry);
  if (band.low === 0n) return undefined;
  const stance = stanceOf(market, time);
  const left = BigInt(Math.max(expiry - time, 0));
  const age = feed.ageAt(time);
  const { heartbeat, modes } = feed.rules;
  const maintenance = {
    shockBps: parameters.maintenanceShockBps,
    floorBps: parameters.maintenanceFloorBps,
    timeValue: timeValueUp(margin.maintenanceVolatilityBps, left, margin.timeValueFactorBps),
  };
  const calm: Scenario = {
    ...initialScenario(band, {
      shockBps: parameters.initialShockBps,
      floorBps: parameters.initialFloorBps,
      timeValue: timeValueUp(volatilityBpsUp(feed.feed, margin.initialVolatilityBps), left, margin.timeValueFactorBps),
      multiplierBps: BPS,
      addOnBps: 0n,
    }),
    isStale: age > DAY,
  };
  const dispersion = BigInt(feed.feed.latest.dispersion * 10);
  const allowed = liquidationOf(stance, BigInt(age), BigInt(heartbeat), dispersion, modes);
  const isOpenToBids = allowed === "slices" || allowed === "full";
  return {
    market: market.id,
    expiry: BigInt(expiry),
    age: BigInt(age),
    time,
    stance,
    opens: opens(stance),
    band,
    calm,
    initial: stance.mode === "normal" ? calm : { ...calm, multiplierBps: margin.multiplierBps },
    allowed,
    latest: band,
    earlier: feed.earlierBandAt(time, expiry),
    maintenance,
    maintenanceScenario: maintenanceScenario(band, maintenance),
    isPrimary: feed.feed.latest.source === SOURCE.quorum,
    bidTime: feed.bidTimeAt(time) + (isOpenToBids ? feed.liveBidSeconds(time) : 0n),
  };
}

/** The feed's stance under what the market itself asks for. */
export function stanceOf(market: FastMarket, time: number): Stance {
  return tightened(market.feed.stanceAt(time), market.pot.alarmAt(time), market.feed.rules.modes);
}

// SPDX-License-Identifier: MIT
import type { Terms } from "../../../model/clearing/types.ts";
import { CaptureRecord } from "../../record/CaptureRecord.ts";
import { buildPaths } from "../../scenario/paths/buildPaths.ts";
import { populationOf } from "../../scenario/population.ts";
import type { Scenario } from "../../scenario/Scenario.ts";
import type { FastParameters } from "../FastParameters.ts";
import { FeedRunner } from "../feed/FeedRunner.ts";
import { FeedSources } from "../feed/FeedSources.ts";
import { ValidatorSet } from "../feed/ValidatorSet.ts";
import type { FastMarket } from "../protocol/fastTypes.ts";
import { InsurancePot } from "../protocol/InsurancePot.ts";
import { FaultPlan } from "./FaultPlan.ts";
import { Liquidators } from "./Liquidators.ts";
import { parametersOf } from "./parametersOf.ts";
import { RunObserver } from "./RunObserver.ts";
import { Shelf } from "./Shelf.ts";

const ROUND_SECONDS = 15;

/** A settled expiry of a market, for the summary. USD. */
export interface SettledShelf {
  readonly rung: string;
  /** Seconds after the expiry. */
  readonly delaySeconds: number;
  readonly haircut: number;
  readonly drawn: number;
  readonly missing: number;
}

/** A scenario of the fast tier, ready to be played. */
export interface FastWorld {
  readonly scenario: Scenario;
  readonly parameters: FastParameters;
  readonly faults: FaultPlan;
  readonly set: ValidatorSet;
  readonly feeds: readonly FeedRunner[];
  readonly markets: readonly FastMarket[];
  readonly shelves: readonly Shelf[];
  readonly liquidators: Liquidators;
  readonly observer: RunObserver;
  readonly captures: CaptureRecord;
  /** Insurance of all markets at the start, USD. */
  readonly insuranceAtStart: number;
  readonly settled: Map<Shelf, SettledShelf>;
}

/**
 * Builds what a scenario needs: feeds that have long been calm, an insured market with empty books, liquidators with capital.
 * @param given Parameters instead of the scenario's own, for whoever varies them.
 * @throws BallastError `faultNotModelled`, `parameterNotModelled`.
 */
export function createWorld(scenario: Scenario, given?: FastParameters): FastWorld {
  const faults = new FaultPlan(scenario);
  const paths = buildPaths(scenario);
  const { startAt } = scenario.chain;
  const sources = scenario.feeds.map(
    ({ id }, feed) =>
      new FeedSources(scenario, feed, paths.feeds.get(id)!, faults, (witness, step) =>
        captures.seeWitness(id, witness, step),
      ),
  );
  const coinPrice = BigInt(sources[0]?.truthAt(0) ?? 1);
  const parameters = given ?? parametersOf(scenario, coinPrice);
  const { heartbeatSeconds } = scenario.witness;
  const captures = new CaptureRecord(parameters.capture, { heartbeatSeconds, startAt });
  for (const [feed, { id }] of scenario.feeds.entries())
    captures.seeCalm(id, scenario.witness.feeds, BigInt(sources[feed]!.truthAt(0)));
  const round = Math.floor(startAt / ROUND_SECONDS);
  const feeds = scenario.feeds.map(({ id }, feed) => new FeedRunner(id, sources[feed]!, round, parameters.feed));
  const markets = scenario.markets.map(({ feed, collateralKind }, index): FastMarket => {
    const own = parameters.markets[collateralKind];
    const terms: Terms = { kind: collateralKind, unitDecimals: own.unitDecimals, capBps: own.capBps };
    const { model } = feeds.find(({ id }) => id === feed)!;
    return { id: BigInt(index + 1), feed: model, terms, parameters: own, pot: new InsurancePot(own.insurance) };
  });
  const shelves = scenario.markets.flatMap(({ expiriesSeconds }, index) =>
    expiriesSeconds.map((expiry) => new Shelf(markets[index]!, startAt + expiry, parameters.margin)),
  );
  const { capital } = scenario.actors.liquidators;
  const names = populationOf(scenario).liquidators;
  const set = new ValidatorSet(Array.from({ length: scenario.validators.count }, () => scenario.validators.bond));
  return {
    scenario,
    parameters,
    faults,
    set,
    feeds,
    markets,
    shelves,
    liquidators: new Liquidators(names, capital, shelves, parameters.auction),
    observer: new RunObserver(),
    captures,
    insuranceAtStart: insuranceOf(markets, shelves, ({ market }) => market.feed.feed.latest.price),
    settled: new Map(),
  };
}

/** Insurance of all markets, USD. @param priceOf Of a shelf's feed, 8 decimals. */
export function insuranceOf(
  markets: readonly FastMarket[],
  shelves: readonly Shelf[],
  priceOf: (shelf: Shelf) => number,
): number {
  return markets.reduce((sum, market) => {
    const shelf = shelves.find((one) => one.market === market);
    return shelf === undefined ? sum : sum + Number(market.pot.insurance) * shelf.dollarsPerUnit(priceOf(shelf));
  }, 0);
}

// SPDX-License-Identifier: MIT
import { readParameters } from "../../../deploy/parameters.ts";
import type { Parameters } from "../../../deploy/parameters.ts";
import { PRICE_ONE } from "../../model/constants.ts";
import type { MarketScenario, Scenario } from "../scenario/Scenario.ts";

/** First price of a feed, 8 decimals, by its id. */
export type FirstPrices = ReadonlyMap<string, bigint>;

/** Prices are rounded to about a hundred-thousandth. */
const TICK_DIGITS = 5;
/** A strike's step is at most this part of the price. */
const STEPS_IN_PRICE = 60n;
const STRIKE_SCALE = 10_000n;
/** What a witness may say at least and at most, over the first price. */
const WITNESS_RANGE = 1_000n;
/** Of each market, USD. */
const INSURANCE = 250_000n;
const DUST = 50n;
const TIP = 1n;
const UNIT_DECIMALS = { quote: 6n, coin: 9n } as const;

/**
 * Parameters of the protocol for a scenario: those of the local network, with the scenario's feeds and markets, amounts in coin
 * worth what they are in dollars there, and strikes of a step that suits the price.
 */
export function deployParameters(scenario: Scenario, first: FirstPrices): Parameters {
  const local = readParameters("local");
  const [source] = local.feeds[0]!.sources;
  const feeds = [...first].map(([id, price]) => ({
    description: id.replace("-", " / "),
    tick: tickOf(price),
    sources: Array.from({ length: Math.max(1, scenario.witness.feeds) }, () => ({
      ...source!,
      heartbeat: scenario.witness.heartbeatSeconds,
      thresholdBps: scenario.witness.deviationBps,
      minimum: price / WITNESS_RANGE > 0n ? price / WITNESS_RANGE : 1n,
      maximum: price * WITNESS_RANGE,
    })),
  }));
  const slotOf = (id: string): number => [...first.keys()].indexOf(id);
  const sets = scenario.markets.map((market) => parameterSet(local, market, first.get(market.feed)!));
  const markets = scenario.markets.map(({ feed, collateral, collateralKind }, index) => ({
    collateral: collateralKind === "quote" ? "bondToken" : "mock",
    collateralDecimals: collateralKind === "quote" ? 6 : 18,
    ...(collateralKind === "quote" &&
      first.has(`${collateral}-USD`) && { collateralFeed: slotOf(`${collateral}-USD`) }),
    kind: collateralKind === "quote" ? "Quote" : "Coin",
    feed: slotOf(feed),
    parameterSet: index,
    insurer: "fund" as const,
    insurance: unitsOf(INSURANCE, collateralKind, first.get(feed)!),
  }));
  return {
    ...local,
    heartbeat: scenario.chain.kind === "l1" ? 300 : 60,
    targetSize: Math.min(32, Math.max(4, scenario.validators.count)),
    feeds,
    clearing: { feeds: markets.map(({ feed }) => feed).filter(isFirst), parameterSets: sets, markets },
    vaults: [],
  } as Parameters;
}

function parameterSet(
  local: Parameters,
  { collateralKind }: MarketScenario,
  price: bigint,
): Parameters["clearing"]["parameterSets"][number] {
  return {
    ...local.clearing.parameterSets[collateralKind === "quote" ? 0 : 1]!,
    strikeStep: strikeStepOf(price),
    dust: unitsOf(DUST, collateralKind, price),
    tip: unitsOf(TIP, collateralKind, price),
  };
}

/** Largest 1, 2 or 5 times a power of ten that is a small part of the price; 4 decimals. */
export function strikeStepOf(price: bigint): bigint {
  const limit = (price * STRIKE_SCALE) / PRICE_ONE / STEPS_IN_PRICE;
  let step = 1n;
  for (;;) {
    for (const factor of [2n, 5n, 10n]) {
      if (step * factor > limit) return factor === 2n ? step : step * (factor === 5n ? 2n : 5n);
    }
    step *= 10n;
  }
}

function tickOf(price: bigint): bigint {
  return 10n ** BigInt(Math.max(0, `${price}`.length - 1 - TICK_DIGITS));
}

/** Ledger units of a market's collateral that are worth so many dollars. */
export function unitsOf(dollars: bigint, kind: "quote" | "coin", price: bigint): bigint {
  const units = dollars * 10n ** UNIT_DECIMALS[kind];
  return kind === "quote" ? units : (units * PRICE_ONE) / price;
}

function isFirst<Value>(value: Value, index: number, all: readonly Value[]): boolean {
  return all.indexOf(value) === index;
}

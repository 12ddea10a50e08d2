// SPDX-License-Identifier: MIT
import { readParameters } from "../../../deploy/parameters.ts";
import type { Parameters } from "../../../deploy/parameters.ts";
import { PRICE_ONE } from "../../model/constants.ts";
import { MARGIN_FIELDS } from "../scenario/parameterTable.ts";
import type { MarketScenario, Scenario, VaultScenario } from "../scenario/Scenario.ts";

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
const INSURANCE = 250_000;
const DUST = 50;
const TIP = 1;
const HEARTBEATS = { l1: 300, op: 60 } as const;
const FULL_BPS = 10_000;
/** Initial margin of a leveraged vault is covered so many times. */
const LEVERAGE_BUFFER = 1.3;
const VAULT_CAP = 5_000_000_000_000n;
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
  const sets = scenario.markets.map((market) => parameterSet(scenario, local, market, first.get(market.feed)!));
  const markets = scenario.markets.map(({ feed, collateral, collateralKind }, index) => ({
    collateral: collateralKind === "quote" ? "bondToken" : "mock",
    collateralDecimals: collateralKind === "quote" ? 6 : 18,
    ...(collateralKind === "quote" &&
      first.has(`${collateral}-USD`) && { collateralFeed: slotOf(`${collateral}-USD`) }),
    kind: collateralKind === "quote" ? ("Quote" as const) : ("Coin" as const),
    feed: slotOf(feed),
    parameterSet: index,
    insurer: "fund" as const,
    insurance: unitsOf(
      scenario.params.get(`insurance.${collateralKind}`) ?? INSURANCE,
      collateralKind,
      first.get(feed)!,
    ),
  }));
  const given = (name: string): number | undefined => scenario.params.get(name);
  return {
    ...local,
    heartbeat: given("heartbeat") ?? HEARTBEATS[scenario.chain.kind],
    tipBase: micro(given("tipBase")) ?? local.tipBase,
    epochReward: micro(given("epochReward")) ?? local.epochReward,
    pokeReward: micro(given("pokeReward")) ?? local.pokeReward,
    minimumBond: micro(given("minimumBond")) ?? local.minimumBond,
    targetSize: given("targetSize") ?? local.targetSize,
    risk: {
      ...local.risk,
      haircutBps: given("risk.haircutBps") ?? local.risk.haircutBps,
      ceilingThousands: given("risk.ceilingThousands") ?? local.risk.ceilingThousands,
    },
    feeds,
    clearing: { feeds: [...new Set(markets.map(({ feed }) => feed))], parameterSets: sets, markets },
    vaults: scenario.vaults.map((vault, index) => vaultParameters(scenario, vault, index)),
  };
}

/** A vault sells in the market of its feed whose collateral its strategy needs. */
function vaultParameters(scenario: Scenario, vault: VaultScenario, index: number): Parameters["vaults"][number] {
  const kind = vault.strategy === "coveredCalls" ? "coin" : "quote";
  const market = scenario.markets.findIndex((one) => one.feed === vault.feed && one.collateralKind === kind) + 1;
  const given = (name: string, usual: number): number => scenario.params.get(`vaults.${name}`) ?? usual;
  return {
    market,
    fundingBps: vault.leverage === 1 ? 0 : Math.round((FULL_BPS * LEVERAGE_BUFFER) / vault.leverage),
    deltaBps: given("deltaBps", 2_000),
    floorVolatilityBps: given("floorVolatilityBps", 5_000),
    highBps: given("highBps", 15_000),
    reserveBps: given("reserveBps", 10_500),
    auctionSeconds: given("auctionSeconds", 21_600),
    depositCap: VAULT_CAP,
    name: `Vault ${index + 1}`,
    symbol: `bVAULT-${index + 1}`,
  };
}

function parameterSet(
  scenario: Scenario,
  local: Parameters,
  { collateralKind: kind }: MarketScenario,
  price: bigint,
): Parameters["clearing"]["parameterSets"][number] {
  const given = (name: string): number | undefined => scenario.params.get(`margin.${kind}.${name}`);
  const base = local.clearing.parameterSets[kind === "quote" ? 0 : 1]!;
  const fields = MARGIN_FIELDS.map((field) => [field, given(field) ?? base[field]]);
  return {
    ...base,
    ...(Object.fromEntries(fields) as Pick<typeof base, (typeof MARGIN_FIELDS)[number]>),
    strikeStep: strikeStepOf(price),
    dust: unitsOf(given("dust") ?? DUST, kind, price),
    tip: unitsOf(given("tip") ?? TIP, kind, price),
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

/** Ledger units of a market's collateral that are worth so many dollars; rounded down. */
export function unitsOf(dollars: number, kind: "quote" | "coin", price: bigint): bigint {
  const units = (micro(dollars) * 10n ** UNIT_DECIMALS[kind]) / micro(1);
  return kind === "quote" ? units : (units * PRICE_ONE) / price;
}

/** Units of six decimals, the nearest. */
function micro(value: number): bigint;
function micro(value: number | undefined): bigint | undefined;
function micro(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(Math.round(value * 1_000_000));
}

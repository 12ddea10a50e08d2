// SPDX-License-Identifier: MIT
import { coinOf } from "./coinOf.ts";
import { PARAMETERS } from "./parameterTable.ts";
import type { ReadSections } from "./readSections.ts";
import type { CollateralScenario, MarketScenario, PathSource, Scenario } from "./Scenario.ts";
import { SECTIONS } from "./shapes/sections.ts";
import type { Sections } from "./shapes/sections.ts";

/** Tells that what stands at a path is wrong; `isKey` when the key itself is. */
export type Refuse = (path: readonly (string | number)[], message: string, isKey?: boolean) => void;

const DAY_SECONDS = 86_400;
const EXPIRY_SECONDS = 8 * 3_600;
/** Days to the latest expiry that the Clearinghouse opens. */
const LATEST_DAYS = 90;
const USUAL_EXPIRIES = 2;
const USUAL_COLLATERAL = "USDC";
const ONE_DOLLAR: PathSource = { model: "anchors", anchors: [{ atSeconds: 0, price: 10n ** 8n, volatility: 0 }] };

/** Collateral by symbol, with what is always there. */
export function collateralOf(sections: Sections, refuse: Refuse): ReadonlyMap<string, CollateralScenario> | undefined {
  const { collateral, feeds } = sections;
  if (collateral === undefined || feeds === undefined) return undefined;
  const coins = new Set(feeds.map(({ id }) => coinOf(id)));
  for (const { symbol } of collateral)
    if (coins.has(symbol) && symbol !== USUAL_COLLATERAL)
      refuse(["collateral", symbol], "a feed's coin has the feed's price and no path of its own", true);
  const usual = { symbol: USUAL_COLLATERAL, path: ONE_DOLLAR };
  return new Map([usual, ...collateral].map((entry) => [entry.symbol, entry]));
}

/** Markets with kind and expiries filled in, as far as these can be told; without any, one of the first feed. */
export function marketsOf(
  sections: Sections,
  collateral: ReadonlyMap<string, CollateralScenario> | undefined,
  refuse: Refuse,
): MarketScenario[] | undefined {
  const { feeds, chain, markets } = sections;
  if (feeds === undefined) return undefined;
  const seen = new Set<string>();
  return (markets ?? SECTIONS.markets.parse([{ feed: feeds[0]!.id }])).map((market, index) => {
    const at = ["markets", index];
    const isCoin = coinOf(market.feed) === market.collateral;
    const kind = isCoin ? "coin" : "quote";
    if (!feeds.some(({ id }) => id === market.feed))
      refuse([...at, "feed"], `${market.feed} is no feed of this scenario: ${feeds.map(({ id }) => id).join(", ")}`);
    if (!isCoin && collateral?.has(market.collateral) === false)
      refuse([...at, "collateral"], `${market.collateral} is neither listed under collateral nor the feed's own coin`);
    if ((market.collateralKind ?? kind) !== kind)
      refuse(
        [...at, "collateralKind"],
        `${market.collateral} is ${isCoin ? "the feed's coin" : "not the feed's coin"}: ${kind}`,
      );
    const name = `${market.feed}/${market.collateral}`;
    if (seen.has(name)) refuse(at, `${name} is there twice`);
    seen.add(name);
    checkRising(market.strikes, [...at, "strikes"], refuse);
    const { feed, collateral: symbol, strikes } = market;
    const expiriesSeconds =
      chain === undefined ? [] : expiriesOf(market.expiries, chain.start, [...at, "expiries"], refuse);
    return { feed, collateral: symbol, collateralKind: kind, expiriesSeconds, strikes };
  });
}

function expiriesOf(
  given: readonly ({ readonly at: number } | { readonly after: number })[] | undefined,
  startAt: number,
  path: readonly (string | number)[],
  refuse: Refuse,
): number[] {
  if (given === undefined) {
    const first = Math.floor((startAt - EXPIRY_SECONDS) / DAY_SECONDS + 1) * DAY_SECONDS + EXPIRY_SECONDS - startAt;
    return Array.from({ length: USUAL_EXPIRIES }, (_, day) => first + day * DAY_SECONDS);
  }
  const seconds = given.map((expiry) => ("at" in expiry ? expiry.at - startAt : expiry.after));
  for (const [index, after] of seconds.entries()) {
    if ((startAt + after) % DAY_SECONDS !== EXPIRY_SECONDS) refuse([...path, index], "expiries are at 08:00 UTC");
    if (after <= 0) refuse([...path, index], "lies before the scenario's start");
    if (after > LATEST_DAYS * DAY_SECONDS) refuse([...path, index], `more than ${LATEST_DAYS} days after the start`);
  }
  checkRising(seconds, path, refuse);
  return seconds;
}

/** What is wrong between sections whose shapes hold. */
export function checkSections(
  { sections }: ReadSections,
  markets: readonly MarketScenario[] | undefined,
  refuse: Refuse,
): void {
  const { feeds, venues, validators, vaults, chain, duration } = sections;
  const ids = feeds?.map(({ id }) => id) ?? [];
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) < index) refuse(["feeds", index, "id"], `${id} is there twice`);
  if (venues !== undefined && validators !== undefined && validators.venuesEach > venues.count)
    refuse(
      ["validators", "venuesEach"],
      `every validator reads ${validators.venuesEach} venues, and there are ${venues.count}`,
    );
  const leastBond = sections.params?.["minimumBond"] ?? PARAMETERS.get("minimumBond")!.usual;
  if (validators !== undefined && validators.bond < leastBond)
    refuse(["validators", "bond"], `a bond of ${validators.bond} is below the parameter minimumBond of ${leastBond}`);
  if (chain !== undefined && duration !== undefined && duration / chain.blockTime > MOST_BLOCKS)
    refuse(["duration"], `more than ${MOST_BLOCKS.toLocaleString("en-US")} blocks of ${chain.blockTime} s`);
  for (const [index, { feed, strategy }] of (vaults ?? []).entries()) {
    const kind = strategy === "coveredCalls" ? "coin" : "quote";
    if (markets?.every((market) => market.feed !== feed || market.collateralKind !== kind) === true)
      refuse(["vaults", index], `${strategy} on ${feed} need a ${kind} market of that feed`);
  }
}

const MOST_BLOCKS = 5_000_000;

function checkRising(values: readonly number[], path: readonly (string | number)[], refuse: Refuse): void {
  for (const [index, value] of values.entries())
    if (index > 0 && value <= values[index - 1]!) refuse([...path, index], "values must rise");
}

/** A scenario without its faults, when everything that it is made of holds. */
export function assemble(
  sections: Sections,
  collateral: ReadonlyMap<string, CollateralScenario> | undefined,
  markets: readonly MarketScenario[] | undefined,
): Omit<Scenario, "faults"> | undefined {
  const { version, name, about, seed, duration, chain, feeds, venues, gas, validators, witness } = sections;
  const { vaults, actors, params, expect } = sections;
  if (version === undefined || name === undefined || about === undefined || seed === undefined) return undefined;
  if (duration === undefined || chain === undefined || feeds === undefined || venues === undefined) return undefined;
  if (gas === undefined || validators === undefined || witness === undefined || vaults === undefined) return undefined;
  if (actors === undefined || params === undefined || expect === undefined) return undefined;
  if (collateral === undefined || markets === undefined) return undefined;
  const { kind, blockTime, finalityLag, start } = chain;
  const { feeds: sources, lag, noiseBps, deviationBps, heartbeat } = witness;
  return {
    version,
    name,
    about,
    seed,
    durationSeconds: duration,
    chain: { kind, blockSeconds: blockTime, finalityLagBlocks: finalityLag, startAt: start },
    feeds,
    collateral,
    venues,
    gas,
    validators,
    witness: { feeds: sources, lagSeconds: lag, noiseBps, deviationBps, heartbeatSeconds: heartbeat },
    markets,
    vaults,
    actors,
    params: new Map(Object.entries(params)),
    expect,
  };
}

// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { tokensPerUnit } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";

/** First answer of each feed's mock witnesses: USD, 8 decimals, and when it was observed. */
export interface FirstAnswers {
  readonly prices: readonly bigint[];
  readonly observedAt: bigint;
}

/** Of the three feeds of a local network. */
export const FIRST_PRICES: readonly bigint[] = [300_000_000_000n, 6_500_000_000_000n, 100_000_000n];

/** What a local network lacks: tokens, some of them the deployer's, and a witness contract for every source named "mock". */
export function localStageModule(parameters: Parameters, first: FirstAnswers) {
  return buildModule("LocalStage", (m) => {
    const token = m.contract("MockToken", ["USD Coin", "USDC", 6]);
    const witnesses = parameters.feeds.flatMap(({ description, sources }, feed) =>
      sources.map((_, index) => {
        const name = witnessName(feed, index);
        const witness = m.contract("MockAggregator", [8, description], { id: name });
        m.call(witness, "push", [first.prices[feed]!, first.observedAt], { id: `First${name}` });
        return [name, witness] as const;
      }),
    );
    const collaterals = parameters.clearing.markets.flatMap((market, index) => {
      const name = collateralName(index);
      const coin =
        market.collateral === "mock"
          ? m.contract("MockToken", ["Wrapped Ether", "WETH", market.collateralDecimals], { id: name })
          : token;
      const amount = market.insurance * tokensPerUnit(market);
      m.call(coin, "mint", [m.getAccount(0), amount], { id: `Insurance${index}` });
      return [[name, coin] as const];
    });
    return { token, ...Object.fromEntries([...witnesses, ...collaterals]) };
  });
}

/** The same parameters with the addresses of a local stage in the place of every mock that it has. */
export function withStage(given: Parameters, places: ReadonlyMap<string, string>): Parameters {
  const feeds = given.feeds.map((feed, slot) => ({
    ...feed,
    sources: feed.sources.map((source, index) => ({ ...source, target: places.get(witnessName(slot, index))! })),
  }));
  const markets = given.clearing.markets.map((market, index) => ({
    ...market,
    collateral: market.collateral === "mock" ? places.get(collateralName(index))! : market.collateral,
  }));
  return { ...given, bondToken: places.get("token")!, feeds, clearing: { ...given.clearing, markets } };
}

/** Name under which the module returns a mock witness. */
export function witnessName(feed: number, index: number): string {
  return `Witness${feed}_${index}`;
}

/** Name under which the module returns a market's collateral. */
export function collateralName(market: number): string {
  return `Collateral${market}`;
}

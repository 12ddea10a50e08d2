// SPDX-License-Identifier: MIT
import type { QuotedMarket } from "../../model/trading/judgeQuote.ts";
import type { MarketScenario } from "../scenario/Scenario.ts";
import type { World } from "../world/World.ts";

/** What everybody knows of a market of the scenario. */
export interface MarketFacts {
  /** The first is 1. */
  readonly number: bigint;
  readonly hash: string;
  readonly scenario: MarketScenario;
  readonly quoted: QuotedMarket;
  /** Address of its collateral. */
  readonly token: string;
  /** Token units in a ledger unit. */
  readonly unit: bigint;
  /** Unix seconds, rising. */
  readonly expiries: readonly bigint[];
  /** Of its feed, 8 decimals. */
  readonly firstPrice: bigint;
}

/** Markets in their order; the world stands but nothing of it runs yet. */
export function marketFactsOf(world: Pick<World, "scenario" | "room" | "watch" | "truth">): MarketFacts[] {
  const { scenario, room, watch, truth } = world;
  const { parameterSets, markets } = room.parameters.clearing;
  return scenario.markets.map((market, index) => {
    const number = BigInt(index + 1);
    const { terms, token, marketHash: hash } = watch.ledger.markets.get(number)!;
    const { strikeStep, mintFee, tip, dust } = parameterSets[index]!;
    const { collateralDecimals } = markets[index]!;
    return {
      number,
      hash,
      scenario: market,
      quoted: {
        terms,
        strikeStep: BigInt(strikeStep),
        mintFee: BigInt(mintFee),
        tip: BigInt(tip),
        dust: BigInt(dust),
        isSunset: false,
      },
      token,
      unit: 10n ** BigInt(collateralDecimals - terms.unitDecimals),
      expiries: market.expiriesSeconds.map((seconds) => BigInt(scenario.chain.startAt + seconds)),
      firstPrice: truth.priceAt(market.feed, 0),
    };
  });
}

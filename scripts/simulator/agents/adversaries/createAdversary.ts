// SPDX-License-Identifier: MIT
import type { AdversaryScenario } from "../../scenario/Scenario.ts";
import type { World } from "../../world/World.ts";
import type { Buyer } from "../buying/Buyer.ts";
import type { Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { ProviderPlace } from "../providing/Provider.ts";
import type { Adversary } from "./Adversary.ts";
import { BreakerTripper } from "./BreakerTripper.ts";
import { ColludingThird } from "./ColludingThird.ts";
import { heldSeats } from "./heldSeats.ts";
import { LyingSeats } from "./LyingSeats.ts";
import { planInterestCap } from "./planInterestCap.ts";
import { planStalePrice } from "./planStalePrice.ts";
import { RunBeforeLoss } from "./RunBeforeLoss.ts";
import { seeSpread } from "./seeSpread.ts";
import { SelfLiquidation } from "./SelfLiquidation.ts";
import { SelfWriter } from "./SelfWriter.ts";
import { Seller } from "./Seller.ts";
import { StaleQuote } from "./StaleQuote.ts";
import { watchVenues } from "./watchVenues.ts";

/** Whom an adversary meets. */
export interface AdversaryCast {
  readonly hand: Hand;
  readonly markets: readonly MarketFacts[];
  readonly buyers: readonly Buyer[];
  /** Of the first market. */
  readonly insurance: ProviderPlace;
}

/** Somebody who plays a strategy. */
export function createAdversary(world: World, adversary: AdversaryScenario, cast: AdversaryCast): Adversary {
  const { hand, markets, buyers, insurance } = cast;
  switch (adversary.strategy) {
    case "interestCap":
      return new SelfWriter(hand, markets, async (sight) =>
        planInterestCap({ ...sight, expected: sight.reading.average12h }),
      );
    case "stalePrice": {
      const seeVenues = watchVenues(world, hand.name);
      return new SelfWriter(hand, markets, async (sight, { scenario }) =>
        planStalePrice({ ...sight, opens: sight.reading.opens, venues: (await seeVenues()).get(scenario.feed) ?? 0n }),
      );
    }
    case "selfLiquidation":
      return new SelfLiquidation(hand, markets);
    case "staleQuote":
      return new StaleQuote(new Seller(hand, buyers), markets, watchVenues(world, hand.name));
    case "runBeforeLoss":
      return new RunBeforeLoss(hand, insurance, watchVenues(world, hand.name));
    case "colludingThird":
      return new ColludingThird(new Seller(hand, buyers), markets, seatsOf(world, adversary), seeSpread(world, hand));
    case "breakerTripper":
      return new BreakerTripper(hand, markets, seatsOf(world, adversary));
  }
}

function seatsOf({ manners, population }: World, adversary: AdversaryScenario): LyingSeats {
  const { validators: all, feeds } = population;
  return new LyingSeats(manners, { held: heldSeats(adversary, all), all, feeds });
}

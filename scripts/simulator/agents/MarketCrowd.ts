// SPDX-License-Identifier: MIT
import type { RunNotes } from "../record/RunNotes.ts";
import type { MarketHands } from "../injections/faultGround.ts";
import type { World } from "../world/World.ts";
import type { Buyer } from "./buying/Buyer.ts";
import { drainInsurance } from "./drainInsurance.ts";
import { DustOpener } from "./DustOpener.ts";
import { patiently } from "./everyNowAndThen.ts";
import { giveMoney } from "./giveMoney.ts";
import { Hand } from "./Hand.ts";
import type { MarketFacts } from "./marketFacts.ts";
import type { Provider, ProviderPlace } from "./providing/Provider.ts";

/** Who acts in the markets, as far as faults move them. */
export interface CrowdParts {
  readonly world: World;
  readonly markets: readonly MarketFacts[];
  readonly buyers: readonly Buyer[];
  readonly providers: readonly Provider[];
  /** Vaults, and the insurance of each market. */
  readonly places: readonly ProviderPlace[];
  readonly attempt: RunNotes["attempt"];
}

const DUST_OPENER = "dust-1";
const ETHER = 10_000n;
const BLOCKS_TO_WAIT = 2;
const MILLISECONDS = 1_000;

/** What faults of the market do with the people of a scenario. */
export class MarketCrowd implements MarketHands {
  readonly #parts: CrowdParts;
  #dust: DustOpener | undefined;

  constructor(parts: CrowdParts) {
    this.#parts = parts;
  }

  /** Buyers bid so much more rarely. */
  setLiquidity(market: string, multiply: number): void {
    const { number } = this.#of(market);
    for (const buyer of this.#parts.buyers) buyer.setAppetite(number, multiply);
  }

  /** Providers leave as fast as they are let, from now on at every look; the first look is now. */
  runOnVaults(markets: readonly string[], isOn: boolean): void {
    const numbers = markets.map((market) => this.#of(market).number);
    const those = this.#parts.providers.filter(
      ({ place }) => place.kind === "vault" && numbers.includes(place.market.number),
    );
    for (const provider of those) {
      provider.isRunning = isOn;
      if (isOn) void provider.look();
    }
  }

  drainInsurance(markets: readonly string[]): void {
    const { world, places } = this.#parts;
    for (const market of markets.map((name) => this.#of(name))) {
      const fund = places.find((place) => place.kind === "fund" && place.market === market);
      if (fund !== undefined) void drainInsurance(world, market, fund.to);
    }
  }

  openDustBooks(markets: readonly string[], count: number): void {
    void this.#openDust(
      markets.map((market) => this.#of(market)),
      count,
    );
  }

  async #openDust(markets: readonly MarketFacts[], count: number): Promise<void> {
    const { world, attempt } = this.#parts;
    this.#dust ??= new DustOpener(new Hand(DUST_OPENER, world, attempt));
    const { hand } = this.#dust;
    await world.environment.fund(hand.address, ETHER);
    const gifts = markets.map((market) => {
      return { to: hand.address, market, amount: DustOpener.fundsFor(market, count), place: "balance" as const };
    });
    await giveMoney(world, gifts);
    const { blockSeconds } = world.scenario.chain;
    await world.time.waitUntil(world.time.nowMs + BLOCKS_TO_WAIT * blockSeconds * MILLISECONDS);
    for (const market of markets) await patiently(() => this.#dust!.open(market, count));
  }

  /** By the name of the population, such as `ETH-USD/USDC`. */
  #of(market: string): MarketFacts {
    const { world, markets } = this.#parts;
    return markets[world.population.markets.indexOf(market)]!;
  }
}

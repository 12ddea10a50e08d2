// SPDX-License-Identifier: MIT
import { larger } from "../../model/clearing/payoff.ts";
import { streamOf } from "../scenario/streams.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { drawWriter } from "../fast/run/drawWriters.ts";
import { unitsOf } from "../world/deployParameters.ts";
import type { World } from "../world/World.ts";
import type { RunNotes } from "../record/RunNotes.ts";
import type { Adversary } from "./adversaries/Adversary.ts";
import { createAdversary } from "./adversaries/createAdversary.ts";
import { booksIn, Buyer } from "./buying/Buyer.ts";
import { VaultBidder } from "./buying/VaultBidder.ts";
import { everyNowAndThen } from "./everyNowAndThen.ts";
import { giveMoney } from "./giveMoney.ts";
import type { Gift } from "./giveMoney.ts";
import { Hand } from "./Hand.ts";
import { marketFactsOf } from "./marketFacts.ts";
import type { MarketFacts } from "./marketFacts.ts";
import { MarketCrowd } from "./MarketCrowd.ts";
import { joinPlaces, placesOf } from "./providing/joinPlaces.ts";
import { Provider } from "./providing/Provider.ts";
import type { ProviderPlace } from "./providing/Provider.ts";
import { Writer } from "./writing/Writer.ts";
import type { Wish } from "./writing/Writer.ts";
import { Witnesses } from "./witness/Witnesses.ts";

/** Everybody in a world who runs no program. */
export interface Agents {
  readonly writers: readonly Writer[];
  readonly buyers: readonly Buyer[];
  readonly providers: readonly Provider[];
  /** For faults of the market. */
  readonly market: MarketCrowd;
}

/** Who buys where a scenario names no buyers. */
const PUBLIC = "public-1";
const ETHER = 10_000n;
/** USD that a writer comes with for each market. */
const WRITER_FUNDS = 200_000;
/** USD of notional that a buyer expects of a writer, and what of it he puts behind it. */
const WRITER_NOTIONAL = 30_000;
const BUYER_SHARE = 0.5;
const LEAST_BUYER_FUNDS = 20_000;
/** USD in a buyer's wallet for what the vaults of a market sell. */
const BIDDER_FUNDS = 20_000;
/** Everybody opens within so long of the start. */
const OPENING_MS = 600_000n;
const BUYERS_FIRST_MS = 120_000;
const APART_MS = 1_000;
/** Whoever acts in the same moment as others, or as a block comes, races with them. */
const BESIDE_MS = 500;
const WRITER_LOOKS_MS = 600_000;
const BUYER_LOOKS_MS = 1_800_000;
const PROVIDER_LOOKS_MS = 3_600_000;
const ADVERSARY_LOOKS_MS = 300_000;
/** Every so many looks a writer opens something else. */
const LOOKS_TO_OPENING = 36n;
const LEAST_TOP_UP_PERCENT = 100n;
const TOP_UP_RANGE = 40n;
/** A third of the writers puts nothing more behind what he opened, the others up to a fifth of its notional. */
const MOST_RESERVE_PERCENT = 20n;
const NO_RESERVE_PERCENT = 10n;
const EXIT_PERCENT = 10;
/** Nothing is opened that expires sooner. */
const LEAST_TENOR_SECONDS = 3_600n;

/**
 * Fills a world with people: gives them what they come with and starts their lives. To be called when the world is made and
 * before it begins. @param attempt Hears of everybody's openings and exits.
 */
export async function populate(world: World, attempt: RunNotes["attempt"]): Promise<Agents> {
  const { population, environment, time, scenario } = world;
  const markets = marketFactsOf(world);
  new Witnesses(world).start();
  const buyers = (population.buyers.length > 0 ? population.buyers : [PUBLIC]).map((name) => {
    const hand = new Hand(name, world, attempt);
    const house = world.room.house.target as string;
    return new Buyer(hand, markets, house, world.chain.chainId, streamOf(scenario.seed, name));
  });
  const writers = population.writers.map((name, index) =>
    createWriter(world, { name, index, markets, buyers, attempt }),
  );

  const places = placesOf(world, markets);
  const providers =
    places.length === 0
      ? []
      : population.providers.map((name, index) => {
          const hand = new Hand(name, world, attempt);
          return new Provider(hand, places[index % places.length]!, streamOf(scenario.seed, name));
        });

  const insurance = places.find(({ kind }) => kind === "fund")!;
  const adversaries = scenario.actors.adversaries.map((adversary, index) => {
    const hand = new Hand(population.adversaries[index]!, world, attempt);
    return createAdversary(world, adversary, { hand, markets, buyers, insurance });
  });

  for (const { hand } of [...buyers, ...writers, ...providers, ...adversaries])
    await environment.fund(hand.address, ETHER);
  const shareOf = (market: MarketFacts): bigint => buyerShare(scenario, buyers.length, market);
  const vaults = places.filter(({ kind }) => kind === "vault");
  await giveMoney(world, giftsOf(world, { markets, vaults, buyers, writers, adversaries, shareOf }));

  await joinPlaces(world, providers, scenario.actors.providers.deposit);

  const startMs = scenario.chain.startAt * 1000;
  for (const [index, provider] of providers.entries()) {
    const firstMs = startMs + (index * PROVIDER_LOOKS_MS) / providers.length;
    void everyNowAndThen(time, { firstMs, everyMs: PROVIDER_LOOKS_MS }, () => provider.look());
  }
  for (const [index, buyer] of buyers.entries()) {
    const firstMs = startMs - BUYERS_FIRST_MS + index * APART_MS;
    const bidder = new VaultBidder(buyer.hand, vaults, streamOf(scenario.seed, `${buyer.hand.name} at vaults`));
    void everyNowAndThen(time, { firstMs, everyMs: BUYER_LOOKS_MS }, async () => {
      await buyer.begin(shareOf);
      await buyer.turn();
      await bidder.look();
    });
  }
  for (const [index, adversary] of adversaries.entries()) {
    const firstMs = startMs + BESIDE_MS + index * APART_MS;
    void everyNowAndThen(time, { firstMs, everyMs: ADVERSARY_LOOKS_MS }, () => adversary.look());
  }
  for (const writer of writers) live(world, writer);
  const market = new MarketCrowd({ world, markets, buyers, providers, places, attempt });
  return { writers, buyers, providers, market };
}

function live({ time, scenario }: World, writer: Writer): void {
  const random = streamOf(scenario.seed, `${writer.hand.name} rhythm`);
  const firstMs = scenario.chain.startAt * 1000 + Number(random.below(OPENING_MS));
  let looks = 0;
  void everyNowAndThen(time, { firstMs, everyMs: WRITER_LOOKS_MS }, async () => {
    const opens = looks === 0 || random.below(LOOKS_TO_OPENING) === 0n;
    looks += 1;
    if (opens) await writer.open();
    else await writer.turn();
  });
}

interface WriterCast {
  readonly name: string;
  readonly index: number;
  readonly markets: readonly MarketFacts[];
  readonly buyers: readonly Buyer[];
  readonly attempt: RunNotes["attempt"];
}

/** The first wish of a writer is that of the fast tier; later ones come from a stream of their own. */
function createWriter(world: World, { name, index, markets, buyers, attempt }: WriterCast): Writer {
  const { scenario, time } = world;
  const prices = markets.map(({ firstPrice }) => Number(firstPrice) / 1e8);
  const [first, later] = [streamOf(scenario.seed, name), streamOf(scenario.seed, `${name} later`)];
  let wishes = 0;
  const wish = (): Wish | undefined => {
    if (markets.length === 0) return undefined;
    const plan = drawWriter(scenario, prices, index, wishes === 0 ? first : later);
    wishes += 1;
    const market = markets[plan.market]!;
    const expiry = market.expiries[plan.expiry]!;
    return expiry > time.nowSeconds + LEAST_TENOR_SECONDS ? { ...plan, market, expiry } : undefined;
  };
  const random = streamOf(scenario.seed, `${name} temper`);
  return new Writer({
    hand: new Hand(name, world, attempt),
    random,
    buyers,
    wish,
    reservePercent: larger(0n, random.below(MOST_RESERVE_PERCENT + NO_RESERVE_PERCENT) - NO_RESERVE_PERCENT),
    temper: { topUpPercent: LEAST_TOP_UP_PERCENT + random.below(TOP_UP_RANGE), exitPercent: EXIT_PERCENT },
  });
}

/** What a buyer puts into each of his books of a market. */
function buyerShare({ actors }: Scenario, buyers: number, { scenario, quoted, firstPrice }: MarketFacts): bigint {
  const expected = (actors.writers.count * WRITER_NOTIONAL * BUYER_SHARE) / (buyers * scenario.expiriesSeconds.length);
  return unitsOf(Math.max(LEAST_BUYER_FUNDS, expected), quoted.terms.kind, firstPrice);
}

interface Cast {
  readonly markets: readonly MarketFacts[];
  readonly vaults: readonly ProviderPlace[];
  readonly buyers: readonly Buyer[];
  readonly writers: readonly Writer[];
  readonly adversaries: readonly Adversary[];
  readonly shareOf: (market: MarketFacts) => bigint;
}

function giftsOf(world: World, { markets, vaults, buyers, writers, adversaries, shareOf }: Cast): Gift[] {
  const { scenario, population } = world;
  return markets.flatMap((market) => {
    const { quoted, firstPrice, expiries } = market;
    const units = (dollars: number): bigint => unitsOf(dollars, quoted.terms.kind, firstPrice);
    const give = (to: string, amount: bigint): Gift => ({ to, market, amount, place: "balance" });
    const books = BigInt(booksIn(market) * expiries.length);
    const bidders = vaults.some((vault) => vault.market === market) ? buyers : [];
    return [
      ...bidders.map(({ hand }): Gift => {
        return { to: hand.address, market, amount: units(BIDDER_FUNDS), place: "wallet" };
      }),
      ...writers.map(({ hand }) => give(hand.address, units(WRITER_FUNDS))),
      ...buyers.map(({ hand }) => give(hand.address, books * shareOf(market))),
      ...adversaries.map(({ hand }, index) => give(hand.address, units(scenario.actors.adversaries[index]!.capital))),
      ...population.liquidators.map((name) =>
        give(world.keyOf(name).address, units(scenario.actors.liquidators.capital)),
      ),
    ];
  });
}

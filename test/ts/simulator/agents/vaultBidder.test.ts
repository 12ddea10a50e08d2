// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { populate } from "../../../../scripts/simulator/agents/populate.ts";
import type { AccountRow } from "../../../../scripts/simulator/record/Accounts.ts";
import { recordRun } from "../../../../scripts/simulator/record/RunRecord.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import type { WorldEvent } from "../../../../scripts/simulator/world/BlockWatch.ts";
import { seriesLeg } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { World } from "../../../../scripts/simulator/world/World.ts";
import { expectNear } from "../../model/expectNear.ts";

/** From five to nine, when vaults may start, on a Friday; their prices fall within half an hour. */
const SCENARIO = `
version: 1
name: auctions
seed: 8
duration: 90m
chain: { blockTime: 30s, start: 2026-01-02T08:55:00Z }
feeds: [{ id: ETH-USD, path: [[0, 3000], [90, 3000, 0.4]] }]
validators: { count: 4 }
params: { vaults.auctionSeconds: 1800 }
markets: [{ feed: ETH-USD, collateral: USDC }, { feed: ETH-USD, collateral: ETH }]
vaults: [{ feed: ETH-USD, strategy: cashSecuredPuts }, { feed: ETH-USD, strategy: coveredCalls }]
actors:
  writers: { count: 0 }
  buyers: { count: 3 }
  liquidators: { count: 0 }
  providers: { count: 4, deposit: 50000 }
`;
const USDC_DIGITS = 1e6;
const SIZE_DIGITS = 1e6;
const STRIKE_DIGITS = 1e4;
const FEE = 0.0002;
/** USD that a book sets aside for its flagging and its settlement. */
const BOOK_TIPS = 2;

interface Seen {
  readonly sales: readonly WorldEvent[];
  readonly accounts: readonly AccountRow[];
  /** Whose account is whose. */
  readonly nameOf: ReadonlyMap<string, string>;
  readonly putSeries: bigint;
}

async function live(): Promise<Seen> {
  const world = await World.create(parseScenario(SCENARIO, "auctions.yaml"));
  try {
    const record = recordRun(world, { isByzantine: () => false });
    const sales: WorldEvent[] = [];
    await populate(world, (attempt) => record.attempt(attempt));
    world.watch.observe(({ events }) => void sales.push(...events.filter(({ name }) => name === "OptionsSold")));
    await world.begin();
    await world.run(world.scenario.durationSeconds);
    const nameOf = new Map(world.population.buyers.map((name) => [world.keyOf(name).address, name]));
    return { sales, accounts: record.accounts(), nameOf, putSeries: await world.room.vaults[0]!.seriesId() };
  } finally {
    await world.close();
  }
}

describe("Who bids in the auctions of vaults", function () {
  this.timeout(180_000);
  let seen: Seen;

  before(async () => {
    seen = await live();
  });

  it("buyers pay when the falling price is under what they think fair, each once for a vault's options", () => {
    const bought = seen.sales.map(({ args }) => `${args["buyer"] as string} ${args["seriesId"] as bigint}`);
    expect(new Set(seen.sales.map(({ args }) => args["seriesId"] as bigint)).size).to.equal(2);
    expect(new Set(bought).size).to.equal(bought.length);
  });

  it("what a buyer paid to a vault is his loss until the options are worth something, and the vault's gain", () => {
    const puts = seen.sales.filter(({ args }) => (args["seriesId"] as bigint) === seen.putSeries);
    const vault = seen.accounts.find(({ account }) => account === "OptionsVault0")!;
    const costs = feeOf(puts) + BOOK_TIPS;
    expectNear(vault.profit, "premium of the puts less the market's fee and tips", premiumOf(puts) - costs, 0.02);
    const losses = seen.accounts.filter(({ account }) => [...seen.nameOf.values()].includes(account));
    expect(losses.filter(({ profit }) => profit < 0).length).to.be.greaterThan(0);
  });

  it("the results of all accounts, with insurance and fees, add up to nothing", () => {
    const results = seen.accounts.reduce((total, { profit }) => total + profit, 0);
    expectNear(results, "sum of results", 0, seen.accounts.length * 0.01);
  });
});

function premiumOf(sales: readonly WorldEvent[]): number {
  return sales.reduce((total, { args }) => total + Number(args["premium"] as bigint) / USDC_DIGITS, 0);
}

/** Two basis points of size times strike. */
function feeOf(sales: readonly WorldEvent[]): number {
  return sales.reduce((total, { args }) => {
    const { strike, size } = seriesLeg(args["seriesId"] as bigint, args["size"] as bigint);
    return total + (Number(strike) / STRIKE_DIGITS) * (Number(size) / SIZE_DIGITS) * FEE;
  }, 0);
}

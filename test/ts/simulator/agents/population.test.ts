// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { Lookout } from "../../../../scripts/simulator/record/Lookout.ts";
import type { ProbeSight } from "../../../../scripts/simulator/record/sights.ts";
import type { Attempt } from "../../../../scripts/simulator/record/RunNotes.ts";
import { populate } from "../../../../scripts/simulator/agents/populate.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import type { WorldEvent } from "../../../../scripts/simulator/world/BlockWatch.ts";
import { World } from "../../../../scripts/simulator/world/World.ts";

const SCENARIO = `
version: 1
name: fall
seed: 8
duration: 30m
feeds: [{ id: ETH-USD, path: [[0, 3000], [30, 3000, 0.3]] }]
gas: [[0, 1]]
validators: { count: 4 }
vaults: [{ feed: ETH-USD, strategy: cashSecuredPuts }]
markets: [{ feed: ETH-USD, collateral: USDC, strikes: [95, 100, 105] }]
actors:
  writers: { count: 5, style: mixed, health: [1.05, 1.3] }
  buyers: { count: 2 }
  liquidators: { count: 1, capital: 500000 }
  providers: { count: 2, deposit: 5000 }
  adversaries: [{ strategy: interestCap, capital: 100000 }]
`;

const MARKET = "ETH-USD/USDC";
const DUST_BOOKS = 8;

interface Seen {
  readonly events: readonly WorldEvent[];
  readonly attempts: readonly Attempt[];
  readonly probes: readonly ProbeSight[];
  readonly liquidator: string;
  readonly dust: string;
  /** Of insurance, in the end. */
  readonly reserved: bigint;
}

/** Half an hour in which the price falls by a quarter, in two gaps. */
async function live(): Promise<Seen> {
  const world = await World.create(parseScenario(SCENARIO, "fall.yaml"));
  try {
    const [events, attempts, probes]: [WorldEvent[], Attempt[], ProbeSight[]] = [[], [], []];
    const { market } = await populate(world, (attempt) => attempts.push(attempt));
    world.watch.observe((view) => void events.push(...view.events));
    new Lookout(world).observe(({ probe }) => void (probe && probes.push(probe)));
    for (const fromSeconds of [720, 1_080])
      world.truth.addGap({ feed: "ETH-USD", fromSeconds, untilSeconds: Infinity, multiply: 0.87 });
    await world.begin();
    await world.run(600);
    market.openDustBooks([MARKET], DUST_BOOKS);
    market.runOnVaults([MARKET], true);
    await world.run(1_700);
    market.drainInsurance([MARKET]);
    await world.run(1_800);
    const [liquidator, dust] = ["liquidator-1", "dust-1"].map((name) => world.keyOf(name).address) as [string, string];
    return { events, attempts, probes, liquidator, dust, reserved: world.watch.ledger.markets.get(1n)!.reserved };
  } finally {
    await world.close();
  }
}

describe("People of a scenario, on a chain with all programs", function () {
  this.timeout(120_000);
  let seen: Seen;

  before(async () => {
    seen = await live();
  });

  it("every writer opens, and buyers take the other side", () => {
    const opened = seen.attempts.filter((attempt) => attempt.kind === "open" && attempt.reason === "open");
    expect(new Set(opened.map(({ actor }) => actor)).size).to.equal(5);
    expect(named("QuoteFilled")).to.have.length(5);
  });

  it("a fall leads the liquidator's program to flag thin books and to bid for them", () => {
    const flags = named("BookFlagged");
    expect(flags.length).to.be.greaterThan(0);
    expect(flags.map(({ args }) => args["flagger"] as string)).to.deep.equal(flags.map(() => seen.liquidator));
    expect(named("BidFilled").length).to.be.greaterThan(0);
  });

  it("people leave with parts meanwhile, and nobody is refused", () => {
    const exits = seen.attempts.filter(({ kind }) => kind === "exit");
    expect(exits.length).to.be.greaterThan(0);
    expect(exits.filter(({ refused }) => refused)).to.deep.equal([]);
  });

  it("leaving a vault in kind would go through in any block, as would all else that is tried", () => {
    const tried = seen.probes.filter(({ what }) => what.startsWith("leave vault"));
    expect(tried.length).to.be.greaterThan(0);
    expect(seen.probes.filter(({ isRefused }) => isRefused)).to.deep.equal([]);
  });

  it("dust books are opened by their number, each in a book of its own", () => {
    const minted = named("Minted").filter(({ args }) => (args["caller"] as string) === seen.dust);
    expect(new Set(minted.map(({ args }) => args["id"] as bigint)).size).to.equal(DUST_BOOKS);
  });

  it("in a run on the vaults a provider leaves with all he has; insurance that is drained is gone", () => {
    expect(named("DepositRequest")).to.have.length(1);
    expect(named("RedeemedInKind")).to.have.length(1);
    expect(
      named("InsuranceWithdrawn")
        .map(({ args }) => args["insurance"] as bigint)
        .at(-1),
    ).to.equal(seen.reserved);
  });

  it("witnesses are believed by the protocol", () => {
    expect(named("WitnessRecorded").length).to.be.greaterThan(0);
  });

  function named(name: string): WorldEvent[] {
    return seen.events.filter((event) => event.name === name);
  }
});

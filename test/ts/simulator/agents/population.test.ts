// SPDX-License-Identifier: MIT
import { expect } from "chai";

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
markets: [{ feed: ETH-USD, collateral: USDC, strikes: [95, 100, 105] }]
actors:
  writers: { count: 5, style: mixed, health: [1.05, 1.3] }
  buyers: { count: 2 }
  liquidators: { count: 1, capital: 500000 }
  providers: { count: 0 }
`;

interface Seen {
  readonly events: readonly WorldEvent[];
  readonly attempts: readonly Attempt[];
  readonly liquidator: string;
}

/** Half an hour in which the price falls by a quarter, in two gaps. */
async function live(): Promise<Seen> {
  const world = await World.create(parseScenario(SCENARIO, "fall.yaml"));
  try {
    const [events, attempts]: [WorldEvent[], Attempt[]] = [[], []];
    await populate(world, (attempt) => attempts.push(attempt));
    world.watch.observe((view) => void events.push(...view.events));
    for (const fromSeconds of [720, 1_080])
      world.truth.addGap({ feed: "ETH-USD", fromSeconds, untilSeconds: Infinity, multiply: 0.87 });
    await world.begin();
    await world.run(1_800);
    return { events, attempts, liquidator: world.keyOf("liquidator-1").address };
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
    const opens = seen.attempts.filter(({ kind, seconds }) => kind === "open" && seconds < 720);
    expect(opens.filter(({ refused }) => !refused)).to.have.length(5);
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

  it("witnesses are believed by the protocol", () => {
    expect(named("WitnessRecorded").length).to.be.greaterThan(0);
  });

  function named(name: string): WorldEvent[] {
    return seen.events.filter((event) => event.name === name);
  }
});

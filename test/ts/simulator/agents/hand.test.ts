// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { Hand } from "../../../../scripts/simulator/agents/Hand.ts";
import type { DeedOutcome } from "../../../../scripts/simulator/agents/Hand.ts";
import type { Attempt } from "../../../../scripts/simulator/record/RunNotes.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { World } from "../../../../scripts/simulator/world/World.ts";

const SCENARIO = `
version: 1
name: one
seed: 8
duration: 5m
feeds: [{ id: ETH-USD, path: [[0, 3000]] }]
validators: { count: 4 }
markets: [{ feed: ETH-USD, collateral: USDC, strikes: [100] }]
actors: { writers: { count: 1, style: mixed } }
`;

describe("Hands of people", function () {
  this.timeout(60_000);
  let world: World;
  let attempts: Attempt[];
  let hand: Hand;

  before(async () => {
    world = await World.create(parseScenario(SCENARIO, "one.yaml"));
    attempts = [];
    hand = new Hand("writer-1", world, (attempt) => attempts.push(attempt));
    await world.begin();
    await world.run(60);
  });

  after(() => world.close());

  it("tell of what a contract refuses", async () => {
    expect(await withdraw()).to.equal("refused");
    expect(attempts.map(({ kind, reason }) => [kind, reason])).to.deep.equal([
      ["exit", "Clearinghouse_InsufficientBalance"],
    ]);
  });

  it("leave what comes too late, so that nobody counts a refusal", async () => {
    const told = attempts.length;
    const { timestamp } = await meanwhile(hand.head());
    expect(await withdraw(timestamp)).to.equal("lost");
    expect(attempts).to.have.length(told);
    expect(await withdraw(timestamp + 3_600n)).to.equal("refused");
  });

  /** More than he has. */
  async function withdraw(until?: bigint): Promise<DeedOutcome> {
    const token = world.room.collaterals[0]!.target;
    const calls = [{ name: "withdraw", args: [token, 1n << 90n, hand.address] }];
    const deed = { ...hand.deed("exit", "withdraw", calls), ...(until !== undefined && { until }) };
    return meanwhile(hand.act(deed));
  }

  /** A minute passes. */
  async function meanwhile<Outcome>(doing: Promise<Outcome>): Promise<Outcome> {
    await world.run(world.time.elapsedSeconds + 60);
    return doing;
  }
});

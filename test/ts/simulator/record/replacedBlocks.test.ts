// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { z } from "zod";

import { inject } from "../../../../scripts/simulator/injections/inject.ts";
import { judge } from "../../../../scripts/simulator/invariants/judge.ts";
import { recordRun } from "../../../../scripts/simulator/record/RunRecord.ts";
import type { Measured } from "../../../../scripts/simulator/record/RunRecord.ts";
import { MemorySink } from "../../../../scripts/simulator/record/RunSink.ts";
import type { Violation } from "../../../../scripts/simulator/record/Verdict.ts";
import { lastingEvents } from "../../../../scripts/simulator/report/lastingEvents.ts";
import type { RunEvent } from "../../../../scripts/simulator/report/lastingEvents.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { World } from "../../../../scripts/simulator/world/World.ts";

const NOBODY = "{ count: 0 }";
/** Rises so fast that a round is due in most blocks, among them those that are replaced. */
const TEXT = `
version: 1
name: seven-blocks-twice
duration: 8m
feeds: [{ id: ETH-USD, path: [[0, 3000], [8, 3150]] }]
validators: { count: 4 }
actors:
  writers: ${NOBODY}
  buyers: ${NOBODY}
  liquidators: ${NOBODY}
  providers: ${NOBODY}
  relayers: { count: 1 }
  keepers: { replicas: 1 }
faults:
  - { type: chain.reorg, at: 240s, with: { depth: 7 } }
  - { type: chain.reorg, at: 360s, with: { depth: 3 } }
`;
const blockShape = z.object({
  timestamp: z.string().transform(Number),
  transactions: z.array(z.object({ hash: z.string(), from: z.string() })),
});
const receiptShape = z.object({ gasUsed: z.string().transform(Number) });

/** What the chain that is left says of a run. */
interface Truth {
  blocks: number;
  rounds: number;
  attempts: number;
  gasUsed: number;
}

async function truthOf(world: World): Promise<Truth> {
  const { chain, driver, room, scenario } = world;
  const truth: Truth = { blocks: 0, rounds: 0, attempts: 0, gasUsed: 0 };
  const paid = ["relayer-1", "keeper-1"].map((name) => world.keyOf(name).address.toLowerCase());
  for (let number = 1; number <= driver.height; number++) {
    const given = await chain.line.request("eth_getBlockByNumber", [`0x${number.toString(16)}`, true]);
    const { timestamp, transactions } = blockShape.parse(given);
    if (timestamp < scenario.chain.startAt) continue;
    truth.blocks += 1;
    truth.rounds += (await room.oracle.queryFilter(room.oracle.filters.RoundAccepted(), number, number)).length;
    for (const { hash } of transactions.filter(({ from }) => paid.includes(from.toLowerCase()))) {
      truth.attempts += 1;
      const receipt = receiptShape.parse(await chain.line.request("eth_getTransactionReceipt", [hash]));
      truth.gasUsed += receipt.gasUsed;
    }
  }
  return truth;
}

describe("a run of which blocks were replaced", function () {
  this.timeout(120_000);
  const violations: Violation[] = [];
  let told: readonly { readonly kind: string; readonly block?: number | undefined }[];
  let lasting: typeof told;
  let measured: Measured;
  let truth: Truth;

  before(async () => {
    const scenario = parseScenario(TEXT, "test.yaml");
    const world = await World.create(scenario);
    try {
      const sink = new MemorySink();
      const isByzantine = (): boolean => false;
      const record = recordRun(world, { isByzantine, sink });
      judge(world, { record, isByzantine, onViolation: (violation) => violations.push(violation) });
      inject(world, scenario, { note: () => undefined });
      await world.begin();
      await world.run(scenario.durationSeconds);
      measured = await record.measure();
      truth = await truthOf(world);
      const lines = sink.text("events.jsonl").trimEnd().split("\n");
      told = lines.map((line) => JSON.parse(line) as { kind: string; block?: number });
      async function* stream(): AsyncIterable<string> {
        for (const line of lines) yield await Promise.resolve(line);
      }
      const left: RunEvent[] = [];
      for await (const event of lastingEvents(stream())) left.push(event);
      lasting = left;
    } finally {
      await world.close();
    }
  });

  it("is measured by those that came in their place", () => {
    const { blocks, price, keepers } = measured;
    const { attempts, gasUsed } = keepers;
    expect({ blocks, rounds: price.rounds, attempts, gasUsed }).to.deep.equal(truth);
  });

  it("tells of both, and which are no more", () => {
    const rounds = (lines: typeof told): number => lines.filter(({ kind }) => kind === "roundAccepted").length;
    expect(told.filter(({ kind }) => kind === "blocksReplaced")).to.have.length(2);
    expect(rounds(told)).to.be.above(truth.rounds);
    expect(rounds(lasting)).to.equal(truth.rounds);
  });

  it("breaks no promise by that alone", () => {
    expect(violations).to.deep.equal([]);
  });
});

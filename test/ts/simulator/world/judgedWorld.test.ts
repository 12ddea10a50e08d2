// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { judge } from "../../../../scripts/simulator/invariants/judge.ts";
import type { Violation } from "../../../../scripts/simulator/record/Verdict.ts";
import { batchCalls, wordAt } from "../../../../scripts/simulator/world/batchCalls.ts";
import { recordRun } from "../../../../scripts/simulator/record/RunRecord.ts";
import { MemorySink } from "../../../../scripts/simulator/record/RunSink.ts";
import { summarizeRun } from "../../../../scripts/simulator/record/summarizeRun.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import type { Scenario } from "../../../../scripts/simulator/scenario/Scenario.ts";
import { World } from "../../../../scripts/simulator/world/World.ts";

const SCENARIO = `
version: 1
name: quarter-of-an-hour
duration: 15m
seed: 11
feeds: [{ id: ETH-USD, path: [[0, 3000], [15, 2970, 0.8]] }]
validators: { count: 4 }
actors:
  writers: { count: 0 }
  buyers: { count: 0 }
  liquidators: { count: 0, capital: 0 }
  providers: { count: 0, deposit: 0 }
  relayers: { count: 1 }
  keepers: { replicas: 1 }
`;
const ROUNDS_AT_LEAST = 3;

/** What a run leaves. */
interface Left {
  readonly summary: ReturnType<typeof summarizeRun>;
  readonly events: string;
  readonly series: string;
  readonly violations: readonly Violation[];
}

async function play(scenario: Scenario, meanwhile: (world: World) => Promise<void> = async () => {}): Promise<Left> {
  const world = await World.create(scenario);
  const sink = new MemorySink();
  const isByzantine = (): boolean => false;
  const record = recordRun(world, { isByzantine, sink });
  const violations: Violation[] = [];
  const judges = judge(world, { record, isByzantine, onViolation: (violation) => violations.push(violation) });
  await world.begin();
  record.attempt({ actor: "writer-1", kind: "open", refused: true, reason: "Clearinghouse_Dust", seconds: 0 });
  record.note({ seconds: 0, kind: "faultBegin", fault: "none" });
  await world.run(scenario.durationSeconds);
  const summary = summarizeRun(await record.measure(), judges.verdicts(), scenario.expect);
  await meanwhile(world);
  await world.close();
  return { summary, events: sink.text("events.jsonl"), series: sink.text("series.csv"), violations };
}

describe("a recorded and judged world", () => {
  const scenario = parseScenario(SCENARIO, "test.yaml");
  let first: Left;
  let batch: readonly (string | undefined)[];

  before(async function () {
    this.timeout(120_000);
    first = await play(scenario, async ({ chain, room }) => {
      const to = room.oracle.target as string;
      const calls = ["feedCount", "setTipBase", "heartbeat"].map((name) => ({
        to,
        data: room.oracle.interface.encodeFunctionData(
          name as "setTipBase",
          (name === "setTipBase" ? [1n] : []) as [bigint],
        ),
      }));
      batch = await batchCalls(chain.line, calls);
    });
  });

  it("holds every promise on a calm quarter of an hour, looked at after every block", () => {
    expect(first.violations, "violations").to.deep.equal([]);
    expect(first.summary.verdict).to.equal("held");
    expect(first.summary.invariants.map(({ id }) => id)).to.have.length(21);
    for (const { id, checks } of first.summary.invariants)
      expect(checks, id).to.be.at.least(scenario.durationSeconds / scenario.chain.blockSeconds);
  });

  it("measures rounds against the truth", () => {
    const { price, modes, blocks, keepers } = first.summary;
    expect(price.rounds, "rounds").to.be.at.least(ROUNDS_AT_LEAST);
    expect(price.errorBps.max, "error").to.be.within(1, 100);
    expect(price.stalenessSeconds.max, "age").to.be.within(15, 400);
    expect(modes.secondsIn.normal).to.equal(scenario.durationSeconds);
    expect(blocks).to.equal(scenario.durationSeconds / scenario.chain.blockSeconds + 1);
    expect(keepers.attempts, "a relay is paid work").to.be.at.least(price.rounds);
    expect(keepers.gasUsed).to.be.above(0);
  });

  it("tells rounds by the names of their signers, and what others told it", () => {
    const lines = first.events
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const round = lines.find(({ kind }) => kind === "roundAccepted")!;
    expect(round["relayer"]).to.equal("relayer-1");
    expect(round["signers"]).to.include("validator-1");
    expect(lines).to.deep.include({ at: 0, kind: "openRefused", actor: "writer-1", reason: "Clearinghouse_Dust" });
    expect(lines).to.deep.include({ at: 0, kind: "faultBegin", fault: "none" });
    expect(first.summary.opens).to.deep.equal({ attempted: 1, refused: 1 });
  });

  it("writes a row per minute with what every validator signed last", () => {
    const [header, ...rows] = first.series
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(rows).to.have.length(16);
    for (const row of rows) expect(row).to.have.length(header!.length);
    const signed = Number(rows.at(-1)![header!.indexOf("ETH-USD validator-4")]);
    expect(signed).to.be.within(2_900, 3_100);
  });

  it("reads many views in one call, and knows which of them failed", () => {
    const [feeds, refused, heartbeat] = batch;
    expect(wordAt(feeds!, 0)).to.equal(1n);
    expect(refused, "a call that reverts").to.equal(undefined);
    expect(wordAt(heartbeat!, 0)).to.equal(300n);
  });

  it("leaves the same bytes when it is played again", async function () {
    this.timeout(120_000);
    const again = await play(scenario);
    expect(JSON.stringify(again.summary)).to.equal(JSON.stringify(first.summary));
    expect(again.events).to.equal(first.events);
    expect(again.series).to.equal(first.series);
  });
});

describe("a world on a rollup", () => {
  it("begins in Normal, although uptime grows by a shorter heartbeat", async function () {
    this.timeout(120_000);
    const rollup = SCENARIO.replace("duration: 15m", "duration: 1m\nchain: { kind: op, blockTime: 6s }");
    const { summary } = await play(parseScenario(rollup, "test.yaml"));
    expect(summary.modes.transitions).to.deep.equal([]);
    expect(summary.modes.secondsIn.normal).to.equal(60);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { listedBench } from "./listedBench.ts";
import { ROUND_SECONDS } from "./OracleBench.ts";
import type { OracleBench } from "./OracleBench.ts";

const FAIR = 3000e8;
const UP = FAIR * 1.04;
const [NORMAL, CAUTIOUS, REDUCE_ONLY, HALTED] = [0n, 1n, 3n, 4n];

const level = async (bench: OracleBench): Promise<bigint> => (await bench.oracle.metrics(0)).level;

/** Relays the round of `seconds` ago. */
async function relayLate(bench: OracleBench, seconds: number, price: number): Promise<void> {
  const round = BigInt(Math.floor(((await bench.now()) - seconds) / ROUND_SECONDS));
  await bench.relay(round, bench.same([price]));
}

/** Looks at an instant witness in the middle of a round. */
async function look(bench: OracleBench, price: number): Promise<void> {
  await bench.nextRound(8);
  await bench.witness(0, price);
}

describe("A witness that moves alone", () => {
  it("trips nothing when our next round follows it: a look between a jump and its round is no accusation", async () => {
    const bench = await listedBench(FAIR);
    await look(bench, UP);
    const { high } = await bench.oracle.readRisk(0);
    expect(high >= BigInt(UP), "the band reaches it meanwhile").to.equal(true);
    for (let round = 0; round < 6; round += 1) {
      await bench.accept([UP]);
      expect(await level(bench), `round ${round}`).to.equal(NORMAL);
    }
  });

  it("waits for the first round that is not older than its answer", async () => {
    const bench = await listedBench(FAIR);
    await look(bench, UP);
    await relayLate(bench, 0, FAIR); // began before the look
    expect(await level(bench), "a round of before").to.equal(NORMAL);
    await bench.accept([UP]);
    expect(await level(bench), "the round after it").to.equal(NORMAL);
  });

  it("closes a market whose set stays where it was, at the first round after the look", async () => {
    const bench = await listedBench(FAIR);
    await look(bench, UP);
    await bench.accept([FAIR]);
    expect(await level(bench)).to.equal(REDUCE_ONLY);
  });

  it("closes a market whose rounds always land 90 s late, a minute after the look, however often it is looked at", async () => {
    const bench = await listedBench(FAIR);
    await bench.moveBy(120);
    await relayLate(bench, 90, FAIR);
    await look(bench, UP);
    const answered = Number((await bench.oracle.witnessOf(0)).observedAt);
    for (let landed = 0; landed < 8; landed += 1) {
      await bench.moveBy(13);
      await relayLate(bench, 90, FAIR);
      const passed = (await bench.now()) - answered;
      expect((await level(bench)) >= REDUCE_ONLY, `${passed} s after its answer`).to.equal(passed >= 60);
      await bench.witness(0, UP + passed * 1e8);
    }
  }).timeout(60_000);

  it("forgets a wick as soon as it is seen that it was one", async () => {
    const bench = await listedBench(FAIR);
    await look(bench, UP);
    await bench.witness(0, FAIR);
    for (let round = 0; round < 6; round += 1) await bench.accept([FAIR]);
    expect(await level(bench)).to.equal(NORMAL);
  });

  it("accuses when it moved no further: it was far before, and the set came no nearer", async () => {
    const bench = await listedBench(FAIR);
    await look(bench, FAIR * 1.014);
    await bench.accept([FAIR]);
    expect(await level(bench), "1.4 % is in no row").to.equal(NORMAL);
    await look(bench, FAIR * 1.032);
    await relayLate(bench, 0, FAIR);
    expect(await level(bench), "more than half of the distance is old").to.equal(REDUCE_ONLY);
  });

  it("halts at a second look a minute later that is 8 % off too, as ever", async () => {
    const bench = await listedBench(FAIR);
    const far = Math.round(FAIR * 1.12);
    await look(bench, far);
    await bench.accept([FAIR]);
    expect(await level(bench), "the first").to.equal(REDUCE_ONLY);
    await bench.moveBy(70);
    await bench.witness(0, far);
    await bench.accept([FAIR]);
    expect(await level(bench), "the second").to.equal(HALTED);
  });
});

describe("A witness that stays while we move", () => {
  it("asks for Cautious at once, and for ReduceOnly when it has stayed for a minute", async () => {
    const bench = await listedBench(FAIR);
    await bench.accept([UP]);
    await look(bench, FAIR);
    const answered = Number((await bench.oracle.witnessOf(0)).observedAt);
    for (let round = 0; round < 6; round += 1) {
      await bench.accept([UP]);
      const passed = (await bench.now()) - answered;
      expect(await level(bench), `${passed} s after its answer`).to.equal(passed < 60 ? CAUTIOUS : REDUCE_ONLY);
      await bench.witness(0, FAIR + passed * 1e7);
    }
  });

  it("asks for no more when it follows within the minute", async () => {
    const bench = await listedBench(FAIR);
    await bench.accept([UP]);
    await look(bench, FAIR);
    await bench.accept([UP]);
    await look(bench, UP);
    for (let round = 0; round < 8; round += 1) {
      await bench.accept([UP]);
      expect(await level(bench), `round ${round}: held by the mean of five minutes`).to.equal(CAUTIOUS);
    }
  });

  it("closes at once what is more than 8 % off", async () => {
    const bench = await listedBench(FAIR);
    await bench.accept([FAIR * 1.079]);
    await bench.accept([FAIR * 1.1]);
    await look(bench, FAIR);
    await bench.accept([FAIR * 1.1]);
    expect(await level(bench)).to.equal(REDUCE_ONLY);
  });

  it("excuses nobody who has been there for longer than the five minutes remember", async () => {
    const bench = await listedBench(FAIR);
    for (let round = 0; round < 7; round += 1) await bench.accept([UP]);
    await look(bench, FAIR);
    await bench.accept([UP]);
    expect(await level(bench)).to.equal(REDUCE_ONLY);
  });
});

describe("A witness during an outage", () => {
  it("halts no resuming round by samples that were far from the price of before (D-103)", async () => {
    const bench = await listedBench(FAIR);
    await bench.moveBy(120);
    await bench.witness(0, FAIR * 0.88);
    await bench.moveBy(180);
    await bench.witness(0, FAIR * 0.85);
    expect((await bench.oracle.witnessOf(0)).farSamples, "two samples").to.equal(2n);
    await bench.moveBy(420);
    for (let round = 0; round < 3; round += 1) {
      await bench.accept([FAIR * 0.85]);
      expect((await level(bench)) < HALTED, `round ${round}`).to.equal(true);
    }
  });
});

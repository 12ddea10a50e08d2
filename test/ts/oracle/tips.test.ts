// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench, TIP_BASE } from "./OracleBench.ts";
import type { Vector } from "./OracleBench.ts";

const HOUR = 3600;

async function startOfHour(bench: OracleBench): Promise<void> {
  await bench.moveTo(Math.ceil((await bench.now()) / HOUR) * HOUR + 5);
}

async function creditLate(bench: OracleBench, round: bigint, seat: number, vector: Vector): Promise<void> {
  const report = await bench.sign(round, seat, vector);
  const { setId, anchorHash, prices, anchorBlock, signature } = report;
  await bench.oracle
    .connect(bench.relayer)
    .creditLate(
      { round, setId, anchorHash, prices: [...prices] },
      seat,
      anchorBlock,
      signature.r,
      signature.yParityAndS,
    );
}

const earned = async (bench: OracleBench): Promise<bigint> => bench.oracle.tipsEarned(await bench.relayer.getAddress());

describe("PriceOracle tips", () => {
  it("pays eight late credits per seat and epoch, and relays whatever the number of them", async () => {
    const bench = await OracleBench.create({ weights: Array.from({ length: 10 }, () => 100) });
    const seven = [0, 1, 2, 3, 4, 5, 6];
    await startOfHour(bench);
    const rounds: bigint[] = [];
    for (let i = 0; i < 21; i += 1) rounds.push(await bench.accept([3000e8], seven));
    const before = await earned(bench);
    for (const round of rounds.slice(0, 20)) {
      for (const seat of [7, 8, 9]) await creditLate(bench, round, seat, [3000e8]);
    }
    const paid = (await earned(bench)) - before;
    expect(paid, "eight for each of three seats").to.equal((24n * TIP_BASE) / 16n);
    await bench.accept([3010e8]);
    expect((await earned(bench)) - before - paid > 0n, "sixty late credits took no relay's tip").to.equal(true);
  }).timeout(60_000);

  it("does not let supersets, signer by signer, use up the hour's tips", async () => {
    const bench = await OracleBench.create({ weights: Array.from({ length: 32 }, () => 100) });
    const seats = bench.weights.map((_, seat) => seat);
    await startOfHour(bench);
    await bench.accept([3000e8]);
    for (let i = 1; i <= 7; i += 1) {
      const round = await bench.nextRound();
      const price = 3000e8 + i * 10e8;
      for (let signers = 23; signers <= 32; signers += 1) {
        await bench.relay(round, bench.same([price], seats.slice(0, signers)));
      }
    }
    const before = await earned(bench);
    await bench.accept([3100e8]);
    expect((await earned(bench)) > before, "seventy relays, seven tips").to.equal(true);
  }).timeout(60_000);

  it("pays a round and its supersets together what one full relay earns, no more", async () => {
    const prices = [3000e8, 3012e8];
    const whole = await OracleBench.create();
    for (const price of prices) await whole.accept([price]);
    const pieces = await OracleBench.create();
    await pieces.accept([prices[0]!]);
    const round = await pieces.nextRound();
    for (const signers of [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5], pieces.weights.map((_, seat) => seat)]) {
      await pieces.relay(round, pieces.same([prices[1]!], signers));
    }
    expect((await earned(pieces)) <= (await earned(whole)), "no more").to.equal(true);
    expect((await earned(whole)) - (await earned(pieces)) <= 3n, "but rounding").to.equal(true);
  });

  it("stops at sixty tips an hour", async () => {
    const bench = await OracleBench.create({ weights: [100, 100, 100, 100] });
    await startOfHour(bench);
    await bench.accept([3000e8]);
    for (let i = 1; i <= 60; i += 1) await bench.accept([3000e8 + (i % 2) * 10e8]);
    const before = await earned(bench);
    expect(before > 0n).to.equal(true);
    await bench.accept([3020e8]);
    expect(await earned(bench)).to.equal(before);
  }).timeout(60_000);
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench } from "./OracleBench.ts";

const HALF_HOUR = 1800;
const WITNESS = 3n;

/** A bench with published rounds at 3000 up to 15 s before the half hour it returns. */
async function beforeBoundary(): Promise<{ bench: OracleBench; boundary: number }> {
  const bench = await OracleBench.create();
  await bench.witness(0, 3000e8);
  const boundary = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR + HALF_HOUR;
  await bench.moveTo(boundary - 100);
  await bench.witness(0, 3000e8);
  while ((await bench.now()) + 15 < boundary) await bench.accept([3000e8]);
  return { bench, boundary };
}

async function markAt(bench: OracleBench, boundary: number) {
  const [ok, mark] = await bench.oracle.tryMarkAt(0, boundary);
  expect(ok, "mark kept").to.equal(true);
  return mark;
}

describe("PriceOracle settlement windows", () => {
  it("flags the window in which a jump waited, not the one that was over before it", async () => {
    const { bench, boundary } = await beforeBoundary();
    await bench.accept([3270e8]);
    await bench.accept([3268e8]);
    expect((await bench.oracle.latestRoundData(0))[1], "confirmed").to.equal(3268n * 10n ** 8n);
    expect((await markAt(bench, boundary)).quarantined, "ended clean").to.equal(false);
    await bench.moveTo(boundary + HALF_HOUR + 1);
    await bench.accept([3268e8]);
    expect((await markAt(bench, boundary + HALF_HOUR)).quarantined, "began with a wait").to.equal(true);
  });

  it("flags both windows when the wait lasts over the half hour", async () => {
    const { bench, boundary } = await beforeBoundary();
    await bench.moveTo(boundary + 2 * HALF_HOUR - 100);
    for (let i = 0; i < 4; i += 1) await bench.accept([3000e8]);
    await bench.witness(0, 3000e8);
    await bench.moveTo(boundary + 2 * HALF_HOUR - 16);
    await bench.accept([3270e8]);
    await bench.accept([3001e8]);
    await bench.moveTo(boundary + 3 * HALF_HOUR);
    await bench.accept([3001e8]);
    expect((await markAt(bench, boundary + 2 * HALF_HOUR)).quarantined).to.equal(true);
    expect((await markAt(bench, boundary + 3 * HALF_HOUR)).quarantined).to.equal(true);
  });

  it("lets nobody dirty a window after its end with a Halted trigger", async () => {
    const { bench, boundary } = await beforeBoundary();
    await bench.accept([3_000_000e8]);
    expect((await bench.oracle.metrics(0)).level, "halted by the jump").to.equal(4n);
    await bench.accept([3001e8]);
    const mark = await markAt(bench, boundary);
    expect(mark.halted || mark.quarantined, "before the jump").to.equal(false);
    await bench.moveTo(boundary + HALF_HOUR + 1);
    await bench.accept([3001e8]);
    expect((await markAt(bench, boundary + HALF_HOUR)).halted, "and in the window of the jump").to.equal(true);
  });

  it("lets no late poke of the witnesses change a window that may have been settled on", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    const boundary = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR + HALF_HOUR;
    await bench.moveTo(boundary - 700);
    await bench.accept([3000e8]);
    await bench.moveTo(boundary + 631);
    const settled = await markAt(bench, boundary);
    await bench.witness(0, 3300e8, { agreed: true, observedAt: boundary - 60 });
    expect(await markAt(bench, boundary), "the same data for every caller").to.deep.equal(settled);
    expect((await bench.oracle.latestRoundData(0))[1]).to.equal(3000n * 10n ** 8n);
    await bench.witness(0, 3300e8, { agreed: true, observedAt: boundary + 600 });
    expect((await bench.oracle.readRisk(0)).source, "the open window takes it").to.equal(WITNESS);
    expect(await markAt(bench, boundary), "kept as it was read").to.deep.equal(settled);
  });
});

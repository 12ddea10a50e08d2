// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench } from "./OracleBench.ts";

const price = async (bench: OracleBench): Promise<number> => Number((await bench.oracle.latestRoundData(0))[1]) / 1e8;

/** A bench whose feed has a calm history and a fresh witness at 3000. */
async function calm(options: { witness?: boolean } = {}): Promise<OracleBench> {
  const bench = await OracleBench.create();
  if (options.witness ?? true) await bench.witness(0, 3000e8);
  for (let i = 0; i < 3; i += 1) await bench.accept([3000e8]);
  return bench;
}

describe("PriceOracle quarantine", () => {
  it("withholds a jump of 8 % and publishes the later round that confirms it, unaltered", async () => {
    const bench = await calm();
    await bench.accept([3270e8]);
    expect(await price(bench), "withheld").to.equal(3000);
    expect((await bench.oracle.metrics(0)).pending).to.equal(true);
    await bench.accept([3265e8]);
    expect(await price(bench), "confirmed").to.equal(3265);
    expect((await bench.oracle.metrics(0)).pending).to.equal(false);
  });

  it("publishes a move below the limit at once", async () => {
    const bench = await calm();
    await bench.accept([3230e8]);
    expect(await price(bench)).to.equal(3230);
  });

  it("confirms one-sidedly, so that a running crash is not withheld round after round (review 30)", async () => {
    const bench = await calm();
    await bench.accept([2740e8]);
    await bench.accept([2500e8]);
    expect(await price(bench)).to.equal(2500);
  });

  it("never confirms a flap, and lets it age (review 30)", async () => {
    const bench = await calm();
    for (const [up, down] of Array.from({ length: 3 }, () => [3450e8, 2550e8] as const)) {
      await bench.accept([up]);
      await bench.accept([down]);
    }
    expect(await price(bench)).to.equal(3000);
    const { age } = await bench.oracle.readRisk(0);
    expect(age >= 90n, "pending rounds refresh no age").to.equal(true);
  });

  it("drops the wait when the price comes back", async () => {
    const bench = await calm();
    await bench.accept([3270e8]);
    await bench.accept([3010e8]);
    expect(await price(bench)).to.equal(3010);
    expect((await bench.oracle.metrics(0)).pending).to.equal(false);
  });

  it("widens the band to the waiting price", async () => {
    const bench = await calm();
    await bench.accept([3270e8]);
    const { low, high } = await bench.oracle.readRisk(0);
    expect(high >= 3270n * 10n ** 8n, "up to the pending price").to.equal(true);
    expect(low < 3000n * 10n ** 8n).to.equal(true);
  });

  it("never publishes ×80 against a fresh witness, however many rounds say so (review 29, metal-mixup)", async () => {
    const bench = await calm();
    for (let i = 0; i < 80; i += 1) {
      if (i % 10 === 0) await bench.witness(0, 3000e8);
      await bench.accept([240_000e8]);
    }
    expect(await price(bench)).to.equal(3000);
  });

  it("publishes a jump of 20 % when a fresh witness is within 8 %", async () => {
    const bench = await calm();
    await bench.accept([2250e8]);
    await bench.accept([2250e8]);
    expect(await price(bench), "two rounds are no proof").to.equal(3000);
    await bench.witness(0, 2300e8);
    await bench.accept([2240e8]);
    expect(await price(bench)).to.equal(2240);
  });

  it("without a witness publishes a jump of 20 % after 30 minutes of such rounds, not before", async () => {
    const bench = await calm({ witness: false });
    const first = await bench.accept([3900e8]);
    let round = first;
    while ((round - first) * 15n < 1800n) {
      expect(await price(bench), `after ${(round - first) * 15n} s`).to.equal(3000);
      round = await bench.accept([3900e8]);
    }
    expect(await price(bench)).to.equal(3900);
  });

  it("does not let a 9 % step open the door for ×80", async () => {
    const bench = await calm();
    await bench.accept([3280e8]);
    await bench.accept([240_000e8]);
    await bench.accept([240_000e8]);
    expect(await price(bench)).to.equal(3000);
  });

  it("after a gap of more than ten minutes asks for three agreeing rounds and halts nobody (review 28)", async () => {
    const bench = await calm();
    await bench.moveTo((await bench.now()) + 660);
    await bench.witness(0, 2130e8);
    const halted = 4n;
    await bench.accept([2100e8]);
    expect(await price(bench)).to.equal(3000);
    await bench.accept([2100e8]);
    expect(await price(bench), "two are not enough").to.equal(3000);
    await bench.accept([2100e8]);
    expect(await price(bench)).to.equal(2100);
    expect((await bench.oracle.metrics(0)).level, "Recovery, not Halted").to.not.equal(halted);
  });

  it("scales the limit by the square root of time (review 28)", async () => {
    const bench = await OracleBench.create({ heartbeat: 300 });
    await bench.witness(0, 3000e8);
    for (let i = 0; i < 3; i += 1) await bench.accept([3000e8]);
    await bench.nextRound(2, 20);
    await bench.accept([3480e8]);
    expect(await price(bench), "16 % in 5 min is below 8 % · √5").to.equal(3480);
  });

  it("halts at once on ×1000 while publishing nothing", async () => {
    const bench = await calm();
    await bench.accept([3_000_000e8]);
    expect(await price(bench)).to.equal(3000);
    expect((await bench.oracle.metrics(0)).level).to.equal(4n);
  });

  it("does not hold up the other feeds of the vector (review 5)", async () => {
    const bench = await OracleBench.create({ feeds: 2 });
    for (let i = 0; i < 3; i += 1) await bench.accept([3000e8, 60_000e8]);
    await bench.accept([3300e8, 60_100e8]);
    expect(await price(bench)).to.equal(3000);
    expect((await bench.oracle.latestRoundData(1))[1]).to.equal(60_100n * 10n ** 8n);
  });
});

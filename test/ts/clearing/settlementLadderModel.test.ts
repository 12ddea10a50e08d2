// SPDX-License-Identifier: MIT
import { expect } from "chai";
import hre from "hardhat";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import {
  decideSettlement,
  nextRungAt,
  RUNGS,
  type Rung,
  type SettlementFacts,
} from "../../../scripts/model/clearing/settlementLadder.ts";
import { LadderHarness__factory } from "../../../typechain-types/factories/mocks/LadderHarness__factory.ts";

const EXPIRY = 1_800_000_000n;
const HOUR = 3_600n;
const DAY = 24n * HOUR;
const SAMPLES = 3_000;
const BATCH = 500;

/** Facts as they may stand in the records, times and shares mostly at the edges of a rung. */
function randomFacts(random: SeededRandom): SettlementFacts {
  const between = (low: bigint, high: bigint): bigint => low + random.below(high - low + 1n);
  const oneOf = <T>(...values: readonly T[]): T => values[Number(random.below(BigInt(values.length)))]!;
  const near = (value: bigint): bigint => value + between(-1n, 1n);
  const price = between(1n, 2n ** oneOf(12n, 40n, 63n));
  const close = (): bigint => (price * oneOf(95n, 96n, 100n, 104n, 105n, 106n, 130n)) / 100n + between(0n, 2n);
  const coverage = oneOf(0n, near(360n), near(1_440n), 1_800n, between(0n, 1_800n));
  const openings = [0n, 120n, 2n * HOUR, 3n * HOUR, DAY, 3n * DAY, 7n * DAY];
  const hasFirst = oneOf(true, false);
  return {
    expiry: EXPIRY,
    blockTime: EXPIRY + oneOf(...openings.slice(1).map(near), between(0n, 8n * DAY)),
    isKnown: oneOf(true, true, true, false),
    mean: coverage === 0n ? 0n : price,
    coverage,
    isDirty: oneOf(true, false),
    lastPrice: oneOf(0n, close(), close()),
    lastAt: EXPIRY - oneOf(15n, near(DAY), between(15n, 3n * DAY)),
    firstPrice: hasFirst ? close() : 0n,
    firstAt: hasFirst ? EXPIRY + 1_800n * oneOf(1n, 142n, 143n, 144n, between(1n, 300n)) : 0n,
    signedPrice: oneOf(0n, close()),
    signedAt: EXPIRY + oneOf(2n * HOUR, 23n * HOUR - 1n, between(2n * HOUR, 23n * HOUR - 1n)),
    witnesses: [oneOf(0n, close()), oneOf(0n, close()), oneOf(0n, 0n, close()), oneOf(0n, 0n, close())],
  };
}

function show(facts: SettlementFacts): string {
  return JSON.stringify(facts, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

describe("Settlement ladder: contract and model", () => {
  it(`say the same of ${SAMPLES} random expiries, every rung among them`, async () => {
    const { ethers } = await hre.network.create();
    const harness = LadderHarness__factory.connect(
      await (await ethers.deployContract("LadderHarness")).getAddress(),
      ethers.provider,
    );
    const random = new SeededRandom(0x1adde5);
    const seen = new Map<Rung, number>();
    for (let start = 0; start < SAMPLES; start += BATCH) {
      const facts = Array.from({ length: BATCH }, () => randomFacts(random));
      const [rungs, prices] = await harness.decideMany(
        facts.map((each) => ({ ...each, witnesses: each.witnesses as [bigint, bigint, bigint, bigint] })),
      );
      facts.forEach((each, i) => {
        const expected = decideSettlement(each);
        const given = { rung: RUNGS[Number(rungs[i])], price: prices[i] };
        // Written out only when it differs: thousands of labels take their time.
        if (given.rung !== expected.rung || given.price !== expected.price) {
          expect(given, show(each)).to.deep.equal(expected);
        }
        seen.set(expected.rung, (seen.get(expected.rung) ?? 0) + 1);
      });
    }
    for (const rung of RUNGS.slice(0, -1)) expect(seen.get(rung) ?? 0, rung).to.be.greaterThan(4);
  });

  it("names the next time at which a rung opens", () => {
    expect(nextRungAt(EXPIRY, EXPIRY)).to.equal(EXPIRY + 120n);
    expect(nextRungAt(EXPIRY, EXPIRY + 120n)).to.equal(EXPIRY + 2n * HOUR);
    expect(nextRungAt(EXPIRY, EXPIRY + 7n * DAY)).to.equal(undefined);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { hexlify, toBeHex } from "ethers";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { aggregate } from "../../../scripts/model/aggregate.ts";
import type { FeedAggregate, WeightedVector } from "../../../scripts/model/aggregate.ts";
import { OracleBench } from "./OracleBench.ts";

const FEEDS = 8;
const RELIABILITY_NEW = 0x6000n;
/** Dispersions are kept in 10 ppm, in 14 bits. */
const DISPERSION_UNIT = 10n;
const DISPERSION_MAXIMUM = (1n << 14n) - 1n;

interface Case {
  readonly weights: readonly number[];
  readonly reliabilities: readonly bigint[];
  readonly vectors: ReadonlyMap<number, readonly bigint[]>;
}

/** Integer from `low` to `high`, both included. */
function pick(random: SeededRandom, low: number, high: number): number {
  return low + Number(random.below(BigInt(high - low + 1)));
}

function chance(random: SeededRandom, percent: number): boolean {
  return pick(random, 1, 100) <= percent;
}

/** Writes reliabilities straight into storage: earning them takes epochs, and the medians do not care how it came about. */
async function setReliabilities(bench: OracleBench, values: readonly bigint[]): Promise<void> {
  const { provider } = bench.connection;
  const address = await bench.oracle.getAddress();
  const filled = toBeHex(wordOf(values.slice(0, 16).map(() => RELIABILITY_NEW)), 32);
  for (let slot = 0; slot < 40; slot += 1) {
    const at = toBeHex(slot);
    const word = (await provider.request({ method: "eth_getStorageAt", params: [address, at, "latest"] })) as string;
    if (word !== filled) continue;
    for (const half of [0, 1]) {
      const next = toBeHex(wordOf(values.slice(16 * half, 16 * half + 16)), 32);
      await provider.request({ method: "hardhat_setStorageAt", params: [address, toBeHex(slot + half), next] });
    }
    return;
  }
  throw new Error("no reliabilities in storage");
}

function wordOf(values: readonly bigint[]): bigint {
  return values.reduce((word, value, index) => word | (value << BigInt(16 * index)), 0n);
}

/** What the reference model makes of a case. */
function modelOf({ weights, reliabilities, vectors }: Case): (FeedAggregate | undefined)[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const rows: WeightedVector[] = [...vectors].map(([seat, prices]) => ({
    seat,
    weight: BigInt(weights[seat]!),
    reliability: reliabilities[seat]!,
    prices,
  }));
  return aggregate(rows, { active: total, nominal: total });
}

/** Relays the case as the first round of a fresh oracle and compares every feed that has a quorum. Returns how many. */
async function compare(bench: OracleBench, given: Case, label: string): Promise<number> {
  const expected = modelOf(given);
  const quorums = expected.filter((feed) => feed?.quorum === true).length;
  const round = await bench.nextRound();
  const packed = await bench.pack(round, given.vectors);
  if (quorums === 0) {
    await expect(bench.oracle.relay(packed), label).to.be.revertedWithCustomError(bench.oracle, "PriceOracle_NoQuorum");
    return 0;
  }
  await bench.oracle.relay(packed);
  for (const [feed, model] of expected.entries()) {
    if (feed >= bench.feeds) continue;
    const metrics = await bench.oracle.metrics(feed);
    if (model === undefined || !model.quorum) {
      expect(metrics.price, `${label}: feed ${feed} without a quorum`).to.equal(0n);
      continue;
    }
    const units = (model.dispersionPpm + DISPERSION_UNIT - 1n) / DISPERSION_UNIT;
    expect(metrics.price, `${label}: price of feed ${feed}`).to.equal(model.published);
    expect(metrics.divergent, `${label}: divergence of feed ${feed}`).to.equal(model.divergent);
    expect(metrics.dispersionPpm, `${label}: dispersion of feed ${feed}`).to.equal(
      (units < DISPERSION_MAXIMUM ? units : DISPERSION_MAXIMUM) * DISPERSION_UNIT,
    );
  }
  return quorums;
}

/** Prices around a base, some far off, some equal, some missing; the base spans the sizes a price can have. */
function randomVector(random: SeededRandom, bases: readonly bigint[], noisePpm: number, abstain: number): bigint[] {
  const liar = chance(random, 15);
  return bases.map((base) => {
    if (chance(random, abstain)) return 0n;
    const ppm = liar ? pick(random, -600_000, 900_000) : pick(random, -noisePpm, noisePpm);
    const price = base + (base * BigInt(ppm)) / 1_000_000n;
    return price > 0n ? price : 1n;
  });
}

function randomCase(random: SeededRandom, weights: readonly number[]): Case {
  const noisePpm = [0, 50, 2_000, 20_000][pick(random, 0, 3)]!;
  const abstain = [0, 5, 30][pick(random, 0, 2)]!;
  const bases = Array.from({ length: FEEDS }, () => BigInt(pick(random, 1, 999)) * 10n ** BigInt(pick(random, 0, 15)));
  const vectors = new Map<number, bigint[]>();
  for (const seat of weights.keys()) {
    const vector = randomVector(random, bases, noisePpm, abstain);
    if (chance(random, 90) && vector.some((price) => price !== 0n)) vectors.set(seat, vector);
  }
  const reliabilities = weights.map(() => BigInt(pick(random, 1 << 14, 1 << 15)));
  return { weights, reliabilities, vectors };
}

/** Runs `body` on the bench as it is now and undoes it. */
async function undone<T>(bench: OracleBench, body: () => Promise<T>): Promise<T> {
  const { provider } = bench.connection;
  const snapshot = await provider.request({ method: "evm_snapshot", params: [] });
  const result = await body();
  await provider.request({ method: "evm_revert", params: [snapshot] });
  return result;
}

describe("PriceOracle medians against the reference model", () => {
  for (const signers of [4, 7, 13, 21, 32]) {
    it(`publishes what the model does for ${signers} random signers`, async () => {
      const random = new SeededRandom(signers);
      const weights = Array.from({ length: signers }, () => pick(random, 1, chance(random, 30) ? 20 : 4_000_000));
      const bench = await OracleBench.create({ weights, feeds: FEEDS });
      let compared = 0;
      for (let index = 0; index < 12; index += 1) {
        const given = randomCase(random, weights);
        if (given.vectors.size === 0) continue;
        compared += await undone(bench, async () => {
          await setReliabilities(bench, given.reliabilities);
          return compare(bench, given, `case ${index} of ${signers}`);
        });
      }
      expect(compared, "feeds with a quorum").to.be.greaterThan(12);
    });
  }

  it("takes the mean of the two middle prices at exactly half, rounded down", async () => {
    const bench = await OracleBench.create({ weights: [3, 1, 2, 2], feeds: 1 });
    const one = 1n << 15n;
    const prices = [1_000_001n, 1_000_002n, 1_000_003n, 1_000_006n];
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ]) {
      // prettier-ignore
      const vectors = new Map(order.map((price, seat) => [seat, [prices[price]!]]));
      const reliabilities = [one, one, one, one];
      const given = { weights: [3, 1, 2, 2], reliabilities, vectors: pad(vectors) };
      await undone(bench, async () => {
        await setReliabilities(bench, reliabilities);
        expect(await compare(bench, given, `order ${order.join("")}`), "quorum").to.equal(1);
      });
    }
  });

  it("takes the mean when only the effective weight is at exactly half", async () => {
    const weights = [4, 4, 2, 6];
    const bench = await OracleBench.create({ weights, feeds: 1 });
    const [half, one] = [1n << 14n, 1n << 15n];
    const reliabilities = [one, one, one, (one * 5n) / 6n]; // 6 · 5/6 rounds down: just below half
    const exact = [one, half, one, (half * 4n) / 3n];
    const vectors = pad(
      new Map([1_000_000n, 1_000_501n, 1_001_000n, 1_001_400n].map((price, seat) => [seat, [price]])),
    );
    for (const [label, chosen] of [
      ["near", reliabilities],
      ["exact", exact],
      ["all half", [half, half, half, half]],
    ] as const) {
      // prettier-ignore
      await undone(bench, async () => {
        await setReliabilities(bench, chosen);
        expect(await compare(bench, { weights, reliabilities: chosen, vectors }, label), "quorum").to.equal(1);
      });
    }
  });

  it("refuses an order that does not rise, repeats a report, leaves the range or names an abstention", async () => {
    const bench = await OracleBench.create({ weights: [1, 1, 1, 1, 1], feeds: 2 });
    const round = await bench.nextRound();
    const vectors = new Map<number, bigint[]>([3n, 1n, 2n, 5n, 4n].map((price, seat) => [seat, [price * 100n, 0n]]));
    vectors.set(4, [0n, 7n]);
    const packed = await bench.pack(round, vectors);
    const right = "01020003" + "04";
    expect(packed.endsWith(right), "order of the honest bundle").to.equal(true);
    const cases: readonly (readonly [string, number, number, number])[] = [
      ["02010003" + "04", 0, 1, 1], // falls
      ["01010003" + "04", 0, 1, 1], // repeats
      ["01020005" + "04", 0, 3, 5], // no such report: its place belongs to the next feed
      ["010200ff" + "04", 0, 3, 255],
      ["01020403" + "04", 0, 2, 4], // abstained
      ["04010203" + "04", 0, 0, 4],
      [right.slice(0, 8) + "00", 1, 0, 0],
    ];
    for (const [order, feed, position, index] of cases) {
      const wrong = hexlify(packed.slice(0, -10) + order);
      await expect(bench.oracle.relay(wrong), order)
        .to.be.revertedWithCustomError(bench.oracle, "WeightedMedian_NotRising")
        .withArgs(feed, position, index);
    }
    await bench.oracle.relay(packed);
    expect((await bench.oracle.latestRoundData(0))[1], "median of the four").to.equal(250n);
  });
});

function pad(vectors: ReadonlyMap<number, readonly bigint[]>): Map<number, bigint[]> {
  return new Map(
    [...vectors].map(([seat, prices]) => [seat, Array.from({ length: FEEDS }, (_, feed) => prices[feed] ?? 0n)]),
  );
}

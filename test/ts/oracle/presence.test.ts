// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { toBeHex } from "ethers";
import type { ContractTransactionResponse } from "ethers";

import { encodeSet } from "../../../scripts/model/setCode.ts";
import { keyOf, OracleBench, ROUND_SECONDS } from "./OracleBench.ts";
import type { IPriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import type { Vector } from "./OracleBench.ts";

/** Half the order of secp256k1. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const SIX = [0, 1, 2, 3, 4, 5];
const HALF = [0, 1, 2, 3];

const seatByte = (word: bigint, seat: number): bigint => (word >> BigInt(8 * seat)) & 255n;

/** Closes the epoch as the registry and returns its counters. */
async function close(bench: OracleBench): Promise<IPriceOracle.EpochCountersStructOutput> {
  const counters = await bench.oracle.connect(bench.registry).closeEpoch.staticCall();
  await bench.oracle.connect(bench.registry).closeEpoch();
  return counters;
}

async function credit(
  bench: OracleBench,
  round: bigint,
  seat: number,
  vector: Vector,
  anchorBlock?: number,
): Promise<ContractTransactionResponse> {
  const {
    signature,
    anchorHash,
    setId,
    prices,
    anchorBlock: anchor,
  } = await bench.sign(round, seat, vector, anchorBlock === undefined ? {} : { anchorBlock });
  return bench.oracle
    .connect(bench.relayer)
    .creditLate({ round, setId, anchorHash, prices: [...prices] }, seat, anchor, signature.r, signature.yParityAndS);
}

describe("PriceOracle participation", () => {
  it("counts who priced three quarters of the live feeds (review 5)", async () => {
    const bench = await OracleBench.create({ feeds: 4 });
    const full = [1e8, 2e8, 3e8, 4e8];
    const round = await bench.nextRound();
    await bench.relay(
      round,
      new Map<number, Vector>([...SIX.map((seat) => [seat, full] as const), [6, [1e8, 2e8, 0, 0]]]),
    );
    await bench.accept(full);
    const counters = await close(bench);
    expect(seatByte(counters.tookPart, 0)).to.equal(1n);
    expect(seatByte(counters.tookPart, 6), "two of four feeds").to.equal(0n);
  });

  it("is in band with one odd feed of eight, not with three, nor with one four bands away (review 6)", async () => {
    const bench = await OracleBench.create({ feeds: 8 });
    const fair = [1e8, 2e8, 3e8, 4e8, 5e8, 6e8, 7e8, 8e8];
    const off = (feeds: readonly number[], bps: number): Vector =>
      fair.map((price, feed) => (feeds.includes(feed) ? price * (1 + bps / 1e4) : price));
    const round = await bench.nextRound();
    const vectors = new Map<number, Vector>([0, 1, 2, 3].map((seat) => [seat, fair]));
    vectors.set(4, off([1], 40));
    vectors.set(5, off([1, 2, 3], 40));
    vectors.set(6, off([1], 200));
    await bench.relay(round, vectors);
    await bench.accept(fair);
    const { inBand } = await close(bench);
    expect([4, 5, 6].map((seat) => seatByte(inBand, seat))).to.deep.equal([1n, 0n, 0n]);
  });

  it("calls nobody accurate who is more than 1 % away, however wide the reports have been", async () => {
    const bench = await OracleBench.create({ weights: [100, 100, 100, 100] });
    const spread = (prices: readonly number[]) => new Map(prices.map((price, seat) => [seat, [price * 1e8]]));
    for (let i = 0; i < 230; i += 1) await bench.relay(await bench.nextRound(), spread([2960, 2968, 3032, 3040]));
    const { laggedDispersionPpm } = await bench.oracle.metrics(0);
    expect(laggedDispersionPpm > 6900n, `1.5 times ${laggedDispersionPpm} ppm is beyond both ends`).to.equal(true);
    const round = await bench.nextRound();
    await bench.relay(round, spread([2969, 2975, 3025, 3031]));
    await bench.accept([3000e8]);
    const [, header] = await bench.oracle.tryRoundHeader(round);
    expect([header.tookPart, header.inBand], "the outer two are 1.03 % away, the inner two 0.83 %").to.deep.equal([
      0b1111n,
      0b0110n,
    ]);
  }).timeout(120_000);

  it("saturates instead of overflowing in a long epoch (review 22)", async () => {
    const bench = await OracleBench.create({ weights: [100, 100, 100, 100] });
    for (let i = 0; i < 300; i += 1) await bench.accept([3000e8]);
    const counters = await close(bench);
    expect(counters.rounds).to.equal(299n);
    expect(seatByte(counters.tookPart, 0)).to.equal(240n);
  }).timeout(120_000);

  it("moves reliability by accuracy of on-time reports, down fast and up slowly (review 7)", async () => {
    const bench = await OracleBench.create();
    const one = 1n << 15n;
    for (let i = 0; i < 4; i += 1) {
      const vectors = bench.same([3000e8]);
      vectors.set(5, [3050e8]); // 1.67 %: always out of band
      vectors.delete(6); // left out by relayers
      await bench.relay(await bench.nextRound(), vectors);
    }
    await bench.accept([3000e8], SIX);
    await close(bench);
    const start = (one * 3n) / 4n;
    expect(await bench.oracle.reliabilityOf(0), "accurate").to.equal(start + (one - start) / 32n);
    expect(await bench.oracle.reliabilityOf(5), "inaccurate").to.equal(start - start / 8n);
    expect(await bench.oracle.reliabilityOf(6), "a relayer that leaves one out takes nothing").to.equal(start);
  });

  it("keeps reliability within a half and one", async () => {
    const bench = await OracleBench.create({ weights: [100, 100, 100, 100] });
    for (let epoch = 0; epoch < 12; epoch += 1) {
      for (let i = 0; i < 2; i += 1) {
        const vectors = bench.same([3000e8]);
        vectors.set(3, [3050e8]);
        await bench.relay(await bench.nextRound(), vectors);
      }
      await close(bench);
    }
    expect(await bench.oracle.reliabilityOf(3)).to.equal(1n << 14n);
    expect((await bench.oracle.reliabilityOf(0)) <= 1n << 15n).to.equal(true);
  });

  it("starts a new occupant of a seat at 0.75, with nothing inherited", async () => {
    const bench = await OracleBench.create();
    for (let i = 0; i < 3; i += 1) await bench.accept([3000e8]);
    await close(bench);
    const seats = bench.weights.map(() => 100);
    const keys = [...bench.keys];
    keys[2] = keyOf(40);
    const code = encodeSet(
      seats.map((weight, seat) => ({
        signer: keys[seat]!.address,
        weight: BigInt(weight),
        validatorId: BigInt(seat === 2 ? 99 : seat + 1),
      })),
    );
    await bench.oracle.connect(bench.registry).installSet(code, 700);
    expect(await bench.oracle.reliabilityOf(2)).to.equal(24_576n);
    expect((await bench.oracle.reliabilityOf(1)) > 24_576n).to.equal(true);
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same([3000e8]), 1n);
    await expect(bench.oracle.relay(packed), "old occupant under the previous set")
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_SeatExcluded")
      .withArgs(2n, 4n);
  });
});

describe("PriceOracle late credit", () => {
  async function leftOut(): Promise<{ bench: OracleBench; round: bigint }> {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const round = await bench.accept([3000e8], SIX);
    await bench.accept([3000e8], SIX);
    return { bench, round };
  }

  it("counts a report that relayers left out against downtime only", async () => {
    const { bench, round } = await leftOut();
    await expect(credit(bench, round, 6, [3001e8]))
      .to.emit(bench.oracle, "LateReportCredited")
      .withArgs(round, 6n, await bench.relayer.getAddress());
    const counters = await close(bench);
    expect(seatByte(counters.late, 6)).to.equal(1n);
    expect(seatByte(counters.tookPart, 6), "the round before it alone").to.equal(1n);
    expect((await bench.oracle.latestRoundData(0))[1], "price untouched").to.equal(3000n * 10n ** 8n);
  });

  it("pays the caller", async () => {
    const { bench, round } = await leftOut();
    const caller = await bench.relayer.getAddress();
    const before = await bench.oracle.tipsEarned(caller);
    await credit(bench, round, 6, [3001e8]);
    expect((await bench.oracle.tipsEarned(caller)) > before).to.equal(true);
  });

  it("credits a seat once per round, and no seat that signed in time (review 7)", async () => {
    const { bench, round } = await leftOut();
    await credit(bench, round, 6, [3001e8]);
    await expect(credit(bench, round, 6, [3001e8]))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_AlreadyCounted")
      .withArgs(round, 6n);
    await expect(credit(bench, round, 0, [3001e8]))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_AlreadyCounted")
      .withArgs(round, 0n);
  });

  it("waits until the round is sealed and ends after ten minutes", async () => {
    const { bench } = await leftOut();
    const round = await bench.accept([3000e8], SIX);
    await expect(credit(bench, round, 6, [3001e8]), "not sealed").to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NotCreditable",
    );
    await bench.moveTo(Number(round) * ROUND_SECONDS + 601);
    await expect(credit(bench, round, 6, [3001e8]), "too late").to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NotCreditable",
    );
  });

  it("refuses the malleable twin of a late signature, and a report of a set that is over", async () => {
    const { bench, round } = await leftOut();
    const { signature, anchorBlock, ...report } = await bench.sign(round, 6, [3001e8]);
    const claim = { round, setId: report.setId, anchorHash: report.anchorHash, prices: [...report.prices] };
    const twin = toBeHex(HALF_ORDER + 1n, 32);
    await expect(bench.oracle.creditLate(claim, 6, anchorBlock, signature.r, twin))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_MalleableSignature")
      .withArgs(6n, HALF_ORDER + 1n);
    for (let set = 0; set < 2; set += 1) await bench.install(bench.weights);
    await expect(bench.oracle.creditLate(claim, 6, anchorBlock, signature.r, signature.yParityAndS))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_UnknownSet")
      .withArgs(1n, 3n);
  });

  it("refuses a late report of a slot that does not exist", async () => {
    const { bench, round } = await leftOut();
    await expect(credit(bench, round, 6, [3001e8, 100e8]))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_UnknownFeeds")
      .withArgs(0b10n, 0b1n);
  });

  it("refuses another's signature, an excluded seat, a mostly empty vector and a foreign anchor", async () => {
    const { bench, round } = await leftOut();
    const report = await bench.sign(round, 5, [3001e8]);
    const claim = { round, setId: report.setId, anchorHash: report.anchorHash, prices: [...report.prices] };
    const { r, yParityAndS } = report.signature;
    await expect(bench.oracle.creditLate(claim, 6, report.anchorBlock, r, yParityAndS)).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_WrongSigner",
    );
    await expect(
      bench.oracle.creditLate(claim, 6, report.anchorBlock - 1n, r, yParityAndS),
    ).to.be.revertedWithCustomError(bench.oracle, "PriceOracle_UnknownAnchor");
    await expect(credit(bench, round, 6, [0])).to.be.revertedWithCustomError(bench.oracle, "PriceOracle_EmptyReport");
    await bench.oracle.connect(bench.registry).setMask(1 << 6);
    await expect(credit(bench, round, 6, [3001e8])).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_SeatExcluded",
    );
  });
});

describe("PriceOracle weight leak", () => {
  /** Keeps a sub-quorum relay landing for `seconds`. */
  async function stall(bench: OracleBench, seconds: number, seats: readonly number[]): Promise<void> {
    const end = (await bench.now()) + seconds;
    while ((await bench.now()) < end) {
      await bench.moveTo((await bench.now()) + 150);
      await bench.witness(0, 3000e8);
      await bench.accept([3000e8], seats);
    }
  }

  async function stalled(): Promise<OracleBench> {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    for (let i = 0; i < 5; i += 1) await bench.accept([3000e8]);
    return bench;
  }

  it("leaks the absent after 30 minutes without a quorum, until who is left is one", async () => {
    const bench = await stalled();
    await stall(bench, 1500, HALF);
    expect((await bench.oracle.health()).activeWeight, "not in the first half hour").to.equal(700n);
    await stall(bench, 9000, HALF);
    const { activeWeight, nominalWeight } = await bench.oracle.health();
    expect(activeWeight < 600n, `active ${activeWeight}`).to.equal(true);
    expect(activeWeight * 2n >= nominalWeight, "never below half of nominal").to.equal(true);
    expect((await bench.oracle.readRisk(0)).source, "four of seven are a quorum again").to.equal(1n);
    expect((await bench.oracle.readRisk(0)).level >= 1n, "a silent third keeps it Cautious").to.equal(true);
  }).timeout(120_000);

  it("asks nothing of who takes the seat of somebody absent, and goes on with the others", async () => {
    const bench = await stalled();
    await stall(bench, 4200, HALF);
    const lost = 700n - (await bench.oracle.health()).activeWeight;
    expect(lost > 0n && lost % 3n === 0n, `three lost ${lost}`).to.equal(true);
    const seatsWith = (newcomers: readonly number[]) =>
      bench.keys.map(({ address }, seat) => {
        const validatorId = BigInt(newcomers.includes(seat) ? 20 + seat : 1 + seat);
        return { signer: address, weight: 100n, validatorId };
      });
    const install = (newcomers: readonly number[]) =>
      bench.oracle.connect(bench.registry).installSet(encodeSet(seatsWith(newcomers)), 700n);
    await install([6]);
    expect((await bench.oracle.health()).activeWeight).to.equal(700n - (2n * lost) / 3n);
    expect((await bench.oracle.health()).leaking).to.equal(true);
    await install([4, 5, 6]);
    const { activeWeight, leaking } = await bench.oracle.health();
    expect([activeWeight, leaking]).to.deep.equal([700n, false]);
  }).timeout(120_000);

  it("leaks nobody in a halt: slots without a relay do not count", async () => {
    const bench = await stalled();
    await bench.moveTo((await bench.now()) + 4 * 3600);
    await bench.witness(0, 3000e8);
    await bench.accept([3000e8], HALF);
    await bench.moveTo((await bench.now()) + 4 * 3600);
    await bench.witness(0, 3000e8);
    await bench.accept([3000e8], HALF);
    expect((await bench.oracle.health()).activeWeight).to.equal(700n);
  });

  it("cannot be aimed: presence in any relay of the slot, or a late credit, is enough (review 15)", async () => {
    const bench = await stalled();
    const end = (await bench.now()) + 9000;
    let turn = 0;
    while ((await bench.now()) < end) {
      await bench.moveTo((await bench.now()) + 120);
      await bench.witness(0, 3000e8);
      await bench.accept([3000e8], turn % 2 === 0 ? [0, 1, 2, 3] : [3, 4, 5, 6]);
      turn += 1;
    }
    expect((await bench.oracle.health()).activeWeight).to.equal(700n);
  }).timeout(120_000);

  it("gives back one step per 20 signed rounds, not at the first signature (review 16)", async () => {
    const bench = await stalled();
    await stall(bench, 4200, HALF);
    const leaked = (await bench.oracle.health()).activeWeight;
    expect(leaked < 700n).to.equal(true);
    for (let i = 0; i < 19; i += 1) {
      if (i % 10 === 0) await bench.witness(0, 3000e8);
      await bench.accept([3000e8]);
    }
    expect((await bench.oracle.health()).activeWeight, "after 19 rounds").to.equal(leaked);
    await bench.accept([3000e8]);
    expect((await bench.oracle.health()).activeWeight > leaked, "after 20").to.equal(true);
    for (let i = 0; i < 140; i += 1) {
      if (i % 10 === 0) await bench.witness(0, 3000e8);
      await bench.accept([3000e8]);
    }
    expect((await bench.oracle.health()).activeWeight, "whole again").to.equal(700n);
    expect((await bench.oracle.health()).leaking).to.equal(false);
  }).timeout(120_000);
});

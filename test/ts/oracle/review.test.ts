// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench, ROUND_SECONDS, TIP_BASE } from "./OracleBench.ts";
import { OracleRoom } from "./OracleRoom.ts";

/** Findings of the design review of the oracle room that no other test names. */
const UNIT = 10n ** 6n;
const PRICE = 3000e8;

describe("Review 9: lateness is age, not a revert", () => {
  /** A round two heartbeats after the one before that is relayed `delay` seconds after its time. */
  async function late(delay: number): Promise<OracleBench> {
    const bench = await OracleBench.create();
    await bench.accept([PRICE]);
    const round = await bench.nextRound(2, 8);
    const packed = await bench.pack(round, bench.same([PRICE]));
    const provider = bench.connection.provider;
    await provider.request({
      method: "evm_setNextBlockTimestamp",
      params: [Number(round) * ROUND_SECONDS + delay],
    });
    await bench.oracle.connect(bench.relayer).relay(packed, { gasLimit: 5_000_000 });
    return bench;
  }

  for (const delay of [61, 300, 600]) {
    it(`a round ${delay} s late is taken, at its true age and with the band of its age`, async () => {
      const bench = await late(delay);
      const now = await bench.now();
      const [roundId, , , updatedAt] = await bench.oracle.latestRoundData(0);
      expect(updatedAt, "the observation").to.equal(roundId * BigInt(ROUND_SECONDS));
      expect(now - Number(updatedAt)).to.equal(delay);
      const { low, age } = await bench.oracle.readRisk(0);
      expect(Number(age)).to.be.within(delay, delay + 1);
      // 15 % · √(age / 24 h) below, on top of dispersion.
      const least = PRICE * (1 - 0.15 * Math.sqrt(delay / 86_400));
      expect(Number(low) <= least, `${low} above ${least}`).to.equal(true);
    });
  }

  it("but it earns no tip: only a report of the last minute does", async () => {
    const earned = async (delay: number) => {
      const bench = await late(delay);
      return bench.oracle.tipsEarned(await bench.relayer.getAddress());
    };
    const first = await OracleBench.create();
    await first.accept([PRICE]);
    const before = await first.oracle.tipsEarned(await first.relayer.getAddress());
    expect((await earned(60)) - before, "two heartbeats").to.equal(4n * TIP_BASE);
    expect((await earned(61)) - before).to.equal(0n);
  });
});

describe("Review 11: failure domains are shown and never scale weight", () => {
  it("five of seven in one domain weigh what seven in seven do", async () => {
    const weights = async (domains: number[]): Promise<bigint[]> => {
      const room = await OracleRoom.create({ validators: 7, domains });
      await room.registry.closeEpoch();
      for (const [index, domain] of domains.entries()) {
        expect((await room.registry.validator(index + 1)).domain, "shown").to.equal(BigInt(domain));
      }
      const seats = await Promise.all(domains.map(async (_, seat) => room.oracle.seatAt(1, seat)));
      return seats.map((seat) => seat.weight);
    };
    const crowded = await weights([0, 0, 0, 0, 0, 1, 2]);
    expect(crowded).to.deep.equal(Array.from({ length: 7 }, () => 100_000n));
    expect(await weights([0, 1, 2, 3, 4, 5, 6])).to.deep.equal(crowded);
  });
});

describe("Review 12: no validator weighs more than min(1.5/n, 30 %), and three must sign", () => {
  for (const [count, capPpm] of [
    [4, 300_000n],
    [5, 300_000n],
    [7, 214_285n],
    [21, 71_428n],
  ] as const) {
    it(`of ${count}, the largest bond is cut to ${Number(capPpm) / 1e4} %`, async () => {
      const bonds = Array.from({ length: count }, (_, index) => (index === 0 ? 2_000_000n : 100_000n) * UNIT);
      const room = await OracleRoom.create({ validators: count, bonds });
      await room.registry.closeEpoch();
      const seats = await Promise.all(bonds.map(async (_, seat) => room.oracle.seatAt(1, seat)));
      const weights = seats.map((seat) => seat.weight);
      const total = weights.reduce((sum, weight) => sum + weight, 0n);
      const largest = weights.reduce((most, weight) => (weight > most ? weight : most), 0n);
      expect(largest * 1_000_000n <= capPpm * total + 1_000_000n, `${largest} of ${total}`).to.equal(true);
      expect(largest > 100_000n, "cut, not dropped").to.equal(true);
    });
  }

  it("two signers with nine tenths of the weight publish nothing; a third makes it a quorum", async () => {
    const bench = await OracleBench.create({ weights: [450, 450, 50, 50] });
    await bench.accept([PRICE]);
    const round = await bench.nextRound();
    await expect(bench.relay(round, bench.same([3010e8], [0, 1]))).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NoQuorum",
    );
    await bench.relay(round, bench.same([3010e8], [0, 1, 2]));
    expect((await bench.oracle.latestRoundData(0))[1]).to.equal(301_000_000_000n);
  });
});

describe("Review 24: one token for bonds, penalties, rewards and tips", () => {
  it("what is slashed can pay what is owed: bonds, escrow and rewards are in the quote token", async () => {
    const room = await OracleRoom.create({ validators: 4 });
    const held = async (holder: object) => room.token.balanceOf(holder as never);
    expect(await held(room.registry)).to.equal(400_000n * UNIT);
    await room.token.mint((await room.connection.ethers.getSigners())[0]!.address, 300n * UNIT);
    await room.token.approve(room.pot, 300n * UNIT);
    await room.pot.fundRewards(300n * UNIT);
    expect(await held(room.pot)).to.equal(300n * UNIT);
    // Of the fees' 60 %: 40 for rewards, 20 for tips.
    expect([await room.pot.rewardBalance(), await room.pot.tipBalance()]).to.deep.equal([200n * UNIT, 100n * UNIT]);
  });

  /** Tip of a round `rounds` after the one before, with this price. */
  async function tip(rounds: number, price: number): Promise<bigint> {
    const bench = await OracleBench.create();
    await bench.accept([PRICE]);
    const before = await bench.oracle.tipsEarned(await bench.relayer.getAddress());
    const round = await bench.nextRound(2, rounds);
    await bench.relay(round, bench.same([price]));
    return (await bench.oracle.tipsEarned(await bench.relayer.getAddress())) - before;
  }

  it("a tip rises with the square of the stored age, so that it finds the price of gas by itself", async () => {
    expect(await tip(4, PRICE), "one heartbeat").to.equal(TIP_BASE);
    expect(await tip(8, PRICE), "two").to.equal(4n * TIP_BASE);
    expect(await tip(12, PRICE), "three").to.equal(9n * TIP_BASE);
  });

  it("a tip is paid for 25 bps or a heartbeat, for nothing less", async () => {
    expect(await tip(1, PRICE * 1.0024), "24 bps after 15 s").to.equal(0n);
    expect((await tip(1, PRICE * 1.0026)) > 0n, "26 bps").to.equal(true);
    expect(await tip(3, PRICE), "45 s").to.equal(0n);
  });
});

describe("Review 44: words written per relay", () => {
  it("a relay of eight feeds writes at most 24 words, and one of one feed at most 10", async () => {
    for (const [feeds, most] of [
      [8, 24],
      [1, 10],
    ] as const) {
      const bench = await OracleBench.create({ feeds });
      const vector = (index: number) => Array.from({ length: feeds }, () => PRICE + index * 1e8);
      for (let index = 0; index < 3; index += 1) await bench.accept(vector(index));
      const round = await bench.nextRound();
      const { hash } = await bench.relay(round, bench.same(vector(4)));
      const diff = (await bench.connection.provider.request({
        method: "debug_traceTransaction",
        params: [hash, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }],
      })) as { post: Record<string, { storage?: Record<string, string> }> };
      const oracle = (await bench.oracle.getAddress()).toLowerCase();
      const words = Object.keys(diff.post[oracle]?.storage ?? {}).length;
      expect(words, `${feeds} feeds`).to.be.within(4, most);
    }
  });
});

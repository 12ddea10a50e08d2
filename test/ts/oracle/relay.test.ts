// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { hexlify } from "ethers";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { OracleBench } from "./OracleBench.ts";
import type { Vector } from "./OracleBench.ts";

describe("PriceOracle relay", () => {
  it("publishes the median of a full round", async () => {
    const bench = await OracleBench.create();
    const round = await bench.nextRound();
    const vectors = new Map([3000, 3001, 3002, 3003, 3004, 3005, 3006].map((price, seat) => [seat, [price * 1e8]]));
    await bench.relay(round, vectors);
    const [roundId, answer, startedAt] = await bench.oracle.latestRoundData(0);
    expect(roundId).to.equal(round);
    expect(answer).to.equal(3003n * 10n ** 8n);
    expect(startedAt).to.equal(round * 15n);
  });

  it("takes a wide report among narrow ones: a liar cannot make itself unrelayable", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const vectors = bench.same([3000e8]);
    vectors.set(3, [480_000_000_017]);
    await bench.relay(await bench.nextRound(), vectors);
    expect((await bench.oracle.latestRoundData(0))[1]).to.equal(3000n * 10n ** 8n);
    expect((await bench.oracle.health()).latestRound > 0n).to.equal(true);
  });

  it("carries feeds that are no neighbours, each to its own slot, narrow and wide", async () => {
    const bench = await OracleBench.create({ feeds: 8 });
    const prices = (scale: number): Vector =>
      [3000e8, 0, 0, 65_000e8, 0, 1e8, 0, 2e8].map((price) => Math.round(price * scale));
    const told = (): Promise<bigint[]> =>
      Promise.all([0, 3, 5, 7].map(async (feed) => (await bench.oracle.latestRoundData(feed))[1]));
    const given = (scale: number): bigint[] =>
      prices(scale).flatMap((price) => (price === 0 ? [] : [BigInt(Math.round(Number(price)))]));
    await bench.accept(prices(1));
    expect(await told()).to.deep.equal(given(1));
    const vectors = bench.same(prices(1.01));
    vectors.set(6, prices(2)); // too far from the others for the narrow form
    await bench.relay(await bench.nextRound(), vectors);
    expect(await told()).to.deep.equal(given(1.01));
  });

  it("emits who signed and every published price", async () => {
    const bench = await OracleBench.create({ feeds: 2 });
    const round = await bench.nextRound();
    const relayed = bench.relay(round, bench.same([3000e8, 60_000e8], [0, 1, 2, 3, 4, 5]));
    const prices = [3000n * 10n ** 8n, 60_000n * 10n ** 8n, 0n, 0n, 0n, 0n, 0n, 0n];
    await expect(relayed)
      .to.emit(bench.oracle, "RoundAccepted")
      .withArgs(await bench.relayer.getAddress(), round, 1n, 63n, prices);
  });

  it("lets a feed without a quorum keep its price and age while the others go on (review 5)", async () => {
    const bench = await OracleBench.create({ feeds: 2 });
    const first = await bench.accept([3000e8, 60_000e8]);
    const round = await bench.nextRound();
    const vectors = bench.same([3001e8, 60_001e8]);
    for (const seat of [4, 5, 6]) vectors.set(seat, [3001e8, 0]);
    await bench.relay(round, vectors);
    expect((await bench.oracle.latestRoundData(0))[0]).to.equal(round);
    const [staleRound, stalePrice] = await bench.oracle.latestRoundData(1);
    expect(staleRound).to.equal(first);
    expect(stalePrice).to.equal(60_000n * 10n ** 8n);
  });

  it("accepts a report of the previous set, and counts it for who still sits there", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same([3001e8]), 1n);
    await bench.install(bench.weights);
    await bench.oracle.connect(bench.relayer).relay(packed);
    expect((await bench.oracle.latestRoundData(0))[1]).to.equal(3001n * 10n ** 8n);
  });

  it("survives another anchor per signer (review 10)", async () => {
    const bench = await OracleBench.create();
    const round = await bench.nextRound();
    const height = await bench.connection.ethers.provider.getBlockNumber();
    const reports = [];
    for (const seat of bench.keys.keys()) {
      reports.push(await bench.sign(round, seat, [3000e8], { anchorBlock: height - 1 - (seat % 3) }));
    }
    await bench.oracle.relay(hexlify(encodeRelay({ round, setId: 1n, reports })));
    expect((await bench.oracle.latestRoundData(0))[0]).to.equal(round);
  });

  it("pays tips only for news, fresh and within the hourly cap (DESIGN §8: a relayer spams)", async () => {
    const bench = await OracleBench.create();
    const earned = async (): Promise<bigint> => bench.oracle.tipsEarned(await bench.relayer.getAddress());
    await bench.accept([3000e8]);
    const before = await earned();
    await bench.accept([3000e8]);
    expect(await earned(), "no move, no heartbeat").to.equal(before);
    await bench.accept([3008e8]);
    const moved = await earned();
    expect(moved > before, "27 bps").to.equal(true);
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same([3020e8]));
    await bench.moveTo(Number(round) * 15 + 70);
    await bench.oracle.connect(bench.relayer).relay(packed);
    expect(await earned(), "older than a minute").to.equal(moved);
    let paid = 0;
    for (let index = 0; index < 90; index += 1) {
      const last = await earned();
      await bench.accept([index % 2 === 0 ? 3000e8 : 3010e8]);
      if ((await earned()) > last) paid += 1;
    }
    expect(paid <= 61, `${paid} tips in 23 minutes`).to.equal(true);
  }).timeout(60_000);
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress, ZeroHash } from "ethers";

import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import { listedBench } from "./listedBench.ts";
import { HEARTBEAT, OracleBench, TIP_BASE } from "./OracleBench.ts";

const DAY = 86_400;
const HALF_HOUR = 1800;

describe("PriceOracle views", () => {
  it("says what a feed and a tip were set to", async () => {
    const bench = await OracleBench.create();
    await bench.oracle.addFeed("COARSE", 25n);
    expect(await bench.oracle.feedTick(0)).to.equal(1n);
    expect(await bench.oracle.feedTick(1)).to.equal(25n);
    expect(await bench.oracle.tipBase()).to.equal(TIP_BASE);
  });

  it("gives the digest that validators sign", async () => {
    const bench = await OracleBench.create();
    const report = { round: 7n, setId: 1n, anchorHash: ZeroHash, prices: bench.pad([3000e8]) };
    const { chainId } = await bench.connection.ethers.provider.getNetwork();
    const domain = oracleDomain(chainId, await bench.oracle.getAddress());
    expect(await bench.oracle.reportDigest(report)).to.equal(
      TypedDataEncoder.hash({ ...domain }, PRICE_REPORT_TYPES, report),
    );
  });

  it("answers nothing, and never refuses, for a slot, half hour, seat or set that is none", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    expect(await bench.oracle.riskWords(8)).to.deep.equal([0n, 0n, 0n, 0n]);
    const boundary = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR;
    expect((await bench.oracle.tryMarkAt(8, boundary))[0], "no slot").to.equal(false);
    expect((await bench.oracle.tryMarkAt(0, boundary + 15))[0], "no half hour").to.equal(false);
    const [nobody, none] = [[ZeroAddress, 0n, 0n], 0n];
    expect(await bench.oracle.seatAt(1, 32), "past the last seat").to.deep.equal(nobody);
    for (const setId of [0, 2]) {
      expect(await bench.oracle.seatAt(setId, 0), `set ${setId}`).to.deep.equal(nobody);
      expect(await bench.oracle.setWeight(setId), `set ${setId}`).to.equal(none);
    }
  });

  it("widens the band of an old price to everything from nothing to twice the price", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    await bench.moveBy(60 * DAY);
    const { low, high } = await bench.oracle.readRisk(0);
    expect([low, high]).to.deep.equal([0n, 6000n * 10n ** 8n]);
  });

  it("triggers when a listed feed is silent for two heartbeats", async () => {
    const bench = await listedBench(3000e8);
    const { round } = await bench.oracle.metrics(0);
    const silentAt = Number(round) * 15 + 2 * HEARTBEAT;
    await bench.moveTo(silentAt);
    expect(await bench.oracle.anyTrigger(), "not yet").to.equal(false);
    await bench.moveTo(silentAt + 1);
    expect(await bench.oracle.anyTrigger(), "now").to.equal(true);
  }).timeout(60_000);

  it("triggers when less than two thirds of the nominal weight is active", async () => {
    const bench = await listedBench(3000e8);
    const mask = (bits: number) => bench.oracle.connect(bench.registry).setMask(bits);
    await mask(0b11);
    expect(await bench.oracle.anyTrigger(), "five sevenths").to.equal(false);
    await mask(0b111);
    expect(await bench.oracle.anyTrigger(), "four sevenths").to.equal(true);
  }).timeout(60_000);
});

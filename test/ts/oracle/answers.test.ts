// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress, ZeroHash } from "ethers";

import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import { BlockHashAnchor__factory } from "../../../typechain-types/factories/oracle/anchors/BlockHashAnchor__factory.ts";
import { listedBench } from "./listedBench.ts";
import { HEARTBEAT, OracleBench, TIP_BASE } from "./OracleBench.ts";

const DAY = 24 * 3600;
const HALF_HOUR = 1800;
const PRICE = 3000n * 10n ** 8n;

describe("What the oracle answers", () => {
  it("is nothing of feeds, boundaries, sets and seats that there are not", async () => {
    const { oracle } = await listedBench(3000e8);
    const boundary = Math.floor(Date.UTC(2026, 0, 2) / 1000 / HALF_HOUR) * HALF_HOUR;
    expect(await oracle.riskWords(8), "a ninth feed").to.deep.equal([0n, 0n, 0n, 0n]);
    expect((await oracle.tryMarkAt(8, boundary))[0], "a ninth feed").to.equal(false);
    expect((await oracle.tryMarkAt(0, boundary + 1))[0], "no half hour").to.equal(false);
    const { setId } = await oracle.health();
    for (const set of [0n, setId + 1n]) {
      expect(await oracle.seatAt(set, 0), `seat of set ${set}`).to.deep.equal([ZeroAddress, 0n, 0n]);
      expect(await oracle.setWeight(set), `weight of set ${set}`).to.equal(0n);
    }
    expect(await oracle.seatAt(setId, 32), "a 33rd seat").to.deep.equal([ZeroAddress, 0n, 0n]);
  });

  it("is seat and weight of every set there was", async () => {
    const bench = await OracleBench.create();
    const first = await bench.setId();
    await bench.install([200, 100, 100, 100]);
    expect(await bench.oracle.setWeight(first)).to.equal(700n);
    expect(await bench.oracle.setWeight(first + 1n)).to.equal(500n);
    expect(await bench.oracle.seatAt(first + 1n, 0)).to.deep.equal([bench.keys[0]!.address, 200n, 1n]);
  });

  it("is what governance fixed: tick and tip", async () => {
    const { oracle } = await OracleBench.create();
    expect([await oracle.feedTick(0), await oracle.tipBase()]).to.deep.equal([1n, TIP_BASE]);
  });

  it("is the digest that validators sign", async () => {
    const bench = await OracleBench.create();
    const report = { round: 7n, setId: 1n, anchorHash: ZeroHash, prices: bench.pad([3000e8]) };
    const { chainId } = await bench.connection.ethers.provider.getNetwork();
    const domain = { ...oracleDomain(chainId, await bench.oracle.getAddress()) };
    expect(await bench.oracle.reportDigest(report)).to.equal(TypedDataEncoder.hash(domain, PRICE_REPORT_TYPES, report));
  });

  it("has no lower end once a price is so old that all of it is doubted", async () => {
    const bench = await listedBench(3000e8);
    await bench.moveBy(44 * DAY);
    const { low, high } = await bench.oracle.readRisk(0);
    expect(low > 0n && high < 2n * PRICE, "44 days").to.equal(true);
    await bench.moveBy(DAY);
    const old = await bench.oracle.readRisk(0);
    expect([old.low, old.high], "45 days").to.deep.equal([0n, 2n * PRICE]);
  });

  it("is a trigger while a listed feed is older than two heartbeats", async () => {
    const bench = await listedBench(3000e8);
    expect(await bench.oracle.anyTrigger(), "fresh").to.equal(false);
    await bench.moveBy(3 * HEARTBEAT);
    expect(await bench.oracle.anyTrigger(), "old").to.equal(true);
  });

  it("is a trigger while a third of the weight is missing, however fresh the price", async () => {
    const bench = await listedBench(3000e8);
    await bench.oracle.connect(bench.registry).setMask(0b11);
    expect(await bench.oracle.anyTrigger(), "five of seven").to.equal(false);
    await bench.oracle.connect(bench.registry).setMask(0b111);
    expect(await bench.oracle.anyTrigger(), "four of seven").to.equal(true);
  });

  it("leaves a witness's price where it is for a round before it", async () => {
    const bench = await listedBench(3000e8);
    await bench.moveBy(5 * HEARTBEAT);
    const missed = await bench.nextRound();
    await bench.moveBy(30);
    await expect(bench.witness(0, 3010e8, { agreed: true })).to.emit(bench.oracle, "WitnessPublished");
    await expect(bench.relay(missed, bench.same([3000e8]))).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NoQuorum",
    );
    expect((await bench.oracle.readRisk(0)).price).to.equal(3010n * 10n ** 8n);
  });

  it("counts blocks by the chain's own number where anchors are block hashes", async () => {
    const { ethers } = (await OracleBench.create()).connection;
    const deployed = await ethers.deployContract("BlockHashAnchor", [ZeroAddress]);
    const [caller] = await ethers.getSigners();
    const anchor = BlockHashAnchor__factory.connect(await deployed.getAddress(), caller!);
    expect(await anchor.height()).to.equal(BigInt(await ethers.provider.getBlockNumber()));
  });
});

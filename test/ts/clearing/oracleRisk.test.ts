// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { OracleRisk__factory } from "../../../typechain-types/factories/mocks/OracleRisk__factory.ts";
import type { OracleRisk } from "../../../typechain-types/mocks/OracleRisk.ts";
import { HEARTBEAT, OracleBench } from "../oracle/OracleBench.ts";
import { Mode } from "./ClearingBench.ts";

const FEED = 0;
const EXPIRY = 0;

async function riskOn(bench: OracleBench): Promise<OracleRisk> {
  const { ethers } = bench.connection;
  const [deployer] = await ethers.getSigners();
  const deployed = await ethers.deployContract("OracleRisk", [await bench.oracle.getAddress()]);
  return OracleRisk__factory.connect(await deployed.getAddress(), deployer!);
}

describe("OracleRisk, the stand-in of local networks", () => {
  it("has nothing to say before the first price or about a feed that does not exist", async () => {
    const risk = await riskOn(await OracleBench.create());
    assert.isFalse((await risk.tryRead(FEED, EXPIRY, 15, 0)).ok);
  });

  it("passes the oracle's own price, band and average on", async () => {
    const bench = await OracleBench.create();
    const risk = await riskOn(bench);
    await bench.accept([3000e8]);
    await bench.accept([3010e8]);
    const { ok, reading } = await risk.tryRead(FEED, EXPIRY, 15, 0);
    const [told, metrics] = [await bench.oracle.readRisk(FEED), await bench.oracle.metrics(FEED)];
    assert.isTrue(ok);
    assert.deepEqual(
      [reading.price, reading.low, reading.high, reading.age, reading.average12h],
      [told.price, told.low, told.high, told.age, metrics.average12h],
    );
    assert.isTrue(reading.low <= reading.price && reading.price <= reading.high);
    const realised = BigInt(Math.floor(Math.sqrt(Number(metrics.variancePerYearWad) / 1e18) * 1e4));
    assert.isTrue(reading.volatilityBps >= 12_000n, "at least 120 %");
    assert.isTrue(reading.volatilityBps >= realised, "rounded up");
  });

  it("tightens with the age of the price and with nothing else", async () => {
    const bench = await OracleBench.create();
    const risk = await riskOn(bench);
    const roundTime = Number(await bench.accept([3000e8])) * 15;
    const steps = [
      [2 * HEARTBEAT, Mode.Normal, true],
      [2 * HEARTBEAT + 1, Mode.Cautious, true],
      [4 * HEARTBEAT + 1, Mode.ReduceOnly, false],
      [10 * HEARTBEAT + 1, Mode.Halted, false],
    ] as const;
    for (const [age, mode, opens] of steps) {
      await bench.moveTo(roundTime + age);
      const { ok, reading } = await risk.tryRead(FEED, EXPIRY, 15, 0);
      assert.isTrue(ok, `age ${age}`);
      assert.equal(Number(reading.age), age);
      assert.equal(reading.mode, mode, `mode at age ${age}`);
      assert.equal(reading.opens, opens, `opens at age ${age}`);
      assert.equal(reading.multiplierBps, mode === Mode.Normal ? 10_000n : 12_500n);
    }
  });
});

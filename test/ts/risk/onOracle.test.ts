// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { LEVELS, PHASES } from "../../../scripts/model/risk/types.ts";
import { ReadMeter__factory } from "../../../typechain-types/factories/mocks/ReadMeter__factory.ts";
import { ScriptedWords__factory } from "../../../typechain-types/factories/mocks/ScriptedWords__factory.ts";
import { OpenAuthority__factory } from "../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { RiskManager } from "../../../typechain-types/risk/RiskManager.ts";
import { isCounting } from "../isCounting.ts";
import { OracleBench, ROUND_SECONDS } from "../oracle/OracleBench.ts";
import { CEILING, FAR_EXPIRY, NO_FEED, POKE_TIP } from "./RiskBench.ts";

const PRICE = 3000n * 10n ** 8n;
/** A whole cold reading; cold accesses alone, two accounts and four words, are 13,600 of it. */
const READ_GAS = 21_700n;

describe("RiskManager on the oracle", () => {
  let bench: OracleBench;
  let risk: RiskManager;
  beforeEach(async () => {
    bench = await OracleBench.create();
    const [deployer] = await bench.connection.ethers.getSigners();
    const registry = await new ScriptedWords__factory(deployer!).deploy();
    const authority = await new OpenAuthority__factory(deployer!).deploy();
    risk = await new RiskManager__factory(deployer!).deploy(
      await bench.oracle.getAddress(),
      registry,
      registry,
      POKE_TIP,
      NO_FEED,
      6,
      9_000,
      CEILING,
      await authority.getAddress(),
    );
    await bench.witness(0, PRICE);
  });

  const rounds = async (count: number, price = PRICE, step = 1): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      if (index % 100 === 99) await bench.witness(0, price);
      const round = await bench.nextRound(2, step);
      await bench.relay(round, bench.same([price]));
    }
  };
  const stance = async (): Promise<[string, string]> => {
    const stand = await risk.standOf(0);
    return [LEVELS[Number(stand.mode)]!, PHASES[Number(stand.phase)]!];
  };
  const grace = async (): Promise<number> => Number(((await bench.oracle.riskWords(0)).latest >> 248n) & 15n) * 120;

  it("sees what the oracle's own views show: there is one band (review 39)", async () => {
    await rounds(4);
    await rounds(1, (PRICE * 103n) / 100n);
    await bench.witness(0, (PRICE * 90n) / 100n);
    await bench.moveBy(37);
    const told = await bench.oracle.readRisk(0);
    const metrics = await bench.oracle.metrics(0);
    const [ok, reading] = await risk.tryRead(0, FAR_EXPIRY, NO_FEED, 0);
    expect(ok).to.equal(true);
    expect([reading.price, reading.low, reading.high, reading.age]).to.deep.equal([
      told.price,
      told.low,
      told.high,
      told.age,
    ]);
    expect(reading.average12h).to.equal(metrics.average12h);
    expect(reading.volatilityBps >= 12_000n).to.equal(true);
  });

  it("keeps a new feed closed, ramps it from its listing, and halts no day of its youth (review 45)", async () => {
    await rounds(30);
    expect(await stance()).to.deep.equal(["recovery", "closed"]);
    await rounds(40);
    const [mode, phase] = await stance();
    expect(mode).to.equal("recovery");
    expect(phase).to.equal("ramp");
    expect((await risk.tryRead(0, FAR_EXPIRY, NO_FEED, 0)).reading.opens).to.equal(true);
  }).timeout(60_000);

  it("lets a jump of 4 % pass and meets one of 6 % with Cautious at once (review 27)", async () => {
    await rounds(65);
    const level = async (): Promise<string> => LEVELS[Number((await bench.oracle.metrics(0)).level)]!;
    await rounds(1, (PRICE * 104n) / 100n);
    expect(await level()).to.equal("normal");
    await rounds(1, (PRICE * 98n) / 100n); // near all averages: the jump alone is true
    expect(await level()).to.equal("cautious");
    expect(await stance(), "a ramp is stricter").to.deep.equal(["recovery", "ramp"]);
    expect((await risk.standOf(0)).capBps, "under its own cap").to.be.within(2_500n, 3_000n);
  });

  it("stretches the band to a jump in quarantine as the oracle does (review 29)", async () => {
    await rounds(3);
    await rounds(1, (PRICE * 115n) / 100n);
    const told = await bench.oracle.readRisk(0);
    const [, reading] = await risk.tryRead(0, FAR_EXPIRY, NO_FEED, 0);
    expect(reading.price).to.equal(PRICE);
    expect(reading.high).to.equal(told.high);
    expect(reading.high).to.equal((PRICE * 115n) / 100n);
  });

  it("grants an outage its length as grace, at most 30 min, at most 60 in six hours (review 38)", async () => {
    await rounds(45); // listed
    const outage = async (minutes: number): Promise<number> => {
      await rounds(1, PRICE, (minutes * 60) / ROUND_SECONDS);
      const granted = await grace();
      expect((await stance())[1]).to.equal(granted === 0 ? "closed" : "grace");
      await rounds(2);
      return granted;
    };
    expect(await outage(14)).to.equal(14 * 60);
    expect(await outage(90)).to.equal(30 * 60);
    expect(await outage(45), "what is left of the hour").to.equal(12 * 60);
    expect(await outage(45), "none left").to.equal(0);
    expect(await grace(), "the grant stays while rounds go on").to.equal(0);
  }).timeout(60_000);

  it("owes an outage its grace however far a witness was from the price before it (review 28, 38)", async () => {
    await rounds(45); // listed
    const fallen = (PRICE * 70n) / 100n;
    for (const minutes of [5, 4, 9]) {
      await bench.moveBy(minutes * 60);
      await bench.witness(0, fallen);
    }
    await rounds(1, fallen);
    expect(await grace()).to.equal(18 * 60);
    expect(await stance(), "the old price contradicts nobody").to.deep.equal(["reduceOnly", "grace"]);
    await rounds(1, fallen);
    expect(await grace(), "not lost to a halt").to.equal(18 * 60);
    await bench.witness(0, fallen);
    await rounds(6, fallen);
    expect((await bench.oracle.metrics(0)).level, "and gone with the next look").to.be.below(3n);
  }).timeout(60_000);

  it("closes openings as soon as a witness contradicts the last price, however long no round comes", async () => {
    const openings = async (): Promise<boolean> => (await risk.tryRead(0, FAR_EXPIRY, NO_FEED, 0)).reading.opens;
    await rounds(70);
    await bench.witness(0, (PRICE * 93n) / 100n);
    expect(await stance(), "within 8 % our next round judges").to.deep.equal(["recovery", "ramp"]);
    expect(await openings()).to.equal(true);
    await bench.witness(0, (PRICE * 92n) / 100n);
    expect(await stance()).to.deep.equal(["reduceOnly", "ramp"]);
    expect(await openings()).to.equal(false);
    await bench.moveBy(3_600);
    await bench.witness(0, PRICE);
    await rounds(1);
    expect((await stance())[0], "and leaves no dwell").not.to.equal("reduceOnly");
  }).timeout(60_000);

  it("grants an outage once: not for rounds in quarantine behind it, not again for a superset or a halt", async () => {
    await rounds(45);
    await rounds(1, (PRICE * 160n) / 100n, (20 * 60) / ROUND_SECONDS);
    expect(await grace(), "the jump after the gap waits").to.equal(0);
    await rounds(2, (PRICE * 160n) / 100n);
    expect((await bench.oracle.metrics(0)).price).to.equal((PRICE * 160n) / 100n);
    expect(await grace(), "to the round that is published, of 20 min and 30 s").to.equal(20 * 60);

    const spent = async (): Promise<bigint> => (await bench.oracle.riskWords(0)).latest >> 252n;
    expect(await spent()).to.equal(5n);
    const round = await bench.nextRound(2, (15 * 60) / ROUND_SECONDS);
    const price = (PRICE * 160n) / 100n;
    await bench.relay(round, bench.same([price], [0, 1, 2, 3, 4]));
    expect([await grace(), await spent()]).to.deep.equal([14 * 60, 9n]);
    await bench.relay(round, bench.same([price]));
    expect([await grace(), await spent()], "superset").to.deep.equal([14 * 60, 9n]);
    await rounds(2, price);
    expect([await grace(), await spent()], "later rounds").to.deep.equal([14 * 60, 9n]);
    await bench.witness(0, PRICE / 2n);
    await bench.witness(0, PRICE / 2n);
    await rounds(1, price);
    expect((await stance())[0]).to.equal("halted");
    expect([await grace(), await spent()], "a halt restarts the clock, not the grace").to.deep.equal([0, 9n]);
  }).timeout(60_000);

  it("costs no more than it may, everything cold", async function () {
    if (isCounting) return this.skip();
    await rounds(45);
    const { provider } = bench.connection.ethers;
    const [deployer] = await bench.connection.ethers.getSigners();
    const meter = await new ReadMeter__factory(deployer!).deploy();
    const data = risk.interface.encodeFunctionData("tryRead", [0, FAR_EXPIRY, NO_FEED, 0]);
    const measure = async (): Promise<bigint> => meter.measure.staticCall(await risk.getAddress(), data);
    const ramping = await measure();
    // Nine calm hours later: all clocks of the averages word saturated.
    const oracle = await bench.oracle.getAddress();
    const { averages } = await bench.oracle.riskWords(0);
    let slot = 0;
    while (BigInt(await provider.getStorage(oracle, slot)) !== averages) slot += 1;
    const calm = averages | (((1n << 60n) - 1n) << 142n);
    await bench.connection.provider.request({
      method: "hardhat_setStorageAt",
      params: [oracle, `0x${slot.toString(16)}`, `0x${calm.toString(16).padStart(64, "0")}`],
    });
    expect(await stance()).to.deep.equal(["normal", "none"]);
    const used = await measure();
    expect(used <= READ_GAS, `${used} gas, calm`).to.equal(true);
    expect(ramping <= READ_GAS + 2_000n, `${ramping} gas, in the ramp`).to.equal(true);
    const words = bench.oracle.interface.encodeFunctionData("riskWords", [0]);
    const told = await meter.measure.staticCall(oracle, words);
    expect(told <= 10_500n, `${told} gas, of it the oracle`).to.equal(true);
  }).timeout(60_000);
});

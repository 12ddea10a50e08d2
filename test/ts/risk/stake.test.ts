// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { CEILING_CENTS, HOUR, MINUTE, PRICE, RiskBench } from "./RiskBench.ts";

const BOND_FEED = 2;

describe("RiskManager caps by stake (review 41, 42)", () => {
  let bench: RiskBench;
  beforeEach(async () => {
    bench = await RiskBench.create();
    await bench.set();
  });

  it("counts stake only when switched on and two witnesses agree", async () => {
    await bench.script.setStake(0, 30_000_000n * 10n ** 6n);
    await bench.risk.refreshStake();
    await bench.set({}, { agreed: true });
    expect((await bench.read()).lossShareBps, "off").to.equal(800n);
    await bench.risk.switchStake(true);
    await bench.risk.refreshStake();
    const reading = await bench.read();
    expect(reading.lossShareBps).to.equal(0n);
    expect(reading.notionalCap, "0.8 · 30 M · ⅓ · 0.9 / 8 % = 90 M, in cents").to.equal(90_000_000_00n);
    await bench.set({}, { agreed: false });
    expect((await bench.read()).lossShareBps, "one witness").to.equal(800n);
    await bench.risk.switchStake(false);
    await bench.set({}, { agreed: true });
    expect((await bench.read()).lossShareBps, "off at once").to.equal(800n);
  });

  it("takes the bond at the lowest of last, 12 h average and witness (review 42)", async () => {
    bench = await RiskBench.create({ bondFeed: BOND_FEED, haircut: 5_000 });
    await bench.risk.switchStake(true);
    await bench.script.setStake(0, 30_000n * 10n ** 6n);
    const capWith = async (slow: bigint, witness: bigint): Promise<bigint> => {
      const one = 1n << 22n;
      await bench.set({ averages: [one, one, (one * slow) / 100n] }, { price: (PRICE * witness) / 100n }, BOND_FEED);
      await bench.risk.refreshStake();
      await bench.set({}, { agreed: true });
      return (await bench.read()).notionalCap;
    };
    const full = 150_000_000_00n; // 30,000 · 3,000 · 0.5 · 10 / 3
    expect(await capWith(100n, 100n)).to.equal(full);
    expect(await capWith(50n, 100n), "price lied up, average behind").to.equal(full / 2n);
    expect(await capWith(100n, 25n), "witness lower").to.equal(full / 4n);
    expect(await capWith(200n, 200n), "never above the last").to.equal(full);
  });

  it("takes Cautious and ReduceOnly from lost stake, and clears a step per 15 min (review 33)", async () => {
    await bench.script.setStake(1_500, 0);
    await bench.risk.refreshStake();
    expect(await bench.mode()).to.equal("cautious");
    await bench.script.setStake(10_000, 0);
    await bench.risk.refreshStake();
    expect(await bench.mode(), "never Halted").to.equal("reduceOnly");
    expect(await bench.risk.anyTrigger()).to.equal(true);
    await bench.script.setStake(0, 0);
    await bench.risk.refreshStake();
    expect(await bench.mode(), "dwell").to.equal("reduceOnly");
    await bench.moveBy(15 * MINUTE);
    await bench.set();
    await bench.risk.refreshStake();
    await bench.risk.refreshStake();
    expect(await bench.mode(), "one step").to.equal("cautious");
    await bench.moveBy(15 * MINUTE);
    await bench.set();
    await bench.risk.refreshStake();
    expect(await bench.mode()).to.equal("normal");
  });

  it("takes a bond for worth nothing once its witness is more than an hour old: nobody would gainsay a lie", async () => {
    bench = await RiskBench.create({ bondFeed: BOND_FEED, haircut: 5_000 });
    await bench.risk.switchStake(true);
    await bench.script.setStake(0, 30_000n * 10n ** 6n);
    const isSecured = async (age: number): Promise<boolean> => {
      await bench.set({}, { observedAt: BigInt((await bench.now()) - age) }, BOND_FEED);
      await bench.risk.refreshStake();
      await bench.set({}, { agreed: true });
      return (await bench.read()).lossShareBps === 0n;
    };
    expect(await isSecured(HOUR - MINUTE)).to.equal(true);
    expect(await isSecured(HOUR + MINUTE)).to.equal(false);
  });

  it("secures no more than a ceiling may be, however much stake there is", async () => {
    await bench.risk.switchStake(true);
    await bench.script.setStake(0, 10n ** 12n * 10n ** 6n);
    await expect(bench.risk.refreshStake())
      .to.emit(bench.risk, "StakeRefreshed")
      .withArgs(await bench.signers[0]!.getAddress(), 0n, 0n, 10n ** 8n, false);
    await bench.set({}, { agreed: true });
    const reading = await bench.read();
    expect(reading.lossShareBps).to.equal(0n);
    expect(reading.notionalCap, "which the ceiling then bounds").to.equal(CEILING_CENTS);
  });
});

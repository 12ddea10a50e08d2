// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { LIQUIDATIONS } from "../../../scripts/model/risk/types.ts";
import { CEILING, DAY, FAR_EXPIRY, HOUR, LEVEL, MINUTE, NO_FEED, RiskBench } from "./RiskBench.ts";
import { DOLLARS, RiskedHouse } from "./RiskedHouse.ts";

const CALL = { strike: 3200, isCall: true, size: 1 };
const MONTH = 30 * DAY;
/** Far enough apart to be quick, near enough to see an act of an hour. */
const LOOK_EVERY = HOUR;

describe("Attacks on the risk room", () => {
  it("tripping a breaker liquidates nobody and changes no requirement to keep: the mode alone is no profit", async () => {
    const place = await RiskedHouse.create();
    const { bench, risk } = place;
    const { signer, book, house } = await place.writer(1, 1_000n);
    await house.mint(book, bench.legs(CALL), signer.address);
    const reporters = [1, 2, 3].map(async (index) => (await bench.signer(index)).getAddress());
    await risk.setReporters((await Promise.all(reporters)) as [string, string, string]);
    const nothing = async (): Promise<void> => undefined;
    const lie = async (): Promise<void> => {
      for (const index of [1, 2]) await risk.connect(await bench.signer(index)).report(0, 1_000);
    };
    const loseStake = async (): Promise<void> => {
      await place.script.setStake(5_000, 0);
      await risk.refreshStake();
    };
    const guard = async (): Promise<void> => void (await risk.guard(1, LEVEL("halted"), 2 * HOUR));
    const trips = [
      ["calm", {}, nothing],
      ["cautious", { level: "cautious" }, nothing],
      ["recovery", { level: "recovery" }, nothing],
      ["reduceOnly", { level: "reduceOnly" }, nothing],
      ["halted", { level: "halted" }, async () => void (await risk.poke(0))],
      ["the sentinel", {}, lie],
      ["lost stake", {}, loseStake],
      ["the guardian", {}, guard],
    ] as const;
    /** It falls a little as time value does. */
    let keep: bigint | undefined;
    let highest = 0n;
    for (const [name, state, act] of trips) {
      await act();
      await place.tell(state);
      const { initial, maintenance } = await house.requirement(book);
      keep ??= maintenance.amount;
      expect(maintenance.amount <= keep, `${name}: ${maintenance.amount} to keep, not ${keep}`).to.equal(true);
      expect(await house.isLiquidatable(book), name).to.equal(false);
      if (initial.amount > highest) highest = initial.amount;
    }
    expect(highest, "what opening takes did rise, beyond the cash of the book").to.be.greaterThan(
      (await house.book(book)).cash,
    );
  });

  it("a stolen guardian closes openings for three days of thirty and slows liquidation for hours, never an exit", async () => {
    const bench = await RiskBench.create();
    const start = await bench.now();
    /** Takes every act as soon as he has it; `level` is what he spends them on. */
    const month = async (level: "reduceOnly" | "halted"): Promise<[number, number]> => {
      const longest = level === "halted" ? 2 * HOUR : DAY;
      let [closed, slowed] = [0, 0];
      for (let hour = 0; hour < MONTH / LOOK_EVERY; hour += 1) {
        await bench.set();
        await bench.risk.guard(255, LEVEL(level), longest).catch(() => undefined);
        if (!(await bench.read()).opens) closed += LOOK_EVERY;
        const told = await bench.risk.tryReadLiquidation(0, FAR_EXPIRY, NO_FEED, 0, false);
        if (LIQUIDATIONS[Number(told.liquidation.allowed)] === "belowHalf") slowed += LOOK_EVERY;
        await bench.moveBy(LOOK_EVERY - 3);
      }
      return [closed, slowed];
    };
    const [closed, slowed] = await month("reduceOnly");
    expect(closed, "ReduceOnly for three times a day, seen by the hour").to.be.within(3 * DAY, 3 * (DAY + LOOK_EVERY));
    expect(slowed, "slices go on").to.equal(0);
    await bench.moveTo(start + 3 * MONTH);
    const [halted, belowHalf] = await month("halted");
    expect(halted, "Halted three times two hours").to.be.within(5 * HOUR, 9 * HOUR);
    expect(belowHalf).to.equal(halted);
  }).timeout(120_000);

  it("under a stolen guardian everybody closes, takes out what is free, and leaves", async () => {
    const place = await RiskedHouse.create();
    const { bench, risk } = place;
    const { signer, book, house } = await place.writer();
    await house.mint(book, bench.legs({ ...CALL, size: 2 }), signer.address);
    await risk.guard(255, LEVEL("halted"), 2 * HOUR);
    await house.burn(book, bench.legs(CALL));
    const { cash } = await house.book(book);
    const { initial } = await house.requirement(book);
    await house.defund(book, cash - initial.maximumLoss - DOLLARS, signer.address);
    await house.withdraw(await bench.dollar.getAddress(), 1_000n * DOLLARS, signer.address);
    await house.burn(book, bench.legs(CALL));
    await house.defund(book, (await house.book(book)).cash, signer.address);
  });

  it("captured governance stays inside the coded bounds, and asks no more of an open book", async () => {
    const place = await RiskedHouse.create();
    const { bench, risk } = place;
    const { signer, book, house } = await place.writer(1, 2_000n);
    await house.mint(book, bench.legs(CALL), signer.address);
    await place.tell();
    const before = (await house.requirement(book)).maintenance.amount;
    const thief = (await bench.signer(5)).address;
    await expect(risk.setCeiling(10n ** 8n + 1n)).to.be.revertedWithCustomError(risk, "RiskManager_CeilingTooHigh");
    await risk.setCeiling(10n ** 8n);
    await risk.switchStake(true);
    await risk.refreshStake();
    await risk.setReporters([thief, (await bench.signer(6)).address, (await bench.signer(7)).address]);
    for (const index of [5, 6]) await risk.connect(await bench.signer(index)).report(0, 1_000);
    await place.tell();
    const { reading, maintenance } = await house.requirement(book);
    expect(reading.addOnBps, "of openings alone, ten points at most").to.be.within(1n, 1_000n);
    expect(reading.lossShareBps >= 800n, "no stake, no witness of it: insurance rules").to.equal(true);
    expect(maintenance.amount <= before, `${maintenance.amount} to keep, not ${before}`).to.equal(true);
    await risk.setCeiling(0);
    await house.burn(book, bench.legs(CALL));
    await house.defund(book, (await house.book(book)).cash, signer.address);
  });

  it("clears a dwell early for nobody: loosening ends doublings and holds, never a base dwell, never in an alarm", async () => {
    const bench = await RiskBench.create();
    const since = { cautious: 0n, recovery: undefined, reduceOnly: 0n, halted: undefined };
    await bench.set();
    await bench.risk.poke(0);
    for (const uptime of [1_000_600n, 1_001_800n]) {
      await bench.set({ uptime, level: "reduceOnly", since });
      await bench.risk.poke(0);
      await bench.set({ uptime: uptime + 600n });
      await bench.risk.poke(0);
    }
    expect((await bench.risk.standOf(0)).dwellReduceOnly).to.equal(BigInt(30 * MINUTE));
    await bench.script.setTrigger(true);
    for (const call of [
      () => bench.risk.loosen(0),
      () => bench.risk.setCeiling(CEILING + 1n),
      () => bench.risk.switchStake(true),
    ])
      await expect(call()).to.be.revertedWithCustomError(bench.risk, "RiskManager_TriggerActive");
    await bench.script.setTrigger(false);
    await bench.script.setStake(1_500, 0);
    await bench.risk.refreshStake();
    await expect(bench.risk.loosen(0), "lost stake is a trigger too").to.be.revertedWithCustomError(
      bench.risk,
      "RiskManager_TriggerActive",
    );
    await bench.script.setStake(0, 0);
    await bench.moveBy(15 * MINUTE);
    await bench.risk.refreshStake();
    await bench.set({ uptime: 1_003_000n, level: "normal", since: { ...since, reduceOnly: 800n, cautious: 800n } });
    await bench.risk.loosen(0);
    expect(await bench.mode(), "its base dwell").to.equal("reduceOnly");
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { LIQUIDATIONS } from "../../../scripts/model/risk/types.ts";
import type { FeedState } from "./words.ts";
import { DAY, FAR_EXPIRY, HEARTBEAT, HOUR, LEVEL, MINUTE, NO_FEED, RiskBench } from "./RiskBench.ts";

const NEVER = { cautious: undefined, recovery: undefined, reduceOnly: undefined, halted: undefined };
/** Clocks of a feed whose level was last true `seconds` of uptime ago. */
const since = (level: "cautious" | "reduceOnly" | "halted", seconds: number): Partial<FeedState> => {
  const clock = BigInt(seconds);
  const clocks = { ...NEVER, cautious: clock };
  if (level === "reduceOnly") return { since: { ...clocks, reduceOnly: clock } };
  if (level === "halted") return { since: { cautious: clock, reduceOnly: clock, halted: clock, recovery: clock } };
  return { since: clocks };
};
const resumed = (seconds: number, grace: number): Partial<FeedState> => ({
  grace: BigInt(grace),
  since: { ...NEVER, recovery: BigInt(seconds), cautious: BigInt(seconds) },
});

describe("RiskManager modes", () => {
  let bench: RiskBench;
  beforeEach(async () => {
    bench = await RiskBench.create();
  });

  const liquidation = async (): Promise<string> => {
    const told = await bench.risk.tryReadLiquidation(0, FAR_EXPIRY, NO_FEED, 0, false);
    return LIQUIDATIONS[Number(told.liquidation.allowed)]!;
  };

  it("is Normal while nothing is true, and opens", async () => {
    await bench.set();
    const reading = await bench.read();
    expect(reading.mode).to.equal("normal");
    expect(reading.opens).to.equal(true);
    expect(reading.multiplierBps).to.equal(10_000n);
    expect(await liquidation()).to.equal("full");
  });

  it("takes each stored level at once, without a poke (review 25)", async () => {
    for (const level of ["cautious", "reduceOnly", "halted"] as const) {
      const [mode] = await bench.stanceOf({ level, ...since(level, 0) });
      expect(mode).to.equal(level);
    }
  });

  it("holds each level for its dwell of uptime and clears one step per dwell", async () => {
    const rows = [
      ["cautious", 10 * MINUTE - 1, "cautious"],
      ["cautious", 10 * MINUTE, "normal"],
      ["reduceOnly", 15 * MINUTE - 1, "reduceOnly"],
      ["reduceOnly", 15 * MINUTE, "cautious"],
      ["reduceOnly", 25 * MINUTE - 1, "cautious"],
      ["reduceOnly", 25 * MINUTE, "normal"],
      ["halted", 30 * MINUTE - 1, "halted"],
      ["halted", 30 * MINUTE, "recovery"],
    ] as const;
    for (const [level, seconds, expected] of rows) {
      const [mode] = await bench.stanceOf(since(level, seconds));
      expect(mode, `${level} ${seconds} s ago`).to.equal(expected);
    }
  });

  it("stands still while no price arrives: wall time clears nothing", async () => {
    await bench.set(since("halted", 29 * MINUTE));
    await bench.moveBy(2 * DAY);
    await bench.set(since("halted", 29 * MINUTE));
    expect(await bench.mode()).to.equal("halted");
  });

  it("goes from Halted through closed and ramp to Normal, the cap rising from 25 to 100 % (review 32)", async () => {
    const rows = [
      [30 * MINUTE, "recovery", "closed", 5_000n],
      [45 * MINUTE - 1, "recovery", "closed", 5_000n],
      [45 * MINUTE, "recovery", "ramp", 2_500n],
      [45 * MINUTE + 3 * HOUR, "recovery", "ramp", 6_250n],
      [45 * MINUTE + 6 * HOUR - 1, "recovery", "ramp", 9_999n],
      [45 * MINUTE + 6 * HOUR, "normal", "none", 10_000n],
    ] as const;
    for (const [seconds, mode, phase, capBps] of rows) {
      await bench.set(since("halted", seconds));
      const stand = await bench.risk.standOf(0);
      expect([await bench.mode(), await bench.phase()], `${seconds} s`).to.deep.equal([mode, phase]);
      if (phase !== "closed") expect(stand.capBps, `${seconds} s`).to.equal(capBps);
      const reading = await bench.read();
      expect(reading.opens, `${seconds} s`).to.equal(phase !== "closed");
      expect(reading.multiplierBps).to.equal(mode === "normal" ? 10_000n : 12_500n);
    }
  });

  it("resumes from an outage in Recovery, never in Halted: grace, then dwell, then ramp (review 28, 38)", async () => {
    const rows = [
      [0, "grace", "none"],
      [10 * MINUTE - 1, "grace", "none"],
      [10 * MINUTE, "lateGrace", "belowHalf"],
      [20 * MINUTE - 1, "lateGrace", "belowHalf"],
      [20 * MINUTE, "closed", "slices"],
      [35 * MINUTE - 1, "closed", "slices"],
      [35 * MINUTE, "ramp", "full"],
      [35 * MINUTE + 6 * HOUR, "none", "full"],
    ] as const;
    for (const [seconds, phase, liquidates] of rows) {
      await bench.set(resumed(seconds, 20 * MINUTE));
      expect(await bench.phase(), `${seconds} s`).to.equal(phase);
      expect(await liquidation(), `${seconds} s`).to.equal(liquidates);
      expect(await bench.mode()).to.equal(phase === "none" ? "normal" : "recovery");
    }
  });

  it("keeps a new feed closed until it is listed (review 45)", async () => {
    const [mode, phase] = await bench.stanceOf({ isNew: true, level: "recovery" });
    expect([mode, phase]).to.deep.equal(["recovery", "closed"]);
    expect((await bench.read()).opens).to.equal(false);
  });

  it("halves the cap in the ramp too while Cautious is true", async () => {
    await bench.set({ since: { ...since("halted", 6 * HOUR).since!, cautious: 0n }, level: "cautious" });
    const stand = await bench.risk.standOf(0);
    expect(await bench.phase()).to.equal("ramp");
    expect(stand.capBps).to.equal(5_000n);
  });

  it("tightens by age in heartbeats while it lasts and leaves no dwell (review 31)", async () => {
    const { observedAt } = await bench.set();
    const rows = [
      [2 * HEARTBEAT, "normal"],
      [2 * HEARTBEAT + 1, "cautious"],
      [4 * HEARTBEAT, "cautious"],
      [4 * HEARTBEAT + 1, "reduceOnly"],
      [10 * HEARTBEAT, "reduceOnly"],
      [10 * HEARTBEAT + 1, "halted"],
    ] as const;
    for (const [age, expected] of rows) {
      await bench.moveTo(Number(observedAt) + age);
      expect(await bench.mode(), `${age} s old`).to.equal(expected);
    }
    await bench.set();
    expect(await bench.mode(), "a fresh price ends it").to.equal("normal");
  });

  it("never liquidates on a price older than two heartbeats", async () => {
    const { observedAt } = await bench.set();
    await bench.moveTo(Number(observedAt) + 2 * HEARTBEAT + 1);
    expect(await liquidation()).to.equal("none");
  });

  it("in ReduceOnly liquidates in slices, but only below half maintenance when D is wide (review 2)", async () => {
    await bench.set({ level: "reduceOnly", ...since("reduceOnly", 0), dispersionPpm: 14_990n });
    expect(await liquidation()).to.equal("slices");
    await bench.set({ level: "reduceOnly", ...since("reduceOnly", 0), dispersionPpm: 15_000n });
    expect(await liquidation()).to.equal("belowHalf");
    await bench.set({ level: "halted", ...since("halted", 0) });
    expect(await liquidation()).to.equal("belowHalf");
  });

  it("doubles a dwell for every repeat within 24 h, up to 4 h, and forgets after a day (review 32)", async () => {
    const dwells = [10, 20, 40, 80, 160, 240, 240].map((minutes) => BigInt(minutes * MINUTE));
    let uptime = 2_000_000n;
    for (const dwell of dwells) {
      await bench.set({ uptime });
      await bench.risk.poke(0); // seen clear
      uptime += 600n;
      await bench.set({ level: "cautious", uptime, ...since("cautious", 0) });
      await bench.risk.poke(0);
      expect((await bench.risk.standOf(0)).dwellCautious).to.equal(dwell);
      await bench.moveBy(HOUR);
      uptime += 3_600n;
    }
    expect((await bench.risk.standOf(0)).dwellReduceOnly, "the others keep theirs").to.equal(900n);
    await bench.moveBy(DAY);
    expect((await bench.risk.standOf(0)).dwellCautious).to.equal(600n);
  });

  it("counts a level that goes on once, however often it is poked", async () => {
    await bench.set();
    await bench.risk.poke(0);
    for (let index = 0; index < 5; index += 1) {
      await bench.set({ level: "cautious", uptime: 1_000_100n + BigInt(index) * 60n, ...since("cautious", 0) });
      await bench.risk.poke(0);
    }
    expect((await bench.risk.standOf(0)).dwellCautious).to.equal(600n);
  });

  it("counts a trip that came and went between two pokes", async () => {
    const trip = async (uptime: bigint): Promise<void> => {
      await bench.set({ uptime, ...since("reduceOnly", 300) });
      await bench.risk.poke(0);
    };
    await bench.set();
    await bench.risk.poke(0);
    await trip(1_001_000n);
    expect((await bench.risk.standOf(0)).dwellReduceOnly).to.equal(900n);
    await trip(1_003_000n);
    expect((await bench.risk.standOf(0)).dwellReduceOnly).to.equal(1_800n);
    await trip(1_003_000n);
    expect((await bench.risk.standOf(0)).dwellReduceOnly, "the same trip again").to.equal(1_800n);
  });

  const poked = async () => {
    const receipt = await (await bench.risk.poke(0)).wait();
    const event = receipt!.logs.map((log) => bench.risk.interface.parseLog(log)!)[0]!;
    expect(event.name).to.equal("FeedPoked");
    return event;
  };

  it("emits mode, cause and metric with a poke", async () => {
    const average = (1n << 22n) + ((1n << 22n) * 6n) / 100n;
    await bench.set({ level: "cautious", ...since("cautious", 0), averages: [average, 1n << 22n, 1n << 22n] });
    const event = await poked();
    expect(event.args.mode).to.equal(LEVEL("cautious"));
    expect(event.args.cause, "the 5 min average alone").to.equal(1n);
    expect(event.args.movePpm[0]).to.equal(56_603n);
  });

  it("names divergence as the cause from five of the last twenty rounds on, wherever they lie", async () => {
    const causeOf = async (divergent: bigint): Promise<bigint> => {
      await bench.set({ divergent });
      return (await poked()).args.cause as bigint;
    };
    const first = 1n << 19n;
    expect(await causeOf(first | 0b111n), "four").to.equal(0n);
    expect(await causeOf(first | 0b10_111n), "five").to.equal(1n << 10n);
    expect(await causeOf((1n << 20n) - 1n), "all of them").to.equal(1n << 10n);
  });

  it("counts bid time in uptime, not in halts and not in grace, and it never runs back across a poke", async () => {
    await bench.set({ uptime: 10_000n });
    await bench.risk.poke(0);
    const start = await bench.risk.bidTime(0);
    await bench.set({ uptime: 10_600n });
    expect((await bench.risk.bidTime(0)) - start, "open").to.equal(600n);
    await bench.risk.poke(0);
    await bench.set({ uptime: 13_000n, level: "halted", ...since("halted", 0) });
    expect((await bench.risk.bidTime(0)) - start, "halted now").to.equal(600n);
    await bench.risk.poke(0);
    await bench.set({ uptime: 13_000n + 1_900n, ...since("halted", 1_900) });
    expect((await bench.risk.bidTime(0)) - start, "dwell is no bid time").to.equal(700n);
    await bench.risk.poke(0);
    await bench.set({ uptime: 15_000n, ...resumed(50, 1_200) });
    expect((await bench.risk.bidTime(0)) - start, "grace is none").to.equal(700n);
    await bench.moveBy(DAY);
    expect((await bench.risk.bidTime(0)) - start, "wall time is none").to.equal(700n);
  });

  it("lets payments rise by the block: a liquidation counts the seconds behind the latest round, where all may be bid for", async () => {
    const behind = async (state: Partial<FeedState>): Promise<bigint> => {
      await bench.set({ uptime: 20_000n, ...state });
      await bench.risk.poke(0);
      await bench.moveBy(40);
      const { liquidation } = await bench.risk.tryReadLiquidation(0, FAR_EXPIRY, NO_FEED, 0, false);
      return liquidation.bidTime - (await bench.risk.bidTime(0));
    };
    expect(await behind({}), "Normal").to.be.within(40n, 60n);
    expect(await behind({ level: "reduceOnly", ...since("reduceOnly", 0) }), "slices").to.be.within(40n, 60n);
    expect(await behind({ level: "halted", ...since("halted", 0) }), "Halted").to.equal(0n);
    expect(await behind(resumed(50, 1_200)), "grace").to.equal(0n);
  });

  it("counts none of a time behind the latest round in which the guardian held the feed", async () => {
    await bench.set({ uptime: 20_000n });
    await bench.risk.guard(1n, LEVEL("halted"), 20n);
    await bench.moveBy(50);
    const { liquidation } = await bench.risk.tryReadLiquidation(0, FAR_EXPIRY, NO_FEED, 0, false);
    expect(LIQUIDATIONS[Number(liquidation.allowed)]).to.equal("full");
    expect(liquidation.bidTime - (await bench.risk.bidTime(0))).to.be.within(28n, 32n);
  });

  it("is not ok for a feed without a price or a slot that does not exist", async () => {
    expect((await bench.risk.tryRead(3, FAR_EXPIRY, NO_FEED, 0)).ok).to.equal(false);
    expect((await bench.risk.tryRead(99, FAR_EXPIRY, NO_FEED, 0)).ok).to.equal(false);
    const told = await bench.risk.tryReadLiquidation(3, FAR_EXPIRY, NO_FEED, 0, false);
    expect([told.ok, told.liquidation.allowed, told.liquidation.bidTime]).to.deep.equal([false, 0n, 0n]);
  });

  it("is not ok once the price is so old that its band reaches zero: six weeks and a half", async () => {
    const start = Number((await bench.set()).observedAt);
    await bench.moveTo(start + 44 * DAY);
    const counted = await bench.risk.bidTime(0);
    const told = async () => {
      const { ok, liquidation } = await bench.risk.tryReadLiquidation(0, FAR_EXPIRY, NO_FEED, 0, false);
      return [(await bench.risk.tryRead(0, FAR_EXPIRY, NO_FEED, 0)).ok, ok, liquidation.bidTime];
    };
    expect(await told()).to.deep.equal([true, true, counted]);
    await bench.moveTo(start + 45 * DAY);
    expect(await told(), "nor does it tell bidders anything").to.deep.equal([false, false, 0n]);
  });

  it("ends the band where prices end", async () => {
    const most = 2n ** 64n - 1n;
    await bench.set({ price: most });
    const reading = await bench.read();
    expect([reading.ok, reading.price, reading.high]).to.deep.equal([true, most, most]);
    expect(reading.low).to.be.below(most);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { HOUR, LEVEL, MINUTE, POKE_TIP, RiskBench } from "./RiskBench.ts";
import type { FeedState } from "./words.ts";

const NEVER = { cautious: undefined, recovery: undefined, reduceOnly: undefined, halted: undefined };
const CAUTIOUS: Partial<FeedState> = { level: "cautious", since: { ...NEVER, cautious: 0n } };

describe("RiskManager pokes", () => {
  let bench: RiskBench;
  let uptime: bigint;
  beforeEach(async () => {
    bench = await RiskBench.create();
    uptime = 1_000_000n;
    await bench.set({ uptime });
    await bench.risk.poke(0); // everything seen clear
    await bench.moveBy(HOUR);
  });

  /** Tips that a stranger earns with a poke of feed 0, `seconds` of uptime later. */
  const tips = async (seconds: number, changes: Partial<FeedState> = {}): Promise<bigint> => {
    uptime += BigInt(seconds);
    await bench.set({ uptime, ...changes });
    const stranger = bench.signers[7]!;
    const before = await bench.script.credited(stranger);
    await bench.risk.connect(stranger).poke(0);
    return ((await bench.script.credited(stranger)) - before) / POKE_TIP;
  };

  it("pay whoever sees a trip, and whoever sees it clear; the second of two pokes sees nothing new", async () => {
    expect(await tips(60, CAUTIOUS), "a trip").to.equal(1n);
    expect(await tips(0, CAUTIOUS), "the same trip").to.equal(0n);
    const clear = { since: { ...NEVER, cautious: 60n } };
    expect(await tips(60, clear), "clear").to.equal(1n);
    expect(await tips(0, clear), "the same").to.equal(0n);
    expect((await bench.risk.standOf(0)).dwellCautious).to.equal(BigInt(10 * MINUTE));
    expect(await tips(60, CAUTIOUS), "a repeat").to.equal(1n);
    expect((await bench.risk.standOf(0)).dwellCautious, "which doubles the dwell").to.equal(BigInt(20 * MINUTE));
  });

  it("pay half an hour of bid time while anything is true, and none of it in calm", async () => {
    expect(await tips(2 * HOUR), "calm: no halt is near").to.equal(0n);
    expect(await tips(60, CAUTIOUS)).to.equal(1n);
    expect(await tips(30 * MINUTE - 1, CAUTIOUS)).to.equal(0n);
    expect(await tips(30 * MINUTE, CAUTIOUS), "a halt now would lose it").to.equal(1n);
  });

  it("pay the first poke behind the guardian's halt, from which bid time goes on", async () => {
    await bench.risk.guard(1, LEVEL("halted"), HOUR);
    expect(await tips(30 * MINUTE), "in the halt").to.equal(0n);
    const before = await bench.risk.bidTime(0);
    await bench.moveBy(HOUR);
    expect(await tips(60 * MINUTE)).to.equal(1n);
    expect(await bench.risk.bidTime(0), "what held a part of the halt counts nothing").to.equal(before);
    expect(await tips(60)).to.equal(0n);
    expect(await bench.risk.bidTime(0)).to.equal(before + 60n);
  });

  it("pay three tips per feed and hour, whatever happens", async () => {
    await bench.moveTo(Math.ceil((await bench.now()) / HOUR) * HOUR + 10);
    const trip = async (): Promise<bigint> =>
      (await tips(60, CAUTIOUS)) + (await tips(60, { since: { ...NEVER, cautious: 60n } }));
    let paid = 0n;
    for (let index = 0; index < 6; index += 1) paid += await trip();
    expect(paid, "twelve things that were new").to.equal(3n);
    expect((await bench.risk.standOf(0)).dwellCautious, "unpaid ones count too").to.be.greaterThan(600n);
    await bench.set({ uptime: 5_000n, ...CAUTIOUS }, {}, 1);
    await bench.risk.connect(bench.signers[7]!).poke(1);
    expect(await bench.script.credited(bench.signers[7]!), "another feed has its own").to.be.greaterThan(3n * POKE_TIP);
    await bench.moveBy(HOUR);
    expect(await tips(60, CAUTIOUS)).to.equal(1n);
  });

  it("pay nothing for a feed without a price", async () => {
    const stranger = bench.signers[7]!;
    await bench.risk.connect(stranger).poke(5);
    expect(await bench.script.credited(stranger)).to.equal(0n);
    await expect(bench.risk.poke(8)).to.be.revertedWithCustomError(bench.risk, "RiskManager_UnknownFeed");
  });

  it("emit the weight that signed, and name it when it is the cause", async () => {
    const causeOf = async (weight: number): Promise<[bigint, bigint]> => {
      await bench.script.setSignedWeight(weight);
      const receipt = await (await bench.risk.poke(0)).wait();
      const { args } = receipt!.logs
        .map((log) => bench.risk.interface.parseLog(log)!)
        .find(({ name }) => name === "FeedPoked")!;
      return [args.cause as bigint, args.signedWeightBps as bigint];
    };
    await bench.set();
    expect(await causeOf(7_200)).to.deep.equal([0n, 7_200n]);
    expect(await causeOf(7_199), "bit 4").to.deep.equal([16n, 7_199n]);
  });

  describe("of the stake", () => {
    const refreshed = async (): Promise<bigint> => {
      const stranger = bench.signers[8]!;
      const before = await bench.script.credited(stranger);
      await bench.risk.connect(stranger).refreshStake();
      return ((await bench.script.credited(stranger)) - before) / POKE_TIP;
    };
    const MILLION = 10n ** 12n;

    it("pay when the level changes or what is secured falls by 5 %", async () => {
      await bench.risk.switchStake(true);
      await bench.script.setStake(0, 30n * MILLION);
      expect(await refreshed(), "it rose").to.equal(0n);
      await bench.script.setStake(0, 29n * MILLION);
      expect(await refreshed(), "3 %").to.equal(0n);
      await bench.script.setStake(0, 27n * MILLION);
      expect(await refreshed()).to.equal(1n);
      await bench.script.setStake(3_300, 27n * MILLION);
      expect(await refreshed(), "a third slashed or leaving").to.equal(1n);
      expect(await refreshed(), "the same again").to.equal(0n);
    });

    it("count for a day: what nobody refreshed secures nothing", async () => {
      await bench.risk.switchStake(true);
      await bench.script.setStake(0, 30n * MILLION);
      await bench.risk.refreshStake();
      await bench.set({}, { agreed: true });
      expect((await bench.read()).lossShareBps).to.equal(0n);
      await bench.moveBy(24 * HOUR - 2 * MINUTE);
      await bench.set({}, { agreed: true });
      expect((await bench.read()).lossShareBps).to.equal(0n);
      await bench.moveBy(2 * MINUTE);
      await bench.set({}, { agreed: true });
      expect((await bench.read()).lossShareBps, "insurance rules").to.equal(800n);
      await bench.risk.refreshStake();
      expect((await bench.read()).lossShareBps).to.equal(0n);
    });
  });
});

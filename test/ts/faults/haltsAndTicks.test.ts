// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { LEVELS, PHASES } from "../../../scripts/model/risk/types.ts";
import { UNIT } from "../clearing/attackTools.ts";
import { ClearingBench } from "../clearing/ClearingBench.ts";
import type { Leg } from "../clearing/ClearingBench.ts";
import { LiveRisk } from "../risk/LiveRisk.ts";

const DOLLAR = 10n ** 8n;
const HOUR = 3_600;
const ROUND = 15;
const GRACE_SECONDS = 1_800;
const PUT: Leg = { strike: 2_900, isCall: false, size: 10 };

/** A writer of puts with initial margin, another with maximum loss, on the deployed risk contract and oracle. */
async function setting() {
  const live = await LiveRisk.create(3_000);
  const { connection } = live.oracle;
  const bench = await ClearingBench.create({ connection, risk: await live.risk.getAddress() });
  await bench.insure(2_000_000);
  const writer = await bench.account(1);
  const keeper = await bench.account(5);
  const house = bench.house.connect(writer);
  const [thin, full] = [bench.bookId(writer.address), bench.bookId(writer.address, 1n)];
  for (const book of [thin, full]) {
    await house.fund(book, 29_100n * UNIT);
    await live.refresh();
    await house.mint(book, bench.legs(PUT), writer.address);
  }
  const { initial } = await bench.house.requirement(thin);
  const { cash } = await bench.house.book(thin);
  await house.defund(thin, cash - initial.amount - 5n * UNIT, writer.address);
  const stand = async () => {
    const told = await live.risk.standOf(0);
    return { mode: LEVELS[Number(told.mode)]!, phase: PHASES[Number(told.phase)]! };
  };
  return { live, bench, writer, keeper, house, thin, full, stand };
}

describe("A chain that halts for two hours and comes back 30 % lower", () => {
  it("liquidates nobody inside the grace, lets everybody fund and close in it, and goes on afterwards", async () => {
    const { live, bench, writer, keeper, house, thin, full, stand } = await setting();
    const { oracle } = live.oracle;
    const price = 2_100n * DOLLAR;
    await live.oracle.moveBy(2 * HOUR);
    await live.oracle.witness(0, price);
    const published = async (): Promise<bigint> => (await oracle.latestRoundData(0))[1];
    while ((await published()) !== price) await live.oracle.accept([price]);
    expect(await stand(), "closed, never Halted (review 28)").to.deep.equal({ mode: "reduceOnly", phase: "grace" });

    const resumed = await live.oracle.now();
    let refused = 0;
    for (;;) {
      const phase = (await stand()).phase;
      if (phase !== "grace" && phase !== "lateGrace") break;
      for (const book of [thin, full]) {
        expect(await bench.house.isLiquidatable(book)).to.equal(false);
        await expect(bench.house.connect(keeper).flag(book)).to.revert(bench.connection.ethers);
      }
      refused += 1;
      if (refused % 10 === 0) await live.oracle.witness(0, price);
      if (refused === 5) {
        await house.fund(thin, 10n * UNIT);
        await house.burn(thin, bench.legs({ ...PUT, size: 1 }));
        await house.defund(full, 1n * UNIT, writer.address);
      }
      // A round a minute keeps uptime going.
      await live.oracle.nextRound(2, 4).then((round) => live.oracle.relay(round, live.oracle.same([price])));
    }
    const lasted = (await live.oracle.now()) - resumed;
    expect(lasted, "half an hour of uptime after an outage of two").to.be.within(
      GRACE_SECONDS - 120,
      GRACE_SECONDS + 180,
    );

    await bench.house.connect(keeper).flag(thin);
    await expect(bench.house.connect(keeper).flag(full), "law 4").to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_Healthy",
    );
  }).timeout(180_000);
});

describe("A price times a thousand", () => {
  it("signed by everybody for one round: published by nobody, and no balance moves", async () => {
    const { live, bench, keeper, thin, full, writer } = await setting();
    const cashes = async () =>
      Promise.all([
        bench.house.book(thin).then(({ cash }) => cash),
        bench.house.book(full).then(({ cash }) => cash),
        bench.house.freeBalance(writer.address, bench.dollar),
        bench.house.marketState(bench.quoteMarket).then(({ insurance }) => insurance),
      ]);
    const before = await cashes();
    for (const tick of [3_000_000n * DOLLAR, 3n * DOLLAR]) {
      await live.oracle.accept([tick]);
      const [, answer] = await live.oracle.oracle.latestRoundData(0);
      expect(answer, "it waits in quarantine").to.equal(3_000n * DOLLAR);
      for (const book of [thin, full]) {
        expect(await bench.house.isLiquidatable(book)).to.equal(false);
        await expect(bench.house.connect(keeper).flag(book)).to.revert(bench.connection.ethers);
      }
      const { reading } = await bench.house.requirement(thin);
      expect(tick > 3_000n * DOLLAR ? reading.high : reading.low, "the band spans it").to.equal(tick);
      await live.oracle.moveBy(ROUND);
      await live.refresh();
    }
    expect(await cashes()).to.deep.equal(before);
  }).timeout(60_000);
});

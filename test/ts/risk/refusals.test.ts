// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import { CEILING, NO_FEED, POKE_TIP, RiskBench } from "./RiskBench.ts";

const FEEDS = 8n;

describe("What the risk contract refuses", () => {
  let bench: RiskBench;
  beforeEach(async () => {
    bench = await RiskBench.create();
  });

  it("to be deployed without a neighbour, with a bond's feed that is no slot, or with limits beyond the code's", async () => {
    const script = await bench.script.getAddress();
    const factory = new RiskManager__factory(bench.signers[0]!);
    const deploy = async (change: object) => {
      const given = {
        oracle: script,
        registry: script,
        pot: script,
        bondFeed: NO_FEED as number,
        haircut: 9_000,
        ceiling: CEILING,
        authority: script,
        ...change,
      };
      const { oracle, registry, pot, bondFeed, haircut, ceiling, authority } = given;
      return factory.deploy(oracle, registry, pot, POKE_TIP, bondFeed, 6, haircut, ceiling, authority);
    };
    for (const name of ["oracle", "registry", "pot", "authority"]) {
      await expect(deploy({ [name]: ZeroAddress }), name).to.be.revertedWithCustomError(
        bench.risk,
        "RiskManager_ZeroAddress",
      );
    }
    await expect(deploy({ bondFeed: 8 }))
      .to.be.revertedWithCustomError(bench.risk, "RiskManager_UnknownFeed")
      .withArgs(8n, FEEDS);
    await expect(deploy({ haircut: 9_001 }))
      .to.be.revertedWithCustomError(bench.risk, "RiskManager_BadHaircut")
      .withArgs(9_001n, 9_000n);
    await expect(deploy({ ceiling: 10n ** 12n })).to.be.revertedWithCustomError(
      bench.risk,
      "RiskManager_CeilingTooHigh",
    );
  });

  it("feeds that are no slot, in every call about one", async () => {
    const { risk } = bench;
    const calls = {
      poke: async () => risk.poke.staticCall(FEEDS),
      report: async () => risk.report.staticCall(FEEDS, 1n),
      zeroAddOn: async () => risk.zeroAddOn.staticCall(FEEDS),
      loosen: async () => risk.loosen.staticCall(FEEDS),
      standOf: async () => risk.standOf(FEEDS),
      bidTime: async () => risk.bidTime(FEEDS),
    };
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name).to.be.revertedWithCustomError(risk, "RiskManager_UnknownFeed").withArgs(FEEDS, FEEDS);
    }
  });

  it("to count stake while a trigger is true; to stop counting it is possible always", async () => {
    const { risk, script } = bench;
    await script.setTrigger(true);
    await expect(risk.switchStake(true)).to.be.revertedWithCustomError(risk, "RiskManager_TriggerActive");
    await risk.switchStake(false);
    expect(await risk.isStakeOn()).to.equal(false);
    await script.setTrigger(false);
    await risk.switchStake(true);
    expect(await risk.isStakeOn()).to.equal(true);
  });

  it("to take what a seat's last reporter said for the new one's word", async () => {
    const { risk, signers } = bench;
    const [first, second, third, fresh] = await Promise.all([1, 2, 3, 4].map(async (at) => signers[at]!.getAddress()));
    await bench.set();
    await risk.setReporters([first!, second!, third!]);
    await risk.connect(signers[1]!).report(0, 400);
    await risk.setReporters([fresh!, second!, third!]);
    await risk.connect(signers[2]!).report(0, 400);
    expect((await bench.read()).addOnBps, "one alone").to.equal(0n);
    await risk.connect(signers[4]!).report(0, 400);
    expect((await bench.read()).addOnBps, "two").to.equal(400n);
  });
});

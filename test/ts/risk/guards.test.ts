// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { createRequire } from "node:module";

import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import { LIQUIDATIONS } from "../../../scripts/model/risk/types.ts";
import {
  CEILING,
  CEILING_CENTS,
  DAY,
  FAR_EXPIRY,
  HOUR,
  LEVEL,
  MINUTE,
  NO_FEED,
  POKE_TIP,
  PRICE,
  RiskBench,
} from "./RiskBench.ts";

const require = createRequire(import.meta.url);
const CAUTIOUS = {
  level: "cautious",
  since: { cautious: 0n, recovery: undefined, reduceOnly: undefined, halted: undefined },
} as const;

describe("RiskManager guardian, sentinel and caps", () => {
  let bench: RiskBench;
  beforeEach(async () => {
    bench = await RiskBench.create();
    await bench.set();
  });

  const guard = (level: "reduceOnly" | "halted", seconds: number) => bench.risk.guard(1, LEVEL(level), seconds);

  describe("guardian (review 35)", () => {
    it("tightens the feeds he names until his time is over, and nothing dwells after it", async () => {
      await bench.set({}, {}, 1);
      await guard("halted", 2 * HOUR);
      expect(await bench.mode(0)).to.equal("halted");
      expect(await bench.mode(1)).to.equal("normal");
      await bench.moveBy(2 * HOUR);
      await bench.set();
      expect(await bench.mode(0)).to.equal("normal");
    });

    it("may ask for no more than ReduceOnly for 24 h or Halted for 2 h", async () => {
      const refuse = async (call: Promise<unknown>, reason: string): Promise<void> =>
        expect(call).to.be.revertedWithCustomError(bench.risk, reason);
      await refuse(guard("halted", 2 * HOUR + 1), "RiskManager_GuardTooLong");
      await refuse(guard("reduceOnly", DAY + 1), "RiskManager_GuardTooLong");
      await refuse(guard("reduceOnly", 0), "RiskManager_GuardTooLong");
      await refuse(bench.risk.guard(1, LEVEL("cautious"), 60), "RiskManager_BadGuardianLevel");
      await refuse(bench.risk.guard(1, LEVEL("normal"), 60), "RiskManager_BadGuardianLevel");
    });

    it("acts three times in 30 days with a day between, whichever feeds they are", async () => {
      const exhausted = async (): Promise<void> =>
        expect(bench.risk.guard(2, LEVEL("halted"), 60)).to.be.revertedWithCustomError(
          bench.risk,
          "RiskManager_GuardianExhausted",
        );
      const first = await bench.now();
      await guard("halted", HOUR);
      await bench.moveBy(DAY + HOUR - 60);
      await exhausted();
      await bench.moveBy(120);
      await guard("halted", HOUR);
      await bench.moveBy(DAY + 2 * HOUR);
      await guard("halted", HOUR);
      await bench.moveBy(10 * DAY);
      await exhausted();
      await bench.moveTo(first + 30 * DAY - 10);
      await exhausted();
      await bench.moveTo(first + 30 * DAY + 10);
      await guard("halted", HOUR);
      await bench.moveBy(DAY);
      await exhausted();
    });

    it("halts bid time while he halts", async () => {
      await bench.set({ uptime: 5_000n });
      await guard("halted", HOUR);
      const before = await bench.risk.bidTime(0);
      await bench.moveBy(HOUR);
      await bench.set({ uptime: 8_000n });
      expect(await bench.risk.bidTime(0)).to.equal(before);
      await bench.risk.poke(0);
      await bench.set({ uptime: 8_500n });
      expect(await bench.risk.bidTime(0)).to.equal(before + 500n);
    });
  });

  describe("loosening (review 36)", () => {
    it("ends a guardian's hold, and is refused while a trigger is true", async () => {
      await guard("reduceOnly", DAY);
      await bench.script.setTrigger(true);
      await expect(bench.risk.loosen(0)).to.be.revertedWithCustomError(bench.risk, "RiskManager_TriggerActive");
      await bench.script.setTrigger(false);
      await bench.risk.loosen(0);
      expect(await bench.mode()).to.equal("normal");
    });

    it("leaves base dwells as they are: no dwell ends early", async () => {
      await bench.set(CAUTIOUS);
      await bench.risk.loosen(0);
      expect(await bench.mode()).to.equal("cautious");
    });

    it("raises the ceiling in calm only, inside its bound; lowering is always possible", async () => {
      const { risk } = bench;
      await bench.script.setTrigger(true);
      await expect(risk.setCeiling(CEILING + 1n)).to.be.revertedWithCustomError(risk, "RiskManager_TriggerActive");
      await risk.setCeiling(CEILING - 1n);
      await bench.script.setTrigger(false);
      await risk.setCeiling(CEILING + 1n);
      expect(await risk.ceilingThousands()).to.equal(CEILING + 1n);
      await expect(risk.setCeiling(10n ** 8n + 1n)).to.be.revertedWithCustomError(risk, "RiskManager_CeilingTooHigh");
    });

    it("gives nobody without a role a governed function", async () => {
      const artifact = require("@openzeppelin/contracts/build/contracts/AccessManager.json") as {
        abi: unknown[];
        bytecode: string;
      };
      const { ethers } = bench.connection;
      const [admin, stranger] = await ethers.getSigners();
      const manager = await new ethers.ContractFactory(artifact.abi as never, artifact.bytecode, admin).deploy(admin);
      const script = await bench.script.getAddress();
      const authority = await manager.getAddress();
      const risk = await new RiskManager__factory(admin!).deploy(
        ...([script, script, script, POKE_TIP, NO_FEED, 6, 9_000, CEILING, authority] as const),
      );
      const refused = [
        ["guard", [1, 3, 60]],
        ["zeroAddOn", [0]],
        ["loosen", [0]],
        ["setCeiling", [1]],
        ["switchStake", [true]],
        ["setReporters", [[stranger!.address, stranger!.address, stranger!.address]]],
      ] as const;
      for (const [name, parameters] of refused) {
        await expect(risk.connect(stranger!).getFunction(name)(...parameters), name).to.be.revertedWithCustomError(
          risk,
          "AccessManagedUnauthorized",
        );
      }
    });
  });

  describe("sentinel", () => {
    const addOn = async (): Promise<bigint> => (await bench.read()).addOnBps;
    let reporters: string[];
    const report = async (reporter: number, bps: number): Promise<void> => {
      await bench.risk.connect(bench.signers[reporter]!).report(0, bps);
    };
    beforeEach(async () => {
      reporters = await Promise.all([1, 2, 3].map(async (index) => bench.signers[index]!.getAddress()));
      await bench.risk.setReporters(reporters as [string, string, string]);
    });

    it("moves when two of three agree, to the lower of both", async () => {
      await report(1, 900);
      expect(await addOn(), "one alone").to.equal(0n);
      await report(2, 300);
      expect(await addOn()).to.equal(300n);
      await report(3, 200);
      expect(await addOn(), "the second largest").to.equal(300n);
    });

    it("rises at most five points in ten minutes, to ten at most", async () => {
      await report(1, 1_000);
      await report(2, 1_000);
      expect(await addOn()).to.equal(500n);
      await report(1, 1_000);
      expect(await addOn()).to.be.within(498n, 500n);
      await bench.moveBy(10 * MINUTE);
      await bench.set();
      await report(2, 1_000);
      expect(await addOn()).to.be.within(900n, 920n);
      await expect(bench.risk.connect(bench.signers[1]!).report(0, 1_001)).to.be.revertedWithCustomError(
        bench.risk,
        "RiskManager_AddOnTooLarge",
      );
    });

    it("decays to nothing in an hour unless renewed", async () => {
      await report(1, 400);
      await report(2, 400);
      await bench.moveBy(30 * MINUTE);
      await bench.set();
      expect(await addOn()).to.be.within(199n, 201n);
      await bench.moveBy(30 * MINUTE);
      await bench.set();
      expect(await addOn()).to.equal(0n);
    });

    it("lowers opening limits, and never what a book must keep", async () => {
      await report(1, 500);
      await report(2, 500);
      const reading = await bench.read();
      expect(reading.notionalCap).to.be.within((CEILING_CENTS * 74n) / 100n, (CEILING_CENTS * 76n) / 100n);
      expect(reading.lossShareBps, "of insurance too").to.be.within(1_066n, 1_068n);
      expect(reading.multiplierBps, "maintenance knows neither").to.equal(10_000n);
      const { liquidation } = await bench.risk.tryReadLiquidation(0, FAR_EXPIRY, NO_FEED, 0, false);
      expect(LIQUIDATIONS[Number(liquidation.allowed)]).to.equal("full");
    });

    it("is zeroed by the guardian, and what was said before does not bring it back", async () => {
      await report(1, 500);
      await report(2, 500);
      await bench.risk.zeroAddOn(0);
      await report(3, 500);
      expect(await addOn()).to.equal(0n);
    });

    it("listens to reporters alone, and says who they are", async () => {
      expect([...(await bench.risk.reporters())]).to.deep.equal(reporters);
      await expect(bench.risk.connect(bench.signers[5]!).report(0, 1)).to.be.revertedWithCustomError(
        bench.risk,
        "RiskManager_NotAReporter",
      );
    });
  });

  describe("caps (review 41)", () => {
    it("asks insurance for 8 % with a fresh witness and 40 % without; Cautious doubles it", async () => {
      expect((await bench.read()).lossShareBps).to.equal(800n);
      await bench.set({}, null);
      expect((await bench.read()).lossShareBps).to.equal(4_000n);
      await bench.set(CAUTIOUS, null);
      const reading = await bench.read();
      expect(reading.lossShareBps, "80 %").to.equal(8_000n);
      expect(reading.notionalCap).to.equal(CEILING_CENTS / 2n);
    });
  });

  describe("rows of a market (review 33, 34)", () => {
    const under = async (alarm: bigint, collateralFeed = NO_FEED) => {
      const [, reading] = await bench.risk.tryRead(0, FAR_EXPIRY, collateralFeed, alarm);
      return reading;
    };

    it("tightens with what the market asks for, caps included", async () => {
      const calm = await under(LEVEL("normal"));
      const cautious = await under(LEVEL("cautious"));
      expect(cautious.mode).to.equal(LEVEL("cautious"));
      expect(cautious.notionalCap).to.equal(calm.notionalCap / 2n);
      expect((await under(LEVEL("reduceOnly"))).opens).to.equal(false);
    });

    it("never loosens what the feed asks for", async () => {
      await bench.set({ level: "reduceOnly" });
      expect((await under(LEVEL("cautious"))).mode).to.equal(LEVEL("reduceOnly"));
    });

    it("tightens for a collateral off its peg, in its markets only", async () => {
      const peg = async (cents: bigint) => {
        await bench.set({ price: cents * 10n ** 6n }, {}, 4);
        return (await under(LEVEL("normal"), 4)).mode;
      };
      expect(await peg(97n)).to.equal(LEVEL("normal"));
      expect(await peg(96n)).to.equal(LEVEL("cautious"));
      expect(await peg(90n)).to.equal(LEVEL("cautious"));
      expect(await peg(89n)).to.equal(LEVEL("reduceOnly"));
      expect((await under(LEVEL("normal"))).mode, "another market of the feed").to.equal(LEVEL("normal"));
    });
  });

  it("prices the last half hour as the expiry will: average so far, completed with spot", async () => {
    const start = Math.ceil((await bench.now()) / 1800) * 1800 + 1800;
    await bench.moveTo(start + 1200);
    const expiry = BigInt(start + 1800);
    const open = { observedAt: BigInt(start + 1200), sum: 1_200n * 2_000n * 10n ** 8n, coverage: 1_200n };
    await bench.set(open);
    const reading = await bench.read(0, expiry);
    const expected = ((1_200n * 2_000n + 600n * 3_000n) * 10n ** 8n) / 1_800n;
    expect(reading.price).to.equal(expected);
    const spot = await bench.read(0, expiry + 86_400n);
    expect(spot.price, "another expiry").to.equal(PRICE);
    const width = (told: typeof spot): bigint => told.high - told.low;
    expect(width(reading), "a third of it is still open").to.be.within(width(spot) / 3n - 2n, width(spot) / 3n + 2n);
    await bench.set({ ...open, isDirty: true });
    const dirty = await bench.read(0, expiry);
    expect(dirty.low <= reading.low && dirty.high > reading.high, "it may settle otherwise").to.equal(true);
  });

  it("tells how few validators stall and capture", async () => {
    await bench.script.setWeights([10, 10, 10, 10, 10, 10, 10]);
    expect([...(await bench.risk.concentration())]).to.deep.equal([3n, 5n, 1_428n]);
    await bench.script.setWeights([1, 97, 1, 1]);
    expect([...(await bench.risk.concentration())]).to.deep.equal([1n, 1n, 9_412n]);
    await bench.script.setMask(0b0010);
    expect([...(await bench.risk.concentration())], "the large one is jailed").to.deep.equal([1n, 3n, 3_333n]);
    await bench.script.setWeights([]);
    expect([...(await bench.risk.concentration())]).to.deep.equal([0n, 0n, 0n]);
  });

  it("fails like any stranger when the oracle does: clearing takes that for Halted", async () => {
    await bench.script.setBroken(true);
    await expect(bench.risk.tryRead(0, FAR_EXPIRY, NO_FEED, 0)).to.revert(bench.connection.ethers);
  });
});

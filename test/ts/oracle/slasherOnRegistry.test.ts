// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { BOND, caseId, DAY, Fault, ROUND_SECONDS, SHARE_ONE, State } from "./slasherFixture.ts";
import { deploySlasherBench } from "./SlasherBench.ts";

const PRICE = 3_000n * 10n ** 8n;
const OFF = 3_300n * 10n ** 8n;

describe("Slasher on the validator registry", () => {
  it("an equivocation moves bond to the escrow in two phases, a tenth of each for the reporter", async () => {
    const { slasher, registry, escrow, token, equivocate, reporter, stranger, time } = await deploySlasherBench(7);
    const transaction = await equivocate(0);
    const base = BOND / 20n;
    expect((await registry.validator(1)).state, "state").to.equal(State.Tombstoned);
    expect(await token.balanceOf(escrow), "base").to.equal(base);
    expect(await escrow.bountyOf(reporter), "bounty of the base").to.equal(base / 10n);

    const opened = (await slasher.queryFilter(slasher.filters.CaseOpened(), transaction.blockNumber ?? undefined))[0]!;
    const id = opened.args.caseId;
    const share = (SHARE_ONE + 6n) / 7n;
    const correlated = (BOND * 3n * share) / SHARE_ONE;
    await time.increaseTo(await slasher.finalizableAt(id));
    await slasher.connect(stranger).finalize(id);
    expect(await token.balanceOf(escrow), "both phases").to.equal(base + correlated);
    expect(await escrow.bountyOf(reporter), "bounty of both").to.equal(base / 10n + correlated / 10n);
    expect((await registry.validator(1)).bond, "what is left").to.equal(BOND - base - correlated);
  });

  it("the rest of the bond cannot leave before the correlated part was taken", async () => {
    const { slasher, registry, equivocate, reporter, now, time } = await deploySlasherBench(7);
    await registry.requestExit(1);
    await time.increase(19n * DAY);
    await equivocate(0); // with two days of unbonding left
    const id = (await slasher.queryFilter(slasher.filters.CaseOpened()))[0]!.args.caseId;
    await time.increase(3n * DAY);
    await expect(registry.withdraw(1)).to.be.revertedWithCustomError(registry, "ValidatorRegistry_Frozen");
    await time.increaseTo(await slasher.finalizableAt(id));
    await slasher.connect(reporter).finalize(id);
    expect((await registry.validator(1)).frozen, "free again").to.equal(0n);
    await registry.withdraw(1);
    expect((await registry.validator(1)).bond, "gone").to.equal(0n);
    expect((await now()) > 0n).to.equal(true);
  });

  it("one that left and withdrew can still be tombstoned, for nothing", async () => {
    const { slasher, registry, equivocate, time } = await deploySlasherBench(7);
    await registry.requestExit(1);
    await time.increase(22n * DAY);
    await registry.withdraw(1);
    await equivocate(0);
    expect((await registry.validator(1)).state, "state").to.equal(State.Tombstoned);
    const id = (await slasher.queryFilter(slasher.filters.CaseOpened()))[0]!.args.caseId;
    await time.increaseTo(await slasher.finalizableAt(id));
    expect(await slasher.finalize.staticCall(id), "taken").to.equal(0n);
  });

  it("a deviation jails the seat out of the set at once, and every step is paid from its bond alone", async () => {
    const { slasher, registry, oracle, token, escrow, witness, accept, now } = await deploySlasherBench(7);
    await accept(() => PRICE);
    await oracle.connect(witness).recordWitness(0, PRICE, await now(), false, false, 0);
    const { round, signed } = await accept((index) => (index === 6 ? OFF : PRICE));
    await accept(() => PRICE);
    const liar = signed[6]!;
    await slasher.submitDeviation(liar.report, liar.r, liar.vs, 0);
    const accused = await registry.validator(7);
    expect(accused.state, "state").to.equal(State.Jailed);
    expect(accused.bond, "1 %").to.equal((BOND * 99n) / 100n);
    expect(accused.frozen, "the rest is frozen").to.equal((BOND * 99n) / 100n);
    expect((await oracle.health()).mask, "masked").to.equal(1n << BigInt(liar.seat));
    expect(await token.balanceOf(escrow), "in the escrow").to.equal(BOND / 100n);
    expect((await slasher.caseOf(caseId(Fault.Deviation, 7n, round)))[0].basePercent, "base").to.equal(1n);
  });

  it("a deviation without a witness at acceptance is charged by a round of a real aggregator behind the router", async () => {
    const { ethers, slasher, registry, router, accept, time } = await deploySlasherBench(7);
    const aggregator = MockAggregator__factory.connect(
      await (await ethers.deployContract("MockAggregator", [8, "FEED / USD"])).getAddress(),
      (await ethers.getSigners())[0],
    );
    const maximum = 10n ** 15n;
    const source = { kind: 0, target: aggregator, id: `0x${"00".repeat(32)}`, heartbeat: 3_600, minimum: 1, maximum };
    await router.addSource(0, { ...source, thresholdBps: 50, trueTime: false, usableAt: 0, decimals: 8 });
    await time.increase(7n * DAY + 1n);
    const { round, signed } = await accept((index) => (index === 6 ? OFF : PRICE));
    await accept(() => PRICE);
    const roundAt = round * ROUND_SECONDS;
    for (const [price, updatedAt] of [
      [PRICE, roundAt - 4_000n],
      [PRICE, roundAt - 30n],
      [OFF, roundAt + 1n],
    ] as const) {
      await aggregator.push(price, updatedAt);
    }

    const liar = signed[6]!;
    await slasher.submitDeviation(liar.report, liar.r, liar.vs, 0);
    const id = caseId(Fault.Deviation, 7n, round);
    for (const roundId of [1, 3]) {
      await expect(slasher.confirmDeviation(id, 0, roundId), `round ${roundId} was not in force`)
        .to.be.revertedWithCustomError(slasher, "Slasher_NoWitnessProof")
        .withArgs(0, roundId);
    }
    expect((await registry.validator(7)).frozen, "frozen meanwhile").to.equal(BOND);
    await slasher.confirmDeviation(id, 0, 2);
    expect((await registry.validator(7)).bond, "1 %").to.equal((BOND * 99n) / 100n);
    expect((await registry.validator(7)).frozen, "the rest").to.equal((BOND * 99n) / 100n);
  });
});

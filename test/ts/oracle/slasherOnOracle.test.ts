// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { ScriptedRegistry__factory } from "../../../typechain-types/factories/mocks/ScriptedRegistry__factory.ts";
import { ScriptedRouter__factory } from "../../../typechain-types/factories/mocks/ScriptedRouter__factory.ts";
import { Slasher__factory } from "../../../typechain-types/factories/oracle/Slasher__factory.ts";
import { OracleBench, type Vector } from "./OracleBench.ts";
import { BOND, caseId, Fault } from "./slasherFixture.ts";

const PRICE = 3_000n * 10n ** 8n;
const OFF = 3_300n * 10n ** 8n;

/** The slasher over a real price oracle with seven seats, so that digest, ring, late credit and anchors are the real ones. */
async function deployOnOracle() {
  const bench = await OracleBench.create();
  const { ethers } = bench.connection;
  const deployed = async (name: string) => (await ethers.deployContract(name)).getAddress();
  const registry = ScriptedRegistry__factory.connect(await deployed("ScriptedRegistry"), bench.relayer);
  const router = ScriptedRouter__factory.connect(await deployed("ScriptedRouter"), bench.relayer);
  const libraries = { CaptureEvidence: await deployed("CaptureEvidence") };
  const arguments_ = [registry, await bench.oracle.getAddress(), router, await deployed("NativeAnchor")];
  const contract = await ethers.deployContract("Slasher", arguments_, { libraries });
  const slasher = Slasher__factory.connect(await contract.getAddress(), bench.relayer);
  for (const [seat, key] of bench.keys.entries()) await registry.enroll(seat + 1, key.address, seat, BOND);
  await registry.setCurrentSet(await bench.setId());
  await registry.setOracle(bench.oracle);

  /** A report of `seat` as evidence: the struct and its signature. */
  async function evidence(round: bigint, seat: number, vector: Vector, anchorBlock?: number) {
    const options = anchorBlock === undefined ? {} : { anchorBlock };
    const { setId, anchorHash, prices, signature } = await bench.sign(round, seat, vector, options);
    return { report: { round, setId, anchorHash, prices: [...prices] }, r: signature.r, vs: signature.yParityAndS };
  }

  return { bench, registry, router, slasher, evidence };
}

describe("Slasher on the price oracle", () => {
  it("charges the seat of an accepted witnessed round that was off, by the very report that was relayed", async () => {
    const { bench, registry, slasher, evidence } = await deployOnOracle();
    await bench.accept([PRICE]);
    await bench.witness(0, PRICE);
    const round = await bench.nextRound();
    const vectors = bench.same([PRICE]);
    vectors.set(6, [OFF]);
    const liar = await evidence(round, 6, [OFF]);
    const honest = await evidence(round, 5, [PRICE]);
    await bench.relay(round, vectors);

    await expect(slasher.submitDeviation(liar.report, liar.r, liar.vs, 0))
      .to.be.revertedWithCustomError(slasher, "Slasher_RoundNotKept")
      .withArgs(round);
    await bench.accept([PRICE]);
    await expect(slasher.submitDeviation(honest.report, honest.r, honest.vs, 0))
      .to.be.revertedWithCustomError(slasher, "Slasher_WithinTolerance")
      .withArgs(0, 50_000);
    await expect(slasher.submitDeviation(liar.report, liar.r, liar.vs, 0)).to.emit(slasher, "BaseTaken");
    expect((await registry.validator(7)).bond, "1 %").to.equal((BOND * 99n) / 100n);
  });

  it("a report left out is no evidence until anyone credits it late, which verifies its anchor here", async () => {
    const { bench, slasher, evidence } = await deployOnOracle();
    await bench.accept([PRICE]);
    await bench.witness(0, PRICE);
    const round = await bench.nextRound();
    const anchorBlock = await bench.connection.ethers.provider.getBlockNumber();
    const leftOut = await evidence(round, 6, [OFF], anchorBlock - 1);
    await bench.relay(round, bench.same([PRICE], [0, 1, 2, 3, 4, 5]));
    await bench.accept([PRICE]);

    await expect(slasher.submitDeviation(leftOut.report, leftOut.r, leftOut.vs, 0))
      .to.be.revertedWithCustomError(slasher, "Slasher_NotInRound")
      .withArgs(7, round);
    await bench.oracle.creditLate(leftOut.report, 6, anchorBlock - 1, leftOut.r, leftOut.vs);
    await expect(slasher.submitDeviation(leftOut.report, leftOut.r, leftOut.vs, 0)).to.emit(slasher, "BaseTaken");
  });

  it("finds two vectors signed for the oracle's own domain", async () => {
    const { bench, registry, slasher, evidence } = await deployOnOracle();
    const round = await bench.accept([PRICE]);
    const [first, second] = [await evidence(round, 2, [PRICE]), await evidence(round, 2, [PRICE + 1n])];
    await slasher.submitEquivocation(first.report, first.r, first.vs, second.report, second.r, second.vs);
    expect((await registry.validator(3)).bond, "5 %").to.equal((BOND * 95n) / 100n);
    expect(await slasher.faultyShareAround(Fault.Equivocation, (round * 15n) / 86_400n), "a seventh").to.equal(9_363n);
  });

  it("review 18: convicts a signer of the future by the next quorum that saw the accusation", async () => {
    const { bench, registry, slasher, evidence } = await deployOnOracle();
    const before = await bench.accept([PRICE]);
    await bench.accept([PRICE]);
    const signedRound = BigInt(Math.floor(((await bench.now()) + 78 * 60) / 15));
    const early = await evidence(signedRound, 1, [PRICE]);
    await slasher.accuseFutureDating(early.report, early.r, early.vs);
    const id = caseId(Fault.FutureDating, 2n, signedRound);

    await expect(slasher.convictFutureDating(id, before)).to.be.revertedWithCustomError(
      slasher,
      "Slasher_AnchoredBefore",
    );
    await bench.moveTo((await bench.now()) + 40);
    const quorumRound = await bench.accept([PRICE]);
    await bench.accept([PRICE]);
    await slasher.convictFutureDating(id, quorumRound);
    expect((await registry.validator(2)).bond, "1 %").to.equal((BOND * 99n) / 100n);
  });

  it("review 18: convicts nobody after a halt: the next quorum dates itself after the honest report", async () => {
    const { bench, registry, slasher, evidence } = await deployOnOracle();
    const before = await bench.accept([PRICE]);
    await bench.accept([PRICE]);
    // The chain stands while the world goes on for 78 min; the first block after it still carries an old time.
    const signedRound = BigInt(Math.floor(((await bench.now()) + 78 * 60) / 15));
    const honest = await evidence(signedRound, 2, [PRICE]);
    await slasher.accuseFutureDating(honest.report, honest.r, honest.vs);
    const id = caseId(Fault.FutureDating, 3n, signedRound);

    await bench.moveTo(Number(signedRound) * 15 + 30);
    const after = await bench.accept([PRICE]);
    await bench.accept([PRICE]);
    await expect(slasher.convictFutureDating(id, after)).to.be.revertedWithCustomError(slasher, "Slasher_NotEarlier");
    await expect(slasher.convictFutureDating(id, before)).to.be.revertedWithCustomError(
      slasher,
      "Slasher_AnchoredBefore",
    );
    expect((await registry.validator(3)).bond, "untouched").to.equal(BOND);
  });
});

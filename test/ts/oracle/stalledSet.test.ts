// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroHash } from "ethers";

import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import type { MockAggregator } from "../../../typechain-types/mocks/MockAggregator.ts";
import { OracleRoom } from "./OracleRoom.ts";

const DAY = 86_400;
const BOND = 100_000n * 10n ** 6n;
const REDUCE_ONLY = 3n;
const JAILED = 3n;

/** Seven seated validators that signed once, and `standbys` more that wait; all then silent for a day. */
async function silent(standbys: number): Promise<{ room: OracleRoom; source: MockAggregator; signedAt: bigint }> {
  const room = await OracleRoom.create({ validators: 7, target: 7 });
  await room.registry.closeEpoch();
  for (let i = 0; i < 3; i += 1) await room.acceptRound([3000e8]);
  const source = await addWitness(room);
  for (let index = 7; index < 7 + standbys; index += 1) await room.join(index, BOND);
  const signedAt = await room.oracle.lastSignedAt();
  await room.moveTo(Number(signedAt) + DAY);
  return { room, source, signedAt };
}

describe("A stalled set, on the real oracle and registry", () => {
  it("is declared after a day, enforced after another, refilled without bound, and closed for a third", async () => {
    const { room, source, signedAt } = await silent(5);
    await room.registry.declareStalled();
    for (const id of [1, 2]) await room.registry.checkIn(id);
    const declaredAt = await room.now();
    await room.moveTo(declaredAt + DAY);
    await room.registry.enforceStall();

    expect((await room.registry.validator(3)).state, "silent: jailed").to.equal(JAILED);
    expect((await room.registry.validator(3)).bond, "and not slashed").to.equal(BOND);
    const { setId, activeWeight, mask } = await room.oracle.health();
    expect([setId, activeWeight, mask], "two who checked in and five standbys").to.deep.equal([2n, 700_000n, 0n]);
    expect(await room.oracle.anyTrigger(), "nothing may be loosened").to.equal(true);
    expect(await room.oracle.lastSignedAt(), "no round was invented").to.equal(signedAt);

    await expect(room.acceptRound([3000e8]), "no witness, no price").to.be.revertedWithCustomError(
      room.oracle,
      "PriceOracle_NoQuorum",
    );
    await testify(room, source, 3000e8);
    await room.acceptRound([3010e8]);
    const reading = await room.oracle.readRisk(0);
    expect([reading.price, reading.level]).to.deep.equal([3010n * 10n ** 8n, REDUCE_ONLY]);
    await expect(room.acceptRound([3100e8]), "3 % off the witness").to.be.revertedWithCustomError(
      room.oracle,
      "PriceOracle_NoQuorum",
    );

    await room.moveBy(DAY + 5);
    await room.acceptRound([3100e8]);
    expect((await room.oracle.readRisk(0)).price, "after the day prices stand alone again").to.equal(3100n * 10n ** 8n);
    await room.registry.rejoin(3);
    expect((await room.registry.validator(3)).state, "and the silent may come back").to.equal(1n);
  });

  it("leaves alone who went to jail by itself in the meantime", async () => {
    const { room } = await silent(5);
    await room.registry.declareStalled();
    for (const id of [1, 2]) await room.registry.checkIn(id);
    await room.registry.selfJail(3);
    const { seat, jailedUntil } = await room.registry.validator(3);
    await room.moveBy(DAY + 5);
    const [caller] = await room.connection.ethers.getSigners();
    const silentSeats = await Promise.all([4, 5, 6, 7].map(async (id) => (await room.registry.validator(id)).seat));
    expect(silentSeats.includes(seat)).to.equal(false);
    await expect(room.registry.enforceStall())
      .to.emit(room.registry, "StallEnforced")
      .withArgs(
        caller!.address,
        silentSeats.reduce((mask, silentSeat) => mask | (1n << silentSeat), 0n),
      );
    expect((await room.registry.validator(3)).jailedUntil, "its time runs on").to.equal(jailedUntil);
  });

  it("masks nobody when everybody checked in", async () => {
    const { room } = await silent(0);
    await room.registry.declareStalled();
    const ids = [1, 2, 3, 4, 5, 6, 7];
    for (const id of ids) await room.registry.checkIn(id);
    await room.moveBy(DAY + 5);
    await expect(room.registry.enforceStall()).not.to.emit(room.oracle, "SeatsMasked");
    for (const id of ids) expect((await room.registry.validator(id)).state, `validator ${id}`).to.equal(2n);
    expect((await room.oracle.health()).activeWeight, "all count").to.equal(700_000n);
  });

  it("cannot be declared before a day of silence, twice, or enforced early or after a signature", async () => {
    const { room, signedAt } = await silent(5);
    await room.moveTo(Number(signedAt) + DAY + 100);
    await room.registry.declareStalled();
    const declaredAt = BigInt(await room.now());
    await expect(room.registry.declareStalled())
      .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_NotStalled")
      .withArgs(signedAt, declaredAt);
    await expect(room.registry.enforceStall())
      .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_NotStalled")
      .withArgs(signedAt, declaredAt);
    await room.acceptRound([3000e8]);
    const again = await room.oracle.lastSignedAt();
    await room.moveTo(Number(declaredAt) + DAY + 5);
    await expect(room.registry.enforceStall(), "the set woke up")
      .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_NotStalled")
      .withArgs(again, declaredAt);
    expect((await room.registry.validator(7)).state, "nobody lost a seat").to.equal(2n);
  });

  it("lets only a validator's own keys check it in, and only while it is active", async () => {
    const { room } = await silent(1);
    const { ethers } = room.connection;
    const stranger = (await ethers.getSigners())[5]!;
    await expect(room.registry.connect(stranger).checkIn(1))
      .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_Unauthorized")
      .withArgs(stranger.address, 1n);
    await expect(room.registry.checkIn(8), "a standby")
      .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_WrongState")
      .withArgs(8n, 1n);
    await expect(room.registry.checkIn(99))
      .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_UnknownValidator")
      .withArgs(99n, 8n);
  });

  it("finds back to prices when four of nine are left and a day has passed", async () => {
    const room = await OracleRoom.create({ validators: 9, target: 9 });
    await room.registry.closeEpoch();
    await room.acceptRound([3000e8]);
    const source = await addWitness(room);
    await room.moveBy(DAY + 30);
    await room.registry.declareStalled();
    for (const id of [1, 2, 3, 4]) await room.registry.checkIn(id);
    await room.moveBy(DAY + 5);
    await room.registry.enforceStall();
    await testify(room, source, 3000e8);
    await expect(room.acceptRound([3000e8]), "less than half of yesterday's weight").to.be.revertedWithCustomError(
      room.oracle,
      "PriceOracle_ActiveTooLow",
    );
    await room.moveBy(29 * 3600);
    await room.registry.closeEpoch();
    await testify(room, source, 3000e8);
    await room.acceptRound([3005e8]);
    expect((await room.oracle.readRisk(0)).price).to.equal(3005n * 10n ** 8n);
  });
});

/** A real router's source, added while a fresh quorum vouches for it. */
async function addWitness(room: OracleRoom): Promise<MockAggregator> {
  const { ethers } = room.connection;
  const [deployer] = await ethers.getSigners();
  const deployed = await ethers.deployContract("MockAggregator", [8, "witness"]);
  const source = MockAggregator__factory.connect(await deployed.getAddress(), deployer!);
  await source.push(3000e8, await room.now());
  await room.router.addSource(0, {
    kind: 0,
    target: source,
    id: ZeroHash,
    heartbeat: 3600,
    minimum: 1,
    maximum: 10n ** 18n,
    thresholdBps: 50,
    trueTime: false,
    decimals: 0,
    usableAt: 0,
  });
  return source;
}

async function testify(room: OracleRoom, source: MockAggregator, price: number): Promise<void> {
  await source.push(price, await room.now());
  await room.router.pokeWitness(0);
}

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleRoom } from "./OracleRoom.ts";

describe("Oracle room, wired", () => {
  it("builds the first set from standbys and publishes what it signs", async () => {
    const room = await OracleRoom.create({ validators: 7 });
    await room.registry.closeEpoch();
    const health = await room.oracle.health();
    expect(health.setId).to.equal(1n);
    expect(health.activeWeight).to.equal(700_000n);
    const round = await room.acceptRound([3000e8]);
    const [roundId, answer] = await room.facade.latestRoundData();
    expect(roundId).to.equal(round);
    expect(answer).to.equal(3000n * 10n ** 8n);
  });

  it("jails who was absent and lets the next set heal", async () => {
    const room = await OracleRoom.create({ validators: 9, target: 7 });
    await room.registry.closeEpoch();
    for (let i = 0; i < 20; i += 1) await room.acceptRound([3000e8], [0, 1, 2, 3, 4, 5]);
    await room.moveBy(24 * 3600);
    await room.acceptRound([3000e8], [0, 1, 2, 3, 4, 5]);
    const before = (await room.registry.validator(7)).bond;
    await room.registry.closeEpoch();
    const absent = await room.registry.validator(7);
    expect(absent.state).to.equal(3n);
    expect(before - absent.bond).to.equal(before / 1000n);
    expect((await room.registry.validator(8)).state).to.equal(2n);
    expect((await room.oracle.health()).setId).to.equal(2n);
  });

  it("seats a bond beyond the whole set's within the day's promotions, since nobody weighs more than the cap", async () => {
    const room = await OracleRoom.create({ validators: 7 });
    await room.registry.closeEpoch();
    for (let i = 0; i < 20; i += 1) await room.acceptRound([3000e8]);
    await room.moveBy(24 * 3600);
    await room.acceptRound([3000e8]);
    await room.join(7, 10_000_000n * 10n ** 6n);
    await room.registry.closeEpoch();
    expect((await room.registry.validator(8)).state, "seated at once").to.equal(2n);
    const { setId, setWeight } = await room.oracle.health();
    const { weight } = await room.oracle.seatAt(setId, 7);
    expect(weight > 100_000n && weight * 16n <= setWeight * 3n, `weighs ${weight} of ${setWeight}`).to.equal(true);
  });
});

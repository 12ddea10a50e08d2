// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { encodeSet } from "../../../scripts/model/setCode.ts";
import { SetKeeping__factory } from "../../../typechain-types/factories/oracle/libraries/SetKeeping__factory.ts";
import { keyOf, OracleBench } from "./OracleBench.ts";

type Place = readonly [signer: string, validatorId: number];

async function install(bench: OracleBench, places: readonly Place[]) {
  const seats = places.map(([signer, id]) => ({ signer, weight: id === 0 ? 0n : 100n, validatorId: BigInt(id) }));
  return bench.oracle.connect(bench.registry).installSet(encodeSet(seats), 700);
}

const kept = (id: number): Place => [ZeroAddress, id];

describe("Installing a set", () => {
  it("keeps the keys that are left out, takes the others, and works with them", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const places = bench.keys.map((_, seat) => kept(seat + 1));
    places[2] = [keyOf(40).address, 99];
    places[4] = [keyOf(41).address, 5]; // a member with a new key
    await install(bench, places);
    const setId = await bench.setId();
    for (const [seat, key] of bench.keys.entries()) {
      const expected = seat === 2 ? keyOf(40) : seat === 4 ? keyOf(41) : key;
      expect((await bench.oracle.seatAt(setId, seat)).signer, `key of seat ${seat}`).to.equal(expected.address);
    }
    expect((await bench.oracle.seatAt(setId - 1n, 2)).validatorId, "the set before is still there").to.equal(3n);
    expect(await bench.oracle.reliabilityOf(4), "a new key is no new occupant").to.equal(
      await bench.oracle.reliabilityOf(0),
    );
    expect(await bench.oracle.setWeight(setId), "weight").to.equal(700n);
  });

  it("refuses a member without a key that did not sit there before, rather than seat nobody with a weight", async () => {
    const bench = await OracleBench.create();
    const places = bench.keys.map((_, seat) => kept(seat + 1));
    const library = { interface: SetKeeping__factory.createInterface() };
    places[3] = kept(99);
    await expect(install(bench, places)).to.be.revertedWithCustomError(library, "SetKeeping_NoKey").withArgs(3, 99);
    places[3] = kept(4);
    await expect(install(bench, [...places, kept(50)]), "a seat past the old ones")
      .to.be.revertedWithCustomError(library, "SetKeeping_NoKey")
      .withArgs(bench.keys.length, 50);
  });

  it("lifts the mask of a seat that changed hands, and of one that is gone, and keeps the others", async () => {
    const bench = await OracleBench.create();
    await bench.oracle.connect(bench.registry).setMask(0b1000101);
    const places = bench.keys.slice(0, 6).map((_, seat) => kept(seat + 1));
    places[0] = [keyOf(40).address, 99];
    await install(bench, places);
    const health = await bench.oracle.health();
    expect(health.mask, "seat 2 alone").to.equal(0b100n);
    expect(health.activeWeight, "the others count").to.equal(500n);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { LEVEL } from "./RiskBench.ts";
import { DOLLARS, RiskedHouse } from "./RiskedHouse.ts";

const CALL = { strike: 3200, isCall: true, size: 1 };
const HOUR = 3_600;

describe("RiskManager under the Clearinghouse", () => {
  let place: RiskedHouse;
  beforeEach(async () => {
    place = await RiskedHouse.create();
  });

  it("opens in Normal and Cautious, up to what insurance covers at 8 %, and half of it in Cautious (review 41)", async () => {
    const { bench } = place;
    const { signer, book, house } = await place.writer();
    await house.mint(book, bench.legs({ ...CALL, size: 3 }), signer.address); // 9,600 of 12,500 dollars
    await expect(house.mint(book, bench.legs(CALL), signer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_CapReached",
    );
    await place.tell({ level: "cautious" });
    const half = bench.legs({ ...CALL, size: 0.1 });
    await expect(house.mint(book, half, signer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_CapReached",
    );
  });

  it("refuses openings alone when a cap falls below what is open: the book that filled it may close and leave", async () => {
    const { bench, risk } = place;
    const { signer, book, house } = await place.writer();
    await house.mint(book, bench.legs({ ...CALL, size: 3 }), signer.address);
    await risk.setCeiling(1);
    const more = bench.legs({ ...CALL, size: 0.1 });
    await expect(house.mint(book, more, signer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_CapReached",
    );
    expect(await house.isLiquidatable(book)).to.equal(false);
    await house.defund(book, 40_000n * DOLLARS, signer.address);
    await house.burn(book, bench.legs({ ...CALL, size: 3 }));
  });

  it("asks 1.25 times the initial margin in Cautious and the ramp, and the same maintenance", async () => {
    const { bench } = place;
    const { signer, book, house } = await place.writer();
    await house.mint(book, bench.legs(CALL), signer.address);
    await place.tell();
    const calm = await house.requirement(book);
    const never = { reduceOnly: undefined, halted: undefined };
    const ramp = { ...never, cautious: 3_000n, recovery: 3_000n };
    for (const change of [{ level: "cautious" as const }, { since: ramp }]) {
      await place.tell(change);
      const told = await house.requirement(book);
      expect(told.initial.amount * 100n >= calm.initial.amount * 124n, "at least nearly a quarter more").to.equal(true);
      expect(told.maintenance.amount <= calm.maintenance.amount, "what must be kept").to.equal(true);
    }
  });

  it("opens nothing in ReduceOnly or Halted, and every exit goes on", async () => {
    const { bench, script } = place;
    const { signer, book, house } = await place.writer();
    await house.mint(book, bench.legs({ ...CALL, size: 2 }), signer.address);
    for (const level of ["reduceOnly", "halted"] as const) {
      await place.tell({ level });
      await expect(house.mint(book, bench.legs({ ...CALL, size: 0.1 }), signer.address)).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_NotOpen",
      );
      await house.burn(book, bench.legs({ ...CALL, size: 0.5 }));
    }
    await script.setBroken(true);
    await house.burn(book, bench.legs({ ...CALL, size: 1 }));
    await house.defund(book, 1_000n * DOLLARS, signer.address);
  });

  it("turns Cautious when 15 % of a market's margin leaves in an hour, and makes more than a quarter wait", async () => {
    const { bench } = place;
    await place.moveBy(HOUR);
    await place.tell();
    const { signer, book, house } = await place.writer(1, 3_200n);
    await house.mint(book, bench.legs(CALL), signer.address);
    const mode = async () => (await house.requirement(book)).reading.mode;
    // Bringing it was an inflow; an hour later it is none.
    await place.moveBy(2 * HOUR);
    await place.tell();
    const step = async (dollars: bigint): Promise<void> => {
      await house.defund(book, dollars * DOLLARS, signer.address);
      await place.tell();
    };
    expect(await mode()).to.equal(LEVEL("normal"));
    await step(280n); // of 1,960 dollars
    expect(await mode()).to.equal(LEVEL("normal"));
    await step(30n);
    expect(await mode()).to.equal(LEVEL("cautious"));
    await expect(house.defund(book, 200n * DOLLARS, signer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_OutflowTooLarge",
    );
    await place.moveBy(HOUR + 30 * 60 + 30);
    await place.tell();
    expect(await mode(), "an hour to an hour and a half later").to.equal(LEVEL("normal"));
    await step(200n);
  });
});

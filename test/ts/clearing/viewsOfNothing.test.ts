// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { UNIT } from "./attackTools.ts";
import { ClearingBench, OPTION } from "./ClearingBench.ts";
import { LiquidationBench, SOLD } from "./LiquidationBench.ts";

const CALL = { strike: 3_000, isCall: true, size: 1 };

/** A writer with cash in a book, dollars, in a market with insurance. */
async function writing(cash: bigint) {
  const bench = await ClearingBench.create();
  await bench.insure(1_000_000);
  const writer = await bench.account(1);
  const house = bench.house.connect(writer);
  const book = bench.bookId(writer.address);
  await house.fund(book, cash * UNIT);
  return { bench, house, book, writer: writer.address };
}

describe("Views: where there is nothing to take out, to open or to count", () => {
  it("maxDefund is nothing of a flagged book, whatever was added to it", async () => {
    const bench = await LiquidationBench.create();
    const book = await bench.open([SOLD], 12_000);
    await bench.tell(3_600);
    await bench.flag(book);
    const house = bench.house.connect(bench.writer);
    await house.fund(book, 100_000n * UNIT);
    expect(await house.maxDefund(book)).to.equal(0n);
    await expect(house.defund(book, 1n, bench.writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_WrongState",
    );
    await house.unflag(book);
    expect(await house.maxDefund(book)).to.be.above(0n);
  });

  it("previewMint opens nothing from the expiry on, as minting does", async () => {
    const { bench, house, book, writer } = await writing(10_000n);
    const legs = bench.legs(CALL);
    await bench.at(bench.expiry - 1n);
    expect((await house.previewMint(book, legs)).opens).to.equal(true);
    await house.mint.staticCall(book, legs, writer);
    await bench.at(bench.expiry);
    expect((await house.previewMint(book, legs)).opens).to.equal(false);
    await expect(house.mint.staticCall(book, legs, writer)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Expired",
    );
  });

  it("openInterest is nothing of strikes off the grid, and of markets that are not there", async () => {
    const { bench, house, book, writer } = await writing(10_000n);
    await house.mint(book, bench.legs(CALL), writer);
    expect(await house.openInterest(bench.seriesId(CALL))).to.equal(OPTION);
    expect(await house.openInterest(bench.seriesId({ ...CALL, strike: 3_001 })), "between two strikes").to.equal(0n);
    expect(await house.openInterest(bench.seriesId(CALL, 9n)), "no market").to.equal(0n);
  });

  it("liveSeries has no series that is closed again, whichever of them it was, and all that are not", async () => {
    const { bench, house, book, writer } = await writing(50_000n);
    const strikes = [3_000, 3_400, 3_800];
    const legOf = (strike: number) => bench.legs({ ...CALL, strike });
    for (const strike of strikes) await house.mint(book, legOf(strike), writer);
    const live = async (): Promise<bigint[]> =>
      (await house.liveSeries(bench.quoteMarket, bench.expiry)).map(({ seriesId }) => seriesId);
    const idsOf = (left: readonly number[]) => left.map((strike) => bench.seriesId({ ...CALL, strike }));
    expect(await live()).to.have.members(idsOf(strikes));
    await house.burn(book, legOf(3_000));
    expect(await live(), "the first").to.have.members(idsOf([3_400, 3_800]));
    await house.burn(book, legOf(3_800));
    expect(await live(), "the last").to.have.members(idsOf([3_400]));
  });
});

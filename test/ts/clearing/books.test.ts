// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { ClearingBench, DAY, Failure, Mode, OPTION, readingAt } from "./ClearingBench.ts";

const UNIT = 10n ** 6n;
const CALL = { strike: 3000, isCall: true, size: 1 };
const PUT = { strike: 3000, isCall: false, size: 1 };

async function funded(dollars = 100_000) {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const writer = await bench.account(1);
  const buyer = await bench.account(2);
  const book = bench.bookId(writer.address);
  const house = bench.house.connect(writer);
  await house.fund(book, BigInt(dollars) * UNIT);
  return { bench, house, writer, buyer, book };
}

describe("Books: writing and closing", () => {
  it("writes shorts into the book and longs to the buyer, for the fee and two tips", async () => {
    const { bench, house, buyer, book } = await funded();
    await expect(house.mint(book, bench.legs(CALL), buyer.address))
      .to.emit(house, "Minted")
      .withArgs(
        await house.runner!.provider!.getNetwork().then(async () => (await bench.signer(1)).address),
        book,
        buyer.address,
        (legs: unknown[]) => legs.length === 1,
        600_000n,
        100_000n * UNIT - 600_000n - 2n * UNIT,
      );
    const id = bench.seriesId(CALL);
    expect(await bench.house.balanceOf(buyer.address, id)).to.equal(OPTION);
    expect(await bench.house.openInterest(id)).to.equal(OPTION);
  });

  it("names a long the way a wallet shows it", async () => {
    const { bench } = await funded();
    const expiry = BigInt(Date.UTC(2026, 2, 27, 8) / 1000);
    expect(await bench.house.name(bench.seriesId(CALL, bench.quoteMarket, expiry))).to.equal(
      "ETH-USD 27MAR26 3000 capped call 6000",
    );
    expect(await bench.house.name(bench.seriesId(PUT, bench.quoteMarket, expiry))).to.equal("ETH-USD 27MAR26 3000 put");
    expect(await bench.house.name(bench.seriesId(CALL, bench.coinMarket, expiry))).to.equal(
      "ETH-USD 27MAR26 3000 call",
    );
    expect(await bench.house.name(bench.seriesId(PUT, bench.coinMarket, expiry))).to.equal(
      "ETH-USD 27MAR26 3000 capped put 1500",
    );
    expect(await bench.house.decimals(bench.seriesId(CALL))).to.equal(6n);
    expect(await bench.house.name(1n << 200n)).to.equal("");
  });

  it("gives the tips back when the last short is closed, and asks no price for it", async () => {
    const { bench, house, writer, book } = await funded();
    await house.mint(book, bench.legs(CALL), writer.address);
    await bench.risk.fail(Failure.Reverts);
    await house.burn(book, bench.legs(CALL));
    expect(await bench.house.openInterest(bench.seriesId(CALL))).to.equal(0n);
    await house.defund(book, 100_000n * UNIT - 600_000n, writer.address);
  });

  it("nets a long that comes into a book against its short", async () => {
    const { bench, house, writer, book } = await funded();
    await house.mint(book, bench.legs({ ...CALL, size: 3 }), writer.address);
    await house.depositLong(book, bench.seriesId(CALL), 2n * OPTION);
    expect(await bench.house.openInterest(bench.seriesId(CALL))).to.equal(OPTION);
    await house.depositLong(book, bench.seriesId(CALL), OPTION);
    expect(await bench.house.openInterest(bench.seriesId(CALL))).to.equal(0n);
  });

  it("moves longs in and out of books", async () => {
    const { bench, house, writer, buyer, book } = await funded();
    await house.mint(book, bench.legs(CALL), buyer.address);
    const other = bench.bookId(buyer.address);
    const theirs = bench.house.connect(buyer);
    await theirs.depositLong(other, bench.seriesId(CALL), OPTION);
    expect(await bench.house.balanceOf(buyer.address, bench.seriesId(CALL))).to.equal(0n);
    await expect(
      theirs.withdrawLong(other, bench.seriesId(CALL), OPTION + 1n, writer.address),
    ).to.be.revertedWithCustomError(house, "Clearinghouse_NothingToClose");
    await theirs.withdrawLong(other, bench.seriesId(CALL), OPTION, writer.address);
    expect(await bench.house.balanceOf(writer.address, bench.seriesId(CALL))).to.equal(OPTION);
  });

  it("holds eight legs and refuses the ninth", async () => {
    const { bench, house, writer, book } = await funded();
    const legs = Array.from({ length: 8 }, (_, index) => ({ strike: 2800 + 50 * index, isCall: false, size: 0.1 }));
    await house.mint(book, bench.legs(...legs), writer.address);
    await expect(house.mint(book, bench.legs({ ...CALL, size: 0.1 }), writer.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_TooManyLegs")
      .withArgs(book, 8n);
    await house.burn(book, bench.legs(legs[3]!));
    await house.mint(book, bench.legs({ ...CALL, size: 0.1 }), writer.address);
  });
});

describe("Books: refusals", () => {
  it("refuses strikes off the grid, far away or zero, sizes too small, expiries off the hour, past and far", async () => {
    const { bench, house, writer, book } = await funded();
    const mint = (leg: object, id = book) => house.mint(id, bench.legs({ ...CALL, ...leg }), writer.address);
    await expect(mint({ strike: 3001 })).to.be.revertedWithCustomError(house, "Clearinghouse_BadStrike");
    await expect(mint({ strike: 0 })).to.be.revertedWithCustomError(house, "Clearinghouse_BadStrike");
    await expect(mint({ strike: 1150 })).to.be.revertedWithCustomError(house, "Clearinghouse_BadStrike");
    await expect(mint({ strike: 7550 })).to.be.revertedWithCustomError(house, "Clearinghouse_BadStrike");
    await expect(mint({ size: 0.000999 }))
      .to.be.revertedWithCustomError(house, "Clearinghouse_BadSize")
      .withArgs(999n, 1_000n);
    await expect(mint({ size: 0 })).to.be.revertedWithCustomError(house, "Clearinghouse_ZeroAmount");
    const at = (expiry: bigint) => bench.bookId(writer.address, 0n, bench.quoteMarket, expiry);
    await expect(mint({}, at(bench.expiry + 1n))).to.be.revertedWithCustomError(house, "Clearinghouse_BadExpiry");
    await expect(mint({}, at(bench.expiry - 10n * BigInt(DAY)))).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Expired",
    );
    await expect(mint({}, at(bench.expiry + 88n * BigInt(DAY)))).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_BadExpiry",
    );
    await expect(mint({}, bench.bookId(writer.address, 0n, 9n)))
      .to.be.revertedWithCustomError(house, "Clearinghouse_UnknownMarket")
      .withArgs(9n, 2n);
  });

  it("lets nobody else write, close or take out, and anybody fund", async () => {
    const { bench, house, writer, buyer, book } = await funded();
    const stranger = bench.house.connect(buyer);
    await expect(stranger.mint(book, bench.legs(CALL), buyer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(stranger.burn(book, bench.legs(CALL))).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(stranger.depositLong(book, bench.seriesId(CALL), 1n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(stranger.defund(book, 1n, buyer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await stranger.fund(book, UNIT);
    await bench.house.connect(writer).setManager(buyer.address, 3n);
    await expect(stranger.defund(book, 1n, buyer.address), "only to the owner").to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await stranger.defund(book, UNIT, writer.address);
    await expect(
      stranger.mint(book, bench.legs(CALL), buyer.address),
      "longs are as good as cash",
    ).to.be.revertedWithCustomError(house, "Clearinghouse_Unauthorized");
    await stranger.mint(book, bench.legs(CALL), writer.address);
  });

  it("keeps an operator of longs out of books and balances", async () => {
    const { bench, house, writer, buyer, book } = await funded();
    await house.setOperator(buyer.address, true);
    await expect(bench.house.connect(buyer).mint(book, bench.legs(CALL), buyer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(bench.house.connect(buyer).defund(book, 1n, writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
  });

  it("asks initial margin of an opening and names both figures", async () => {
    const { bench, house, writer, book } = await funded(500);
    await expect(house.mint(book, bench.legs(CALL), writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unhealthy",
    );
    await house.fund(book, 2_000n * UNIT + 2_600_000n);
    await house.mint(book, bench.legs(CALL), writer.address);
  });

  it("refuses dust, however much cash is behind it: places in the list of strikes are not for nothing", async () => {
    const { bench, house, writer, book } = await funded(100); // of 60 dollars that it can lose
    const dust = { ...CALL, size: 0.02 };
    await expect(house.mint(book, bench.legs(dust), writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Dust",
    );
  });

  it("stops openings at the cap of the insurance and closes none", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(240); // covers 3,000 dollars of notional at 8 %
    const writer = await bench.account(1);
    const book = bench.bookId(writer.address);
    const house = bench.house.connect(writer);
    await house.fund(book, 100_000n * UNIT);
    await house.mint(book, bench.legs(CALL), writer.address);
    await expect(house.mint(book, bench.legs(CALL), writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_CapReached",
    );
    await bench.risk.set(readingAt(3000, { lossShareBps: 4_000n }));
    await house.burn(book, bench.legs(CALL));
  });
});

describe("Books: modes", () => {
  for (const [name, change] of [
    ["ReduceOnly", { mode: Mode.ReduceOnly, opens: false }],
    ["Halted", { mode: Mode.Halted, opens: false }],
    ["closed Recovery", { mode: Mode.Recovery, opens: false }],
  ] as const) {
    it(`writes nothing in ${name} and lets cash out down to maximum loss`, async () => {
      const { bench, house, writer, book } = await funded(4_000);
      await house.mint(book, bench.legs(PUT), writer.address);
      await bench.risk.set(readingAt(3000, change));
      await expect(house.mint(book, bench.legs(PUT), writer.address)).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_NotOpen",
      );
      const cash = 4_000n * UNIT - 600_000n - 2n * UNIT;
      await expect(house.defund(book, cash - 3_000n * UNIT + 1n, writer.address)).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_Unhealthy",
      );
      await house.defund(book, cash - 3_000n * UNIT, writer.address);
    });
  }

  it("asks a quarter more in Cautious, never more than maximum loss", async () => {
    const { bench, house, writer, book } = await funded(4_000);
    await house.mint(book, bench.legs(PUT), writer.address);
    const out = async (change: object): Promise<bigint> => {
      await bench.risk.set(readingAt(3000, change));
      let low = 0n;
      let high = 4_000n * UNIT;
      while (high - low > 1n) {
        const middle = (low + high) / 2n;
        const isOpen = await house.defund.staticCall(book, middle, writer.address).then(
          () => true,
          () => false,
        );
        if (isOpen) low = middle;
        else high = middle;
      }
      return 4_000n * UNIT - 600_000n - 2n * UNIT - low;
    };
    const normal = await out({});
    const cautious = await out({ mode: Mode.Cautious, multiplierBps: 12_500n });
    // A few seconds of time value lie between the two.
    expect(cautious - (normal * 5n) / 4n).to.be.within(-2_000n, 2n);
    expect(await out({ age: 90_000n }), "older than a day").to.equal(3_000n * UNIT);
  });

  it("ends opening for good with sunset and leaves every exit", async () => {
    const { bench, house, writer, book } = await funded();
    await house.mint(book, bench.legs(CALL), writer.address);
    await bench.house.sunset(bench.quoteMarket);
    await expect(house.mint(book, bench.legs(CALL), writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Sunset",
    );
    await house.defund(book, UNIT, writer.address);
    await house.burn(book, bench.legs(CALL));
  });
});

describe("Exits are open whatever fails (law 1)", () => {
  for (const [name, failure] of Object.entries(Failure)) {
    it(`fund, burn, withdraw and defund to maximum loss with a risk contract in failure ${name}`, async () => {
      const { bench, house, writer, book } = await funded(7_000);
      await house.mint(book, bench.legs(CALL, PUT), writer.address);
      await bench.risk.set(readingAt(3000, { mode: Mode.Halted, opens: false }));
      await bench.risk.fail(failure);
      await bench.marks.setFailure(true, false);

      await house.fund(book, UNIT);
      await house.withdraw(bench.dollar, UNIT, writer.address);
      await house.burn(book, bench.legs(CALL));
      const cash = 7_000n * UNIT + UNIT - 1_200_000n - 2n * UNIT;
      await house.defund(book, cash - 3_000n * UNIT, writer.address);
      await house.transfer(bench.pot, bench.seriesId(PUT), OPTION);
      await expect(house.mint(book, bench.legs(PUT), writer.address)).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_NotOpen",
      );
    });
  }
});

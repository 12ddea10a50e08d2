// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { ClearingBench, gasOf } from "./ClearingBench.ts";

describe("smoke", () => {
  it("mints, burns, fills", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(1_000_000);
    const writer = await bench.account(1);
    const buyer = await bench.account(2);
    const book = bench.bookId(writer.address);
    const house = bench.house.connect(writer);
    await house.fund(book, 100_000n * 10n ** 6n);
    const call = { strike: 3000, isCall: true, size: 1 };
    console.log("mint new", await gasOf(house.mint(book, bench.legs(call), buyer.address)));
    console.log("mint again", await gasOf(house.mint(book, bench.legs(call), buyer.address)));
    expect(await bench.house.name(bench.seriesId(call))).to.match(/^ETH-USD .* 3000 capped call 6000$/);
    console.log("defund", await gasOf(house.defund(book, 10n ** 6n, writer.address)));
    expect(await bench.house.openInterest(bench.seriesId(call))).to.equal(2_000_000n);
    const takerBook = bench.bookId(buyer.address);
    await bench.house.connect(buyer).fund(takerBook, 100_000n * 10n ** 6n);
    const quote = {
      maker: writer.address,
      taker: "0x0000000000000000000000000000000000000000",
      marketHash: bench.quoteHash,
      expiry: bench.expiry,
      makerSubId: 0n,
      legs: [{ strike: 30_000_000n, isCall: true, ratio: -1n }],
      premium: 100_000_000n,
      size: 10_000_000n,
      minimumFill: 0n,
      nonce: 1n,
      deadline: bench.expiry,
      spotLow: 0n,
      spotHigh: 0n,
    };
    const signature = await bench.sign(writer, quote);
    const fill = (amount: bigint) =>
      bench.house.connect(buyer).fillQuotes([{ quote, signature, takerOwner: buyer.address, takerSubId: 0n, amount }]);
    console.log("fill 1 first", await gasOf(fill(1_000_000n)));
    console.log("fill 1", await gasOf(fill(1_000_000n)));
    console.log(
      "burn",
      await gasOf(
        (async () => {
          await bench.house.connect(buyer).transfer(writer.address, bench.seriesId(call), 1_000_000n);
          return house.burn(book, bench.legs(call));
        })(),
      ),
    );
    for (const n of [5, 8]) {
      const legs = Array.from({ length: n }, (_, i) => ({
        strike: BigInt(2800 + 50 * i) * 10_000n,
        isCall: i % 2 === 0,
        ratio: i % 2 === 0 ? -1n : 1n,
      }));
      const many = { ...quote, legs, nonce: BigInt(n * 4), makerSubId: BigInt(n) };
      await house.fund(bench.bookId(writer.address, BigInt(n)), 50_000n * 10n ** 6n);
      await bench.house.connect(buyer).fund(bench.bookId(buyer.address, BigInt(n)), 50_000n * 10n ** 6n);
      const sig = await bench.sign(writer, many);
      const go = () =>
        bench.house
          .connect(buyer)
          .fillQuotes([
            { quote: many, signature: sig, takerOwner: buyer.address, takerSubId: BigInt(n), amount: 1_000_000n },
          ]);
      console.log("fill new", n, await gasOf(go()));
      console.log("fill", n, await gasOf(go()));
      console.log(
        "defund",
        n,
        await gasOf(house.defund(bench.bookId(writer.address, BigInt(n)), 10n ** 6n, writer.address)),
      );
    }
  });
});

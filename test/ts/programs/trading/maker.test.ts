// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { readingAt, STRIKE } from "../../clearing/ClearingBench.ts";
import type { RunningProgram } from "../support/startProgram.ts";
import { TradingBench, until } from "../support/TradingBench.ts";

/** Nobody listens there. */
const DEAD_BOARD = "http://127.0.0.1:9";
const SERIES = 3;

describe("a maker", function () {
  this.timeout(60_000);
  let bench: TradingBench;
  let board: RunningProgram;
  let quoter: RunningProgram;
  let book: bigint;

  before(async () => {
    bench = await TradingBench.start();
    const wallet = await bench.maker("quoter", 500_000, 0);
    book = bench.clearing.bookId(wallet.address);
    board = await bench.board({ limits: { burst: 10_000, perSecond: 1_000 } });
    quoter = await bench.quoter("quoter", [DEAD_BOARD, board.url]);
  });
  after(() => bench.close());

  const metric = async (pattern: RegExp): Promise<boolean> =>
    pattern.test(await (await fetch(`${quoter.url}/metrics`)).text());

  it("fills its book from its balance and quotes both sides, though one of its boards is dead", async () => {
    await until("both sides of all series", async () => (await bench.shown(board)).length >= 2 * SERIES);
    assert.equal((await bench.clearing.house.book(book)).cash, 100_000_000_000n);
    assert.isTrue(await metric(/posted_total\{board="1",outcome="unreachable"\} [1-9]/));
    assert.equal((await fetch(`${quoter.url}/ready`)).status, 200);
  });

  it("is taken by a trader from the board, makes new quotes for its new book, and buys back", async () => {
    await bench.account("trader", 10_000);
    const day = new Date(Number(bench.clearing.expiry) * 1000).toISOString().slice(0, 10);
    const trade = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await bench.trade("trader", [board], ...args, "--yes", "--json");
      assert.equal(code, 0, stderr);
    };
    await trade("deposit", "1", "5000");
    await trade("open", "1", day, "3000c", "2");
    assert.equal((await bench.clearing.house.book(book)).legs[0]!.size, -2_000_000n);
    const { body } = await bench.get(board, `/quotes?strike=${3_000n * STRIKE}&call=true`);
    assert.isNotEmpty(body.quotes, "somebody bids");
    await trade("close", "1", day, "3000c");
    assert.lengthOf((await bench.clearing.house.book(book)).legs, 0);
  });

  it("takes everything back and stops in Halted, and goes on afterwards", async () => {
    await until("it quotes", async () => (await bench.shown(board)).length > 0);
    await (await bench.risk.set(readingAt(3000, { mode: 4n, opens: false }))).wait();
    await until("nothing is on the board", async () => (await bench.shown(board)).length === 0);
    assert.isTrue(await metric(/maker_silent\{place="[^"]+",reason="closedMode"\} 1/));
    await (await bench.risk.set(readingAt(3100))).wait();
    await until("it quotes at the new price", async () => (await bench.shown(board)).length >= 2 * SERIES);
    assert.isFalse(await metric(/maker_silent\{/));
  });
});

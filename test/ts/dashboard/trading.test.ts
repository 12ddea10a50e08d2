// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { bookId, seriesId } from "../../../scripts/model/clearing/ids.ts";
import { FIRST_PRICE, GAS } from "../programs/support/KeeperBench.ts";
import { findBrowser } from "../simulator/report/Browser.ts";
import { MarketBench } from "./MarketBench.ts";
import { ScriptedBoard } from "./ScriptedBoard.ts";
import { ACCOUNT, PATIENCE, WalletBench } from "./WalletBench.ts";

const COINS = 6_000_000_000n;
const DAY = 86_400n;
const EIGHT = 28_800n;
/** Monday, 2026-01-05 19:00 UTC: when the market has opened, the next expiry is five hours ahead. */
const START = 1_767_639_600n;
const STRIKE = 30_000_000n;
/** Of a dealer's book: enough for the one put it has sold, too little for twenty calls. */
const LEFT = 3_000_000_000n;
/** 1 % above the strike, 8 decimals. */
const LAST_PRICE = (FIRST_PRICE * 101n) / 100n;

describe("Buying and selling through a wallet by quotes, in a real browser on a real chain", function () {
  this.timeout(400_000);
  let bench: WalletBench;
  let expiry: bigint;

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.warn("      no Chromium on this machine: trading through the page is not tested");
      return this.skip();
    }
    bench = await WalletBench.start(program, COINS, { start: START });
    expiry = (bench.chain.now / DAY) * DAY + EIGHT;
  });

  after(() => bench?.close());

  const series = () => {
    const day = new Date(Number(expiry) * 1_000).toISOString().slice(0, 10);
    return { market: "1", expiry: day, strike: "3000", side: "call" };
  };

  describe("of a board that is not believed", () => {
    let board: ScriptedBoard;
    const order = () => ({ ...series(), size: "1", premium: "50" });
    const buttons = (): Promise<number> => bench.told.locator("button").count();

    before(async () => {
      board = await ScriptedBoard.start(bench.chain, expiry);
      await bench.open(`&board=${board.url}/`);
    });

    after(() => board?.close());

    it("offers the best that holds, approves and deposits for it, and says until when it does", async () => {
      board.show(await board.quote({ premium: 90_000_000n }), await board.quote());
      const told = await bench.look("buy", order());
      assert.match(told, /Premium40\.00 USDC.*In all40\.00 USDC.*40\.00 USDC out of the wallet/s);
      assert.match(told, /Sign: approve USDC · holds for \d+.min/);
      assert.match(told, /Then: buy 1 × 3000c/);
      assert.deepEqual(await bench.pages.violations(bench.page), []);
    });

    it("buys with what the wallet holds, once that is approved: deposit, book and fill are one transaction", async () => {
      board.show(await board.quote({ legs: [{ strike: 29_000_000n, isCall: false, ratio: -1n }] }));
      const { house, collaterals } = bench.chain.room;
      const before = await collaterals[0]!.balanceOf(ACCOUNT);
      const put = { ...order(), strike: "2900", side: "put" };
      assert.match(await bench.do("buy", put), /40\.00 USDC out of the wallet.*Sign: buy 1 × 2900p/s);
      assert.equal(before - (await collaterals[0]!.balanceOf(ACCOUNT)), 40_000_000n);
      const { legs } = await house.book(bookId(ACCOUNT, 1n, expiry));
      assert.deepEqual(
        [...legs].map(({ strike, isCall, size }) => [strike, isCall, size]),
        [[29_000_000n, false, 1_000_000n]],
      );
    });

    it("lists what is for sale, and fills the form with what is chosen", async () => {
      const legs = [{ strike: 31_000_000n, isCall: false, ratio: -1n }];
      board.show(await board.quote(), await board.quote({ premium: 70_000_000n }), await board.quote({ legs }));
      await bench.fill("buy", { market: "2" });
      await bench.fill("buy", { market: "1", strike: "", premium: "" });
      const rows = bench.page.locator("#act .offers tbody tr");
      await rows.first().waitFor(PATIENCE);
      const listed = await rows.allTextContents();
      assert.lengthOf(listed, 2);
      assert.match(listed[0]!, /3.000 call.*35\.00.*4\.00/s, "the better price, all that is left");
      assert.match(listed[1]!, /3.100 put.*40\.00.*2\.00/s);
      await rows.nth(1).locator("button").press("Enter");
      const typed = (name: string): Promise<string> => bench.page.locator(`#act [name=${name}]`).inputValue();
      assert.deepEqual(
        [await typed("expiry"), await typed("strike"), await typed("side"), await typed("premium")],
        [series().expiry, "3100", "put", "40"],
      );
      assert.deepEqual(await bench.pages.violations(bench.page), []);
      await bench.pages.picture(bench.page, "act-offers");
    });

    it("sells to the best bid what the wallet and the book hold, without a margin, and says what it brings", async () => {
      const { house } = bench.chain.room;
      const inBook = async (): Promise<readonly unknown[]> => [...(await house.book(bookId(ACCOUNT, 1n, expiry))).legs];
      const legs = [{ strike: 29_000_000n, isCall: false, ratio: 1n }];
      const put = { ...order(), strike: "2900", side: "put", premium: "30" };
      board.show(
        await board.quote({ legs, premium: -70_000_000n }),
        await board.quote({ legs, premium: -80_000_000n }),
      );
      const told = await bench.look("sell", put);
      assert.match(told, /Premium received40\.00 USDC.*Received in all.*Into the book firstnothing/s);
      assert.match(told, /Sign: sell 1 × 2900p/);
      assert.notMatch(told, /Margin of the book afterwards/);
      assert.deepEqual(await bench.pages.violations(bench.page), []);
      await bench.pages.picture(bench.page, "act-sell");
      await bench.sign();
      assert.deepEqual(await inBook(), [], "the put that was bought before");
      assert.match(await bench.look("sell", { ...put, premium: "41" }), /Nobody bids for 1 of 1 options/);
    });

    it("lists what is bid for, and fills the form with what is chosen", async () => {
      const legs = [{ strike: 29_000_000n, isCall: false, ratio: 1n }];
      board.show(await board.quote(), await board.quote({ legs, premium: -70_000_000n }));
      await bench.fill("sell", { market: "2" });
      await bench.fill("sell", { market: "1", strike: "", premium: "" });
      const row = bench.page.locator("#act .offers tbody tr");
      await row.first().waitFor(PATIENCE);
      assert.match((await row.allTextContents()).join(), /^2.900 put[^,]*35\.00/s, "and not what is for sale");
      await row.first().locator("button").press("Enter");
      assert.equal(await bench.page.locator("#act [name=premium]").inputValue(), "35");
    });

    it("leaves out what the chain knows better, and says so", async () => {
      const cheap = await board.quote({ premium: 60_000_000n });
      const { signature } = await board.quote({ premium: 61_000_000n });
      board.show({ ...cheap, signature }, await board.quote());
      assert.match(await bench.look("buy", order()), /Premium40\.00.*1 better quote of the board does not hold/s);
      board.show({ ...cheap, signature });
      assert.match(await bench.look("buy", order()), /Nobody offers.*does not hold on the chain.*lies/s);
      assert.equal(await buttons(), 0);
    });

    it("shows nothing of other series, for others, over the limit or over already", async () => {
      board.show(
        await board.quote({ legs: [{ strike: 31_000_000n, isCall: true, ratio: -1n }] }),
        await board.quote({ taker: `0x${"33".repeat(20)}` }),
        await board.quote({ premium: 101_000_000n }),
        await board.quote({ deadline: bench.chain.now - 1n }),
      );
      const told = await bench.look("buy", order());
      assert.match(told, /Nobody offers 1 of 1 options within the limit\./);
      assert.equal(await buttons(), 0);
    });

    it("offers nothing to sign once the quote is over", async () => {
      board.show(await board.quote());
      await bench.look("buy", order());
      await bench.page.clock.setFixedTime(bench.nowMs + 601_000);
      await bench.told.locator("p", { hasText: "The quote is over" }).waitFor(PATIENCE);
      assert.equal(await buttons(), 0);
      await bench.page.clock.setFixedTime(bench.nowMs);
    });

    it("says why a board is of no use: silent, talking nonsense, or blind itself", async () => {
      board.answer = { status: 503, body: { error: "chainUnavailable" } };
      assert.match(await bench.look("buy", order()), /The board shows nothing now/);
      board.answer = { body: { quotes: [{ digest: "0x12" }] } };
      assert.match(await bench.look("buy", order()), /The board answers with what is no list of quotes/);
      await bench.page.route(`${board.url}/**`, (route) => route.abort());
      assert.match(await bench.look("buy", order()), /The board does not answer/);
      await bench.page.unroute(`${board.url}/**`);
      await bench.open();
      assert.match(await bench.look("buy", order()), /No quote board is named/);
    });

    it("tells in words why the chain would refuse a fill", async () => {
      await bench.open(`&board=${board.url}`);
      await bench.do("deposit", { market: "1", amount: "1000" });
      const dealer = await bench.chain.account("dealer");
      const id = bookId(bench.chain.keys.of("dealer").address, 1n, expiry);
      const quote = await board.quote({ size: 20_000_000n, premium: 800_000_000n });
      const many = { ...order(), size: "20" };
      const { cash } = await bench.chain.room.house.book(id);
      board.show(quote);
      assert.match(await bench.look("buy", many), /Sign: buy 20 × 3000c/);
      const house = bench.chain.room.house.connect(dealer);
      await bench.chain.send(() => house.defund(id, cash - LEFT, quote.quote.maker, GAS));
      await bench.upToDate();
      assert.match(await bench.look("buy", many), /another account cannot carry it.*Clearinghouse_/s);
      assert.equal(await buttons(), 0);
    });
  });

  describe("of a real maker on a real board", () => {
    let market: MarketBench;

    before(async () => {
      market = await MarketBench.start(bench.chain, 1);
      await bench.open(`&board=${market.boardUrl}`);
    });

    after(() => market?.close());

    it("deposits, writes, buys back, closes, sells, and redeems what is left after the expiry", async () => {
      const { house, collaterals } = bench.chain.room;
      const long = seriesId(1n, expiry, STRIKE, true);
      const free = (): Promise<bigint> => house.freeBalance(ACCOUNT, collaterals[0]!);
      const inBook = async (): Promise<bigint> =>
        [...(await house.book(bookId(ACCOUNT, 1n, expiry))).legs].find(({ isCall }) => isCall)?.size ?? 0n;

      await bench.do("deposit", { market: "1", amount: "3000" });
      await bench.do("write", { ...series(), size: "2" });
      assert.equal(await inBook(), -2_000_000n);
      assert.equal(await house.balanceOf(ACCOUNT, long), 2_000_000n);

      await market.untilQuoted();
      await bench.upToDate();
      const told = await bench.look("buy", { ...series(), size: "1", premium: "500" });
      assert.match(told, /Premium.*Fair value.*the premium is .* and implies.*Fee.*In all.*Holds until/s);
      assert.match(told, /Sign: buy 1 × 3000c/);
      await bench.pages.picture(bench.page, "act-buy");
      await bench.sign();
      assert.equal(await inBook(), -1_000_000n, "what was bought is against what was written");

      await bench.do("close", { ...series(), size: "1" });
      assert.equal(await inBook(), 0n);
      assert.equal(await house.balanceOf(ACCOUNT, long), 1_000_000n);

      await market.untilQuoted();
      await bench.upToDate();
      assert.match(
        await bench.do("sell", { ...series(), size: "0.5", premium: "1" }),
        /Premium received.*Options out of the wallet0\.50.*Sign: sell 0\.5 × 3000c/s,
      );
      assert.equal(await inBook(), 0n, "sold out of the wallet");
      assert.equal(await house.balanceOf(ACCOUNT, long), 500_000n);

      await bench.chain.rounds(expiry + 300n, 240n, LAST_PRICE);
      await bench.chain.settle(await bench.chain.keeper({ settler: {} }));
      await bench.upToDate();
      const before = await free();
      assert.match(await bench.do("redeem", { ...series(), size: "0.5" }), /Worth at the settled price.*Paid at once/);
      const paid = (await free()) - before;
      assert.isAbove(Number(paid), 12_500_000, "half of an option some thirty dollars in the money");
      assert.isBelow(Number(paid), 15_500_000);
      assert.equal(await house.balanceOf(ACCOUNT, long), 0n);
    });
  });
});

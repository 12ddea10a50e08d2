// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { Wallet } from "ethers";

import { DAY, readingAt, STRIKE } from "../../clearing/ClearingBench.ts";
import type { RunningProgram } from "../support/startProgram.ts";
import { TradingBench, until } from "../support/TradingBench.ts";
import type { TradeAnswer } from "../support/TradingBench.ts";

const DOLLAR = 10n ** 6n;
const CALL = "3000c";
type Row = Readonly<Record<string, string>>;

describe("trading from a terminal", function () {
  this.timeout(120_000);
  let bench: TradingBench;
  let board: RunningProgram;
  let maker: Wallet;
  let day: string;

  before(async () => {
    bench = await TradingBench.start();
    maker = await bench.maker("maker", 1_000_000, 500_000);
    const later = bench.clearing.bookId(
      maker.address,
      0n,
      bench.clearing.quoteMarket,
      bench.clearing.expiry + BigInt(DAY),
    );
    await (await bench.clearing.house.connect(maker).fund(later, 400_000n * DOLLAR)).wait();
    board = await bench.board({ limits: { burst: 1_000, perSecond: 1_000 } });
    day = new Date(Number(bench.clearing.expiry) * 1000).toISOString().slice(0, 10);
    await bench.account("trader", 10_000);
  });
  after(() => bench.close());

  const trade = (...args: string[]): Promise<TradeAnswer> => bench.trade("trader", [board], ...args, "--json");
  const rows = ({ body, stderr }: TradeAnswer, table: string): readonly Row[] => {
    const found = body[table];
    if (typeof found !== "object") throw new Error(stderr);
    return found;
  };
  const done = (answer: TradeAnswer): TradeAnswer["body"] => {
    assert.equal(answer.code, 0, answer.stderr);
    assert.equal(answer.body["outcome"], "done", answer.stderr);
    return answer.body;
  };
  const refusal = ({ code, stderr }: TradeAnswer): unknown => {
    assert.equal(code, 5, stderr);
    return JSON.parse(stderr.trim().split("\n").at(-1)!);
  };
  /** The maker sells calls at 100 and bids 90 for them, of both expiries. */
  const post = async (): Promise<void> => {
    for (const expiry of [bench.clearing.expiry, bench.clearing.expiry + BigInt(DAY)])
      for (const [ratio, premium] of [
        [-1n, 100n * DOLLAR],
        [1n, -90n * DOLLAR],
      ] as const) {
        const legs = [{ strike: 3_000n * STRIKE, isCall: true, ratio }];
        const { status } = await bench.post(
          board,
          await bench.quote(maker, { expiry, legs, premium, size: 5_000_000n }),
        );
        assert.equal(status, 201);
      }
  };

  it("deposits, and tells what is missing before it", async () => {
    await post();
    const early = await trade("open", "1", day, CALL, "1.5", "--yes");
    assert.include(refusal(early), { code: "needsDeposit", needed: "30", free: "0" });
    const body = done(await trade("deposit", "1", "5000", "--yes"));
    assert.equal(body["amount"], "5000 USDC");
    assert.lengthOf(body["sent"] as Row[], 2);
  });

  it("shows markets and what is offered in tables", async () => {
    const { code, stdout } = await bench.trade("trader", [board], "markets", "--market", "1");
    assert.equal(code, 0);
    assert.match(stdout, /3000c \S+ +18 +20 /, "five options for 100 and 90");
  });

  it("tells what a trade would cost without sending it, and asks before it sends", async () => {
    const answer = await trade("open", "1", day, CALL, "1.5", "--dry-run");
    assert.include(answer.body, { premium: "30 USDC paid", "worst case": "30 USDC" });
    const { code, stderr } = await trade("open", "1", day, CALL, "1.5");
    assert.equal(code, 2, "nobody is there to ask");
    assert.include(JSON.parse(stderr.trim().split("\n").at(-1)!), { code: "notConfirmed" });
    const { legs } = await bench.clearing.house.book(bench.clearing.bookId(bench.keyOf("trader").address));
    assert.lengthOf(legs, 0);
  });

  it("buys from the board, sees position and profit", async () => {
    done(await trade("open", "1", day, CALL, "1.5", "--yes", "--limit", "20"));
    const shown = await trade("positions");
    const [leg] = rows(shown, "options");
    assert.include(leg, { size: "1.5", mark: "19", worth: "28.5", "mark by": "quotes" });
    const [profit] = rows(shown, "profit");
    assert.include(profit, { "paid in": "30", premium: "-30", worth: "28.5", profit: "-1.5", phase: "open" });
  });

  it("asks at a terminal: no, the end of the input and Ctrl-C send nothing, yes sends what was shown", async () => {
    const size = async (): Promise<bigint> => {
      const { legs } = await bench.clearing.house.book(bench.clearing.bookId(bench.keyOf("trader").address));
      return legs[0]!.size;
    };
    const before = await size();
    const at = async (typed: string | undefined): Promise<[number | null, string]> => {
      const { code, stdout } = await bench.tradeAtTerminal("trader", [board], typed, "open", "1", day, CALL, "0.25");
      assert.include(stdout, "5 USDC paid", "what it would cost is shown before the question");
      return [code, stdout];
    };
    for (const typed of ["no\n", undefined, "\u0003"]) {
      const [code, shown] = await at(typed);
      assert.equal(code, 2, shown);
      assert.include(shown, "notConfirmed");
      assert.equal(await size(), before);
    }
    const [code, shown] = await at("yes\n");
    assert.equal(code, 0, shown);
    assert.equal(await size(), before + 250_000n);
    done(await trade("close", "1", day, CALL, "--size", "0.25", "--yes"));
  });

  it("names the contract's refusal with its values, and what nobody offers", async () => {
    assert.include(refusal(await trade("open", "1", day, CALL, "1", "--yes", "--limit", "19.9")), {
      code: "notOffered",
    });
    await (await bench.risk.set(readingAt(3000, { mode: 3n, opens: false }))).wait();
    const error = refusal(await trade("open", "1", day, CALL, "1", "--yes", "--mint"));
    assert.include(error, { code: "contractRefused", error: "Clearinghouse_NotOpen", mode: "3" });
    await (await bench.risk.set(readingAt(3000))).wait();
  });

  it("rolls into the next day at once, and closes a part", async () => {
    const next = new Date((Number(bench.clearing.expiry) + DAY) * 1000).toISOString().slice(0, 10);
    done(await trade("roll", "1", day, CALL, next, CALL, "--size", "0.5", "--yes"));
    done(await trade("close", "1", next, CALL, "--yes"));
    const shown = await trade("positions");
    assert.deepEqual(
      rows(shown, "options").map(({ size }) => size),
      ["1"],
    );
    assert.deepEqual(
      rows(shown, "profit").map(({ premium, "taken out": taken }) => [premium, taken]),
      [
        ["-21.5", "0"],
        ["-1", "9"],
      ],
    );
  });

  it("writes against own collateral, with margin and worst case, and buys back", async () => {
    const written = done(await trade("open", "1", day, "2800p", "1", "--mint", "--yes"));
    assert.equal(written["premium"], "0 USDC paid");
    assert.match(JSON.stringify(written["worst case"]), /^"2800\.\d+ USDC"$/);
    assert.lengthOf(rows(await trade("positions"), "options"), 3, "a long, a short, and the longs in the wallet");
    done(await trade("close", "1", day, "2800p", "--yes"));
  });

  it("writes to the best bids against margin", async () => {
    const { code, body, stderr } = await trade("open", "1", day, CALL, "2", "--write", "--book", "7", "--dry-run");
    assert.equal(code, 0, stderr);
    assert.equal(body["premium"], "36 USDC received");
    assert.match(JSON.stringify(body["worst case"]), /^"5965\.2 USDC"$/, "twice the cap of a call, and the fee");
  });

  it("trades a spread at once within a net limit, by single legs or by quotes of the whole, and never a leg alone", async () => {
    const spreader = await bench.maker("spreader", 5_000, 0);
    const spread = (...args: string[]): Promise<TradeAnswer> =>
      bench.trade("spreader", [board], "spread", "1", day, "1", "--json", "--yes", ...args);
    const sides = ["--buy", CALL, "--sell", "3200c"];
    const legs = async (): Promise<bigint[]> =>
      (await bench.clearing.house.book(bench.clearing.bookId(spreader.address))).legs.map(({ size }) => size);
    assert.include(refusal(await spread(...sides)), { code: "notOffered" }, "nobody bids for the second leg");
    const bid = { strike: 3_200n * STRIKE, isCall: true, ratio: 1n };
    await bench.post(board, await bench.quote(maker, { legs: [bid], premium: -8n * DOLLAR }));
    assert.include(refusal(await spread(...sides, "--limit", "11.9")), { code: "notOffered", limit: "11900000" });
    assert.deepEqual(await legs(), []);
    const bought = done(await spread(...sides, "--limit", "12"));
    assert.equal(bought["net price of one spread"], "12 USDC", "20 less 8");
    assert.sameMembers(await legs(), [1_000_000n, -1_000_000n]);
    const whole = [
      { ...bid, ratio: -1n },
      { strike: 3_000n * STRIKE, isCall: true, ratio: 1n },
    ];
    await bench.post(board, await bench.quote(maker, { legs: whole, premium: -11n * DOLLAR }));
    const sold = done(await spread("--buy", "3200c", "--sell", CALL, "--limit", "-11"));
    assert.equal(sold["net price of one spread"], "-11 USDC");
    assert.deepEqual(await legs(), []);
    const wrong = await spread("--buy", CALL);
    assert.equal(wrong.code, 2, wrong.stderr);
  });

  it("sends a trade once, though the process dies in between and the command is given again", async () => {
    const { provider } = bench.chain;
    await provider.send("evm_setAutomine", [false]);
    const args = ["open", "1", day, CALL, "0.25", "--yes", "--json"];
    const child = await bench.launchTrade("trader", [board], ...args);
    const waiting = async (): Promise<number> => (await provider.send("eth_pendingTransactions", [])).length;
    await until("it was sent", async () => (await waiting()) === 1);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    await provider.send("evm_setAutomine", [true]);
    await provider.send("evm_mine", []);
    assert.include(refusal(await trade(...args)), { code: "earlierTrade" });
    const size = async (): Promise<bigint> =>
      (await bench.clearing.house.book(bench.clearing.bookId(bench.keyOf("trader").address))).legs[0]!.size;
    assert.equal(await size(), 1_250_000n, "bought once");
    done(await trade("close", "1", day, CALL, "--size", "0.25", "--yes"));
    assert.equal(await size(), 1_000_000n);
  });

  it("redeems after the settlement, and leaves with everything", async () => {
    const { clearing } = bench;
    await clearing.at(clearing.expiry + 180n);
    await clearing.mark(clearing.expiry, 3_200);
    done(await trade("redeem", "--yes"));
    const [waiting] = rows(await trade("positions"), "profit");
    assert.include(waiting, { phase: "priced", worth: "200", profit: "177.44" }, "nobody who owes it has settled yet");
    await (await clearing.house.settleBooks([clearing.bookId(maker.address)])).wait();
    done(await trade("leave", "--yes"));
    const wallet = await clearing.dollar.balanceOf(bench.keyOf("trader").address);
    const expected = (10_000n - 1n) * DOLLAR + 177_440_000n;
    assert.isTrue(wallet > expected && wallet <= expected + DOLLAR, "what it brought and made, and a tip for pricing");
    assert.equal((await trade("leave", "--yes")).body["outcome"], "nothing to do");
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { Wallet } from "ethers";

import { STRIKE } from "../../clearing/ClearingBench.ts";
import type { RunningProgram } from "../support/startProgram.ts";
import { TradingBench, until } from "../support/TradingBench.ts";

describe("a quote board", function () {
  this.timeout(60_000);
  let bench: TradingBench;
  let board: RunningProgram;
  let maker: Wallet;

  before(async () => {
    bench = await TradingBench.start();
    maker = await bench.maker("maker", 1_000_000, 500_000);
    board = await bench.board({ limits: { burst: 1_000, perSecond: 1_000 } });
  });
  after(() => bench.close());

  it("shows what a maker offers, by market, expiry and strike, and knows it when it is offered again", async () => {
    const offer = await bench.quote(maker);
    const { status, body } = await bench.post(board, offer);
    assert.equal(status, 201, JSON.stringify(body));
    const { quoteMarket: market, expiry } = bench.clearing;
    const found = await bench.get(
      board,
      `/quotes?market=${market}&expiry=${expiry}&strike=${3_000n * STRIKE}&call=true`,
    );
    assert.deepEqual(
      found.body.quotes.map(({ digest, available }) => [digest, available]),
      [[body.digest, "1000000"]],
    );
    assert.lengthOf((await bench.get(board, `/quotes?strike=${3_050n * STRIKE}`)).body.quotes, 0);
    assert.equal((await bench.post(board, offer)).status, 200);
    assert.lengthOf(await bench.shown(board), 1);
  });

  describe("refuses", () => {
    const refusals: [
      string,
      (given: TradingBench) => Promise<{ offer: Parameters<TradingBench["post"]>[1]; error: string }>,
    ][] = [
      [
        "a signature of somebody else",
        async (given) => {
          const { quote } = await given.quote(maker);
          const { signature } = await given.quote(given.keyOf("nobody"), quote);
          return { offer: { quote, signature }, error: "signatureWrong" };
        },
      ],
      [
        "a signature for another chain",
        async (given) => {
          const { quote } = await given.quote(maker);
          return {
            offer: { quote, signature: await given.clearing.sign(maker, quote, { chainId: 1n }) },
            error: "signatureWrong",
          };
        },
      ],
      [
        "a deadline that has passed",
        async (given) => ({
          offer: await given.quote(maker, { deadline: (await given.now()) - 60n }),
          error: "deadlinePassed",
        }),
      ],
      [
        "a deadline too far away",
        async (given) => ({
          offer: await given.quote(maker, { deadline: (await given.now()) + 86_400n }),
          error: "deadlineTooFar",
        }),
      ],
      [
        "an expiry that is over",
        async (given) => ({
          offer: await given.quote(maker, { expiry: given.clearing.expiry - 10n * 86_400n }),
          error: "expiryClosed",
        }),
      ],
      [
        "an expiry off 08:00 UTC",
        async (given) => ({
          offer: await given.quote(maker, { expiry: given.clearing.expiry + 60n }),
          error: "expiryOffGrid",
        }),
      ],
      [
        "a market that does not exist",
        async (given) => ({
          offer: await given.quote(maker, { marketHash: `0x${"12".repeat(32)}` }),
          error: "marketUnknown",
        }),
      ],
      [
        "a strike off the grid",
        async (given) => ({
          offer: await given.quote(maker, { legs: [{ strike: 3_001n * STRIKE, isCall: true, ratio: -1n }] }),
          error: "strikeOffGrid",
        }),
      ],
      [
        "two legs of one series",
        async (given) => ({
          offer: await given.quote(maker, {
            legs: [1n, 2n].map((ratio) => ({ strike: 3_000n * STRIKE, isCall: true, ratio })),
          }),
          error: "legsMalformed",
        }),
      ],
      [
        "a maker whose book cannot carry it",
        async (given) => ({ offer: await given.quote(maker, { size: 10_000_000_000n }), error: "makerShort" }),
      ],
      [
        "a maker who cannot pay the premium",
        async (given) => ({
          offer: await given.quote(given.keyOf("poor"), {
            premium: -DOLLAR,
            legs: [{ strike: 3_000n * STRIKE, isCall: true, ratio: 1n }],
          }),
          error: "makerShort",
        }),
      ],
      [
        "what is no quote",
        () => Promise.resolve({ offer: JSON.stringify({ quote: {}, signature: "0x" }), error: "malformed" }),
      ],
      ["what is no JSON", () => Promise.resolve({ offer: "{", error: "malformed" })],
    ];
    for (const [name, prepare] of refusals)
      it(name, async () => {
        const { offer, error } = await prepare(bench);
        assert.equal((await bench.post(board, offer)).body.error, error);
      });

    it("a cancelled nonce and a filled quote", async () => {
      const [cancelled, below, filled] = [await bench.quote(maker), await bench.quote(maker), await bench.quote(maker)];
      const house = bench.clearing.house.connect(maker);
      await (await house.cancelQuotes([cancelled.quote.nonce])).wait();
      assert.equal((await bench.post(board, cancelled)).body.error, "cancelled");
      await fill(bench, filled, filled.quote.size);
      assert.equal((await bench.post(board, filled)).body.error, "filled");
      await (await house.cancelBefore(filled.quote.nonce + 1n)).wait();
      assert.equal((await bench.post(board, below)).body.error, "cancelled");
    });
  });

  it("takes the signature of a maker that is a contract", async () => {
    const { ethers } = bench.clearing.connection;
    const [owner] = await ethers.getSigners();
    const smart = await ethers.deployContract("SmartMaker", [await maker.getAddress()]);
    const address = (await smart.getAddress()).toLowerCase();
    await (await bench.clearing.house.connect(maker).fund(bench.clearing.bookId(address), 10_000n * DOLLAR)).wait();
    const offer = await bench.quote(maker, { maker: address });
    assert.equal((await bench.post(board, offer)).status, 201);
    const wrong = await bench.clearing.sign(owner!, { ...offer.quote, nonce: 99n });
    assert.equal(
      (await bench.post(board, { quote: { ...offer.quote, nonce: 99n }, signature: wrong })).body.error,
      "signatureWrong",
    );
  });

  it("shows what is left after a fill, and drops what is filled up or cancelled", async () => {
    const [partly, whole, cancelled] = [await bench.quote(maker), await bench.quote(maker), await bench.quote(maker)];
    const digests: (string | undefined)[] = [];
    for (const offer of [partly, whole, cancelled]) digests.push((await bench.post(board, offer)).body.digest);
    await fill(bench, partly, 400_000n);
    await fill(bench, whole, whole.quote.size);
    await (await bench.clearing.house.connect(maker).cancelQuotes([cancelled.quote.nonce])).wait();
    await until("filled and cancelled quotes go", async () => {
      const shown = await bench.shown(board);
      return shown.includes(digests[0]!) && !shown.includes(digests[1]!) && !shown.includes(digests[2]!);
    });
    const left = async (): Promise<string | undefined> =>
      (await bench.get(board, "/quotes")).body.quotes.find(({ digest }) => digest === digests[0])?.available;
    await until("the part that was filled is told", async () => (await left()) === "600000");
  });

  it("drops the quotes of a maker who took his cash away", async () => {
    const other = await bench.maker("leaver", 10_000);
    const { digest } = (await bench.post(board, await bench.quote(other))).body;
    assert.include(await bench.shown(board), digest);
    const id = bench.clearing.bookId(other.address);
    await (await bench.clearing.house.connect(other).defund(id, 10_000n * DOLLAR, other.address)).wait();
    await until("the quote goes", async () => !(await bench.shown(board)).includes(digest!));
  });

  it("tells its stream what it shows, and then every change", async () => {
    const { port } = new URL(board.url);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/stream?market=${bench.clearing.quoteMarket}`);
    const heard: Heard[] = [];
    socket.addEventListener("message", ({ data }) => heard.push(JSON.parse(String(data))));
    await until("the snapshot", () => heard.length > 0);
    assert.equal(heard[0]!.type, "snapshot");
    assert.sameMembers(
      heard[0]!.quotes!.map(({ digest: shown }) => shown),
      await bench.shown(board),
    );
    const offer = await bench.quote(maker);
    const { digest } = (await bench.post(board, offer)).body;
    await until("it is added", () => heard.some(({ type, quote }) => type === "added" && quote?.digest === digest));
    await (await bench.clearing.house.connect(maker).cancelQuotes([offer.quote.nonce])).wait();
    await until("it is removed", () =>
      heard.some(({ type, digest: gone, reason }) => type === "removed" && gone === digest && reason === "cancelled"),
    );
    socket.close();
  });

  it("lets pages of every origin read quotes and markets, and post nothing", async () => {
    const headers = { origin: "https://a-page.example" };
    const allowed = async (path: string, method = "GET"): Promise<string | null> =>
      (await fetch(`${board.url}${path}`, { method, headers })).headers.get("access-control-allow-origin");
    const given = [await allowed("/quotes"), await allowed("/markets"), await allowed("/metrics")];
    assert.deepEqual(given, ["*", "*", null]);
    assert.isNull(await allowed("/quotes", "POST"));
    assert.isNull(await allowed("/quotes", "OPTIONS"));
  });

  it("survives a hundred posted pieces of garbage", async () => {
    const before = await bench.shown(board);
    const { quote, signature } = await bench.quote(maker);
    const garbage = Array.from({ length: 100 }, (_, index): Parameters<TradingBench["post"]>[1] => {
      if (index % 4 === 0) return "x".repeat(index * 10);
      if (index % 4 === 1) return JSON.stringify({ quote: { maker: index }, signature });
      if (index % 4 === 2) return { quote: { ...quote, nonce: BigInt(index) + 1_000_000n }, signature };
      return { quote, signature: `0x${"ff".repeat(index)}` };
    });
    const answers = await Promise.all(garbage.map((offer) => bench.post(board, offer)));
    assert.isTrue(
      answers.every(({ status }) => status >= 400 && status < 504),
      "all are refused",
    );
    assert.isFalse(
      answers.some(({ status }) => status === 500),
      "none is a defect",
    );
    assert.deepEqual(await bench.shown(board), before);
    assert.equal((await bench.get(board, "/ready")).status, 200);
  });

  it("bounds quotes per maker and in all, requests per address, and streams per address", async () => {
    const tight = await bench.board({
      limits: { quotes: 3, quotesPerMaker: 2, burst: 12, perSecond: 1, streamsPerAddress: 1 },
    });
    const second = await bench.maker("second", 100_000);
    const errors: unknown[] = [];
    for (const who of [maker, maker, maker, second, second])
      errors.push((await bench.post(tight, await bench.quote(who))).body.error);
    assert.deepEqual(errors, [undefined, undefined, "makerFull", undefined, "boardFull"]);
    const stream = `ws://127.0.0.1:${new URL(tight.url).port}/stream`;
    const first = new WebSocket(stream);
    await new Promise((resolve) => first.addEventListener("open", resolve));
    const refused = new WebSocket(stream);
    await new Promise((resolve) => refused.addEventListener("error", resolve));
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${tight.url}/quotes`)));
    assert.include(
      answers.map(({ status }) => status),
      429,
    );
    first.close();
  });
});

const DOLLAR = 10n ** 6n;

/** A message of a stream: what of it there is depends on its type. */
interface Heard {
  readonly type: string;
  readonly digest?: string;
  readonly reason?: string;
  readonly quote?: { readonly digest: string };
  readonly quotes?: readonly { readonly digest: string }[];
}

/** A taker with a book of his own takes a part of an offer. */
async function fill(
  bench: TradingBench,
  { quote, signature }: Awaited<ReturnType<TradingBench["quote"]>>,
  amount: bigint,
) {
  const taker = await bench.maker("taker", 100_000);
  const house = bench.clearing.house.connect(taker);
  const given = { ...quote, legs: [...quote.legs] };
  const fills = [{ quote: given, signature, takerOwner: taker.address, takerSubId: 0n, amount }];
  await (await house.fillQuotes(fills)).wait();
}

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Counter, Registry } from "prom-client";
import { Wallet, ZeroAddress, ZeroHash } from "ethers";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import { INTENT_MIGRATIONS, IntentBook } from "../../../../scripts/chain/IntentBook.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { SqliteDatabase } from "../../../../scripts/chain/SqliteDatabase.ts";
import { makerConfigShape } from "../../../../scripts/maker/MakerConfig.ts";
import { MakerMetrics } from "../../../../scripts/maker/MakerMetrics.ts";
import { MakerNode } from "../../../../scripts/maker/MakerNode.ts";
import type { MakerParts } from "../../../../scripts/maker/MakerNode.ts";
import { QuotePoster } from "../../../../scripts/maker/QuotePoster.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import type { Quote } from "../../../../scripts/model/trading/quotes.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { ManualTimer } from "../../../../scripts/simulator/faults/ManualTimer.ts";
import { silentLog } from "../support/silentLog.ts";

const START = 1_800_000_000n;
const DAY = 86_400n;
const LIFE = 600n;
const PRICE = 3_000n * 10n ** 8n;
const AMOUNT = { cost: 0n, maximumLoss: 0n, amount: 0n };

/** A maker of two markets on a chain that says what the test wants; what it posts and sends is kept. */
class MakerBench {
  opens = true;
  unreadable = 0n;
  outcome: "planned" | "refused" = "planned";
  readonly posted: bigint[] = [];
  readonly sent: string[] = [];
  advanced = 0;
  readonly registry = new Registry();
  readonly clock = new ClockServer(START * 1000n);
  readonly node: MakerNode;

  constructor() {
    const { policy, pricing, markets } = makerConfigShape.parse({
      chain: { rpcUrl: ["http://127.0.0.1:1"], chainId: "1" },
      contracts: { clearinghouse: ZeroAddress, lens: ZeroAddress },
      key: { keystore: "x" },
      dataFolder: "x",
      boards: ["http://127.0.0.1:1"],
      markets: ["1", "2"].map((market) => ({
        market,
        expiries: [2],
        size: "1000000",
        mostInventory: "1",
        bookCash: "1",
      })),
      policy: { lifeSeconds: Number(LIFE) },
    });
    const database = SqliteDatabase.open(":memory:", { applicationId: 1, migrations: INTENT_MIGRATIONS });
    const place = { log: silentLog, account: ZeroAddress, className: "maker", pollMs: 1_000n, dryRun: false };
    this.node = new MakerNode({
      ...place,
      agreed: { head: () => this.#head() },
      views: this.#views(),
      clock: this.clock,
      desk: {
        propose: ({ key }) => {
          this.sent.push(key.split(" ")[0]!);
          const error = new BallastError("callReverted", "no");
          return Promise.resolve(this.outcome === "planned" ? { kind: "planned" } : { kind: "refused", error });
        },
        advance: () => Promise.resolve({ events: [], problems: [] }),
      },
      book: new IntentBook(database),
      poster: { post: (quotes) => Promise.resolve(this.#keep(quotes)) },
      headAge: new HeadAge(this.registry, 1_000),
      metrics: new MakerMetrics(this.registry),
      intentMetrics: { record: () => undefined },
      markets: markets.map((one) => ({ ...one, mostInventory: 5_000_000n })),
      quoting: { ...pricing, oldestPrice: 120n, oldestHead: 30n, lastSeconds: 3_600n },
      renewal: policy,
      rangeBps: policy.rangeBps,
    });
  }

  async after(seconds: bigint): Promise<void> {
    this.clock.advanceTo((await this.clock.now()) + seconds * 1000n);
    await this.node.turn();
  }

  #keep(quotes: readonly Pick<Quote, "nonce" | "marketHash">[]): number {
    this.posted.push(...quotes.map(({ nonce }) => nonce));
    return quotes.length;
  }

  async #head() {
    return { number: 1n, hash: ZeroHash, parentHash: ZeroHash, timestamp: (await this.clock.now()) / 1000n };
  }

  #views(): MakerParts["views"] {
    const parameters = { capBps: 10_000n, mintFee: 0n, strikeStep: 500_000n, minimumSize: 1n, dust: 0n, tip: 0n };
    const params = { collateral: ZeroAddress, kind: "quote", feed: 1n, risk: ZeroAddress } as const;
    const state = { openNotional: 0n, insurance: 0n, isSunset: false, unitDecimals: 6n };
    const reading = () => ({
      mode: 0n,
      opens: this.opens,
      price: PRICE,
      low: PRICE,
      high: PRICE,
      age: 1n,
      average12h: PRICE,
      volatilityBps: 12_000n,
      multiplierBps: 10_000n,
    });
    return {
      house: ZeroAddress,
      encode: () => "0x",
      freeBalance: () => Promise.resolve(0n),
      market: (market) =>
        market === this.unreadable
          ? Promise.reject(new BallastError("callReverted", "no such market"))
          : Promise.resolve({ market, marketHash: ZeroHash, params, parameters, state }),
      reading: () => Promise.resolve(reading()),
      book: () => Promise.resolve({ cash: 10n ** 12n, tips: 0n, state: 0n, legs: [] }),
      requirement: () =>
        Promise.resolve({
          hasPrice: true,
          settledPrice: 0n,
          secondsLeft: 1n,
          reading: reading(),
          initial: AMOUNT,
          maintenance: AMOUNT,
          marks: { full: 0n, half: 0n },
        }),
    };
  }
}

describe("a maker's node", () => {
  it("takes back again what could not be taken back, until that is on its way", async () => {
    const bench = new MakerBench();
    await bench.node.turn();
    assert.isNotEmpty(bench.posted);
    bench.opens = false;
    bench.outcome = "refused";
    await bench.after(1n);
    await bench.after(1n);
    assert.includeMembers(bench.sent, ["cancel"]);
    const tried = bench.sent.length;
    bench.outcome = "planned";
    await bench.after(1n);
    assert.lengthOf(bench.sent, tried + 1, "once for both markets");
    await bench.after(1n);
    assert.lengthOf(bench.sent, tried + 1, "and then no more");
  });

  it("quotes what it can read, and says what it cannot", async () => {
    const bench = new MakerBench();
    bench.unreadable = 1n;
    await bench.node.turn().then(
      () => assert.fail("the turn is one that failed"),
      (error: unknown) => assert.include(error, { code: "callReverted" }),
    );
    assert.isNotEmpty(bench.posted);
    assert.match(await bench.registry.metrics(), /maker_silent\{place="1 \d+",reason="unreadable"\} 1/);
  });

  it("forgets an expiry that is over", async () => {
    const bench = new MakerBench();
    await bench.node.turn();
    const places = async (): Promise<string[]> =>
      [...(await bench.registry.metrics()).matchAll(/maker_quotes\{place="(\d+ \d+)"\}/g)].map(([, place]) => place!);
    const before = await places();
    await bench.after(2n * DAY);
    const later = await places();
    assert.lengthOf(later, before.length);
    assert.notDeepEqual(later, before);
  });
});

describe("a maker's poster", () => {
  let server: HttpServer | undefined;
  after(() => server?.close());

  it("counts what boards make up as one thing, and leaves a board alone that says nothing", async () => {
    let asked = 0;
    const answer = () => ({ status: 422, body: { error: `made up ${asked++}` } });
    server = await serveHttp("127.0.0.1", 0, [{ method: "POST", path: "/quotes", answer }], silentLog);
    const posted = new Counter({ name: "posted", help: "x", labelNames: ["board", "outcome"], registers: [] });
    const wallet = new Wallet(`0x${"01".repeat(32)}`);
    const timer = new ManualTimer();
    const poster = new QuotePoster({
      transport: new FetchTransport(),
      signer: {
        address: wallet.address,
        signDigest: (digest) => {
          const { r, yParityAndS } = wallet.signingKey.sign(digest);
          return Promise.resolve({ r, yParityAndS });
        },
        signTransaction: () => Promise.reject(new Error("not asked for")),
      },
      domain: { name: "x", version: "1", chainId: 1n, verifyingContract: ZeroAddress },
      boards: [server.url],
      timeoutMs: 1_000,
      log: silentLog,
      posted,
      timer,
    });
    const outcomes = async (): Promise<unknown[]> =>
      (await posted.get()).values.map(({ labels, value }) => [labels.outcome, value]);
    assert.equal(await poster.post([QUOTE, QUOTE]), 0);
    assert.deepEqual(await outcomes(), [["unreadable", 2]]);
    await server.close();
    for (const pauseMs of [0, 0, 10_000]) {
      timer.advance(pauseMs);
      await poster.post([QUOTE]);
    }
    assert.deepEqual(await outcomes(), [
      ["unreadable", 2],
      ["unreachable", 2],
    ]);
  });
});

const QUOTE = {
  marketHash: ZeroHash,
  expiry: 1n,
  makerSubId: 0n,
  premium: 1n,
  size: 1n,
  minimumFill: 1n,
  nonce: 1n,
  deadline: 1n,
  spotLow: 0n,
  spotHigh: 0n,
  legs: [{ strike: 1n, isCall: true, ratio: 1n }],
};

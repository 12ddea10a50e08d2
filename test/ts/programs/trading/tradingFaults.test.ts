// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { Wallet } from "ethers";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { FaultProxy } from "../../../../scripts/simulator/faults/FaultProxy.ts";
import type { RpcFault } from "../../../../scripts/simulator/faults/RpcFault.ts";
import { readingAt, STRIKE } from "../../clearing/ClearingBench.ts";
import { silentLog } from "../support/silentLog.ts";
import type { RunningProgram } from "../support/startProgram.ts";
import { CHAIN_ID } from "../support/startChain.ts";
import { TradingBench, until } from "../support/TradingBench.ts";

const HEAD_AGE_MS = 40_000;
/** As many blocks are older than a board, or a maker, believes. */
const LAG = 50n;
/** Time runs at ten times its pace, with a block for every second of it. */
const TICK_MS = 100;
const WORD = /^0x[0-9a-f]{64}$/;
const FAULTS: readonly [string, RpcFault][] = [
  ["refuses connections", { kind: "refuse" }],
  ["never answers", { kind: "hang" }],
  ["answers 503", { kind: "status", status: 503 }],
  ["breaks off in the middle of its answers", { kind: "truncate" }],
  [
    "lies: every nonce is cancelled, every price another",
    {
      kind: "lie",
      methods: ["eth_call"],
      tell: (result) => (typeof result === "string" && WORD.test(result) ? `0x${"f".repeat(64)}` : "0x"),
    },
  ],
];

describe("boards and makers behind failing endpoints", function () {
  this.timeout(60_000);
  let bench: TradingBench;
  let proxies: FaultProxy[];
  let board: RunningProgram;
  let plain: RunningProgram;
  let quoter: RunningProgram;
  let maker: Wallet;
  let clockServer: HttpServer;
  let ticking: Promise<void>;
  const stopTime = new AbortController();

  before(async () => {
    bench = await TradingBench.start();
    maker = await bench.maker("maker", 1_000_000, 500_000);
    await bench.maker("quoter", 500_000, 0);
    const clock = await startTime();
    const transport = new FetchTransport();
    proxies = await Promise.all([1, 2, 3].map(() => FaultProxy.start(bench.chain.rpcUrl, transport)));
    const rpcUrl = proxies.map(({ url }) => url);
    const chain = { rpcUrl, chainId: `${CHAIN_ID}`, maximumHeadAgeMs: HEAD_AGE_MS };
    const limits = { burst: 10_000, perSecond: 1_000 };
    [board, plain] = await Promise.all([bench.board({ limits, chain, clock }), bench.board({ limits, clock })]);
    const policy = { pollMs: 500, finality: { kind: "latest" }, lifeSeconds: 20, oldestHeadSeconds: 15 };
    quoter = await bench.quoter("quoter", [plain.url], { chain, clock, policy });
  });
  afterEach(() => {
    for (const proxy of proxies) {
      proxy.heal();
      proxy.release();
    }
  });
  after(async () => {
    stopTime.abort();
    await ticking;
    await bench.close();
    await clockServer.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  /** A clock that programs follow, and a chain that follows it. */
  const startTime = async (): Promise<object> => {
    const clock = new ClockServer((await bench.now()) * 1000n);
    clockServer = await serveHttp("127.0.0.1", 0, clock.routes(), silentLog);
    const tick = async (): Promise<void> => {
      const seconds = (await clock.now()) / 1000n + 1n;
      const { provider } = bench.chain;
      if ((await bench.now()) < seconds) await provider.send("evm_mine", [Number(seconds)]);
      clock.advanceTo(seconds * 1000n);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    };
    ticking = (async () => {
      while (!stopTime.signal.aborted) await tick();
    })();
    return { kind: "virtual", url: clockServer.url, name: "test" };
  };

  const shown = async (given: RunningProgram, who: string): Promise<number | undefined> => {
    const { status, body } = await bench.get(given, `/quotes?maker=${who}`);
    return status === 200 ? body.quotes.length : undefined;
  };
  const ofMaker = (): Promise<number | undefined> => shown(board, maker.address);
  const ofQuoter = (): Promise<number | undefined> => shown(plain, bench.keyOf("quoter").address);
  const post = async (change: Parameters<TradingBench["quote"]>[1] = {}): Promise<bigint> => {
    const offer = await bench.quote(maker, change);
    await until("it is taken", async () => (await bench.post(board, offer)).status === 201);
    return offer.quote.nonce;
  };
  const cancel = async (nonce: bigint): Promise<void> => {
    await (await bench.clearing.house.connect(maker).cancelQuotes([nonce])).wait();
  };
  const metric = async (pattern: RegExp): Promise<boolean> =>
    pattern.test(await (await fetch(`${quoter.url}/metrics`)).text());

  for (const [name, fault] of FAULTS)
    it(`show and quote what two of three endpoints say while the third ${name}`, async () => {
      proxies[0]!.add(fault);
      const nonce = await post();
      await until("it is shown", async () => (await ofMaker()) === 1);
      await cancel(nonce);
      await until("it goes", async () => (await ofMaker()) === 0);
      await until("the maker quotes", async () => (await ofQuoter())! > 0);
    });

  it("take down what is over by the clock while no endpoint answers, then show nothing, and come back with what is true", async () => {
    await post({ deadline: (await bench.now()) + 30n });
    const [kept, cancelled] = [await post(), await post()];
    const socket = new WebSocket(`${board.url.replace("http", "ws")}/stream`);
    const left = new Promise((resolve) => socket.addEventListener("close", resolve));
    const removed: string[] = [];
    socket.addEventListener("message", ({ data }) => {
      const { type, reason } = JSON.parse(String(data)) as { type: string; reason?: string };
      if (type === "removed") removed.push(reason!);
    });
    await until("all are shown", async () => (await ofMaker()) === 3);
    for (const proxy of proxies) proxy.add({ kind: "refuse" });
    await until("its deadline passed", async () => (await ofMaker()) === 2);
    await until("the stream tells", () => removed.includes("deadlinePassed"));
    await cancel(cancelled);
    await until("nothing is shown", async () => (await ofMaker()) === undefined);
    await left;
    assert.match(await (await fetch(`${board.url}/metrics`)).text(), /ballast_quotes_shown 0/);
    assert.equal((await bench.get(board, "/live")).status, 200);
    for (const proxy of proxies) proxy.heal();
    await until("it is shown again", async () => (await ofMaker()) !== undefined);
    assert.equal(await ofMaker(), 1, "without what was cancelled meanwhile");
    await cancel(kept);
    await until("it goes", async () => (await ofMaker()) === 0);
  });

  it("show nothing of a chain whose newest block is old, and quote nothing on it", async () => {
    const nonce = await post();
    await until("the maker quotes", async () => (await ofQuoter())! > 0);
    for (const proxy of proxies) proxy.show({ headLag: LAG });
    await until("nothing is shown", async () => (await ofMaker()) === undefined);
    await until("the maker is silent", () => metric(/maker_silent\{place="[^"]+",reason="headOld"\} 1/));
    await until("what it quoted is over", async () => (await ofQuoter()) === 0);
    assert.isTrue(await metric(/ballast_maker_quotes\{place="[^"]+"\} 0/));
    for (const proxy of proxies) proxy.heal();
    await until("it is shown again", async () => (await ofMaker()) === 1);
    await until("the maker quotes", async () => (await ofQuoter())! > 0);
    await cancel(nonce);
  });

  it("leave no quote of a maker standing while none of his endpoints ever answers, and quote the new price afterwards", async () => {
    await until("the maker quotes", async () => (await ofQuoter())! > 0);
    for (const proxy of proxies) proxy.add({ kind: "hang" });
    await (await bench.risk.set(readingAt(3300))).wait();
    await until("what it quoted is over", async () => (await ofQuoter()) === 0);
    await until("it says why", () => metric(/maker_silent\{place="[^"]+",reason="unreadable"\} 1/));
    for (const proxy of proxies) {
      proxy.heal();
      proxy.release();
    }
    await until("it quotes around the new price", async () => {
      const { body } = await bench.get(plain, `/quotes?strike=${3_300n * STRIKE}`);
      return body.quotes.length > 0;
    });
  });
});

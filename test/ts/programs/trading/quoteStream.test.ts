// SPDX-License-Identifier: MIT
import { connect } from "node:net";
import type { Socket } from "node:net";

import { assert } from "chai";
import { Counter, Gauge, Registry } from "prom-client";
import { toBeHex, ZeroAddress, ZeroHash } from "ethers";

import type { ShownQuote } from "../../../../scripts/chain/quoteJson.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { QuoteBoard } from "../../../../scripts/quotes/QuoteBoard.ts";
import { QuoteStream } from "../../../../scripts/quotes/QuoteStream.ts";
import { silentLog } from "../support/silentLog.ts";
import { until } from "../support/TradingBench.ts";

const WAITING_BYTES = 100_000;
/** Far more than a kernel buffers of a connection nobody reads. */
const MANY = 20_000;

describe("a stream of quotes", function () {
  this.timeout(30_000);
  let board: QuoteBoard;
  let stream: QuoteStream;
  let server: HttpServer;
  let dropped: Counter<"reason">;

  beforeEach(async () => {
    const registers = [new Registry()];
    dropped = new Counter({ name: "dropped", help: "x", labelNames: ["reason"], registers });
    const readers = new Gauge({ name: "readers", help: "x", registers });
    board = new QuoteBoard({ quotes: 2 * MANY, quotesPerMaker: 2 * MANY });
    const limits = { streams: 10, streamsPerAddress: 10, waitingBytes: WAITING_BYTES };
    stream = new QuoteStream(board, limits, { readers, dropped }, () => true);
    server = await serveHttp("127.0.0.1", 0, [], silentLog, {
      upgrade: (request, socket, head) => stream.upgrade(request, socket, head),
    });
  });
  afterEach(async () => {
    stream.close();
    await server.close();
  });

  const droppedFor = async (reason: string): Promise<number> =>
    (await dropped.get()).values.find(({ labels }) => labels.reason === reason)?.value ?? 0;

  it("drops a reader who does not read, and goes on telling the others", async () => {
    const deaf = await deafReader(server.port);
    let heard = 0;
    const reader = new WebSocket(`ws://127.0.0.1:${server.port}/stream`);
    reader.addEventListener("message", () => (heard += 1));
    await until("the snapshot", () => heard === 1);
    let added = 0;
    for (; added < MANY && (await droppedFor("slow")) === 0; added++) {
      board.add(quoteOf(added));
      if (added % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1)); // readers who read have the time to
    }
    assert.equal(await droppedFor("slow"), 1);
    await until("the other hears everything", () => heard === 1 + added);
    reader.close();
    deaf.destroy();
  });

  it("drops a reader who answers no ping between two heartbeats", async () => {
    const deaf = await deafReader(server.port);
    const reader = new WebSocket(`ws://127.0.0.1:${server.port}/stream`);
    const heard: string[] = [];
    reader.addEventListener("message", ({ data }) => heard.push(String(data)));
    await until("the snapshot", () => heard.length === 1);
    stream.heartbeat();
    await until("the heartbeat", () => heard.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50)); // for the pong behind it
    stream.heartbeat();
    assert.equal(await droppedFor("silent"), 1);
    await until("the next one", () => heard.length === 3);
    reader.close();
    deaf.destroy();
  });
});

function quoteOf(number: number): ShownQuote {
  const zero = {
    premium: 0n,
    size: 1n,
    minimumFill: 0n,
    nonce: BigInt(number),
    deadline: 0n,
    spotLow: 0n,
    spotHigh: 0n,
  };
  const leg = { strike: 1n, isCall: true, ratio: 1n };
  const names = { maker: ZeroAddress, taker: ZeroAddress, marketHash: ZeroHash, expiry: 0n, makerSubId: 0n };
  const signature = `0x${"00".repeat(1_000)}`;
  return {
    digest: toBeHex(number, 32),
    market: 1n,
    available: 1n,
    signature,
    quote: { ...names, ...zero, legs: [leg] },
  };
}

/** Opens a stream and never reads from it. */
async function deafReader(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  const head = ["GET /stream HTTP/1.1", "Host: board", "Upgrade: websocket", "Connection: Upgrade"];
  const rest = ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13", "", ""];
  socket.write([...head, ...rest].join("\r\n"));
  await new Promise((resolve) => socket.once("readable", resolve));
  return socket;
}

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
  let loud: boolean;
  let isShown: boolean;

  beforeEach(async () => {
    const registers = [new Registry()];
    dropped = new Counter({ name: "dropped", help: "x", labelNames: ["reason"], registers });
    const readers = new Gauge({ name: "readers", help: "x", registers });
    board = new QuoteBoard({ quotes: 2 * MANY, quotesPerMaker: 2 * MANY });
    const limits = { streams: 10, streamsPerAddress: 10, waitingBytes: WAITING_BYTES };
    loud = false;
    stream = new QuoteStream({
      board,
      limits,
      metrics: { readers, dropped },
      admits: () => !loud,
      refresh: () => Promise.resolve(isShown),
    });
    isShown = true;
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

  it("shows a board far larger than what may wait, quotes that come meanwhile once and those that go not for ever", async () => {
    const many = 1_000;
    for (let number = 0; number < many; number++) board.add(quoteOf(number));
    const shown = new Map<string, number>();
    let isAll = false;
    const reader = new WebSocket(`ws://127.0.0.1:${server.port}/stream`);
    reader.addEventListener("message", ({ data }) => {
      const heard: Heard = JSON.parse(String(data));
      if (shown.size === 0) {
        board.add(quoteOf(many));
        board.remove(digestOf(many - 1), "filled");
      }
      for (const { digest } of heard.quotes ?? (heard.quote ? [heard.quote] : []))
        shown.set(digest, (shown.get(digest) ?? 0) + 1);
      if (heard.type === "removed") shown.delete(heard.digest!);
      isAll ||= heard.more === false;
    });
    await until("all of it", () => isAll);
    assert.equal(await droppedFor("slow"), 0, "two megabytes, of which a twentieth may wait");
    assert.sameMembers(
      [...shown.keys()],
      board.list().map(({ digest }) => digest),
    );
    assert.isTrue([...shown.values()].every((times) => times === 1));
    reader.close();
  });

  it("drops who pings or talks without end, and keeps nothing for who pings and never reads", async () => {
    for (const frame of [maskedFrame(0x89), maskedFrame(0x8a), maskedFrame(0x81)]) {
      loud = false;
      const before = await droppedFor("loud");
      const socket = await deafReader(server.port);
      loud = true;
      socket.write(Buffer.concat([frame, frame]));
      await until("he is dropped", async () => (await droppedFor("loud")) === before + 1);
      socket.destroy();
    }
  });

  it("survives requests that ask for no address", async () => {
    for (const path of ["//", "http://", "/\\", "//:80"]) {
      const answer = await rawAnswer(server.port, `GET ${path} HTTP/1.1\r\nHost: board\r\n${UPGRADE}\r\n`);
      assert.match(answer, /^HTTP\/1.1 400 /, path);
      assert.match(
        await rawAnswer(server.port, `GET ${path} HTTP/1.1\r\nHost: board\r\n\r\n`),
        /^HTTP\/1.1 400 /,
        path,
      );
    }
  });

  it("drops its readers, and lets no other in, while the board cannot be confirmed", async () => {
    const reader = new WebSocket(`ws://127.0.0.1:${server.port}/stream`);
    const closed = new Promise((resolve) => reader.addEventListener("close", resolve));
    await new Promise((resolve) => reader.addEventListener("message", resolve));
    isShown = false;
    stream.dropAll();
    await closed;
    const answer = await rawAnswer(server.port, `GET /stream HTTP/1.1\r\nHost: board\r\n${UPGRADE}\r\n`);
    assert.match(answer, /^HTTP\/1.1 503 /);
  });
});

const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

interface Heard {
  readonly type: string;
  readonly digest?: string;
  readonly quote?: { readonly digest: string };
  readonly quotes?: readonly { readonly digest: string }[];
  readonly more?: boolean;
}

/** An empty frame of a client: what it is, and a mask of zeros. */
function maskedFrame(kind: number): Buffer {
  return Buffer.from([kind, 0x80, 0, 0, 0, 0]);
}

/** What a server answers to bytes, up to where it closes or its head ends. */
async function rawAnswer(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  let text = "";
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes("\r\n\r\n")) break;
  }
  return text;
}

function digestOf(number: number): string {
  return toBeHex(number, 32);
}

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
    digest: digestOf(number),
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

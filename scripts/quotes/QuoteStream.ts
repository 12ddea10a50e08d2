// SPDX-License-Identifier: MIT
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import type { Counter, Gauge } from "prom-client";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { shownQuoteJson } from "../chain/quoteJson.ts";
import { addressOf } from "../chain/serveHttp.ts";
import { BallastError } from "../model/BallastError.ts";
import { matches } from "./QuoteBoard.ts";
import type { BoardChange, QuoteBoard, QuoteFilter } from "./QuoteBoard.ts";
import { quoteFilter } from "./quoteFilter.ts";

/** Bounds of a stream. */
export interface StreamLimits {
  readonly streams: number;
  readonly streamsPerAddress: number;
  /** Bytes that may wait for one reader. */
  readonly waitingBytes: number;
}

/** Metrics of a stream. */
export interface StreamMetrics {
  readonly readers: Gauge;
  readonly dropped: Counter<"reason">;
}

interface Reader {
  readonly socket: WebSocket;
  readonly address: string;
  readonly filter: QuoteFilter;
  isAlive: boolean;
}

/** Readers say nothing but pongs. */
const LONGEST_MESSAGE = 1_024;
const PATH = "/stream";
const HEARTBEAT = JSON.stringify({ type: "heartbeat" });

/**
 * Tells readers over websockets what a board shows: all of it first, then every change, and now and then a heartbeat. Who
 * does not keep up, or answers no ping between two heartbeats, is dropped; he may come back and gets all of it again.
 */
export class QuoteStream {
  readonly #board: QuoteBoard;
  readonly #limits: StreamLimits;
  readonly #metrics: StreamMetrics;
  readonly #admits: (address: string) => boolean;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #readers = new Set<Reader>();
  readonly #silence: () => void;

  constructor(board: QuoteBoard, limits: StreamLimits, metrics: StreamMetrics, admits: (address: string) => boolean) {
    this.#board = board;
    this.#limits = limits;
    this.#metrics = metrics;
    this.#admits = admits;
    this.#silence = board.listen((change) => this.#tellChange(change));
  }

  /** Takes a connection over, or ends it with a status. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const address = addressOf(request);
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname !== PATH) return refuse(socket, 404);
    const ofAddress = [...this.#readers].filter((reader) => reader.address === address).length;
    const isFull = this.#readers.size >= this.#limits.streams || ofAddress >= this.#limits.streamsPerAddress;
    if (isFull || !this.#admits(address)) return refuse(socket, 429);
    let filter: QuoteFilter;
    try {
      filter = quoteFilter(url.searchParams);
    } catch (error) {
      if (error instanceof BallastError) return refuse(socket, 400);
      throw error;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) =>
      this.#begin({ socket: opened, address, filter, isAlive: true }),
    );
  }

  /** Drops who answered no ping since the last one, and pings the others. */
  heartbeat(): void {
    for (const reader of this.#readers) {
      if (!reader.isAlive) {
        this.#drop(reader, "silent");
        continue;
      }
      reader.isAlive = false;
      reader.socket.ping();
      this.#send(reader, HEARTBEAT);
    }
  }

  close(): void {
    this.#silence();
    for (const { socket } of this.#readers) socket.terminate();
    this.#readers.clear();
  }

  #begin(reader: Reader): void {
    const { socket, filter } = reader;
    socket.on("error", () => socket.terminate());
    socket.on("pong", () => {
      reader.isAlive = true;
    });
    socket.on("close", () => {
      this.#readers.delete(reader);
      this.#metrics.readers.set(this.#readers.size);
    });
    this.#readers.add(reader);
    this.#metrics.readers.set(this.#readers.size);
    this.#send(reader, JSON.stringify({ type: "snapshot", quotes: this.#board.list(filter).map(shownQuoteJson) }));
  }

  #tellChange(change: BoardChange): void {
    const text = changeJson(change);
    for (const reader of this.#readers) if (matches(reader.filter, change.quote)) this.#send(reader, text);
  }

  #send(reader: Reader, text: string): void {
    reader.socket.send(text);
    if (reader.socket.bufferedAmount > this.#limits.waitingBytes) this.#drop(reader, "slow");
  }

  #drop(reader: Reader, reason: "slow" | "silent"): void {
    this.#metrics.dropped.inc({ reason });
    this.#readers.delete(reader);
    reader.socket.terminate();
  }
}

function changeJson(change: BoardChange): string {
  const { kind, quote } = change;
  if (kind === "added") return JSON.stringify({ type: "added", quote: shownQuoteJson(quote) });
  const { digest, available } = quote;
  if (kind === "changed") return JSON.stringify({ type: "changed", digest, available: available.toString() });
  return JSON.stringify({ type: "removed", digest, reason: change.reason });
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

// SPDX-License-Identifier: MIT
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import type { Counter, Gauge } from "prom-client";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { askedOf, callerOf } from "../chain/callerOf.ts";
import { shownQuoteJson } from "../chain/quoteJson.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
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

/** What a stream works with. */
export interface StreamParts {
  readonly board: QuoteBoard;
  readonly limits: StreamLimits;
  readonly metrics: StreamMetrics;
  /** Whether somebody may ask once more, by {@link callerOf}. */
  readonly admits: (caller: string) => boolean;
  /** Brings the board up to date and tells whether it may be shown. */
  readonly refresh: () => Promise<boolean>;
}

interface Reader {
  readonly socket: WebSocket;
  readonly caller: string;
  readonly filter: QuoteFilter;
  isAlive: boolean;
  /** What he was not shown yet of the board; none once he was shown all of it. */
  unshown: IterableIterator<ShownQuote> | undefined;
}

type Reason = "slow" | "silent" | "loud" | "blind";

/** Readers say nothing but pongs. */
const LONGEST_MESSAGE = 1_024;
const PATH = "/stream";
const HEARTBEAT = JSON.stringify({ type: "heartbeat" });

/**
 * Tells readers over websockets what a board shows: all of it first, in pieces as fast as they read, then every change, and
 * now and then a heartbeat. Who does not keep up, answers no ping between two heartbeats or talks too much is dropped; he may
 * come back and gets all of it again.
 */
export class QuoteStream {
  readonly #parts: StreamParts;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
    clientTracking: false,
    autoPong: false, // a pong would wait in memory for who pings and never reads
  });
  readonly #readers = new Set<Reader>();
  readonly #silence: () => void;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#silence = parts.board.listen((change) => this.#tellChange(change));
  }

  /** Takes a connection over, or ends it with a status. Whatever a stranger asks, nothing is thrown at the program. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    this.#open(request, socket, head).catch(() => socket.destroy());
  }

  async #open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const caller = callerOf(request);
    const url = askedOf(request);
    if (url?.pathname !== PATH) return refuse(socket, url === undefined ? 400 : 404);
    if (!this.#parts.admits(caller)) return refuse(socket, 429);
    const isShown = await this.#parts.refresh().catch(() => false);
    if (!isShown) return refuse(socket, 503);
    if (this.#isFull(caller)) return refuse(socket, 429);
    let filter: QuoteFilter;
    try {
      filter = quoteFilter(url.searchParams);
    } catch (error) {
      if (error instanceof BallastError) return refuse(socket, 400);
      throw error;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#begin(opened, caller, filter));
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

  /** Drops everybody: what they were shown cannot be confirmed any more. */
  dropAll(): void {
    for (const reader of this.#readers) this.#drop(reader, "blind");
  }

  close(): void {
    this.#silence();
    for (const { socket } of this.#readers) socket.terminate();
    this.#readers.clear();
  }

  #isFull(caller: string): boolean {
    const { streams, streamsPerAddress } = this.#parts.limits;
    const ofCaller = [...this.#readers].filter((reader) => reader.caller === caller).length;
    return this.#readers.size >= streams || ofCaller >= streamsPerAddress;
  }

  #begin(socket: WebSocket, caller: string, filter: QuoteFilter): void {
    const { board, metrics } = this.#parts;
    const reader: Reader = { socket, caller, filter, isAlive: true, unshown: board.walk() };
    socket.on("error", () => socket.terminate());
    socket.on("pong", () => {
      if (reader.isAlive) this.#hear(reader);
      reader.isAlive = true;
    });
    socket.on("message", () => this.#hear(reader));
    socket.on("ping", (data) => {
      if (this.#hear(reader)) socket.pong(data);
    });
    socket.on("close", () => {
      this.#readers.delete(reader);
      metrics.readers.set(this.#readers.size);
    });
    this.#readers.add(reader);
    metrics.readers.set(this.#readers.size);
    this.#show(reader);
  }

  /** What nobody asked a reader for counts as a request of his. False when that was one too many. */
  #hear(reader: Reader): boolean {
    if (this.#parts.admits(reader.caller)) return true;
    this.#drop(reader, "loud");
    return false;
  }

  /** The next piece of the board, and when that has gone out, the one after it: a full board is more than may wait for a reader. */
  #show(reader: Reader): void {
    const { unshown, filter } = reader;
    if (unshown === undefined || !this.#readers.has(reader)) return;
    const piece: string[] = [];
    let room = this.#parts.limits.waitingBytes / 2;
    for (const shown of unshown) {
      if (!matches(filter, shown)) continue;
      const text = JSON.stringify(shownQuoteJson(shown));
      piece.push(text);
      room -= text.length;
      if (room <= 0) break;
    }
    const isAll = room > 0;
    if (isAll) reader.unshown = undefined;
    this.#send(reader, `{"type":"snapshot","quotes":[${piece.join(",")}],"more":${!isAll}}`, () => this.#show(reader));
  }

  #tellChange(change: BoardChange): void {
    const text = changeJson(change);
    for (const reader of this.#readers) {
      // Who was not shown all of the board yet comes to it there.
      const isToCome = change.kind === "added" && reader.unshown !== undefined;
      if (!isToCome && matches(reader.filter, change.quote)) this.#send(reader, text);
    }
  }

  #send(reader: Reader, text: string, sent?: () => void): void {
    reader.socket.send(text, (error) => {
      if (!error) sent?.();
    });
    if (reader.socket.bufferedAmount > this.#parts.limits.waitingBytes) this.#drop(reader, "slow");
  }

  #drop(reader: Reader, reason: Reason): void {
    if (!this.#readers.delete(reader)) return;
    this.#parts.metrics.dropped.inc({ reason });
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

// SPDX-License-Identifier: MIT
import type { FeedScale } from "./chooseScale.ts";
import { FEED_SLOTS, SEATS } from "./constants.ts";
import {
  FEED_BYTES,
  feedsOf,
  HEADER_BYTES,
  NARROW_BYTES,
  orderOf,
  PRICE_LIMIT,
  REPORT_BYTES,
  requireLowS,
  requireRelay,
  requireSeats,
  requireVector,
  WIDE_BYTES,
  WIDE_FLAG,
} from "./relayFormat.ts";
import type { RelayBundle, RelayReport } from "./types.ts";

/** Reads a relay from front to back; running out of bytes is malformed. */
class Cursor {
  offset = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(length: number): bigint {
    requireRelay(this.offset + length <= this.bytes.length, "tooShort", { length: this.bytes.length });
    let value = 0n;
    for (let index = 0; index < length; index++) value = (value << 8n) | BigInt(this.bytes[this.offset + index]!);
    this.offset += length;
    return value;
  }
}

/**
 * Unpacks a packed relay, refusing everything the contract refuses that needs no state: wrong length, seats or orders
 * that do not rise, empty vectors, prices past 64 bits, high s.
 * @throws BallastError `relayMalformed` with the reason in its context.
 */
export function decodeRelay(packed: Uint8Array): RelayBundle {
  const cursor = new Cursor(packed);
  requireRelay(packed.length >= HEADER_BYTES + FEED_BYTES + REPORT_BYTES, "tooShort", { length: packed.length });
  const round = cursor.take(5);
  const setId = cursor.take(3);
  const anchorBase = cursor.take(5);
  const feeds = feedsOf(Number(cursor.take(1)));
  const count = Number(cursor.take(1));
  requireRelay(count >= 1 && count <= SEATS, "reportCount", { count });

  const scales = feeds.map(() => ({ base: cursor.take(8), tick: cursor.take(4) }));
  const reports = Array.from({ length: count }, () => takeReport(cursor, anchorBase, feeds, scales));
  requireSeats(reports.map((report) => report.seat));
  checkOrders(cursor, reports, feeds);
  requireRelay(cursor.offset === packed.length, "tooLong", { length: packed.length, expected: cursor.offset });

  return { round, setId, reports };
}

function takeReport(
  cursor: Cursor,
  anchorBase: bigint,
  feeds: readonly number[],
  scales: readonly FeedScale[],
): RelayReport {
  const flags = Number(cursor.take(1));
  const seat = flags & (SEATS - 1);
  const wide = (flags & WIDE_FLAG) !== 0;
  requireRelay((flags & ~(WIDE_FLAG | (SEATS - 1))) === 0, "unknownFlags", { seat, flags });
  const offset = cursor.take(1);
  requireRelay(offset <= anchorBase, "anchorOutOfRange", { seat, anchorBase, offset });
  const signature = { r: word(cursor.take(32)), yParityAndS: word(cursor.take(32)) };
  requireLowS(signature, seat);

  const prices = Array.from({ length: FEED_SLOTS }, () => 0n);
  feeds.forEach((feed, index) => {
    prices[feed] = wide ? cursor.take(WIDE_BYTES) : scaled(cursor.take(NARROW_BYTES), scales[index]!, seat);
  });
  requireVector(prices, seat);

  return { seat, anchorBlock: anchorBase - offset, signature, prices };
}

function scaled(value: bigint, scale: FeedScale, seat: number): bigint {
  if (value === 0n) return 0n;
  const price = scale.base + (value - 1n) * scale.tick;
  requireRelay(price !== 0n && price < PRICE_LIMIT, "priceOutOfRange", { seat, price });
  return price;
}

function checkOrders(cursor: Cursor, reports: readonly RelayReport[], feeds: readonly number[]): void {
  const vectors = reports.map((report) => report.prices);
  for (const feed of feeds) {
    for (const index of orderOf(vectors, feed)) {
      const given = Number(cursor.take(1));
      requireRelay(given === index, "orderNotRising", { feed, given, expected: index });
    }
  }
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

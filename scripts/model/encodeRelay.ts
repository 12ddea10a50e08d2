// SPDX-License-Identifier: MIT
import { chooseScale, narrowValue } from "./chooseScale.ts";
import type { FeedScale } from "./chooseScale.ts";
import {
  BLOCK_LIMIT,
  feedsOf,
  MAXIMUM_ANCHOR_OFFSET,
  NARROW_BYTES,
  orderOf,
  requireLowS,
  requireRelay,
  requireSeats,
  requireVector,
  ROUND_LIMIT,
  SET_LIMIT,
  WIDE_BYTES,
  WIDE_FLAG,
} from "./relayFormat.ts";
import type { RelayBundle, RelayReport } from "./types.ts";

/**
 * Packs a bundle into the form `PriceOracle.relay` takes (docs/ARCHITECTURE.md, "Packed relay"). Exact: decoding yields
 * the same bundle. Prices that have no narrow value make their own report wide.
 * @throws BallastError `relayMalformed` when the bundle cannot be relayed at all.
 */
export function encodeRelay(bundle: RelayBundle): Uint8Array {
  const { reports } = bundle;
  const anchorBase = checkBundle(bundle);
  const mask = reports.reduce((bits, report) => bits | maskOf(report), 0);
  const feeds = feedsOf(mask);
  const scales = new Map(feeds.map((feed) => [feed, chooseScale(pricesOf(reports, feed))]));

  const bytes: number[] = [];
  put(bytes, bundle.round, 5);
  put(bytes, bundle.setId, 3);
  put(bytes, anchorBase, 5);
  put(bytes, BigInt(mask), 1);
  put(bytes, BigInt(reports.length), 1);
  for (const feed of feeds) {
    put(bytes, scales.get(feed)!.base, 8);
    put(bytes, scales.get(feed)!.tick, 4);
  }
  for (const report of reports) putReport(bytes, report, anchorBase, feeds, scales);
  const vectors = reports.map((report) => report.prices);
  for (const feed of feeds) bytes.push(...orderOf(vectors, feed));

  return Uint8Array.from(bytes);
}

/** Checks what the format demands and returns the highest anchor block. */
function checkBundle(bundle: RelayBundle): bigint {
  const { reports, round, setId } = bundle;
  requireRelay(round >= 0n && round < ROUND_LIMIT, "roundOutOfRange", { round });
  requireRelay(setId >= 0n && setId < SET_LIMIT, "setOutOfRange", { setId });
  requireSeats(reports.map((report) => report.seat));
  for (const report of reports) {
    requireVector(report.prices, report.seat);
    requireLowS(report.signature, report.seat);
  }

  const anchorBase = reports.reduce((highest, { anchorBlock }) => (anchorBlock > highest ? anchorBlock : highest), 0n);
  for (const { anchorBlock, seat } of reports) {
    requireRelay(anchorBlock >= 0n && anchorBlock < BLOCK_LIMIT, "anchorOutOfRange", { seat, anchorBlock });
    requireRelay(anchorBase - anchorBlock <= MAXIMUM_ANCHOR_OFFSET, "anchorsTooFarApart", {
      seat,
      anchorBlock,
      anchorBase,
    });
  }
  return anchorBase;
}

function putReport(
  bytes: number[],
  report: RelayReport,
  anchorBase: bigint,
  feeds: readonly number[],
  scales: ReadonlyMap<number, FeedScale>,
): void {
  const values = feeds.map((feed) => {
    const price = report.prices[feed]!;
    return { price, value: price === 0n ? 0n : narrowValue(price, scales.get(feed)!) };
  });
  const wide = values.some(({ price, value }) => price !== 0n && value === 0n);

  put(bytes, BigInt(report.seat | (wide ? WIDE_FLAG : 0)), 1);
  put(bytes, anchorBase - report.anchorBlock, 1);
  put(bytes, BigInt(report.signature.r), 32);
  put(bytes, BigInt(report.signature.yParityAndS), 32);
  for (const { price, value } of values) put(bytes, wide ? price : value, wide ? WIDE_BYTES : NARROW_BYTES);
}

function maskOf(report: RelayReport): number {
  return report.prices.reduce((bits, price, feed) => (price === 0n ? bits : bits | (1 << feed)), 0);
}

function pricesOf(reports: readonly RelayReport[], feed: number): bigint[] {
  return reports.map((report) => report.prices[feed]!).filter((price) => price !== 0n);
}

/** Appends `value` as `length` bytes, most significant first. */
function put(bytes: number[], value: bigint, length: number): void {
  for (let shift = BigInt(8 * (length - 1)); shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 0xffn));
}

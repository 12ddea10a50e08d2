// SPDX-License-Identifier: MIT
import type { ChainClient } from "../chain/ChainClient.ts";
import { ANCHOR_BLOCKS } from "../model/constants.ts";
import { MAXIMUM_ANCHOR_OFFSET } from "../model/relayFormat.ts";
import type { RelayReport, SignedReport } from "../model/types.ts";

/** Blocks left for the transaction to land before the oldest anchor is forgotten. */
const MARGIN_BLOCKS = 8n;

/**
 * Reports whose anchor this relayer's own chain has, one per seat, with the height it has it at: the height a report
 * claims is only a hint. Anchors the chain is about to forget, or too far below the others, are left out.
 */
export async function anchoredReports(chain: ChainClient, reports: readonly SignedReport[]): Promise<RelayReport[]> {
  const head = await chain.head();
  const heights = new Map<string, bigint>();
  for (const hash of new Set(reports.map((report) => report.anchorHash))) {
    const block = await chain.blockByHash(hash);
    if (block === undefined || (await chain.block(block.number))?.hash !== hash) continue;
    if (head.number - block.number < ANCHOR_BLOCKS - MARGIN_BLOCKS) heights.set(hash, block.number);
  }

  const highest = [...heights.values()].reduce((top, height) => (height > top ? height : top), 0n);
  const bySeat = new Map<number, RelayReport>();
  for (const { seat, prices, signature, anchorHash } of reports) {
    const anchorBlock = heights.get(anchorHash);
    if (anchorBlock === undefined || highest - anchorBlock > MAXIMUM_ANCHOR_OFFSET) continue;
    bySeat.set(seat, { seat, anchorBlock, signature, prices });
  }
  return [...bySeat.values()].sort((a, b) => a.seat - b.seat);
}

// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { ANCHOR_BLOCKS } from "../model/constants.ts";
import { MAXIMUM_ANCHOR_OFFSET } from "../model/relayFormat.ts";
import type { RelayReport, SignedReport } from "../model/types.ts";

/** Blocks left for the transaction to land before the oldest anchor is forgotten. */
const MARGIN_BLOCKS = 8n;

/**
 * Reports whose anchor this relayer's own chain has, one per seat, with the height it has it at: the height a report
 * claims is only a hint. Anchors the chain is about to forget, or too far below the others, are left out. Pure.
 * @param heights Of the anchors that the chain has, by hash.
 */
export function anchoredReports(
  reports: readonly SignedReport[],
  heights: ReadonlyMap<string, bigint>,
  head: Pick<BlockFacts, "number">,
): RelayReport[] {
  const anchored = reports.flatMap((report) => {
    const anchorBlock = heights.get(report.anchorHash);
    const isUsable = anchorBlock !== undefined && head.number - anchorBlock < ANCHOR_BLOCKS - MARGIN_BLOCKS;
    return isUsable ? [{ report, anchorBlock }] : [];
  });
  const highest = anchored.reduce((top, { anchorBlock }) => (anchorBlock > top ? anchorBlock : top), 0n);
  const bySeat = new Map<number, RelayReport>();
  for (const { report, anchorBlock } of anchored) {
    const { seat, prices, signature } = report;
    if (highest - anchorBlock <= MAXIMUM_ANCHOR_OFFSET) bySeat.set(seat, { seat, anchorBlock, signature, prices });
  }
  return [...bySeat.values()].sort((a, b) => a.seat - b.seat);
}

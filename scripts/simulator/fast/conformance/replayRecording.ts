// SPDX-License-Identifier: MIT
import { FEED_SLOTS } from "../../../model/constants.ts";
import { DWELLING } from "../../../model/risk/types.ts";
import type { FastParameters } from "../FastParameters.ts";
import type { Check, Compared } from "./Check.ts";
import { compareBlock } from "./compareBlock.ts";
import type { Difference } from "./Difference.ts";
import type { RecordedAct, RecordedBlock, Recording } from "./recording.ts";
import { ReplayedClearing } from "./ReplayedClearing.ts";
import { ReplayedOracle } from "./ReplayedOracle.ts";

/** What a replay found. */
export interface Conformance {
  /** Blocks, and values of views and events that were compared. */
  readonly blocks: number;
  readonly compared: number;
  /** Every difference beyond one unit of rounding. */
  readonly differences: readonly Difference[];
}

/**
 * Does in the fast tier what was done on a chain and compares all that both say: prices, dispersion, levels and modes of feeds,
 * requirements of every book, what auctions pay, settlement prices and what is collected for claims.
 * @param parameters The fast tier's; its markets are those of the recording.
 */
export function replayRecording(recording: Recording, parameters: FastParameters): Conformance {
  const rules = { ...parameters.feed, heartbeat: recording.heartbeat };
  const oracle = new ReplayedOracle(FEED_SLOTS, rules);
  const clearing = new ReplayedClearing(oracle, recording, parameters);
  const differences: Difference[] = [];
  let compared = 0;
  for (const block of recording.blocks) {
    const found: Difference[] = [];
    const check: Check = (what, chain, fast) => {
      compared += 1;
      if (isSame(chain, fast)) return;
      found.push({ block: block.number, round: oracle.latestRound, what, chain: shown(chain), fast: shown(fast) });
    };
    for (const act of block.acts) apply({ oracle, clearing }, act, block, check);
    if (block.seen !== undefined) compareBlock(block.seen, block.time, oracle, clearing, check);
    differences.push(...found);
  }
  return { blocks: recording.blocks.length, compared, differences };
}

function apply(
  { oracle, clearing }: { readonly oracle: ReplayedOracle; readonly clearing: ReplayedClearing },
  act: RecordedAct,
  block: RecordedBlock,
  check: Check,
): void {
  switch (act.act) {
    case "relay":
      oracle.relay(act, block.time);
      break;
    case "witness":
      oracle.witness(act, block.time);
      break;
    case "poke": {
      const tripped = oracle.feeds[act.feed]!.poke(block.time);
      const bits = DWELLING.reduce((sum, level, bit) => (tripped.includes(level) ? sum | (1 << bit) : sum), 0);
      check(`feed ${act.feed} trips`, act.tripped, bits);
      break;
    }
    case "clearing":
      clearing.apply(act.event, act.share, block.time, check);
      break;
  }
}

/** Amounts may be one unit apart. */
function isSame(chain: Compared, fast: Compared): boolean {
  if (typeof chain !== "bigint" || typeof fast !== "bigint") return chain === fast;
  const gap = chain > fast ? chain - fast : fast - chain;
  return gap <= 1n;
}

function shown(value: Compared): string {
  return value === undefined ? "nothing" : String(value);
}

// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { plainSummary } from "../study/plainSummary.ts";

/** What a synthetic run is to be like. */
export interface RunPlan {
  /** Its summary, beside what follows. */
  readonly summary?: Partial<RunSummary>;
  readonly blocks?: number;
  readonly validators?: number;
  readonly feeds?: readonly string[];
  /** Published instead of the true price in this block. */
  readonly spike?: { readonly block: number; readonly price: number };
  /** Further lines of `events.jsonl`. */
  readonly events?: readonly object[];
  readonly expectations?: readonly object[];
  readonly manifest?: object;
}

const BLOCK_SECONDS = 12;
const FLAGGED = "writer-1/1/1767427200/0";

/** Writes what a run leaves: a price that falls by a third, one fault, one liquidation, twelve accounts. */
export async function writeRunFolder(folder: string, plan: RunPlan = {}): Promise<void> {
  const { blocks = 300, manifest, expectations = [] } = plan;
  const seconds = blocks * BLOCK_SECONDS;
  const summary = plainSummary({ blocks, simulatedSeconds: seconds, ...plan.summary });
  const files = {
    "summary.json": JSON.stringify(summary),
    "manifest.json": JSON.stringify({
      format: 1,
      scenario: summary.scenario,
      seed: summary.seed,
      scenarioHash: "ab".repeat(32),
      versions: { node: "24.0.0" },
      replay: `ballast simulate run ${summary.scenario} --seed ${summary.seed}`,
      ...manifest,
    }),
    "verdicts.json": JSON.stringify({ verdict: summary.verdict, invariants: summary.invariants, expectations }),
    "events.jsonl": eventLines(seconds, plan),
    "series.csv": seriesLines({ ...plan, blocks }),
    "accounts.csv": accountLines(),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function eventLines(seconds: number, { events = [] }: RunPlan): string {
  const lines = [
    { at: seconds / 4, kind: "faultBegin", fault: "net.delay-1", type: "net.delay" },
    { at: seconds / 3, block: 100, kind: "bookFlagged", id: FLAGGED },
    { at: seconds / 3 + 36, block: 103, kind: "bidFilled", id: FLAGGED },
    { at: seconds / 2, kind: "faultEnd", fault: "net.delay-1" },
    ...events,
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function seriesLines({
  blocks,
  validators = 4,
  feeds = ["ETH-USD"],
  spike,
}: RunPlan & { readonly blocks: number }): string {
  const names = Array.from({ length: validators }, (_, index) => `validator-${index}`);
  const own = ["true", "oracle", "low", "high", "age", "dispersionPpm", "level", "mode"];
  const perFeed = feeds.flatMap((feed) => [...own, ...names].map((name) => `${feed} ${name}`));
  const lines = [
    ["seconds", "block", ...perFeed, "openInterest", "insurance", "gasGwei", "booksShort", "booksFlagged"],
  ];
  for (let block = 0; block < blocks; block += 1) {
    const truth = 3_000 - (1_000 * block) / blocks + 20 * Math.sin(block / 7);
    const published = spike?.block === block ? spike.price : truth + 2;
    const signed = names.map((_, index) =>
      block < 3 ? "" : (truth + index * 3 * Math.cos(block / (5 + index))).toFixed(2),
    );
    const cells = feeds.flatMap(() => [truth, published, truth - 5, truth + 5, 12, 800, "normal", "normal", ...signed]);
    lines.push([block * BLOCK_SECONDS, block, ...cells, 500_000, 100_000, 20, block % 3, 0].map(String));
  }
  return lines.map((cells) => `${cells.join(",")}\n`).join("");
}

function accountLines(): string {
  const rows = Array.from(
    { length: 12 },
    (_, index) => `writer-${index},10000,500,9000,${(index - 6) * 250},${index === 0 ? ",," : healthsOf(index)}`,
  );
  return ["account,deposits,freeBalance,bookCash,profit,healthBefore,worstHealth,healthAfter", ...rows]
    .map((line) => `${line}\n`)
    .join("");
}

/** Good at first, two short at the worst, one of them still short at the end and the other emptied. */
function healthsOf(index: number): string {
  const worst = 0.4 + index * 0.2;
  return [1.5 + index, worst, index === 2 ? "" : worst + 0.1].join(",");
}

// SPDX-License-Identifier: MIT
// `npm run bench:chain`: plays a scenario in the chain tier, then drives the same transactions straight into such a chain with the
// same signatures and the judges' reads, and says what share of the second's speed the first reaches. `--heap` looks at memory.
import { Command } from "commander";

import { EXIT } from "../../scripts/cli/exitCodes.ts";
import { wholeNumber } from "../../scripts/cli/wholeNumber.ts";
import { BallastError } from "../../scripts/model/BallastError.ts";
import { ProgressLine } from "../../scripts/simulator/ProgressLine.ts";
import { loadScenario } from "../../scripts/simulator/scenario/library.ts";
import type { Scenario } from "../../scripts/simulator/scenario/Scenario.ts";
import { driveStraight, playAndNote, watchHeap } from "./chainRuns.ts";
import type { Pace } from "./chainRuns.ts";

/** What is asked of the chain tier: share of the straight drive, a day and a half of 12 s blocks on one core, growth of the heap. */
const LEAST_PERCENT = 60;
const DAYS_BLOCKS = 10_800;
const MOST_MINUTES = 4;
const MOST_GROWTH_MIB = 50;
const WARM_UP = 100;
const LOOKS = 10;

const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const program = new Command("npm run bench:chain --")
  .description(
    "Plays a scenario in the chain tier and says how fast beside the same transactions driven straight into a chain.",
  )
  .argument("[scenario]", "file, or name in the library", "black-thursday")
  .option("--blocks <n>", "blocks that are counted", wholeNumber(10, 1_000_000), 1_500)
  .option("--set <key=value>", "changes a value first; may be given again", repeated, [])
  .option("--heap", "looks at memory instead of speed")
  .parse();
const { blocks, set, heap } = program.opts<{ blocks: number; set: readonly string[]; heap?: true }>();
const scenario = load();
const progress = new ProgressLine(process.stderr);
const lines = heap === true ? await measureHeap() : await measurePace();
progress.end();
process.stdout.write(lines.map((line) => `${line}\n`).join(""));
process.exit();

/** What is wrong with a scenario is said in words. */
function load(): Scenario {
  try {
    return loadScenario(program.args[0] ?? "black-thursday", set);
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT.usage);
  }
}

async function measurePace(): Promise<string[]> {
  const total = 2 * (blocks + WARM_UP);
  const { pace, made } = await playAndNote(scenario, {
    blocks,
    warmUp: WARM_UP,
    onBlock: (block) => progress.show(block, total, `${scenario.name}: block ${block} played`),
  });
  const straight = await driveStraight(scenario, made, {
    blocks,
    onBlock: (block) => progress.show(blocks + WARM_UP + block, total, `block ${block} driven straight`),
  });
  const counted = made.slice(-blocks);
  const mean = (count: (of: (typeof counted)[number]) => number): string =>
    (counted.reduce((sum, of) => sum + count(of), 0) / blocks).toFixed(1);
  const whole = (DAYS_BLOCKS * pace.cpuSeconds) / blocks / 60;
  return [
    `${scenario.name}: ${blocks} blocks, each with ${mean((of) => of.transactions.length)} transactions, ` +
      `${mean((of) => of.digests.length)} signed reports and quotes, ${mean((of) => of.reads.length)} reads of the judges`,
    `  simulator              ${text(pace)}`,
    `  driven straight        ${text(straight)}`,
    `  share of its speed     ${((100 * straight.cpuSeconds) / pace.cpuSeconds).toFixed(0)} %, asked ${LEAST_PERCENT} %`,
    `  36 h of 12 s blocks    ${whole.toFixed(1)} min of a core, asked ${MOST_MINUTES}`,
  ];
}

async function measureHeap(): Promise<string[]> {
  const options = {
    blocks,
    warmUp: WARM_UP,
    onBlock: (block: number) => progress.show(block, blocks + WARM_UP, `block ${block}`),
  };
  const seen = await watchHeap(scenario, options, LOOKS);
  const [first, last] = [seen[0]!, seen.at(-1)!];
  const growth = Math.max(...seen.map((look) => look.heap)) - first.heap;
  const ofChain = last.outside - first.outside;
  return [
    `${scenario.name}: ${blocks} blocks`,
    "  block      heap, MiB   outside it, MiB",
    ...seen.map(
      ({ block, heap: used, outside }) =>
        `  ${`${block}`.padEnd(10)} ${used.toFixed(1).padEnd(11)} ${outside.toFixed(0)}`,
    ),
    `  heap grew by ${growth.toFixed(1)} MiB, asked ${MOST_GROWTH_MIB} over 100,000 blocks`,
    `  the chain's own growth ${ofChain.toFixed(0)} MiB, ${((1000 * ofChain) / blocks).toFixed(1)} MiB every 1,000 blocks`,
  ];
}

function text({ blocks: count, cpuSeconds, wallSeconds }: Pace): string {
  const each = ((1000 * cpuSeconds) / count).toFixed(1);
  return `${each} ms of processor time a block, ${(count / wallSeconds).toFixed(1)} blocks a second by the clock`;
}

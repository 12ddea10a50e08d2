// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { z } from "zod";

import type { CompactSignature } from "../../scripts/model/types.ts";
import { populate } from "../../scripts/simulator/agents/populate.ts";
import { inject } from "../../scripts/simulator/injections/inject.ts";
import { judge } from "../../scripts/simulator/invariants/judge.ts";
import { recordRun } from "../../scripts/simulator/record/RunRecord.ts";
import { FolderSink } from "../../scripts/simulator/record/RunSink.ts";
import type { RunSink } from "../../scripts/simulator/record/RunSink.ts";
import type { Scenario } from "../../scripts/simulator/scenario/Scenario.ts";
import { KeySigner } from "../../scripts/simulator/world/KeySigner.ts";
import { minedTransactions, waitingTransactions } from "../../scripts/simulator/world/poolTransactions.ts";
import { World } from "../../scripts/simulator/world/World.ts";

/** A block as it was made, to be made again. */
export interface Made {
  readonly timestamp: number;
  /** Hex. */
  readonly baseFee: string;
  readonly transactions: readonly string[];
  /** Digests of reports that were signed for it. */
  readonly digests: readonly string[];
  /** What judges asked after it. */
  readonly reads: readonly Read[];
}

interface Read {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What blocks took. */
export interface Pace {
  readonly blocks: number;
  /** Of all threads of the process, the chain's included. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** How a bench plays. */
export interface BenchOptions {
  readonly blocks: number;
  /** Played before anything is counted: until the compiler knows what is hot. */
  readonly warmUp: number;
  readonly onBlock: (block: number) => void;
}

const MIB = 2 ** 20;
const headerShape = z.object({ baseFeePerGas: z.string() });

/** The scenario as it is always played, and everything that was done to its chain. */
export async function playAndNote(
  scenario: Scenario,
  { blocks, warmUp, onBlock }: BenchOptions,
): Promise<{ readonly pace: Pace; readonly made: readonly Made[] }> {
  const made: Made[] = [];
  const [digests, reads]: [string[], Read[]] = [[], []];
  const stopListening = listenTo(digests);
  const watch = new StopWatch();
  const world = await open(scenario, (given) => tapped(given, reads));
  world.driver.onBlock(async ({ number, timestamp }) => {
    watch.pause();
    const parts = { digests: digests.splice(0), reads: [...reads.splice(0), logsOf(world, number)] };
    const header = headerShape.parse(await world.chain.line.request("eth_getBlockByNumber", [hex(number), false]));
    const transactions = (await minedTransactions(world.chain, number)).map(({ raw }) => raw);
    made.push({ timestamp, baseFee: header.baseFeePerGas, transactions, ...parts });
    watch.go();
  });
  digests.length = 0;
  try {
    await live(world, blocks + warmUp, (done) => {
      if (done === warmUp) watch.restart();
      onBlock(done);
    });
    return { pace: watch.pace(blocks), made };
  } finally {
    stopListening();
    await world.close();
  }
}

/** The same blocks without programs, people, network and judgement: what they cost anybody who does no more than this. */
export async function driveStraight(
  scenario: Scenario,
  made: readonly Made[],
  { blocks, onBlock }: Pick<BenchOptions, "blocks" | "onBlock">,
): Promise<Pace> {
  const world = await World.create(scenario);
  try {
    await populate(world, () => undefined); // people do nothing but come with their money
    const { line } = world.chain;
    const signer = new KeySigner(scenario.seed, "anybody");
    await line.request("evm_setAutomine", [false]);
    const waiting = new Set((await waitingTransactions(world.chain)).map(({ raw }) => raw));
    const watch = new StopWatch();
    for (const [index, block] of made.entries()) {
      if (index === made.length - blocks) watch.restart();
      for (const digest of block.digests) await signer.signDigest(digest);
      await line.request("evm_setNextBlockTimestamp", [block.timestamp]);
      await line.request("hardhat_setNextBlockBaseFeePerGas", [block.baseFee]);
      for (const raw of block.transactions) if (!waiting.has(raw)) await line.request("eth_sendRawTransaction", [raw]);
      await line.request("evm_mine");
      for (const { method, params } of block.reads) await line.request(method, params).catch(() => undefined);
      onBlock(index + 1);
    }
    return watch.pace(blocks);
  } finally {
    await world.close();
  }
}

/** What a run leaves in memory, MiB. */
export interface Look {
  readonly block: number;
  /** The heap of JavaScript, swept: programs, people, judges, and the way to the chain. */
  readonly heap: number;
  /** What the process has outside of it: the chain keeps its blocks and state there. */
  readonly outside: number;
}

/** Looks at memory at a few moments of a run. */
export async function watchHeap(
  scenario: Scenario,
  { blocks, warmUp, onBlock }: BenchOptions,
  looks: number,
): Promise<Look[]> {
  const sweep = sweeper();
  const folder = await mkdtemp(join(tmpdir(), "ballast-bench-"));
  // A run's growing files go to disk, not to memory.
  const world = await open(scenario, (given) => given, new FolderSink(folder));
  const seen: Look[] = [];
  try {
    await live(world, blocks + warmUp, (done) => {
      onBlock(done);
      if (done < warmUp || (done - warmUp) % Math.max(1, Math.floor(blocks / looks)) !== 0) return;
      sweep();
      const { heapUsed, heapTotal, rss } = process.memoryUsage();
      seen.push({ block: done - warmUp, heap: heapUsed / MIB, outside: (rss - heapTotal) / MIB });
    });
    return seen;
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A world with everything that a run has. @param seenAs What recorder and judges see of it. */
async function open(scenario: Scenario, seenAs: (world: World) => World, sink?: RunSink): Promise<World> {
  const world = await World.create(scenario);
  const seen = seenAs(world);
  const record = recordRun(seen, { isByzantine: () => false, ...(sink && { sink }) });
  judge(seen, { record, isByzantine: () => false });
  const { market } = await populate(world, (attempt) => record.attempt(attempt));
  inject(world, scenario, { note: (note) => record.note({ seconds: note.seconds, kind: note.what }), market });
  return world;
}

/** Until so many blocks were made after the scenario's start. */
async function live(world: World, blocks: number, onBlock: (done: number) => void): Promise<void> {
  await world.begin();
  const first = world.driver.height;
  const { blockSeconds } = world.scenario.chain;
  for (let seconds = blockSeconds, done = 0; done < blocks; seconds += blockSeconds) {
    await world.run(seconds);
    if (world.driver.height === first + done) continue; // a halt
    done += 1;
    onBlock(done);
  }
}

/** The same world, whose readers' questions are written down. */
function tapped(world: World, reads: Read[]): World {
  const { line } = world.chain;
  const noted = Object.create(line, {
    request: {
      value: (method: string, params: readonly unknown[] = []): Promise<unknown> => {
        reads.push({ method, params });
        return line.request(method, params);
      },
    },
  }) as typeof line;
  const chain = Object.create(world.chain, { line: { value: noted } }) as World["chain"];
  return Object.create(world, { chain: { value: chain } }) as World;
}

/** What the watch of blocks asks of each. */
function logsOf({ room }: World, number: number): Read {
  const range = { fromBlock: hex(number), toBlock: hex(number), address: [...room.addresses.values()] };
  return { method: "eth_getLogs", params: [range] };
}

/** Writes down what anybody signs from now on but transactions; what it returns ends that. */
function listenTo(digests: string[]): () => void {
  const before = Object.getOwnPropertyDescriptor(KeySigner.prototype, "signDigest")!;
  const sign = before.value as (this: KeySigner, digest: string) => Promise<CompactSignature>;
  function noted(this: KeySigner, digest: string): Promise<CompactSignature> {
    digests.push(digest);
    return sign.call(this, digest);
  }
  Object.defineProperty(KeySigner.prototype, "signDigest", { ...before, value: noted });
  return () => Object.defineProperty(KeySigner.prototype, "signDigest", before);
}

function sweeper(): () => void {
  setFlagsFromString("--expose_gc");
  return runInNewContext("gc") as () => void;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

/** Time of the clock on the wall and of the processor, which may be stopped in between. */
class StopWatch {
  #spent = { cpu: 0, wall: 0 };
  #since = now();

  restart(): void {
    this.#spent = { cpu: 0, wall: 0 };
    this.#since = now();
  }

  pause(): void {
    const { cpu, wall } = now();
    this.#spent.cpu += cpu - this.#since.cpu;
    this.#spent.wall += wall - this.#since.wall;
  }

  go(): void {
    this.#since = now();
  }

  pace(blocks: number): Pace {
    this.pause();
    return { blocks, cpuSeconds: this.#spent.cpu, wallSeconds: this.#spent.wall };
  }
}

/** Seconds. */
function now(): { readonly cpu: number; readonly wall: number } {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1e6, wall: performance.now() / 1000 };
}

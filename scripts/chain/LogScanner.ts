// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { findFork } from "../model/findFork.ts";
import type { KnownBlock } from "../model/findFork.ts";
import type { AgreedChain, Finality } from "./AgreedChain.ts";
import type { BlockFacts, ChainLog, LogFilter } from "./chainFacts.ts";
import type { ScanMemory } from "./ScanMemory.ts";

/** What a scanner looks for and how. */
export interface ScanSettings extends LogFilter {
  readonly fromBlock: bigint;
  /** Blocks its consumer may rest on. */
  readonly finality: Finality;
  /** Newest blocks read again in every scan: an endpoint may index events late. */
  readonly overlap: bigint;
  /** Newest blocks remembered by hash: the deepest reorg it can follow. At least the overlap. */
  readonly window: bigint;
  /** Longest range asked for at once; a refused one is halved. */
  readonly longestRange: bigint;
  /** Blocks in one scan at most, so that catching up is done in bounded steps. */
  readonly blocksPerScan: bigint;
}

/** What is new since the last scan that was committed. */
export interface Scan {
  /** Everything above this block has gone: to be undone before `logs` are applied. */
  readonly rolledBackTo?: bigint;
  /** In the order of the chain. */
  readonly logs: readonly ChainLog[];
  /** Last block that was looked at; the one before the first of all while there is nothing yet. */
  readonly through: bigint;
  /** Whether that is as far as its finality allows. */
  readonly complete: boolean;
  /** New blocks to remember. */
  readonly blocks: readonly KnownBlock[];
}

const SPLIT_AT = new Set(["rpcRefused", "rpcTooFew"]);
const TOO_MUCH = new Set(["httpTooLong", "httpTimeout"]);

/**
 * Delivers each event once on the chain as it is, in order, across reorgs and restarts. It remembers the newest blocks by
 * hash, links every new one to its parent, and reads the last few again. The consumer applies a scan and commits it in
 * one transaction of the same database: whatever happens in between, the scan comes again.
 */
export class LogScanner {
  readonly #chain: AgreedChain;
  readonly #memory: ScanMemory;
  readonly #settings: ScanSettings;
  #range: bigint;

  constructor(chain: AgreedChain, memory: ScanMemory, settings: ScanSettings) {
    if (settings.overlap > settings.window)
      throw new BallastError("configInvalid", "The overlap is longer than the window", {
        context: { overlap: settings.overlap, window: settings.window },
      });
    this.#chain = chain;
    this.#memory = memory;
    this.#settings = settings;
    this.#range = settings.longestRange;
  }

  /**
   * Reads what is new; changes nothing.
   * @param newest The newest block, where it was agreed on a moment ago.
   * @throws BallastError `chainMoved` (retriable) when the chain changed under it, `reorgTooDeep` when it shares nothing
   * with what is remembered any more: the consumer must start afresh.
   */
  async next(newest?: BlockFacts): Promise<Scan> {
    const known = this.#memory.blocks();
    const { finality } = this.#settings;
    const head = (finality.kind === "latest" ? newest : undefined) ?? (await this.#chain.head(finality));
    const fork = await findFork(known, head.number, (number) => this.#hashAt(number, head));
    if (fork.kind === "same") return this.#read(known, head);

    if (fork.number === undefined && known[0]!.number > this.#settings.fromBlock)
      throw new BallastError("reorgTooDeep", "The chain left everything that is remembered", {
        context: { oldest: known[0]!.number, head: head.number },
      });
    const rolledBackTo = fork.number ?? this.#settings.fromBlock - 1n;
    const kept = known.filter(({ number }) => number <= rolledBackTo);
    return { ...(await this.#read(kept, head)), rolledBackTo };
  }

  /** Marks a scan as delivered. */
  commit(scan: Scan): void {
    const keepFrom = scan.through - this.#settings.window + 1n;
    this.#memory.replace(scan.rolledBackTo ?? scan.through, scan.blocks, scan.logs, keepFrom);
  }

  /** The head tells its own hash and its parent's. */
  async #hashAt(number: bigint, head: BlockFacts): Promise<string | undefined> {
    if (number === head.number) return head.hash;
    return number === head.number - 1n ? head.parentHash : (await this.#chain.block(number))?.hash;
  }

  /** What follows the newest of `kept`, which are all on the chain. */
  async #read(kept: readonly KnownBlock[], head: BlockFacts): Promise<Scan> {
    const { fromBlock, blocksPerScan, overlap } = this.#settings;
    const parent = kept.at(-1);
    const from = parent === undefined ? fromBlock : parent.number + 1n;
    const last = smaller(from + blocksPerScan - 1n, head.number);
    // Nothing new, or a head below what was delivered on the same chain: the endpoints lag, and nothing has gone.
    if (last < from) return { logs: [], through: from - 1n, complete: true, blocks: [] };

    const blocks = await this.#blocks(from, last, parent, head);
    const logs = await this.#logs(larger(from - overlap, fromBlock), last);
    await this.#confirm([...kept, ...blocks], logs);
    const fresh = logs.filter((log) => log.blockNumber >= from || this.#memory.isNew(log));
    return { logs: fresh, through: last, complete: last === head.number, blocks };
  }

  /** Blocks to remember of a range, each linked to its parent. */
  async #blocks(from: bigint, last: bigint, parent: KnownBlock | undefined, head: BlockFacts): Promise<KnownBlock[]> {
    const found: KnownBlock[] = [];
    let before = parent;
    for (let number = larger(from, last - this.#settings.window + 1n); number <= last; number++) {
      const block = number === head.number ? head : await this.#chain.block(number);
      if (block === undefined) throw moved(number);
      if (before?.number === number - 1n && before.hash !== block.parentHash) throw moved(number);
      before = { number, hash: block.hash };
      found.push(before);
    }
    return found;
  }

  /** Events of a range, in pieces that the endpoints accept. */
  async #logs(from: bigint, last: bigint): Promise<ChainLog[]> {
    const { address, topics, longestRange } = this.#settings;
    const found: ChainLog[] = [];
    this.#range = smaller(this.#range * 2n, longestRange);
    let next = from;
    while (next <= last) {
      const end = smaller(next + this.#range - 1n, last);
      try {
        found.push(...(await this.#chain.logs({ address, topics }, next, end)));
        next = end + 1n;
      } catch (error) {
        if (end === next || !isTooMuch(error)) throw error;
        this.#range = (end - next + 1n) / 2n;
      }
    }
    return found.sort((a, b) => compare(a.blockNumber, b.blockNumber) || compare(a.logIndex, b.logIndex));
  }

  /** Events and blocks were read one after the other: they count only if they are of the same branch. */
  async #confirm(blocks: readonly KnownBlock[], logs: readonly ChainLog[]): Promise<void> {
    const hashes = new Map(blocks.map(({ number, hash }) => [number, hash]));
    for (const { blockNumber, blockHash } of logs) {
      const expected = hashes.get(blockNumber);
      if (expected !== undefined && expected !== blockHash) throw moved(blockNumber);
    }
    const newest = blocks.at(-1)!;
    if ((await this.#chain.block(newest.number))?.hash !== newest.hash) throw moved(newest.number);
  }
}

/** Whether a shorter range may help. */
function isTooMuch(error: unknown): boolean {
  if (!(error instanceof BallastError)) return false;
  return SPLIT_AT.has(error.code) || TOO_MUCH.has(String(error.context["reason"]));
}

function moved(number: bigint): BallastError {
  return new BallastError("chainMoved", "The chain changed while it was read", {
    context: { number },
    retriable: true,
  });
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

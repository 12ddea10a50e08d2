// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts, ChainLog } from "../../chain/chainFacts.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import type { Database } from "../../chain/Database.ts";
import { decodeClearingEvents } from "../../chain/decodeClearingEvents.ts";
import type { Log } from "../../chain/Log.ts";
import { LogScanner } from "../../chain/LogScanner.ts";
import type { Scan } from "../../chain/LogScanner.ts";
import { SCAN_TABLES, ScanMemory } from "../../chain/ScanMemory.ts";
import type { DatabaseSchema } from "../../chain/SqliteDatabase.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import { foldClearingEvents } from "../../model/clearing/foldClearingEvents.ts";
import type { KnownBlock } from "../../model/findFork.ts";
import { journaledLedger } from "./journaledLedger.ts";
import type { JournaledLedger, LedgerChange } from "./journaledLedger.ts";
import { LEDGER_TABLES, LedgerStore } from "./LedgerStore.ts";
import type { LedgerEntry } from "./LedgerStore.ts";
import { UnsettledBooks } from "./UnsettledBooks.ts";

/** File of an index: all of it can be had from the chain again, so a damaged one may be set aside. */
export const INDEX_SCHEMA: DatabaseSchema = { applicationId: 0x0ba11b0c, migrations: [SCAN_TABLES + LEDGER_TABLES] };

/** Whose books are indexed. */
export interface IndexSettings {
  readonly house: string;
  /** Block in which the Clearinghouse was created, or one before. */
  readonly fromBlock: bigint;
}

/** Parts that an index works with. */
export interface IndexParts {
  readonly agreed: AgreedChain;
  /** With the tables of {@link INDEX_SCHEMA}. */
  readonly database: Database;
  readonly log: Log;
}

/** What the index has in memory, which is what its file says. */
interface Standing {
  readonly journal: JournaledLedger;
  readonly unsettled: UnsettledBooks;
  block: KnownBlock | undefined;
}

const SCANNER = "index";
/** Deepest reorg that is followed; a deeper one is a rebuild. */
const WINDOW = 128n;
const SCAN = {
  topics: [],
  finality: { kind: "latest" },
  overlap: 16n,
  window: WINDOW,
  longestRange: 1_000n,
  blocksPerScan: 2_000n,
} as const;

/**
 * Everything the Clearinghouse owes to anybody, kept current from its events, on the newest block that endpoints agree on.
 * What a scan changes is written with it in one transaction, and with it what the newest blocks changed before: so a reorg
 * is undone entry by entry, a restart reads the entries, and neither looks at history again. Several duties share one.
 */
export class ProtocolIndex {
  readonly #parts: IndexParts;
  readonly #settings: IndexSettings;
  readonly #identity: string;
  readonly #store: LedgerStore;
  readonly #memory: ScanMemory;
  readonly #scanner: LogScanner;
  #standing: Standing | undefined;
  #advancing: Promise<void> | undefined;

  constructor(parts: IndexParts, settings: IndexSettings) {
    this.#parts = parts;
    this.#settings = settings;
    const { house, fromBlock } = settings;
    this.#identity = [parts.agreed.chainId, house, fromBlock].join(" ").toLowerCase();
    this.#store = new LedgerStore(parts.database);
    this.#memory = new ScanMemory(parts.database, SCANNER);
    this.#scanner = new LogScanner(parts.agreed, this.#memory, { ...SCAN, address: house, fromBlock });
  }

  /**
   * Reads what the chain has beyond {@link block}, or takes back what it left. Callers at the same time share one reading.
   * @param head Nothing is read when the index stands at it already.
   * @throws BallastError what LogScanner throws, but for `reorgTooDeep`, which is a rebuild; `store…` when the disk refuses.
   */
  advance(head?: BlockFacts): Promise<void> {
    if (head !== undefined && this.#standing?.block?.hash === head.hash) return Promise.resolve();
    this.#advancing ??= this.#catchUp(head).finally(() => (this.#advancing = undefined));
    return this.#advancing;
  }

  /** The ledger at {@link block}: to be read, never changed. @throws BallastError `indexEmpty` before the first advance. */
  get ledger(): ClearingLedger {
    return this.#read().journal.ledger;
  }

  /** Books that hold options and are not settled, by market and expiry. @throws BallastError `indexEmpty`. */
  get unsettled(): Pick<UnsettledBooks, "of" | "expiries"> {
    return this.#read().unsettled;
  }

  /** Block after which the ledger stands; undefined while the chain is shorter than the Clearinghouse is old. */
  get block(): KnownBlock | undefined {
    return this.#standing?.block;
  }

  #read(): Standing {
    if (this.#standing !== undefined) return this.#standing;
    throw new BallastError("indexEmpty", "The index has not been read yet", { retriable: true });
  }

  async #catchUp(head: BlockFacts | undefined): Promise<void> {
    for (;;) {
      this.#standing ??= this.#load(await this.#rewardPot());
      const scan = await this.#next(head);
      if (scan === undefined) continue;
      if (this.#take(scan) && scan.complete) return;
    }
  }

  /** The next scan; undefined when the index has to begin afresh. */
  async #next(head: BlockFacts | undefined): Promise<Scan | undefined> {
    try {
      return await this.#scanner.next(head);
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "reorgTooDeep") throw error;
      this.#parts.log.warn({ error: error.code, ...error.context }, "the index is rebuilt");
      this.#clear();
      return undefined;
    }
  }

  /** Applies a scan on disk and in memory. False when it has to be read again from further back. */
  #take(scan: Scan): boolean {
    const standing = this.#standing!;
    const end = scan.rolledBackTo ?? standing.block?.number ?? this.#settings.fromBlock - 1n;
    // Events are folded in their order: where an endpoint indexed one late, all that followed it is taken back first.
    const late = scan.logs.find(({ blockNumber }) => blockNumber <= end);
    this.#standing = undefined; // until disk and memory agree again
    this.#parts.database.transaction(() => {
      const rollBackTo = late === undefined ? scan.rolledBackTo : late.blockNumber - 1n;
      if (rollBackTo !== undefined) restore(standing, this.#store.rollBack(rollBackTo));
      if (late !== undefined) {
        this.#memory.replace(late.blockNumber - 1n, [], [], 0n);
        return;
      }
      this.#fold(standing, scan);
      this.#scanner.commit(scan);
    });
    standing.block = this.#memory.blocks().at(-1);
    this.#standing = standing;
    return late === undefined;
  }

  /** Folds the events of a scan, those of blocks that may still go one block at a time. */
  #fold({ journal, unsettled }: Standing, scan: Scan): void {
    const undoFrom = scan.through - WINDOW + 1n;
    const all: LedgerChange[] = [];
    for (const [number, logs] of byBlock(scan.logs, undoFrom)) {
      const changes = journal.record(() => foldClearingEvents(journal.ledger, decodeClearingEvents(logs)));
      if (number >= undoFrom) this.#store.remember(number, changes);
      for (const change of changes) all.push(change);
    }
    this.#store.write(all);
    this.#store.forgetBelow(undoFrom);
    for (const { map, key } of all)
      if (map === "books") unsettled.put(key as bigint, journal.ledger.books.get(key as bigint));
  }

  /** Where the Clearinghouse sends fees: fixed at its deployment, in no event. */
  async #rewardPot(): Promise<string> {
    const { agreed } = this.#parts;
    const call = { to: this.#settings.house, data: clearingInterface.encodeFunctionData("rewardPot") };
    const answer = await agreed.call(call, await agreed.head());
    return String(clearingInterface.decodeFunctionResult("rewardPot", answer)[0]);
  }

  /** What the file says. */
  #load(rewardPot: string): Standing {
    const standing = {
      journal: journaledLedger(rewardPot),
      unsettled: new UnsettledBooks(),
      block: this.#memory.blocks().at(-1),
    };
    if (!this.#store.isOf(this.#identity)) {
      this.#clear();
      return { ...standing, block: undefined };
    }
    restore(standing, this.#store.entries());
    return standing;
  }

  #clear(): void {
    this.#standing = undefined;
    this.#parts.database.transaction(() => {
      this.#store.clear(this.#identity);
      this.#memory.replace(-1n, [], [], 0n);
    });
  }
}

function restore({ journal, unsettled }: Standing, entries: readonly LedgerEntry[]): void {
  for (const { map, key, value } of entries) {
    journal.restore(map, key, value);
    if (map === "books") unsettled.put(key as bigint, journal.ledger.books.get(key as bigint));
  }
}

/** Events by block, in their order; those below `from` in one heap under the number of the last of them. */
function byBlock(logs: readonly ChainLog[], from: bigint): [bigint, ChainLog[]][] {
  const blocks: [bigint, ChainLog[]][] = [];
  for (const log of logs) {
    const last = blocks.at(-1);
    const isSame = last !== undefined && (last[0] === log.blockNumber || log.blockNumber < from);
    if (isSame) {
      last[1].push(log);
      last[0] = log.blockNumber;
    } else {
      blocks.push([log.blockNumber, [log]]);
    }
  }
  return blocks;
}

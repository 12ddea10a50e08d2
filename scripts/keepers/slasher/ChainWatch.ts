// SPDX-License-Identifier: MIT
import { z } from "zod";

import { decodeEvent } from "../../chain/abiText.ts";
import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts, ChainLog } from "../../chain/chainFacts.ts";
import type { ContractReader } from "../../chain/ContractReader.ts";
import type { Database } from "../../chain/Database.ts";
import type { Log } from "../../chain/Log.ts";
import { LogScanner } from "../../chain/LogScanner.ts";
import type { Scan } from "../../chain/LogScanner.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { ScanMemory } from "../../chain/ScanMemory.ts";
import { slasherInterface } from "../../chain/slasherInterface.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { SlashCase } from "../../model/slashing/types.ts";
import type { SignedReport } from "../../model/types.ts";
import type { EvidenceBook } from "./EvidenceBook.ts";
import { readRelays } from "./readRelays.ts";

/** What watching a chain takes. */
export interface ChainWatchParts {
  readonly agreed: AgreedChain;
  readonly memory: Database;
  readonly log: Log;
  readonly book: EvidenceBook;
  readonly oracle: ContractReader;
  readonly slasher: ContractReader;
  readonly lookBackBlocks: bigint;
  readonly blocksPerTurn: bigint;
  /** Checks and keeps reports; the same ones may come twice. */
  readonly accept: (reports: readonly SignedReport[], head: BlockFacts) => Promise<void>;
}

const ROUNDS = ["RoundAccepted", "RoundUpgraded"].map((name) => oracleInterface.getEvent(name)!.topicHash);
const CASES = ["CaseOpened", "BaseTaken", "BaseRaised", "CaseFinalized", "CaseReleased"].map(
  (name) => slasherInterface.getEvent(name)!.topicHash,
);
const SCANNER = "slasher";
/** Deepest reorg that can be followed, and newest blocks read again. */
const WINDOW = 128n;
const OVERLAP = 16n;

const landedShape = z.object({ round: z.bigint(), prices: z.array(z.bigint()) });
const caseShape = z.object({ stage: z.bigint().transform(Number), basePercent: z.bigint() });

/** Follows the oracle's rounds and the Slasher's cases, and finds the reports in the calldata of relays. */
export class ChainWatch {
  readonly #parts: ChainWatchParts;
  #scanner: LogScanner | undefined;

  constructor(parts: ChainWatchParts) {
    this.#parts = parts;
  }

  /** One bounded step. Medians and cases go into the book together with the cursor, reports before it. */
  async look(head: BlockFacts): Promise<void> {
    const { agreed, book, oracle, accept } = this.#parts;
    const scanner = (this.#scanner ??= this.#open(head));
    const scan = await this.#next(scanner, head);
    if (scan === undefined) return;
    const rounds = scan.logs.filter(({ topics }) => ROUNDS.includes(topics[0]!));
    for (const reports of await readRelays(agreed, oracle.address, rounds)) await accept(reports, head);
    book.transaction(() => {
      if (scan.rolledBackTo !== undefined) {
        book.rollBack(scan.rolledBackTo);
        book.touchCases();
      }
      for (const event of scan.logs) this.#apply(event);
      scanner.commit(scan);
    });
    await this.#readCases(head, scan.through > head.number);
  }

  #open({ number }: BlockFacts): LogScanner {
    const { agreed, memory, oracle, slasher, lookBackBlocks, blocksPerTurn } = this.#parts;
    const scans = new ScanMemory(memory, SCANNER);
    const start = number > lookBackBlocks ? number - lookBackBlocks : 0n;
    return new LogScanner(agreed, scans, {
      address: [oracle.address, slasher.address],
      topics: [[...ROUNDS, ...CASES]],
      fromBlock: scans.blocks()[0]?.number ?? start,
      finality: { kind: "latest" },
      overlap: OVERLAP,
      window: WINDOW,
      longestRange: blocksPerTurn,
      blocksPerScan: blocksPerTurn,
    });
  }

  /** After a reorg deeper than what is remembered it begins afresh; what it saw keeps its worth. */
  async #next(scanner: LogScanner, head: BlockFacts): Promise<Scan | undefined> {
    try {
      return await scanner.next(head);
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "reorgTooDeep") throw error;
      this.#parts.log.warn({}, "the chain left everything that was remembered: it is read again");
      new ScanMemory(this.#parts.memory, SCANNER).replace(-1n, [], [], 0n);
      this.#parts.book.touchCases();
      this.#scanner = undefined;
      return undefined;
    }
  }

  #apply(event: ChainLog): void {
    const { book } = this.#parts;
    if (CASES.includes(event.topics[0]!)) return book.touchCase(BigInt(event.topics[2]!));
    const { round, prices } = landedShape.parse(decodeEvent(oracleInterface, event)!.args.toObject(true));
    book.land(round, event.blockNumber, prices);
  }

  /** Cases something happened to, as they are at `head`; what came after it is read again in the next turn. */
  async #readCases(head: BlockFacts, isAhead: boolean): Promise<void> {
    const { book, slasher } = this.#parts;
    if (isAhead) return;
    for (const id of book.staleCases()) book.setCase({ id, ...(await readCase(slasher, id, head)) });
  }
}

/** A case as the chain has it. */
export async function readCase(
  slasher: ContractReader,
  id: bigint,
  head: BlockFacts,
): Promise<Pick<SlashCase, "stage" | "percent" | "openedAt">> {
  const [found, pending] = await slasher.read("caseOf", [id], head);
  const { stage, basePercent } = caseShape.parse(found.toObject());
  return { stage, percent: basePercent, openedAt: z.bigint().parse(pending.openedAt) };
}

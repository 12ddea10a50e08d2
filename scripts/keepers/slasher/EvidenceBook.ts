// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Database } from "../../chain/Database.ts";
import { RecentMap } from "../../chain/RecentMap.ts";
import { signedReportJson, signedReportShape } from "../../chain/signedReportJson.ts";
import { vectorHash } from "../../chain/vectorHash.ts";
import { distancePpm, isSuspicious } from "../../model/slashing/judgeDeviation.ts";
import { FAULT, partsOfCase, STAGE } from "../../model/slashing/types.ts";
import type { Contradiction, Prematurity, SlashCase, Suspicion } from "../../model/slashing/types.ts";
import type { Prices, SignedReport } from "../../model/types.ts";

/** Tables of what a slash watcher saw. */
export const EVIDENCE_TABLES = `
  CREATE TABLE evidence_report (
    validator INTEGER NOT NULL, round INTEGER NOT NULL, vector TEXT NOT NULL, report TEXT NOT NULL,
    PRIMARY KEY (validator, round, vector)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX evidence_report_round ON evidence_report (round);
  CREATE TABLE evidence_round (
    round INTEGER PRIMARY KEY, number INTEGER NOT NULL, prices TEXT NOT NULL
  ) STRICT;
  CREATE TABLE evidence_contradiction (
    validator INTEGER NOT NULL, round INTEGER NOT NULL, PRIMARY KEY (validator, round)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE evidence_suspicion (
    validator INTEGER NOT NULL, round INTEGER NOT NULL, feed INTEGER NOT NULL, vector TEXT NOT NULL,
    off_ppm TEXT NOT NULL, PRIMARY KEY (validator, round, feed, vector)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE evidence_case (
    id TEXT PRIMARY KEY, stage INTEGER NOT NULL, percent INTEGER NOT NULL, opened_at INTEGER NOT NULL,
    stale INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const whole = z.number().transform(BigInt);
const text = z.string().transform(BigInt);
const reportRow = z.object({ validator: whole, vector: z.string(), report: z.string() });
const pricesRow = z.object({ prices: z.string() });
const roundRow = z.object({ round: whole });
const contradictionRow = z.object({ validator: whole, round: whole });
const suspicionRow = contradictionRow.extend({ feed: z.number(), vector: z.string(), off_ppm: text });
const idRow = z.object({ id: text });
const countRow = z.object({ count: z.number() });
const caseRow = z.object({ id: text, stage: z.number(), percent: whole, opened_at: whole });

/** Contradictions kept of one validator: one is enough, the others are for the case that its round is too old by then. */
const CONTRADICTIONS = 16;
/** A round holds evidence of a contradiction for this long: seven days. */
const CONTRADICTION_ROUNDS = 40_320n;
/** A closed case stands in nobody's way after this: 30 days. */
const CASE_ROUNDS = 172_800n;
/** What is too old is looked for so often: five minutes. */
const PRUNED_EVERY_ROUNDS = 20n;
/** Vectors of a validator in a round that are also known in memory: those of the newest rounds are shown again and again. */
const REMEMBERED = 2_048;

/** What a slash watcher saw: verified reports by validator and round, medians, what contradicts them, and cases. Bounded. */
export class EvidenceBook {
  readonly #database: Database;
  readonly #keptRounds: bigint;
  /** By validator and round, as the tables have them. */
  readonly #vectors = new RecentMap<string, Set<string>>(REMEMBERED);
  #prunedAt: bigint | undefined;

  /** @param keptRounds Rounds whose reports are kept; those that contradict each other are kept for seven days. */
  constructor(database: Database, keptRounds: bigint) {
    this.#database = database;
    this.#keptRounds = keptRounds;
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  /** Whether a vector of a validator is kept already, under whatever anchor. */
  knows(validatorId: bigint, { round, prices }: Pick<SignedReport, "round" | "prices">): boolean {
    return this.#vectorsOf(validatorId, round).has(vectorHash(round, prices));
  }

  /** Keeps a report whose signature was checked: the first two vectors of a validator in a round. */
  note(validatorId: bigint, report: SignedReport): void {
    const { round, prices } = report;
    const known = this.#vectorsOf(validatorId, round);
    const vector = vectorHash(round, prices);
    if (known.size >= 2 || known.has(vector)) return;
    if (known.size === 1 && !this.#contradicts(validatorId, round)) return;
    this.#database.run(
      "INSERT INTO evidence_report VALUES (?, ?, ?, ?)",
      Number(validatorId),
      Number(round),
      vector,
      JSON.stringify(signedReportJson(report)),
    );
    known.add(vector);
    const [landed] = this.#database.all(pricesRow, "SELECT prices FROM evidence_round WHERE round = ?", Number(round));
    if (landed !== undefined) this.#suspect(validatorId, vector, report, pricesOf(landed.prices));
  }

  /** Notes the medians of a round that landed in block `number`; a later version takes the place of an earlier one. */
  land(round: bigint, number: bigint, medians: Prices): void {
    this.#database.run("DELETE FROM evidence_suspicion WHERE round = ?", Number(round));
    this.#database.run(
      "INSERT OR REPLACE INTO evidence_round VALUES (?, ?, ?)",
      Number(round),
      Number(number),
      medians.join(),
    );
    for (const { validator, vector, report } of this.#ofRound(round))
      this.#suspect(validator, vector, reportOf(report), medians);
  }

  /** Whose reports of rounds after `round` were seen, and the rounds. */
  after(round: bigint): Prematurity[] {
    return this.#database
      .all(contradictionRow, "SELECT DISTINCT validator, round FROM evidence_report WHERE round > ?", Number(round))
      .map(({ validator, round: signed }) => ({ validatorId: validator, round: signed }));
  }

  /** The newest round that landed of those from `first` to before `end`. */
  landedBetween(first: bigint, end: bigint): bigint | undefined {
    return this.#database.all(
      roundRow,
      "SELECT round FROM evidence_round WHERE round >= ? AND round < ? ORDER BY round DESC LIMIT 1",
      Number(first),
      Number(end),
    )[0]?.round;
  }

  contradictions(): Contradiction[] {
    return this.#database
      .all(contradictionRow, "SELECT validator, round FROM evidence_contradiction")
      .map(({ validator, round }) => ({ validatorId: validator, round }));
  }

  suspicions(): Suspicion[] {
    return this.#database
      .all(suspicionRow, "SELECT validator, round, feed, vector, off_ppm FROM evidence_suspicion")
      .map(({ validator, off_ppm, ...rest }) => ({ ...rest, validatorId: validator, offPpm: off_ppm }));
  }

  /** The chain does not take a suspicion for a fault. */
  dismiss({ validatorId, round, feed, vector }: Suspicion): void {
    this.#database.run(
      "DELETE FROM evidence_suspicion WHERE validator = ? AND round = ? AND feed = ? AND vector = ?",
      Number(validatorId),
      Number(round),
      feed,
      vector,
    );
  }

  /** Reports of a validator in a round, one per vector. */
  reportsOf(validatorId: bigint, round: bigint): SignedReport[] {
    return this.#reports(validatorId, round).map(({ report }) => reportOf(report));
  }

  /** Something happened to a case: it has to be read again. */
  touchCase(id: bigint): void {
    this.#database.run(
      "INSERT INTO evidence_case VALUES (?, 0, 0, 0, 1) ON CONFLICT (id) DO UPDATE SET stale = 1",
      id.toString(),
    );
  }

  /** After a reorg all that is known of cases may be wrong. */
  touchCases(): void {
    this.#database.run("UPDATE evidence_case SET stale = 1");
  }

  staleCases(): bigint[] {
    return this.#database.all(idRow, "SELECT id FROM evidence_case WHERE stale = 1").map(({ id }) => id);
  }

  /** Keeps a case as the chain has it, or forgets one that the chain does not have. */
  setCase({ id, stage, percent, openedAt }: Pick<SlashCase, "id" | "stage" | "percent" | "openedAt">): void {
    if (stage === STAGE.none) this.#database.run("DELETE FROM evidence_case WHERE id = ?", id.toString());
    else
      this.#database.run(
        "INSERT OR REPLACE INTO evidence_case VALUES (?, ?, ?, ?, 0)",
        id.toString(),
        stage,
        Number(percent),
        Number(openedAt),
      );
  }

  cases(): SlashCase[] {
    return this.#database
      .all(caseRow, "SELECT id, stage, percent, opened_at FROM evidence_case")
      .map(({ id, stage, percent, opened_at }) => ({ ...partsOfCase(id), stage, percent, openedAt: opened_at }));
  }

  /** Forgets medians above a block that the chain left, and with them what was suspected. */
  rollBack(number: bigint): void {
    this.#database.run(
      "DELETE FROM evidence_suspicion WHERE round IN (SELECT round FROM evidence_round WHERE number > ?)",
      Number(number),
    );
    this.#database.run("DELETE FROM evidence_round WHERE number > ?", Number(number));
  }

  /** Forgets what can prove nothing any more, now and then. */
  prune(currentRound: bigint): void {
    const isDone = this.#prunedAt !== undefined && this.#prunedAt <= currentRound;
    if (isDone && currentRound - this.#prunedAt! < PRUNED_EVERY_ROUNDS) return;
    this.#prunedAt = currentRound;
    const oldest = Number(currentRound - this.#keptRounds);
    const oldestContradiction = Number(currentRound - CONTRADICTION_ROUNDS);
    this.#database.run("DELETE FROM evidence_contradiction WHERE round < ?", oldestContradiction);
    this.#database.run(
      `DELETE FROM evidence_report WHERE round < ?
       AND NOT EXISTS (SELECT 1 FROM evidence_contradiction AS c WHERE c.validator = evidence_report.validator
                       AND c.round = evidence_report.round)`,
      oldest,
    );
    this.#database.run("DELETE FROM evidence_round WHERE round < ?", oldest);
    this.#database.run("DELETE FROM evidence_suspicion WHERE round < ?", oldest);
    for (const { id, stage, key, fault } of this.cases())
      if (stage === STAGE.closed && fault !== FAULT.capture && key < currentRound - CASE_ROUNDS)
        this.#database.run("DELETE FROM evidence_case WHERE id = ?", id.toString());
  }

  /** Writes a contradiction down unless enough of them are known. */
  #contradicts(validatorId: bigint, round: bigint): boolean {
    const known = this.#database.all(
      countRow,
      "SELECT count(*) AS count FROM evidence_contradiction WHERE validator = ?",
      Number(validatorId),
    )[0]!;
    if (known.count >= CONTRADICTIONS) return false;
    this.#database.run("INSERT INTO evidence_contradiction VALUES (?, ?)", Number(validatorId), Number(round));
    return true;
  }

  #suspect(validatorId: bigint, vector: string, { round, prices }: SignedReport, medians: Prices): void {
    for (const [feed, price] of prices.entries()) {
      const median = medians[feed] ?? 0n;
      if (!isSuspicious(price, median)) continue;
      this.#database.run(
        "INSERT OR REPLACE INTO evidence_suspicion VALUES (?, ?, ?, ?, ?)",
        Number(validatorId),
        Number(round),
        feed,
        vector,
        distancePpm(price, median).toString(),
      );
    }
  }

  #vectorsOf(validatorId: bigint, round: bigint): Set<string> {
    const read = (): Set<string> => new Set(this.#reports(validatorId, round).map(({ vector }) => vector));
    return this.#vectors.get(`${validatorId} ${round}`, read);
  }

  #reports(validatorId: bigint, round: bigint): z.output<typeof reportRow>[] {
    return this.#database.all(
      reportRow,
      "SELECT validator, vector, report FROM evidence_report WHERE validator = ? AND round = ? ORDER BY vector",
      Number(validatorId),
      Number(round),
    );
  }

  #ofRound(round: bigint): z.output<typeof reportRow>[] {
    return this.#database.all(
      reportRow,
      "SELECT validator, vector, report FROM evidence_report WHERE round = ?",
      Number(round),
    );
  }
}

function reportOf(json: string): SignedReport {
  return signedReportShape.parse(JSON.parse(json));
}

function pricesOf(joined: string): bigint[] {
  return joined.split(",").map(BigInt);
}

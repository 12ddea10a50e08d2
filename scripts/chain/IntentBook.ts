// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Fees } from "../model/decideBump.ts";
import type { Attempt, Intent, IntentEnd, NoncePlace, Work } from "../model/intents/types.ts";
import type { Database } from "./Database.ts";

const INTENT_TABLES = `
  CREATE TABLE intent (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, class TEXT NOT NULL, target TEXT NOT NULL, data TEXT NOT NULL,
    reward TEXT NOT NULL, deadline INTEGER NOT NULL, gas_limit TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0,
    planned_nonce INTEGER NOT NULL, planned_block INTEGER NOT NULL,
    nonce INTEGER, bound_block INTEGER, ended TEXT, ended_hash TEXT
  ) STRICT;
  CREATE UNIQUE INDEX intent_once ON intent (key) WHERE ended IS NULL OR ended = 'done';
  CREATE UNIQUE INDEX intent_nonce ON intent (nonce) WHERE ended IS NULL;
  CREATE TABLE attempt (
    id INTEGER PRIMARY KEY, intent INTEGER NOT NULL REFERENCES intent (id), kind TEXT NOT NULL,
    gas_limit TEXT NOT NULL, max_fee TEXT NOT NULL, max_priority TEXT NOT NULL,
    hash TEXT, raw TEXT, signed_at INTEGER, lost INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX attempt_of_intent ON attempt (intent);
`;

/** What several keys in one transaction need. */
const PART_TABLES = `
  CREATE TABLE part (
    id INTEGER PRIMARY KEY, intent INTEGER NOT NULL REFERENCES intent (id), key TEXT NOT NULL, ended TEXT
  ) STRICT;
  CREATE UNIQUE INDEX part_once ON part (key) WHERE ended IS NULL OR ended = 'done';
  CREATE INDEX part_of_intent ON part (intent);
  CREATE INDEX part_by_key ON part (key);
  CREATE INDEX intent_by_key ON intent (key);
`;

/** What profit is counted with. */
const GAS_COLUMN = "ALTER TABLE intent ADD COLUMN expected_gas TEXT;";

/** Steps that make an intent book's file, for the schema of whoever keeps one. */
export const INTENT_MIGRATIONS = [INTENT_TABLES, PART_TABLES, GAS_COLUMN];

const amount = z.string().regex(/^\d+$/).transform(BigInt);
const whole = z.number().transform(BigInt);
const intentRow = z.object({
  id: z.number(),
  key: z.string(),
  class: z.string(),
  target: z.string(),
  data: z.string(),
  reward: amount,
  deadline: whole,
  gas_limit: amount,
  expected_gas: amount.nullable(),
  withdrawn: z.number(),
  planned_nonce: z.number(),
  planned_block: whole,
  nonce: z.number().nullable(),
  bound_block: whole.nullable(),
});
const ended = z.enum(["done", "reverted", "givenUp"]).nullable();
const endedRow = z.object({ ended });
const countRow = z.object({ count: z.number() });
const idRow = z.object({ id: z.number() });
const nonceRow = z.object({ nonce: z.number() });
const partRow = z.object({ key: z.string(), ended });
const attemptRow = z.object({
  id: z.number(),
  kind: z.enum(["work", "cancel"]),
  gas_limit: amount,
  max_fee: amount,
  max_priority: amount,
  hash: z.string().nullable(),
  raw: z.string().nullable(),
  signed_at: whole.nullable(),
});

/** An attempt before it is signed. */
export interface AttemptPlan extends Fees {
  readonly kind: Attempt["kind"];
  readonly gasLimit: bigint;
}

/**
 * The intents of one account, on disk. Every step is written before it is taken; two open intents never have the same
 * nonce, no key has two that are open or done, and no part either: the tables themselves refuse that.
 */
export class IntentBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes work down, with its parts. */
  add(work: Work, gasLimit: bigint, planned: NoncePlace): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO intent (key, class, target, data, reward, deadline, gas_limit, expected_gas, planned_nonce, planned_block)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        work.key,
        work.className,
        work.to,
        work.data,
        work.rewardWei.toString(),
        Number(work.deadlineMs),
        gasLimit.toString(),
        work.expectedGas?.toString() ?? null,
        planned.nonce,
        Number(planned.block),
      );
      for (const part of work.parts ?? [])
        this.#database.run("INSERT INTO part (intent, key) VALUES ((SELECT max(id) FROM intent), ?)", part);
    });
  }

  /** Intents that have not ended, oldest first. */
  open(): Intent[] {
    return this.#database
      .all(intentRow, "SELECT * FROM intent WHERE ended IS NULL ORDER BY id")
      .map((row) => this.#intentOf(row));
  }

  hasOpen(): boolean {
    return this.#database.all(idRow, "SELECT id FROM intent WHERE ended IS NULL LIMIT 1").length > 0;
  }

  /** The open intent with this key. */
  openOne(key: string): Intent | undefined {
    const [row] = this.#database.all(intentRow, "SELECT * FROM intent WHERE key = ? AND ended IS NULL", key);
    return row === undefined ? undefined : this.#intentOf(row);
  }

  /** Nonces of open intents. */
  boundNonces(): number[] {
    const bound = "SELECT nonce FROM intent WHERE ended IS NULL AND nonce IS NOT NULL";
    return this.#database.all(nonceRow, bound).map(({ nonce }) => nonce);
  }

  /** How work or a part with this key stands: its end, "open", or undefined when it was never written down. */
  stateOf(key: string): IntentEnd | "open" | undefined {
    const [found] = this.#database.all(
      endedRow,
      `SELECT ended FROM (
         SELECT ended, id, 0 AS isPart FROM intent WHERE key = ?1
         UNION ALL SELECT ended, id, 1 FROM part WHERE key = ?1
       ) ORDER BY ended IS NULL OR ended = 'done' DESC, isPart, id DESC LIMIT 1`,
      key,
    );
    return found === undefined ? undefined : (found.ended ?? "open");
  }

  /** How many transactions failed that were to do this part. */
  failuresOf(key: string): number {
    const [row] = this.#database.all(
      countRow,
      "SELECT count(*) AS count FROM part WHERE key = ? AND ended = 'reverted'",
      key,
    );
    return row!.count;
  }

  /** Marks work as not wanted any more; true when it was open. Its parts may be written down anew at once. */
  withdraw(key: string): boolean {
    const intent = this.openOne(key);
    if (intent === undefined) return false;
    this.#database.transaction(() => {
      this.#database.run("UPDATE intent SET withdrawn = 1 WHERE id = ?", intent.id);
      this.release(intent, "givenUp");
    });
    return true;
  }

  /** Lets an open intent's parts be written down anew; the intent itself goes on. */
  release({ id }: Intent, end: IntentEnd): void {
    this.#database.run("UPDATE part SET ended = ? WHERE intent = ? AND ended IS NULL", end, id);
  }

  /** Changes how an intent's work is done and what it brings in; attempts that were signed stay what they are. */
  renew({ id }: Intent, { to, data, rewardWei, expectedGas }: Work): void {
    const set = "UPDATE intent SET target = ?, data = ?, reward = ?, expected_gas = ? WHERE id = ?";
    this.#database.run(set, to, data, rewardWei.toString(), expectedGas?.toString() ?? null, id);
  }

  /** Gives an intent its nonce and first attempt, unsigned. */
  bind(intent: Intent, place: NoncePlace, plan: AttemptPlan): void {
    this.#database.transaction(() => {
      const set = "UPDATE intent SET nonce = ?, bound_block = ?, gas_limit = ? WHERE id = ?";
      this.#database.run(set, place.nonce, Number(place.block), plan.gasLimit.toString(), intent.id);
      this.addAttempt(intent, plan);
    });
  }

  /** Adds an attempt with the intent's nonce, unsigned. */
  addAttempt(intent: Intent, plan: AttemptPlan): void {
    this.#database.run(
      "INSERT INTO attempt (intent, kind, gas_limit, max_fee, max_priority) VALUES (?, ?, ?, ?, ?)",
      intent.id,
      plan.kind,
      plan.gasLimit.toString(),
      plan.maxFeePerGas.toString(),
      plan.maxPriorityFeePerGas.toString(),
    );
  }

  /** Keeps a signed transaction. It may leave only after that. */
  saveSigned(attempt: Attempt, hash: string, raw: string, atMs: bigint): void {
    const set = "UPDATE attempt SET hash = ?, raw = ?, signed_at = ? WHERE id = ?";
    this.#database.run(set, hash, raw, Number(atMs), attempt.id);
  }

  /** Adds a transaction of the own account that was found in the chain at this place and does an intent's work. */
  adopt(intent: Intent, hash: string, { nonce, block }: NoncePlace): void {
    this.#database.transaction(() => {
      const set = "UPDATE intent SET nonce = ?, bound_block = ? WHERE id = ?";
      this.#database.run(set, nonce, Number(block), intent.id);
      this.#database.run(
        `INSERT INTO attempt (intent, kind, gas_limit, max_fee, max_priority, hash, signed_at)
         VALUES (?, 'work', ?, '0', '0', ?, 0)`,
        intent.id,
        intent.gasLimit.toString(),
        hash,
      );
    });
  }

  /** Nonces from `first` on that intents have or, ended, had. */
  nonces(first: number): number[] {
    return this.#database.all(nonceRow, "SELECT nonce FROM intent WHERE nonce >= ?", first).map(({ nonce }) => nonce);
  }

  /** Takes the nonce from an intent whose attempts can never be mined any more. */
  unbind(intent: Intent): void {
    this.#database.transaction(() => {
      // From there on its work is looked for among transactions that no intent knows.
      this.#database.run(
        `UPDATE intent SET planned_nonce = min(planned_nonce, nonce), planned_block = min(planned_block, bound_block),
         nonce = NULL, bound_block = NULL WHERE id = ?`,
        intent.id,
      );
      this.#database.run("UPDATE attempt SET lost = 1 WHERE intent = ?", intent.id);
    });
  }

  finish(intent: Intent, end: IntentEnd, hash: string | undefined): void {
    this.#database.transaction(() => {
      this.#database.run("UPDATE intent SET ended = ?, ended_hash = ? WHERE id = ?", end, hash ?? null, intent.id);
      this.release(intent, end);
    });
  }

  /**
   * Forgets ended intents but the newest `kept`, and none whose nonce is still looked for among the account's
   * transactions.
   */
  prune(kept: number): void {
    const old = `ended IS NOT NULL AND id <= (SELECT max(id) FROM intent) - ?
      AND coalesce(nonce, planned_nonce) < (SELECT coalesce(min(planned_nonce), 9e15) FROM intent WHERE ended IS NULL)`;
    this.#database.transaction(() => {
      for (const table of ["attempt", "part"])
        this.#database.run(`DELETE FROM ${table} WHERE intent IN (SELECT id FROM intent WHERE ${old})`, kept);
      this.#database.run(`DELETE FROM intent WHERE ${old}`, kept);
    });
  }

  #intentOf(row: z.output<typeof intentRow>): Intent {
    const { id, key, data, nonce, bound_block: block } = row;
    return {
      id,
      key,
      className: row.class,
      to: row.target,
      data,
      rewardWei: row.reward,
      ...(row.expected_gas !== null && { expectedGas: row.expected_gas }),
      deadlineMs: row.deadline,
      gasLimit: row.gas_limit,
      withdrawn: row.withdrawn === 1,
      planned: { nonce: row.planned_nonce, block: row.planned_block },
      bound: nonce === null || block === null ? undefined : { nonce, block },
      attempts: this.#attemptsOf(id),
      ...this.#partsOf(id),
    };
  }

  /** Parts that are still this intent's to do; none where it never had any. */
  #partsOf(intentId: number): Pick<Work, "parts"> {
    const rows = this.#database.all(partRow, "SELECT key, ended FROM part WHERE intent = ? ORDER BY id", intentId);
    if (rows.length === 0) return {};
    return { parts: rows.flatMap((row) => (row.ended === null ? [row.key] : [])) };
  }

  #attemptsOf(intentId: number): Attempt[] {
    return this.#database
      .all(attemptRow, "SELECT * FROM attempt WHERE intent = ? AND lost = 0 ORDER BY id", intentId)
      .map(({ id, kind, gas_limit, max_fee, max_priority, hash, raw, signed_at: atMs }) => ({
        id,
        kind,
        gasLimit: gas_limit,
        maxFeePerGas: max_fee,
        maxPriorityFeePerGas: max_priority,
        signed: hash === null || atMs === null ? undefined : { hash, raw: raw ?? undefined, atMs },
      }));
  }
}

// SPDX-License-Identifier: MIT
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { BallastError } from "../../scripts/model/BallastError.ts";

/** One line of Ignition's journal, as far as it is looked at here. */
export interface JournalLine {
  readonly type: string;
  readonly futureId?: string;
  readonly networkInteractionId?: number;
  readonly nonce?: number;
  readonly from?: string;
  readonly receipt?: { readonly blockNumber: number };
}

/** Folder of Ignition's journal of one chain. */
export function journalFolder(folder: string, chainId: number): string {
  return join(folder, "deployments", `chain-${chainId}`);
}

function journalFile(folder: string): string {
  return join(folder, "journal.jsonl");
}

/** Lines in the order in which they were written; none where nothing has begun. */
export async function readJournal(folder: string): Promise<JournalLine[]> {
  const text = await readFile(journalFile(folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => JSON.parse(line) as JournalLine);
}

/** Keeps the lines that `keep` says, as a whole or not at all. */
async function rewriteJournal(folder: string, lines: readonly string[]): Promise<void> {
  const file = journalFile(folder);
  await writeFile(`${file}.new`, lines.map((line) => `\n${line}`).join(""));
  await rename(`${file}.new`, file);
}

/** A run that was killed while it wrote leaves half a line: what it says did not happen yet. @returns Whether there was one. */
export async function dropHalfLine(folder: string): Promise<boolean> {
  const text = await readFile(journalFile(folder), "utf8").catch(() => "");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const last = lines.at(-1);
  if (last === undefined || isWhole(last)) return false;
  await rewriteJournal(folder, lines.slice(0, -1));
  return true;
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Takes back that a transaction was about to be sent: it never was. */
export async function dropLine(folder: string, dropped: JournalLine): Promise<void> {
  const lines = await readJournal(folder);
  const isIt = ({ type, futureId, networkInteractionId }: JournalLine): boolean =>
    type === dropped.type && futureId === dropped.futureId && networkInteractionId === dropped.networkInteractionId;
  await rewriteJournal(
    folder,
    lines.filter((line) => !isIt(line)).map((line) => JSON.stringify(line)),
  );
}

/** Block of the last transaction of each future. */
export async function blocksOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const lines = await readJournal(folder);
  return new Map(
    lines.flatMap(({ type, futureId, receipt }) =>
      type === "TRANSACTION_CONFIRM" && futureId !== undefined && receipt !== undefined
        ? [[futureId, receipt.blockNumber] as const]
        : [],
    ),
  );
}

const recordShape = z.strictObject({
  network: z.string(),
  /** Hash of the chain's first block: a local chain begins anew, and then nothing of it is there. */
  genesis: z.string(),
  deployer: z.string(),
  /** When it began, by the chain's clock, seconds. */
  startedAt: z.int(),
});

/** What a deployment was begun with. */
export type DeploymentRecord = Readonly<z.output<typeof recordShape>>;

/** Nothing where nothing has begun. @throws BallastError `journalUnreadable`. */
export async function readRecord(folder: string): Promise<DeploymentRecord | undefined> {
  const file = recordFile(folder);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = recordShape.safeParse(isWhole(text) ? JSON.parse(text) : undefined);
  if (parsed.success) return parsed.data;
  throw new BallastError("journalUnreadable", `${file} is damaged`, { context: { file } });
}

export async function writeRecord(folder: string, record: DeploymentRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = recordFile(folder);
  await writeFile(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Forgets the deployment. */
export async function removeJournal(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function recordFile(folder: string): string {
  return join(folder, "begun.json");
}

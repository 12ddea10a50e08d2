// SPDX-License-Identifier: MIT
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";
import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";

import { dropHalfLine, journalFolder, readJournal, readRecord, writeRecord } from "../../../deploy/run/journal.ts";
import { lostTransactions, recoverLost } from "../../../deploy/run/recoverLost.ts";
import { freshFolder } from "../programs/support/startProgram.ts";

const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const FIRST = { type: "TRANSACTION_PREPARE_SEND", futureId: "A#First", networkInteractionId: 1, nonce: 7 };
const SECOND = { type: "TRANSACTION_PREPARE_SEND", futureId: "A#Second", networkInteractionId: 1, nonce: 8 };
const SENT = { type: "TRANSACTION_SEND", futureId: "A#First", networkInteractionId: 1 };

/** A chain on which the account has sent so many transactions, of which so many are in a block. */
function chainOf(mined: number, known: number, requests: Partial<Provider> = {}) {
  const provider = {
    getTransactionCount: async (_: string, block: unknown) => (block === "pending" ? known : mined),
    getBlockNumber: async () => 3,
    ...requests,
  } as unknown as Provider;
  return { provider, requests: {} as EIP1193Provider, deployer: DEPLOYER, confirmations: 1 };
}

describe("recovery of a killed deployment", () => {
  let folder: string;

  beforeEach(async () => {
    folder = journalFolder(await freshFolder(), 84_532);
    await mkdir(folder, { recursive: true });
  });

  const write = (...lines: readonly (object | string)[]): Promise<void> =>
    writeFile(
      join(folder, "journal.jsonl"),
      lines.map((line) => `\n${typeof line === "string" ? line : JSON.stringify(line)}`).join(""),
    );

  it("finds what was announced and never told to be out", () => {
    assert.deepEqual(lostTransactions([FIRST, SENT, SECOND]), [SECOND]);
    assert.deepEqual(lostTransactions([FIRST, SENT]), []);
    assert.deepEqual(lostTransactions([FIRST, { type: "WIPE_APPLY", futureId: "A#First" }]), []);
  });

  it("drops half a line, and nothing else", async () => {
    await write(FIRST, '{"type":"TRANSACTION_SE');
    assert.isTrue(await dropHalfLine(folder));
    assert.deepEqual(await readJournal(folder), [FIRST]);
    assert.isFalse(await dropHalfLine(folder));
  });

  it("takes back an announcement whose nonce nobody used", async () => {
    await write(FIRST, SENT, SECOND);
    assert.deepEqual(await recoverLost(folder, chainOf(8, 8)), ["A#Second had not been sent: it is sent now."]);
    assert.deepEqual(await readJournal(folder), [FIRST, SENT]);
  });

  it("waits for what is out and in no block", async () => {
    await write(FIRST, SENT, SECOND);
    const error = await recoverLost(folder, chainOf(8, 9)).catch((one: object) => one);
    assert.include(error, { code: "transactionPending", retriable: true });
    assert.deepEqual(await readJournal(folder), [FIRST, SENT, SECOND], "nothing was changed");
  });

  it("says which transaction to look up where a node has forgotten", async () => {
    await write(FIRST, SENT, SECOND);
    const forgetful = chainOf(9, 9, {
      getTransactionCount: async (_: string, block?: unknown) => {
        if (typeof block === "number") throw new Error("missing trie node");
        return 9;
      },
    });
    const error = await recoverLost(folder, forgetful).catch((one: object) => one);
    assert.include(error, { code: "transactionUnknown" });
  });

  it("has nothing to do where nothing has begun", async () => {
    assert.deepEqual(await recoverLost(folder, chainOf(0, 0)), []);
  });

  it("remembers what a deployment was begun with, and refuses what it cannot read", async () => {
    const record = { network: "baseSepolia", genesis: "0x01", deployer: DEPLOYER, startedAt: 5 };
    assert.isUndefined(await readRecord(folder));
    await writeRecord(folder, record);
    assert.deepEqual(await readRecord(folder), record);
    const file = join(folder, "begun.json");
    await writeFile(file, (await readFile(file, "utf8")).slice(0, 20));
    const error = await readRecord(folder).catch((one: object) => one);
    assert.include(error, { code: "journalUnreadable" });
  });
});

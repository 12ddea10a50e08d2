// SPDX-License-Identifier: MIT
import { copyFileSync } from "node:fs";
import { join } from "node:path";

import { encryptKeystoreJsonSync, toBeHex, zeroPadValue } from "ethers";

import type { DeskPolicy, DeskTurn } from "../../../../scripts/chain/deskTypes.ts";
import { INTENT_MIGRATIONS, IntentBook } from "../../../../scripts/chain/IntentBook.ts";
import { IntentDesk } from "../../../../scripts/chain/IntentDesk.ts";
import type { DeskParts } from "../../../../scripts/chain/IntentDesk.ts";
import { KeystoreSigner } from "../../../../scripts/chain/KeystoreSigner.ts";
import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import { SqliteDatabase } from "../../../../scripts/chain/SqliteDatabase.ts";
import type { ActionClass, Work } from "../../../../scripts/model/intents/types.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { ChainStage } from "./ChainStage.ts";
import { freshFolder } from "./startProgram.ts";
import { keyOf } from "./World.ts";

/** Counts how often it was called with a word: `storage[word] += 1`. Nothing keeps it from counting twice. */
export const COUNTER = `0x${"c0".repeat(20)}`;
const COUNTER_CODE = "0x5f3580546001019055";
/** Counts a word once and refuses it for ever after, as the protocol's own contracts do. */
export const ONCE = `0x${"0c".repeat(20)}`;
const ONCE_CODE = "0x5f358054801561000d575f5ffd5b600101905500";
/** Counts each word of its data once; one that it has counted before makes it refuse all of them. */
export const EACH = `0x${"ea".repeat(20)}`;
const EACH_CODE = "0x5f5b368110600957005b80358054156015575f5ffd5b60019055602001600156";

const GWEI = 1_000_000_000n;
export const FINAL_DEPTH = 2;
export const MUST: ActionClass = {
  name: "must",
  mustDo: true,
  maximumFeePerGas: 100n * GWEI,
  maximumGas: 500_000n,
  bumpAfterMs: 5_000n,
  profitPercent: 0n,
};
export const GAIN: ActionClass = { ...MUST, name: "gain", mustDo: false, profitPercent: 25n };
export const POLICY: DeskPolicy = {
  classes: [MUST, GAIN],
  filler: { ...MUST, name: "filler" },
  finality: { kind: "depth", blocks: BigInt(FINAL_DEPTH) },
  forgottenMs: 20_000n,
};
const START_MS = 1_800_000_000_000n;
const FOREVER_MS = START_MS * 2n;
const THOUSAND_ETHER = "0x3635c9adc5dea00000";

/** What a test ends a desk with: no error the desk knows. */
export class Killed extends Error {}

/** Something that kills its caller before or after one of its methods. */
export interface Trap {
  readonly method: string;
  readonly when: "before" | "after";
}

let accounts = 0;
let words = 0;

/** A chain on which desks have something to do; both targets are in a final block. */
export async function startDeskStage(proxies?: number): Promise<ChainStage> {
  const stage = await ChainStage.start(proxies);
  await stage.chain.provider.send("hardhat_setCode", [COUNTER, COUNTER_CODE]);
  await stage.chain.provider.send("hardhat_setCode", [ONCE, ONCE_CODE]);
  await stage.chain.provider.send("hardhat_setCode", [EACH, EACH_CODE]);
  await stage.driver.mine(FINAL_DEPTH + 1);
  return stage;
}

/** A desk with an account of its own on a stage's chain, and a disk that can be lost or put back. */
export class DeskBench {
  readonly stage: ChainStage;
  readonly clock = new ClockServer(START_MS);
  readonly signer: KeystoreSigner;
  readonly access: ChainAccess;
  readonly policy: DeskPolicy;
  desk!: IntentDesk;
  book!: IntentBook;
  #file: string;
  #database!: SqliteDatabase;

  private constructor(stage: ChainStage, access: ChainAccess, file: string, policy: DeskPolicy, name: string) {
    this.stage = stage;
    this.access = access;
    this.#file = file;
    this.policy = policy;
    const { address, privateKey } = keyOf(name);
    const json = encryptKeystoreJsonSync({ address, privateKey }, "x", { scrypt: { N: 2, r: 1, p: 1 } });
    this.signer = new KeystoreSigner(json, "x");
  }

  /** With an account nobody used before, unless one is named. */
  static async start(
    stage: ChainStage,
    policy: Partial<DeskPolicy> = {},
    name = `desk ${++accounts}`,
  ): Promise<DeskBench> {
    const file = join(await freshFolder(), "intents.sqlite");
    const bench = new DeskBench(stage, stage.open(), file, { ...POLICY, ...policy }, name);
    await stage.chain.provider.send("hardhat_setBalance", [bench.signer.address, THOUSAND_ETHER]);
    bench.open();
    return bench;
  }

  /** Opens the disk and starts a desk on it; `trap` kills it on the way, and it knows those classes only. */
  open(trap?: Trap, classes: readonly ActionClass[] = this.policy.classes): void {
    this.#database = SqliteDatabase.open(this.#file, { applicationId: 0xde5c, migrations: INTENT_MIGRATIONS });
    this.book = new IntentBook(this.#database);
    const chain = { chainId: this.access.chain.chainId, broadcast: (raw: string) => this.access.chain.broadcast(raw) };
    const parts: DeskParts = {
      chain: trapped(chain, trap),
      agreed: this.access.agreed,
      clock: this.clock,
      signer: trapped(this.signer, trap),
      book: trapped(this.book, trap),
    };
    this.desk = new IntentDesk(parts, { ...this.policy, classes });
  }

  close(): void {
    this.#database.close();
  }

  /** The program ends, however, and starts again with the same disk. */
  restart(trap?: Trap, classes?: readonly ActionClass[]): void {
    this.close();
    this.open(trap, classes);
  }

  async loseDisk(): Promise<void> {
    this.close();
    this.#file = join(await freshFolder(), "intents.sqlite");
    this.open();
  }

  /** Copies the disk as it is now; the function returned puts it back. */
  backUp(): () => void {
    const copy = `${this.#file}.copy`;
    this.close();
    copyFileSync(this.#file, copy);
    this.open();
    return () => {
      this.close();
      copyFileSync(copy, this.#file);
      this.open();
    };
  }

  /** Work of a word nobody used before. */
  work(change: Partial<Work> = {}): Work {
    const data = zeroPadValue(toBeHex(++words), 32);
    const work = { key: `count ${words}`, className: "must", to: COUNTER, data, rewardWei: 0n };
    return { ...work, deadlineMs: FOREVER_MS, ...change };
  }

  /** How often work took effect. */
  async effects({ to, data }: Work): Promise<number> {
    return Number(await this.stage.chain.provider.getStorage(to, data));
  }

  /** Transactions of the account in the chain. */
  sent(): Promise<number> {
    return this.stage.chain.provider.getTransactionCount(this.signer.address);
  }

  /** Lets time pass. */
  async pass(milliseconds: bigint): Promise<void> {
    this.clock.advanceTo((await this.clock.now()) + milliseconds);
  }

  /** Turns with a block and a second after each, until nothing is open; what happened in them. */
  async settle(turns = 20): Promise<DeskTurn> {
    const all: { events: DeskTurn["events"][number][]; problems: DeskTurn["problems"][number][] } = {
      events: [],
      problems: [],
    };
    for (let turn = 0; turn < turns && this.book.open().length > 0; turn++) {
      const { events, problems } = await this.desk.advance();
      all.events.push(...events);
      all.problems.push(...problems);
      await this.stage.driver.mine();
      await this.pass(1_000n);
    }
    return all;
  }

  /** The account's transactions in the pool, lowest nonce first. */
  async pool(): Promise<{ nonce: number; fee: bigint; tip: bigint; hash: string; to: string }[]> {
    const waiting: Record<"from" | "nonce" | "maxFeePerGas" | "maxPriorityFeePerGas" | "hash" | "to", string>[] =
      await this.stage.chain.provider.send("eth_pendingTransactions", []);
    return waiting
      .filter(({ from }) => from.toLowerCase() === this.signer.address.toLowerCase())
      .map(({ nonce, maxFeePerGas, maxPriorityFeePerGas, hash, to }) => ({
        nonce: Number(nonce),
        fee: BigInt(maxFeePerGas),
        tip: BigInt(maxPriorityFeePerGas),
        hash,
        to,
      }))
      .sort((a, b) => a.nonce - b.nonce);
  }

  /** Sends a transaction with the account's key past its desk. */
  async sendElsewhere(nonce: number, to: string, data: string, fee = 50n * GWEI, tip = fee): Promise<string> {
    const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: tip };
    const { chainId } = this.access.chain;
    const raw = await this.signer.signTransaction({ chainId, nonce, to, data, gasLimit: 100_000n, ...fees });
    return this.access.chain.broadcast(raw);
  }
}

/** The same object, but one of its methods kills. */
function trapped<Part extends object>(part: Part, trap: Trap | undefined): Part {
  if (trap === undefined || !(trap.method in part)) return part;
  return new Proxy(part, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (name !== trap.method) return Reflect.apply(value, target, args);
        if (trap.when === "before") throw new Killed(`before ${trap.method}`);
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) throw new Killed(`after ${trap.method}`);
        return result.then(() => {
          throw new Killed(`after ${trap.method}`);
        });
      };
    },
  });
}

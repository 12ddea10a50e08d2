// SPDX-License-Identifier: MIT
import { copyFileSync } from "node:fs";
import { join } from "node:path";

import { assert } from "chai";
import hre from "hardhat";

import { decodeClearingEvents } from "../../../../scripts/chain/decodeClearingEvents.ts";
import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import { SeededRandom } from "../../../../scripts/chain/SeededRandom.ts";
import { SqliteDatabase } from "../../../../scripts/chain/SqliteDatabase.ts";
import { textOf } from "../../../../scripts/keepers/index/ledgerText.ts";
import { INDEX_SCHEMA, ProtocolIndex } from "../../../../scripts/keepers/index/ProtocolIndex.ts";
import type { IndexSettings } from "../../../../scripts/keepers/index/ProtocolIndex.ts";
import { emptyLedger } from "../../../../scripts/model/clearing/clearingLedger.ts";
import type { ClearingLedger } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { foldClearingEvents } from "../../../../scripts/model/clearing/foldClearingEvents.ts";
import { ClearingBench } from "../../clearing/ClearingBench.ts";
import type { ChainStage } from "./ChainStage.ts";
import { silentLog } from "./silentLog.ts";
import { freshFolder } from "./startProgram.ts";

const STATES = ["healthy", "flagged", "settled"];
const GAS = { gasLimit: 1_500_000n };
const DOLLAR = 10n ** 6n;
const NOTHING = { cash: 0n, tips: 0n, status: "healthy", legs: [] };

/** A Clearinghouse on a stage's chain, over HTTP; every transaction of its making is a block. */
export async function houseOn(stage: ChainStage): Promise<ClearingBench> {
  await stage.chain.provider.send("evm_setAutomine", [true]);
  const override = { url: stage.chain.rpcUrl };
  return ClearingBench.create({ connection: await hre.network.create({ network: "local", override }) });
}

/** An index of a Clearinghouse, with a disk that can be lost, put back or cut off. */
export class IndexBench {
  readonly clearing: ClearingBench;
  readonly access: ChainAccess;
  readonly settings: IndexSettings;
  index!: ProtocolIndex;
  #file = "";
  #database: SqliteDatabase | undefined;
  readonly #random = new SeededRandom(11);

  private constructor(clearing: ClearingBench, access: ChainAccess, settings: IndexSettings) {
    this.clearing = clearing;
    this.access = access;
    this.settings = settings;
  }

  static async start(clearing: ClearingBench, access: ChainAccess): Promise<IndexBench> {
    const settings = { house: await clearing.house.getAddress(), fromBlock: 0n };
    const bench = new IndexBench(clearing, access, settings);
    await bench.loseDisk();
    return bench;
  }

  /** The program ends, however, and starts again with the same disk. */
  restart(): void {
    this.close();
    this.#database = SqliteDatabase.open(this.#file, INDEX_SCHEMA);
    const parts = { agreed: this.access.agreed, database: this.#database, log: silentLog };
    this.index = new ProtocolIndex(parts, this.settings);
  }

  async loseDisk(): Promise<void> {
    this.#file = join(await freshFolder(), "index.sqlite");
    this.restart();
  }

  /** Copies the disk as it is now; the function returned puts it back. */
  backUp(): () => void {
    const copy = `${this.#file}.copy`;
    this.close();
    copyFileSync(this.#file, copy);
    this.restart();
    return () => {
      this.close();
      copyFileSync(copy, this.#file);
      this.restart();
    };
  }

  get database(): SqliteDatabase {
    return this.#database!;
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /** What the events on the node's own chain say, read at once. */
  async onChain(): Promise<ClearingLedger> {
    const address = await this.clearing.house.getAddress();
    const logs = await this.clearing.connection.ethers.provider.getLogs({ address, fromBlock: 0 });
    return foldClearingEvents(emptyLedger(this.clearing.pot), decodeClearingEvents(logs));
  }

  /** The index is what the chain is: every entry by its events, every book by the contract's own word. */
  async expectCurrent(label: string): Promise<void> {
    const { ledger, unsettled } = this.index;
    const expected = await this.onChain();
    const [shown, wanted] = [entriesOf(ledger), entriesOf(expected)];
    const extra = [...shown].filter((entry) => !wanted.has(entry));
    const missing = [...wanted].filter((entry) => !shown.has(entry));
    assert.deepEqual({ extra, missing }, { extra: [], missing: [] }, `${label}: the ledger`);
    for (const id of expected.books.keys()) {
      const { cash, tips, state, legs } = await this.clearing.house.book(id);
      const held = legs.map(({ strike, isCall, size }) => ({ strike, isCall, size }));
      const record = ledger.books.get(id) ?? NOTHING;
      assert.deepEqual(record, { cash, tips, status: STATES[Number(state)], legs: held }, `${label}: book ${id}`);
    }
    const open = [...expected.books].filter(([, { status, legs }]) => status !== "settled" && legs.length > 0);
    const found = [...unsettled.expiries()].flatMap(({ books }) => [...books]);
    assert.sameMembers(
      found,
      open.map(([id]) => id),
      `${label}: unsettled books`,
    );
  }

  /** Puts transactions of anybody into the pool, some of which the contract will refuse. */
  async act(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const signer = await this.clearing.signer(1 + this.#below(3));
      const other = await this.clearing.signer(1 + this.#below(3));
      const { quoteMarket, expiry } = this.clearing;
      const id = this.clearing.bookId(signer.address, BigInt(this.#below(3)), quoteMarket, expiry);
      const house = this.clearing.house.connect(signer);
      const leg = this.clearing.legs({ strike: 3_000 + 50 * this.#below(3), isCall: this.#below(2) === 1, size: 1 });
      const acts = [
        () => house.fund(id, 2_000n * DOLLAR, GAS),
        () => house.mint(id, leg, other.address, GAS),
        () => house.mint(id, leg, signer.address, GAS),
        () => house.burn(id, leg, GAS),
        () => house.defund(id, 50n * DOLLAR, other.address, GAS),
        () => house.transferBook(id, signer.address, 4n, GAS),
        () => house.splitBook(id, signer.address, 1n, 3n, GAS),
      ];
      await acts[this.#below(acts.length)]!();
    }
  }

  #below(limit: number): number {
    return Number(this.#random.below(BigInt(limit)));
  }
}

/** All entries of a ledger, one text each. */
function entriesOf(ledger: ClearingLedger): Set<string> {
  const texts = Object.entries(ledger).flatMap(([name, map]) =>
    map instanceof Map ? [...(map as Map<unknown, unknown>)].map((entry) => `${name} ${textOf(entry)}`) : [String(map)],
  );
  return new Set(texts);
}

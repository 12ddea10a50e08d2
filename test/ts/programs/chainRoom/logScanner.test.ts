// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { assert } from "chai";
import { zeroPadValue, toBeHex } from "ethers";
import { z } from "zod";

import type { Finality } from "../../../../scripts/chain/AgreedChain.ts";
import { LogScanner } from "../../../../scripts/chain/LogScanner.ts";
import type { ScanSettings } from "../../../../scripts/chain/LogScanner.ts";
import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import { SCAN_TABLES, ScanMemory } from "../../../../scripts/chain/ScanMemory.ts";
import { SqliteDatabase } from "../../../../scripts/chain/SqliteDatabase.ts";
import { ChainStage, codeOf } from "../support/ChainStage.ts";
import { freshFolder } from "../support/startProgram.ts";

const BELL = `0x${"b0".repeat(20)}`;
const RING_WITH_TOPIC = "0x5f355f5fa100"; // log1(0, 0, calldataload(0))
const SCHEMA = {
  applicationId: 0x7e57,
  migrations: [`${SCAN_TABLES} CREATE TABLE heard (number INTEGER NOT NULL, topic TEXT NOT NULL) STRICT;`],
};
const heardRow = z.object({ number: z.number(), topic: z.string() });
const topicOf = (ring: number): string => zeroPadValue(toBeHex(ring), 32);

/** A consumer as a keeper has it: it applies scans to a table of its own and commits them with it. */
class Listener {
  readonly database: SqliteDatabase;
  readonly scanner: LogScanner;
  rollbacks: bigint[] = [];

  constructor(file: string, access: ChainAccess, change: Partial<ScanSettings> = {}) {
    this.database = SqliteDatabase.open(file, SCHEMA);
    this.scanner = new LogScanner(access.agreed, new ScanMemory(this.database, "bell"), {
      address: BELL,
      topics: [],
      fromBlock: 0n,
      finality: { kind: "latest" },
      overlap: 4n,
      window: 40n,
      longestRange: 1_000n,
      blocksPerScan: 10_000n,
      ...change,
    });
  }

  /** Scans until there is nothing more; `crash` ends the last one before its commit. */
  async listen(crash = false): Promise<void> {
    for (;;) {
      const scan = await this.scanner.next();
      if (crash) return;
      this.database.transaction(() => {
        if (scan.rolledBackTo !== undefined) {
          this.rollbacks.push(scan.rolledBackTo);
          this.database.run("DELETE FROM heard WHERE number > ?", Number(scan.rolledBackTo));
        }
        for (const log of scan.logs)
          this.database.run("INSERT INTO heard VALUES (?, ?)", Number(log.blockNumber), log.topics[0]!);
        this.scanner.commit(scan);
      });
      if (scan.complete) return;
    }
  }

  heard(): { number: number; topic: string }[] {
    return this.database.all(heardRow, "SELECT number, topic FROM heard ORDER BY number, topic");
  }
}

describe("scanner of events", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let access: ChainAccess;
  let file: string;
  let listener: Listener;
  let rings = 0;

  before(async () => {
    stage = await ChainStage.start(3);
    await stage.chain.provider.send("hardhat_setCode", [BELL, RING_WITH_TOPIC]);
    await stage.driver.mine(3);
  });
  after(() => stage.close());

  beforeEach(async () => {
    stage.heal();
    access = stage.open();
    file = join(await freshFolder(), "scan.sqlite");
    listener = new Listener(file, access);
  });
  afterEach(() => listener.database.close());

  /** Rings so many times, one block each. */
  async function ring(times = 1): Promise<string[]> {
    const signer = await stage.chain.provider.getSigner(0);
    const hashes: string[] = [];
    for (let i = 0; i < times; i++) {
      const call = { to: BELL, data: topicOf(++rings), gasLimit: 100_000n };
      hashes.push((await signer.sendTransaction(call)).hash);
      await stage.driver.mine();
    }
    return hashes;
  }

  /** Every ring on the chain as it is, read from the node itself. */
  async function onChain(): Promise<{ number: number; topic: string }[]> {
    const logs = await stage.chain.provider.getLogs({ address: BELL, fromBlock: 0, toBlock: "latest" });
    return logs.map((log) => ({ number: log.blockNumber, topic: log.topics[0]! }));
  }

  function reopen(change: Partial<ScanSettings> = {}): void {
    listener.database.close();
    listener = new Listener(file, access, change);
  }

  it("delivers each event once, in order, over restarts", async () => {
    await ring(3);
    await listener.listen();
    await listener.listen();
    await ring(2);
    reopen();
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain());
    assert.deepEqual(listener.rollbacks, []);
  });

  it("delivers a scan again when its consumer died before it committed", async () => {
    await ring(2);
    await listener.listen(true);
    assert.deepEqual(listener.heard(), [], "not applied");
    reopen();
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain());
  });

  for (const depth of [1, 2, 7, 32]) {
    it(`follows a reorg of ${depth} to the fork and no further`, async () => {
      await stage.driver.mine(depth);
      const hashes = await ring(Math.min(depth, 3));
      await listener.listen();
      const head = BigInt(await stage.chain.provider.getBlockNumber());

      // The last ring does not come back, the others land in other blocks than before.
      await stage.driver.reorganize({ depth, keep: (hash) => hash !== hashes.at(-1) });
      reopen();
      await listener.listen();
      assert.deepEqual(listener.rollbacks, [head - BigInt(depth)], "rolled back to the fork");
      assert.deepEqual(listener.heard(), await onChain());
      assert.notInclude(
        listener.heard().map(({ topic }) => topic),
        topicOf(rings),
        "the ring that went",
      );
    });
  }

  it("follows a reorg to a shorter chain, and one at the same height", async () => {
    await ring(4);
    await listener.listen();
    await stage.driver.reorganize({ depth: 4, blocks: 2, keep: () => false });
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain(), "shorter");
    await stage.driver.reorganize({ depth: 2, blocks: 2 });
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain(), "same height");
    assert.lengthOf(listener.rollbacks, 2);
  });

  it("delivers an event again when the chain returns to a block it had left", () => {
    const memory = new ScanMemory(listener.database, "bell");
    const word = `0x${"ab".repeat(32)}`;
    const log = { address: BELL, topics: [], data: "0x", blockNumber: 5n, blockHash: word, transactionHash: word };
    const event = { ...log, logIndex: 0n };
    const block = { number: 5n, hash: word };
    memory.replace(5n, [block], [event], 0n);
    assert.isFalse(memory.isNew(event));
    memory.replace(4n, [{ ...block, hash: `0x${"cd".repeat(32)}` }], [], 0n);
    assert.isTrue(memory.isNew(event));
    assert.lengthOf(memory.blocks(), 1);
  });

  it("remembers no blocks of a transaction that failed", () => {
    const memory = new ScanMemory(listener.database, "failing");
    const blocks = [1n, 2n].map((number) => ({ number, hash: `0x0${number}` }));
    memory.replace(0n, blocks, [], 0n);
    const failing = (): void =>
      listener.database.transaction(() => {
        memory.replace(1n, [{ number: 2n, hash: "0x22" }], [], 0n);
        assert.deepEqual(memory.blocks(), [blocks[0]!, { number: 2n, hash: "0x22" }]);
        throw new Error("the disk is full");
      });
    assert.throws(failing, "the disk is full");
    assert.deepEqual(memory.blocks(), blocks);
    assert.deepEqual(new ScanMemory(listener.database, "failing").blocks(), blocks);
  });

  it("refuses an overlap that it cannot remember", () => {
    assert.throws(() => new Listener(`${file}.2`, access, { overlap: 41n }), /overlap/);
  });

  it("refuses to guess when the chain left everything it remembers", async () => {
    await ring(2);
    reopen({ window: 4n });
    await listener.listen();
    await stage.driver.reorganize({ depth: 6 });
    assert.equal(await codeOf(listener.listen()), "reorgTooDeep");
    assert.lengthOf(listener.heard(), (await onChain()).length, "nothing was undone or done twice");
  });

  it("does not take lagging endpoints for a reorg", async () => {
    await ring(3);
    await listener.listen();
    for (const proxy of stage.proxies) proxy.show({ headLag: 2n });
    await listener.listen();
    assert.deepEqual(listener.rollbacks, []);
    assert.deepEqual(listener.heard(), await onChain());
  });

  it("hears what an endpoint lies about when the other two are honest, and nothing on one endpoint's word", async () => {
    await ring(2);
    stage.proxies[0]!.add({ kind: "lie", methods: ["eth_getLogs"], tell: () => [] });
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain());
    stage.proxies[1]!.add({ kind: "refuse", methods: ["eth_getLogs"] });
    await ring();
    assert.equal(await codeOf(listener.listen()), "rpcDisagreement");
  });

  it("hears events that were indexed late, in blocks it has delivered", async () => {
    await ring(3);
    for (const proxy of stage.proxies)
      proxy.add({ kind: "lie", methods: ["eth_getLogs"], tell: (logs) => (logs as unknown[]).slice(0, -2), times: 1 });
    await listener.listen();
    assert.lengthOf(listener.heard(), (await onChain()).length - 2, "two are missing");
    stage.heal();
    await stage.driver.mine(2);
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain());
  });

  it("halves a range that the endpoints refuse, down to what they take", async () => {
    await ring(3);
    await stage.driver.mine(40);
    for (const proxy of stage.proxies) proxy.add({ kind: "shortRange", blocks: 5n });
    await listener.listen();
    assert.deepEqual(listener.heard(), await onChain());
    const refusesAll = { kind: "error", code: -32_000, message: "no", methods: ["eth_getLogs"] } as const;
    for (const proxy of stage.proxies) proxy.heal();
    for (const proxy of stage.proxies) proxy.add(refusesAll);
    await ring();
    assert.equal(await codeOf(listener.listen()), "rpcRefused", "a single block that is refused is an error");
  });

  it("catches up in bounded steps", async () => {
    const fromBlock = BigInt(await stage.chain.provider.getBlockNumber()) + 1n;
    await ring(2);
    await stage.driver.mine(22);
    await ring(2);
    reopen({ blocksPerScan: 10n, fromBlock });
    const first = await listener.scanner.next();
    assert.equal(first.through, fromBlock + 9n);
    assert.isFalse(first.complete);
    await listener.listen();
    assert.deepEqual(listener.heard(), (await onChain()).slice(-4));
  });

  it("rests on what its consumer calls final", async () => {
    const tagged: Finality = { kind: "tag", tag: "finalized" };
    for (const [finality, name] of [
      [{ kind: "depth", blocks: 2n }, "depth"],
      [tagged, "tag"],
    ] as const) {
      file = join(await freshFolder(), "scan.sqlite");
      reopen({ finality });
      for (const proxy of stage.proxies) proxy.show({ finalizedLag: 2n });
      await ring(3);
      await listener.listen();
      assert.deepEqual(listener.heard(), (await onChain()).slice(0, -2), name);
      await stage.driver.reorganize({ depth: 2, keep: () => false });
      await listener.listen();
      assert.deepEqual(listener.rollbacks, [], `${name}: nothing final has gone`);
    }
  });
});

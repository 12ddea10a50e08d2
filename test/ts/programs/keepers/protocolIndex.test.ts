// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { ProtocolIndex } from "../../../../scripts/keepers/index/ProtocolIndex.ts";
import { RandomSession } from "../../clearing/RandomSession.ts";
import { ClearingBench } from "../../clearing/ClearingBench.ts";
import { ChainStage, codeOf } from "../support/ChainStage.ts";
import { houseOn, IndexBench } from "../support/IndexBench.ts";
import { silentLog } from "../support/silentLog.ts";

const ACTIONS = 90;

/** Whether a request for events asks for all of them. */
function isFromStart([range]: readonly unknown[]): boolean {
  return (range as { fromBlock: string }).fromBlock === "0x0";
}

describe("index of books", function () {
  this.timeout(120_000);
  let stage: ChainStage;
  let clearing: ClearingBench;
  let bench: IndexBench;

  before(async () => {
    stage = await ChainStage.start(3);
    clearing = await houseOn(stage);
    await RandomSession.create(5, clearing).then((session) => session.trade(ACTIONS));
    await stage.driver.begin();
    await stage.driver.mine();
  });
  after(async () => {
    await clearing.connection.close();
    await stage.close();
  });

  beforeEach(async () => {
    stage.heal();
    bench = await IndexBench.start(clearing, stage.open());
  });
  afterEach(() => bench.close());

  /** Blocks with something in each. */
  async function live(blocks: number, transactions = 3): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      await bench.act(transactions);
      await stage.driver.mine();
    }
  }

  /** How often an endpoint was asked for events. */
  function scans(): number {
    return stage.proxies.reduce((sum, proxy) => sum + proxy.asked("eth_getLogs"), 0);
  }

  it("is what the chain is after anything people do, and follows block by block", async () => {
    await bench.index.advance();
    await bench.expectCurrent("built");
    for (let block = 0; block < 5; block++) {
      await live(1, 4);
      await bench.index.advance();
      await bench.expectCurrent(`block ${block}`);
    }
    assert.equal(bench.index.block!.number, BigInt(await stage.chain.provider.getBlockNumber()));
  });

  for (const depth of [1, 2, 7, 32]) {
    it(`takes back what a reorg of ${depth} took, and nothing else`, async () => {
      await live(depth, depth > 7 ? 1 : 4);
      await bench.index.advance();
      const before = bench.index.ledger;
      const hashes = new Set<string>();
      let last = true;
      await stage.driver.reorganize({ depth, keep: (hash) => ((last = !last), hashes.add(hash), last) });
      await bench.index.advance();
      await bench.expectCurrent("after the reorg");
      assert.strictEqual(bench.index.ledger, before, "the same ledger, put right in place: not a new one");
      assert.isAbove(hashes.size, 0, "transactions went");
    });
  }

  it("follows a reorg of what it read before it was restarted", async () => {
    await live(7);
    await bench.index.advance();
    bench.restart();
    await stage.driver.reorganize({ depth: 7, keep: () => false });
    await bench.index.advance();
    await bench.expectCurrent("after restart and reorg");
  });

  it("reads no history again after a restart, and what an old disk lacks", async () => {
    await live(2);
    await bench.index.advance();
    const putBack = bench.backUp();
    const historyReads = (): number => stage.proxies[0]!.parametersOf("eth_getLogs").filter(isFromStart).length;
    const before = historyReads();
    await live(3);
    await bench.index.advance();
    bench.restart();
    await bench.index.advance();
    await bench.expectCurrent("restarted");
    putBack();
    await stage.driver.reorganize({ depth: 4 });
    await bench.index.advance();
    await bench.expectCurrent("with the old disk, on another branch");
    assert.equal(historyReads(), before, "history was not read again");
  });

  it("is rebuilt from the chain when its disk is lost, and when the chain left all it remembers", async () => {
    await bench.index.advance();
    await bench.loseDisk();
    assert.equal(await codeOf(Promise.resolve().then(() => bench.index.ledger)), "indexEmpty");
    await bench.index.advance();
    await bench.expectCurrent("lost disk");
    bench.database.run("UPDATE scan_block SET hash = ?", `0x${"ab".repeat(32)}`);
    bench.database.run("DELETE FROM ledger_entry WHERE map = 'books'");
    bench.restart();
    await bench.index.advance();
    await bench.expectCurrent("left by the chain");
  });

  it("is begun afresh for another Clearinghouse", async () => {
    await stage.chain.provider.send("evm_setAutomine", [true]);
    await bench.index.advance();
    const parts = { agreed: bench.access.agreed, database: bench.database, log: silentLog };
    const second = await ClearingBench.create({ connection: clearing.connection });
    const other = new ProtocolIndex(parts, { ...bench.settings, house: await second.house.getAddress() });
    await other.advance();
    assert.equal(other.ledger.books.size, 0);
    assert.equal(other.ledger.markets.size, 2);
    bench.restart();
    await bench.index.advance();
    await bench.expectCurrent("and back");
    await stage.driver.begin();
  });

  it("folds events in their order where endpoints index some late", async () => {
    await bench.index.advance();
    await live(3);
    const missing = (logs: unknown): unknown => (logs as unknown[]).filter((_, place) => place % 3 !== 1);
    for (const proxy of stage.proxies) proxy.add({ kind: "lie", methods: ["eth_getLogs"], tell: missing, times: 1 });
    await bench.index.advance().catch(() => undefined);
    stage.heal();
    await live(2);
    await bench.index.advance();
    await bench.expectCurrent("after all were indexed");
  });

  it("stands where its disk stands when that refuses a write", async () => {
    await live(1);
    await bench.index.advance();
    await live(2);
    bench.database.run("CREATE TRIGGER full BEFORE INSERT ON ledger_undo BEGIN SELECT RAISE(ABORT, 'disk'); END");
    assert.equal(await codeOf(bench.index.advance()), "storeUnusable");
    assert.equal(
      await codeOf(Promise.resolve().then(() => bench.index.ledger)),
      "indexEmpty",
      "half of a scan is not shown",
    );
    bench.database.run("DROP TRIGGER full");
    await bench.index.advance();
    await bench.expectCurrent("with room again");
  });

  it("is read once for all who ask at the same time, and not at all at the head it stands at", async () => {
    await bench.index.advance();
    await live(1);
    const before = scans();
    await bench.index.advance();
    const once = scans() - before;
    await live(1);
    await Promise.all([bench.index.advance(), bench.index.advance(), bench.index.advance()]);
    assert.equal(scans() - before, 2 * once, "one scan for three");
    await bench.index.advance(await bench.access.agreed.head());
    assert.equal(scans() - before, 2 * once, "none");
  });

  it("forgets books that are settled", async () => {
    await stage.chain.provider.send("evm_setAutomine", [true]);
    await clearing.mark(clearing.expiry, 3_020);
    await clearing.at(clearing.expiry + 120n);
    await clearing.house.settleExpiry(clearing.quoteMarket, clearing.expiry, 0n);
    await bench.index.advance();
    const [first, ...others] = bench.index.unsettled.of(clearing.quoteMarket, clearing.expiry);
    await clearing.house.settleBooks([first!]);
    await bench.index.advance();
    await bench.expectCurrent("one is settled");
    await clearing.house.settleBooks(others);
    await bench.index.advance();
    await bench.expectCurrent("all are");
    assert.equal(bench.index.unsettled.of(clearing.quoteMarket, clearing.expiry).size, 0);
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Registry } from "prom-client";

import type { DeskTurn } from "../../../../scripts/chain/deskTypes.ts";
import { IntentMetrics } from "../../../../scripts/chain/IntentMetrics.ts";
import type { ChainStage } from "../support/ChainStage.ts";
import { DeskBench, startDeskStage } from "../support/DeskBench.ts";
import { silentLog } from "../support/silentLog.ts";

const kinds = ({ events }: DeskTurn): string[] => events.map(({ kind }) => kind);
const remedies = ({ problems }: DeskTurn): string[] => problems.map(({ error, remedy }) => `${error.code} ${remedy}`);

describe("intents through bad endpoints", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: DeskBench;

  before(async () => {
    stage = await startDeskStage(3);
  });
  after(() => stage.close());
  beforeEach(async () => {
    stage.heal();
    bench = await DeskBench.start(stage);
  });
  afterEach(() => bench.close());

  it("one that acknowledges and loses, one that hangs: the third is enough", async () => {
    const only = ["eth_sendRawTransaction"];
    stage.proxies[0]!.add({ kind: "swallow", methods: only });
    stage.proxies[1]!.add({ kind: "hang", methods: only });
    const work = bench.work();
    await bench.desk.propose(work);
    await bench.settle();
    assert.equal(await bench.effects(work), 1);
  });

  it("all acknowledge and lose: told again when they are well", async () => {
    for (const proxy of stage.proxies) proxy.add({ kind: "swallow", methods: ["eth_sendRawTransaction"] });
    const work = bench.work();
    await bench.desk.propose(work);
    await bench.desk.advance();
    await stage.driver.mine(3);
    assert.equal(await bench.effects(work), 0);
    stage.heal();
    await bench.settle();
    assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
  });

  it("an answer that is lost on the way: no second nonce", async () => {
    for (const proxy of stage.proxies) proxy.add({ kind: "holdAnswer", methods: ["eth_sendRawTransaction"], times: 1 });
    const work = bench.work();
    await bench.desk.propose(work);
    const turn = bench.desk.advance();
    await Promise.all(stage.proxies.map((proxy) => proxy.untilHeld()));
    stage.expire();
    assert.deepEqual(remedies(await turn), ["rpcUnreachable retry"]);
    await bench.settle();
    assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
  });

  it("one that lies about nonces, receipts and gas changes nothing", async () => {
    stage.proxies[0]!.add({ kind: "lie", methods: ["eth_getTransactionCount"], tell: () => "0x5" });
    stage.proxies[0]!.add({ kind: "lie", methods: ["eth_getTransactionReceipt"], tell: () => null });
    stage.proxies[0]!.add({ kind: "lie", methods: ["eth_estimateGas"], tell: () => "0xffffff" });
    stage.proxies[0]!.add({ kind: "lie", methods: ["eth_maxPriorityFeePerGas"], tell: () => "0xffffffffffff" });
    const work = bench.work();
    await bench.desk.propose(work);
    const turn = await bench.settle();
    assert.deepEqual(kinds(turn), ["bound", "sent", "mined", "mined", "done"]);
    assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
  });

  it("nothing is sent while only one can be reached", async () => {
    const work = bench.work();
    await bench.desk.propose(work);
    for (const i of [0, 1]) stage.proxies[i]!.add({ kind: "refuse" });
    const error: unknown = await bench.desk.advance().catch((given: unknown) => given);
    assert.nestedPropertyVal(error, "code", "rpcUnreachable");
    assert.deepEqual(await bench.pool(), []);
  });

  it("an empty wallet calls a person, and the metrics say so", async () => {
    const registry = new Registry();
    const metrics = new IntentMetrics(registry, silentLog);
    const work = bench.work();
    await bench.desk.propose(work);
    await stage.chain.provider.send("hardhat_setBalance", [bench.signer.address, "0x1"]);
    const turn = await bench.settle(1);
    assert.deepEqual(remedies(turn), ["insufficientFunds page"]);
    metrics.record(turn, bench.book);
    const shown = await registry.metrics();
    assert.include(shown, 'ballast_intent_problems_total{code="insufficientFunds",remedy="page"} 1');
    assert.include(shown, 'ballast_backlog{class="must"} 1');
  });
});

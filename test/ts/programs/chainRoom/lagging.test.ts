// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import { ChainStage } from "../support/ChainStage.ts";

describe("an endpoint that lags", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let access: ChainAccess;

  before(async () => {
    stage = await ChainStage.start(3);
    await stage.driver.mine(12);
  });
  after(() => stage.close());
  beforeEach(() => {
    stage.heal();
    access = stage.open();
  });

  const lag = (proxy: number): Promise<number> =>
    stage.metric("ballast_rpc_lag_blocks", { endpoint: stage.nameOf(proxy) });

  it("is not asked first from when heights were compared, until it has caught up", async () => {
    const { number } = await access.chain.head();
    stage.proxies[0]!.show({ headLag: 5n });
    assert.equal((await access.chain.head()).number, number - 5n, "nobody knows yet");
    await access.agreed.head();
    assert.equal((await access.chain.head()).number, number);
    assert.equal(await lag(0), 5);
    stage.heal();
    stage.timer.advance(15_000);
    await access.agreed.head();
    const before = stage.proxies[0]!.asked("eth_getBlockByNumber");
    await access.chain.head();
    assert.equal(stage.proxies[0]!.asked("eth_getBlockByNumber") - before, 1, "first again");
  });

  it("is found out by a program that only reads, after a while", async () => {
    const { number } = await access.chain.head();
    stage.proxies[0]!.show({ headLag: 5n });
    stage.timer.advance(15_000);
    assert.equal((await access.chain.head()).number, number);
    for (const other of [1, 2]) stage.proxies[other]!.add({ kind: "refuse" });
    stage.timer.advance(15_000);
    assert.equal((await access.chain.head()).number, number - 5n, "better than none");
  });

  it("may be two blocks behind: a block is on its way for a while", async () => {
    const { number } = await access.chain.head();
    stage.proxies[0]!.show({ headLag: 2n });
    await access.agreed.head();
    assert.equal((await access.chain.head()).number, number - 2n);
  });

  it("is not made of honest ones by one that invents blocks", async () => {
    const tell = (block: unknown): unknown => ({ ...(block as object), number: "0xffffff" });
    stage.proxies[2]!.add({ kind: "lie", methods: ["eth_getBlockByNumber"], tell });
    const { number } = await access.agreed.head();
    assert.equal((await access.chain.head()).number, number);
    assert.deepEqual(await Promise.all([0, 1].map(lag)), [0, 0]);
  });
});

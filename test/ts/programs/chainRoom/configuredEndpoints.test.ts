// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Registry } from "prom-client";

import { chainShape } from "../../../../scripts/chain/configShapes.ts";
import { RpcMetrics } from "../../../../scripts/chain/RpcMetrics.ts";
import { openOracle } from "../../../../scripts/programs/openOracle.ts";
import { ChainStage, codeOf } from "../support/ChainStage.ts";
import { silentLog } from "../support/silentLog.ts";
import { CHAIN_ID } from "../support/startChain.ts";

const DEAD = "http://127.0.0.1:1/secret";

function configured(rpcUrl: unknown, chainId = CHAIN_ID): unknown {
  return { rpcUrl, chainId: chainId.toString(), oracle: `0x${"11".repeat(20)}` };
}

describe("endpoints of a configuration", function () {
  this.timeout(60_000);
  let stage: ChainStage;

  before(async () => {
    stage = await ChainStage.start(1);
  });
  after(() => stage.close());

  it("are one address or a list of them", () => {
    assert.deepEqual(chainShape.parse(configured("http://a")).rpcUrl, ["http://a"]);
    assert.deepEqual(chainShape.parse(configured(["http://a", "https://b/"])).rpcUrl, ["http://a", "https://b"]);
    for (const refused of [[], "ftp://a", Array.from({ length: 10 }, () => "http://a")])
      assert.isFalse(chainShape.safeParse(configured(refused)).success, JSON.stringify(refused));
  });

  it("start a program when one of them lives, and are named without their secrets", async () => {
    const registry = new Registry();
    const config = chainShape.parse(configured([DEAD, stage.proxies[0]!.url]));
    const { chain } = await openOracle(config, { observer: new RpcMetrics(registry, silentLog) });
    assert.equal((await chain.head()).number, 0n);
    chain.close();
    const shown = await registry.metrics();
    assert.include(shown, 'endpoint="1:127.0.0.1:1",method="eth_chainId",outcome="rpcUnreachable"');
    assert.notInclude(shown, "secret");
  });

  it("stop it when they serve another chain", async () => {
    const config = chainShape.parse(configured([DEAD, stage.proxies[0]!.url], 1n));
    assert.equal(
      await codeOf(openOracle(config, { observer: new RpcMetrics(new Registry(), silentLog) })),
      "chainMismatch",
    );
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { HANGS } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import { SimulatedRpc } from "../../../../scripts/simulator/world/SimulatedRpc.ts";
import type { SimulatedChain } from "../../../../scripts/simulator/world/SimulatedChain.ts";

describe("an endpoint of the simulated chain", () => {
  let height: bigint;
  let lag: number;
  let asked: string[];

  const ask = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
    const chain = {
      answer: (name: string, parameters: string) => {
        if (name === "eth_blockNumber") return Promise.resolve({ result: `"0x${height.toString(16)}"` });
        asked.push(`${name} ${parameters}`);
        return Promise.resolve({ result: `"done"` });
      },
    } as unknown as SimulatedChain;
    const host = new SimulatedRpc(chain, { rpc: () => undefined, finalityLag: () => lag }).host("endpoint-1");
    const body = `{"jsonrpc":"2.0","id":7,"method":"${method}","params":${JSON.stringify(params)}}`;
    const answer = await host({ from: "keeper-1", method: "POST", target: "/", body });
    assert.notEqual(answer, HANGS);
    return answer === HANGS ? undefined : (JSON.parse(answer.body) as unknown);
  };

  beforeEach(() => {
    height = 100n;
    lag = 2;
    asked = [];
  });

  it("calls final the block that lies so far behind the newest, and safe the same", async () => {
    assert.deepEqual(await ask("eth_getBlockByNumber", "finalized", false), { jsonrpc: "2.0", id: 7, result: "done" });
    await ask("eth_call", { to: "0x1" }, "safe");
    height = 101n;
    await ask("eth_getBlockByNumber", "finalized", false);
    assert.deepEqual(asked, [
      `eth_getBlockByNumber ["0x62",false]`,
      `eth_call [{"to":"0x1"},"0x62"]`,
      `eth_getBlockByNumber ["0x63",false]`,
    ]);
  });

  it("lets what is final stand still while finality is stalled", async () => {
    for (let block = 0; block < 3; block++) {
      await ask("eth_getBlockByNumber", "finalized", false);
      height += 1n;
      lag += 1;
    }
    assert.deepEqual(new Set(asked), new Set([`eth_getBlockByNumber ["0x62",false]`]));
  });

  it("calls the first block final while the chain is shorter than that", async () => {
    height = 1n;
    await ask("eth_getBlockByNumber", "finalized", false);
    assert.deepEqual(asked, [`eth_getBlockByNumber ["0x0",false]`]);
  });

  it("asks for other blocks as it was asked", async () => {
    await ask("eth_getBlockByNumber", "latest", false);
    await ask("eth_getTransactionCount", "0x1", "pending");
    assert.deepEqual(asked, [`eth_getBlockByNumber ["latest",false]`, `eth_getTransactionCount ["0x1","pending"]`]);
  });
});

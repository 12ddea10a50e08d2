// SPDX-License-Identifier: MIT
import { setTimeout } from "node:timers/promises";

import { assert } from "chai";
import { z } from "zod";

import { SimulatedChain } from "../../../../scripts/simulator/world/SimulatedChain.ts";

describe("a chain in this process", () => {
  for (const kind of ["l1", "op"] as const)
    it(`is one of kind ${kind}, and begins at its time`, async () => {
      const chain = await SimulatedChain.start({ kind, startSeconds: 1_767_312_000n });
      try {
        assert.equal((await chain.newest()).timestamp, 1_767_312_000n);
      } finally {
        await chain.close();
      }
    });

  it("makes blocks at the same times however long their transactions take to come", async () => {
    const chain = await SimulatedChain.start({ kind: "l1", startSeconds: 1_767_312_000n });
    try {
      const [from] = z.array(z.string()).parse(await chain.line.request("eth_accounts"));
      const times: bigint[] = [];
      for (const pauseMs of [0, 2_100]) {
        await setTimeout(pauseMs); // the machine's own clock must not matter
        await chain.drive(z.string(), "eth_sendTransaction", { from, to: from });
        times.push((await chain.newest()).timestamp - 1_767_312_000n);
      }
      assert.deepEqual(times, [1n, 2n]);
      await chain.drive(z.unknown(), "evm_setNextBlockTimestamp", 1_767_312_060);
      await chain.drive(z.unknown(), "evm_mine");
      await chain.drive(z.unknown(), "evm_mine");
      assert.equal((await chain.newest()).timestamp, 1_767_312_061n, "after a time that was told");
    } finally {
      await chain.close();
    }
  });

  it("answers nobody while it is driven alone, and then as it is", async () => {
    const chain = await SimulatedChain.start({ kind: "l1", startSeconds: 1_767_312_000n });
    try {
      assert.deepEqual(await chain.answer("eth_blockNumber", "[]"), { result: '"0x0"' });
      const driven = chain.alone(async () => {
        await chain.drive(z.unknown(), "evm_mine");
        await chain.drive(z.unknown(), "evm_mine");
      });
      const answer = chain.answer("eth_blockNumber", "[]");
      await driven;
      assert.deepEqual(await answer, { result: '"0x2"' });
    } finally {
      await chain.close();
    }
  });
});

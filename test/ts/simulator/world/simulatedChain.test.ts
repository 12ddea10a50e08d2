// SPDX-License-Identifier: MIT
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

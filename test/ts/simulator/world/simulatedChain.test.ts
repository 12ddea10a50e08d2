// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

import { assert } from "chai";
import { z } from "zod";

import { SimulatedChain } from "../../../../scripts/simulator/world/SimulatedChain.ts";
import type { AnswerText } from "../../../../scripts/simulator/world/SimulatedChain.ts";

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

  it("tells once it cannot be reached in its own process, and leaves everybody without an answer", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const lost = new AbortController();
    const chain = await SimulatedChain.over(`http://127.0.0.1:${port}`, 0n, () => lost.abort());
    let isAnswered = false;
    const answered = (): void => void (isAnswered = true);
    void chain.newest().then(answered, answered);
    if (!lost.signal.aborted) await once(lost.signal, "abort");
    await new Promise((resolve) => setImmediate(resolve));
    assert.isFalse(isAnswered);
    await chain.close();
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

  it("answers calls that are made at once as it answers each of them alone", async () => {
    const chain = await SimulatedChain.start({ kind: "l1", startSeconds: 1_767_312_000n });
    const [echo, pairing] = ["4", "8"].map((digit) => `0x${digit.padStart(40, "0")}`);
    const call = (to: string, data: string): Promise<AnswerText> =>
      chain.answer("eth_call", JSON.stringify([{ to, data }, "latest"]));
    const calls = [
      [echo!, "0x"],
      [echo!, "0x0badcafe"],
      [pairing!, "0x01"], // no pair of points: refused
      [echo!, `0x${"5a".repeat(5_000)}`],
    ] as const;
    try {
      const together = await Promise.all(calls.map(([to, data]) => call(to, data)));
      await chain.drive(z.unknown(), "evm_mine");
      const alone: AnswerText[] = [];
      for (const [to, data] of calls) alone.push(await call(to, data));
      assert.deepEqual(together, alone);
      assert.deepEqual(together[1], { result: '"0x0badcafe"' });
      assert.property(together[2], "error");
    } finally {
      await chain.close();
    }
  });

  it("answers anew of what is pending when the next block's time is told, and of the newest block as before", async () => {
    const chain = await SimulatedChain.start({ kind: "l1", startSeconds: 1_767_312_000n });
    const clock = `0x${"c1".repeat(20)}`;
    const timeAt = async (block: string): Promise<bigint> => {
      const answer = await chain.answer("eth_call", JSON.stringify([{ to: clock, data: "0x" }, block]));
      assert.property(answer, "result");
      return BigInt(JSON.parse((answer as { result: string }).result) as string);
    };
    try {
      await chain.drive(z.unknown(), "hardhat_setCode", clock, "0x425f5260205ff3"); // answers with the block's time
      await chain.drive(z.unknown(), "evm_mine");
      const before = await timeAt("latest");
      for (const next of [1_767_312_100n, 1_767_312_200n]) {
        await chain.drive(z.unknown(), "evm_setNextBlockTimestamp", Number(next));
        assert.equal(await timeAt("pending"), next);
        assert.equal(await timeAt("latest"), before);
        const own = await chain.line.request("eth_call", [{ to: clock, data: "0x" }, "latest"]);
        assert.equal(BigInt(own as string), before, "as the chain itself says");
      }
      await chain.drive(z.unknown(), "evm_mine");
      assert.equal(await timeAt("latest"), 1_767_312_200n);
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

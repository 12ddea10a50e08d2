// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { AgreedChain } from "../../../../scripts/chain/AgreedChain.ts";
import type { BlockFacts, ChainCall, ChainLog } from "../../../../scripts/chain/chainFacts.ts";
import { ConfirmedChain } from "../../../../scripts/chain/ConfirmedChain.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";

/** A chain that everybody agrees on, and that counts what it is asked. */
class Agreement {
  blocks: BlockFacts[] = [];
  asked: string[] = [];
  fails = false;

  grow(count: number, branch = "a"): void {
    for (let i = 0; i < count; i++) {
      const number = BigInt(this.blocks.length);
      const parentHash = this.blocks.at(-1)?.hash ?? "none";
      this.blocks.push({ number, hash: `${branch}${number}`, parentHash, timestamp: number * 12n });
    }
  }

  head(): Promise<BlockFacts> {
    this.asked.push("head");
    if (this.fails) return Promise.reject(new BallastError("rpcTooFew", "nobody answers", { retriable: true }));
    return Promise.resolve(this.blocks.at(-1)!);
  }

  block(number: bigint): Promise<BlockFacts | undefined> {
    this.asked.push(`block ${number}`);
    return Promise.resolve(this.blocks[Number(number)]);
  }

  call(call: ChainCall, block: BlockFacts): Promise<string> {
    this.asked.push(`call ${call.data}`);
    if (this.fails) return Promise.reject(new BallastError("rpcTooFew", "nobody answers", { retriable: true }));
    return Promise.resolve(`${call.data} at ${block.hash}`);
  }

  logs(_: object, from: bigint, to: bigint): Promise<ChainLog[]> {
    this.asked.push(`logs ${from} ${to}`);
    return Promise.resolve([]);
  }
}

describe("what was agreed on", () => {
  let agreement: Agreement;
  let chain: ConfirmedChain;
  beforeEach(async () => {
    agreement = new Agreement();
    agreement.grow(20);
    chain = new ConfirmedChain(agreement as unknown as AgreedChain);
    await chain.refresh();
    agreement.asked = [];
  });

  it("is not asked again about the same block", async () => {
    const call = { to: "oracle", data: "price" };
    assert.equal(await chain.call(call), "price at a19");
    assert.equal(await chain.call(call), "price at a19");
    await chain.logs("oracle", [], 1n);
    await chain.logs("oracle", [], 1n);
    await chain.refresh();
    assert.equal(await chain.call(call), "price at a19");
    assert.deepEqual(agreement.asked, ["call price", "logs 1 19", "head"]);
  });

  it("is asked again about the next block", async () => {
    const call = { to: "oracle", data: "price" };
    await chain.call(call);
    agreement.grow(1);
    await chain.refresh();
    assert.equal(await chain.call(call), "price at a20");
  });

  it("is asked again when nobody answered", async () => {
    agreement.fails = true;
    const code = await chain.call({ to: "oracle", data: "price" }).catch((error: BallastError) => error.code);
    agreement.fails = false;
    assert.equal(code, "rpcTooFew");
    assert.equal(await chain.call({ to: "oracle", data: "price" }), "price at a19");
  });

  it("includes the ancestors that parent hashes lead to, and no others", async () => {
    await chain.block(18n);
    await chain.block(18n);
    await chain.block(10n);
    await chain.block(10n);
    assert.deepEqual(agreement.asked, ["block 18", "block 10", "block 10"], "10 hangs on nothing that is known");
    agreement.asked = [];
    agreement.grow(1);
    await chain.refresh();
    assert.equal((await chain.block(18n))?.hash, "a18");
    assert.deepEqual(agreement.asked, ["head"]);
  });

  it("is forgotten when the chain goes another way", async () => {
    await chain.block(18n);
    agreement.blocks.splice(17);
    agreement.grow(5, "b");
    await chain.refresh();
    assert.equal((await chain.block(18n))?.hash, "b18");
    agreement.blocks.splice(19);
    await chain.refresh();
    assert.isUndefined(await chain.block(20n), "nor is there what lay above");
  });

  it("goes on for thousands of blocks, and keeps only the newest", async () => {
    for (let block = 0; block < 2_000; block++) {
      agreement.grow(1);
      await chain.refresh();
    }
    agreement.asked = [];
    assert.equal((await chain.block(1_900n))?.hash, "a1900");
    assert.isEmpty(agreement.asked);
    assert.equal((await chain.block(1_000n))?.hash, "a1000");
    assert.deepEqual(agreement.asked, ["block 1000"]);
  });

  it("is nothing where no second endpoint confirms", async () => {
    agreement.fails = true;
    const code = await chain.refresh().catch((error: BallastError) => error.code);
    assert.equal(code, "headUnconfirmed");
  });
});

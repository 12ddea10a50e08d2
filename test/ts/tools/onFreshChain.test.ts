// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { onFreshChain } from "../onFreshChain.ts";
import type { Connection } from "../onFreshChain.ts";

const BLOCKS = 3;
let deployed = 0;

/** A chain on which a deployment mined some blocks. */
async function ask(): Promise<Connection> {
  return onFreshChain("test of this", async (connection) => {
    deployed += 1;
    await connection.provider.request({ method: "hardhat_mine", params: [`0x${BLOCKS.toString(16)}`] });
    return connection;
  });
}

async function mineAt(connection: Connection, seconds: number): Promise<void> {
  await connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [seconds] });
  await connection.provider.request({ method: "evm_mine" });
}

describe("A fresh chain", () => {
  let first: number;

  it("is nobody else's while a test runs", async () => {
    const [one, other] = [await ask(), await ask()];
    const { number, timestamp } = (await one.ethers.provider.getBlock("latest"))!;
    first = timestamp;
    await mineAt(one, timestamp + 86_400);
    assert.equal(await one.ethers.provider.getBlockNumber(), number + 1);
    assert.equal(await other.ethers.provider.getBlockNumber(), BLOCKS);
  });

  it("is as it was after its deployment when the next test gets it, its time too, and is not deployed again", async () => {
    const { ethers, provider } = await ask();
    assert.equal(await ethers.provider.getBlockNumber(), BLOCKS);
    await provider.request({ method: "evm_mine" });
    assert.equal((await ethers.provider.getBlock("latest"))!.timestamp, first + 1);
    assert.equal(deployed, 2);
  });
});

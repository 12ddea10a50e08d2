// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroHash } from "ethers";

import { OracleRoom } from "./OracleRoom.ts";

describe("Anchors", () => {
  /** Runtime code of the history contract as EIP-2935 gives it. */
  const HISTORY_CODE =
    "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
  const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";

  it("reads BLOCKHASH, then the history contract, then nothing", async () => {
    const room = await OracleRoom.create({ validators: 0 });
    const { ethers } = room.connection;
    const { provider } = room.connection;
    const anchor = await ethers.deployContract("BlockHashAnchor", [HISTORY]);
    const first = await ethers.provider.getBlockNumber();
    const hash = (await ethers.provider.getBlock(first))!.hash!;
    const read = (block: number): Promise<string> => anchor.getFunction("hashOf")(block);
    await room.moveBy(5);
    expect(await read(first)).to.equal(hash);
    expect(await read(first + 50), "the future").to.equal(ZeroHash);
    await provider.request({ method: "hardhat_mine", params: ["0x12c"] });
    expect(await read(first), "beyond BLOCKHASH without history").to.equal(ZeroHash);
    await provider.request({ method: "hardhat_setCode", params: [HISTORY, HISTORY_CODE] });
    const slot = `0x${(first % 8191).toString(16)}`;
    await provider.request({ method: "hardhat_setStorageAt", params: [HISTORY, slot, hash] });
    expect(await read(first), "from the history contract").to.equal(hash);
  });

  it("answers zero where neither the system contract nor the history says anything", async () => {
    const room = await OracleRoom.create({ validators: 0 });
    const anchor = await room.connection.ethers.deployContract("ArbitrumAnchor", [
      "0x0000000000000000000000000000000000000064",
      HISTORY,
    ]);
    expect(await anchor.getFunction("hashOf")(1)).to.equal(ZeroHash);
  });
});

// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";
import { z } from "zod";

import { loadConfig } from "../../../scripts/cli/loadConfig.ts";
import { freshFolder } from "./support/startProgram.ts";

const HOUSE = "0x5FC8d32690cc91D4c39d9d3abcBD16989F875707";
const FUND = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const CODE_HASH = `0x${"ab".repeat(32)}`;
const BOOK = {
  network: "baseSepolia",
  chainId: 84_532,
  deployer: FUND,
  firstBlock: 12,
  contracts: {
    clearinghouse: { contract: "Clearinghouse", address: HOUSE, block: 34, codeHash: CODE_HASH },
    insuranceFund0: { contract: "InsuranceFund", address: FUND, block: 56, codeHash: CODE_HASH },
  },
  libraries: {},
  mocks: {},
};
const SHAPE = z.strictObject({
  chainId: z.string(),
  contracts: z.strictObject({ clearinghouse: z.string(), clearinghouseBlock: z.string() }),
  funds: z.array(z.string()),
});

describe("configurations that name an address book", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await freshFolder();
    await writeFile(join(folder, "84532.json"), JSON.stringify(BOOK));
  });

  async function load(change: object): Promise<z.output<typeof SHAPE>> {
    const file = join(folder, "config.json");
    const config = {
      deployment: join(folder, "84532.json"),
      chainId: "deployment:chainId",
      contracts: { clearinghouse: "deployment:clearinghouse", clearinghouseBlock: "deployment:clearinghouse.block" },
      funds: ["deployment:insuranceFund0"],
    };
    await writeFile(file, JSON.stringify({ ...config, ...change }));
    return loadConfig(file, SHAPE);
  }

  async function refusalOf(change: object): Promise<{ code: string; message: string }> {
    return load(change).then(
      () => ({ code: "accepted", message: "" }),
      (error: { code: string; message: string }) => error,
    );
  }

  it("get chain, addresses and blocks in the place of their names", async () => {
    assert.deepEqual(await load({}), {
      chainId: "84532",
      contracts: { clearinghouse: HOUSE, clearinghouseBlock: "34" },
      funds: [FUND],
    });
  });

  it("keep what they say themselves", async () => {
    assert.equal((await load({ chainId: "1" })).chainId, "1");
  });

  it("are refused for what was never deployed, and for a book that is none", async () => {
    const unknown = await refusalOf({ funds: ["deployment:insuranceFund7"] });
    assert.equal(unknown.code, "configInvalid");
    assert.include(unknown.message, "deployment:insuranceFund7");
    assert.equal((await refusalOf({ deployment: join(folder, "1.json") })).code, "addressesUnreadable");
    await writeFile(join(folder, "84532.json"), JSON.stringify({ ...BOOK, chainId: "84532" }));
    assert.equal((await refusalOf({})).code, "addressesUnreadable");
  });

  it("that name none know no such key", async () => {
    const { code, message } = await refusalOf({ deployment: 5 });
    assert.equal(code, "configInvalid");
    assert.include(message, "deployment: unknown key");
  });
});

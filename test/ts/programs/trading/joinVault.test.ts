// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { VaultBench } from "../../vaults/VaultBench.ts";
import { openVaults } from "../support/openVaults.ts";
import { TradingBench } from "../support/TradingBench.ts";

const BROUGHT = 1_000n * 10n ** 6n;

describe("joining a vault from a terminal", function () {
  this.timeout(60_000);
  let bench: TradingBench;
  let vaults: VaultBench;
  let vault: string;

  before(async () => {
    bench = await TradingBench.start();
    vaults = await openVaults(bench);
    vault = await vaults.vault.getAddress();
    await bench.account("joiner", 1_000);
  });
  after(() => bench.close());

  it("shows vaults with what they sell and the room that is left", async () => {
    const { body } = await bench.trade("joiner", [], "vaults", "--json");
    assert.include((body["vaults"] as readonly object[])[0], {
      vault: vault.toLowerCase(),
      sells: "puts",
      "this week": "nothing yet",
      assets: "0",
      unit: "USDC",
    });
  });

  it("refuses an address that is no vault, and more than the wallet has, before anything is sent", async () => {
    const stranger = await bench.trade("joiner", [], "join", bench.house, "10", "--yes", "--json");
    assert.deepEqual([stranger.code, stranger.stderr.includes("vaultUnknown")], [5, true], stranger.stderr);
    const poor = await bench.trade("joiner", [], "join", vault, "1000.01", "--yes", "--json");
    assert.deepEqual([poor.code, poor.stderr.includes("needsTokens")], [5, true], poor.stderr);
    assert.equal(await vaults.token.allowance(bench.keyOf("joiner").address, vault), 0n);
  });

  it("approves, asks, and counts shares that wait to be claimed as the holder's", async () => {
    const { code, stderr } = await bench.trade("joiner", [], "join", vault, "1000", "--yes", "--json");
    assert.equal(code, 0, stderr);
    assert.equal(await vaults.vault.pendingDepositRequest(0, bench.keyOf("joiner").address), BROUGHT);
    await (await vaults.vault.closeEpoch()).wait();
    const { body } = await bench.trade("joiner", [], "positions", "--json");
    assert.include((body["vaults"] as readonly object[])[0], { shares: "1000", worth: "1000", joining: "0" });
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { MaxUint256 } from "ethers";
import type { Wallet } from "ethers";

import type { VaultBench } from "../../vaults/VaultBench.ts";
import { openVaults } from "../support/openVaults.ts";
import { TradingBench } from "../support/TradingBench.ts";
import type { TradeAnswer } from "../support/TradingBench.ts";

const BROUGHT = 1_000n * 10n ** 6n;

describe("leaving a vault from a terminal", function () {
  this.timeout(60_000);
  let bench: TradingBench;
  let vaults: VaultBench;
  let holder: Wallet;

  before(async () => {
    bench = await TradingBench.start();
    vaults = await openVaults(bench);
    holder = await bench.account("holder", 1_000);
    await (await vaults.token.connect(holder).approve(vaults.vault, MaxUint256)).wait();
    await (await vaults.vault.connect(holder).requestDeposit(BROUGHT, holder.address, holder.address)).wait();
    await (await vaults.vault.closeEpoch()).wait();
  });
  after(() => bench.close());

  const steps = ({ code, stderr, body }: TradeAnswer): string[] => {
    assert.equal(code, 0, stderr);
    const sent = body["sent"] as readonly Readonly<Record<string, string>>[];
    return sent.map((step) => step["name"]!.split(":")[0]!);
  };

  it("asks for the next price, and leaves in kind at once when that takes too long", async () => {
    const first = await bench.trade("holder", [], "leave", "--yes", "--json");
    assert.deepEqual(steps(first), ["claim shares", "ask to leave"]);
    const { body } = await bench.trade("holder", [], "positions", "--json");
    assert.include((body["vaults"] as readonly object[])[0], { shares: "0", worth: "0", leaving: "1000" });
    const second = steps(await bench.trade("holder", [], "leave", "--in-kind", "--yes", "--json"));
    assert.include(second, "leave in kind");
    assert.equal(await vaults.token.balanceOf(holder.address), BROUGHT - 1n, "all of it, rounded down");
  });
});

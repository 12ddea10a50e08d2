// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { startWindow } from "../../../scripts/model/vaults/vaultCalendar.ts";
import type { OptionsVault } from "../../../typechain-types/vaults/OptionsVault.ts";
import { GAS } from "../programs/support/KeeperBench.ts";
import { findBrowser } from "../simulator/report/Browser.ts";
import { ACCOUNT, PATIENCE, UNTIL_OPEN, WalletBench } from "./WalletBench.ts";

const COINS = 10_000_000_000n;
/** Friday, 2026-01-09 08:00 UTC, when a week of the vaults begins. */
const BOUNDARY = 1_767_945_600n;
const HOUR = 3_600n;
const OPTION = 1_000_000n;
/** As the first price of a share has it. */
const SHARES_OF_4000 = 4_000n * 10n ** 12n;

describe("A vault's week through a wallet, in a real browser on a real chain", function () {
  this.timeout(400_000);
  let bench: WalletBench;
  let vault: OptionsVault;
  let address: string;

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.warn("      no Chromium on this machine: vaults are not tried through the page");
      return this.skip();
    }
    bench = await WalletBench.start(program, COINS, { start: BOUNDARY - UNTIL_OPEN });
    vault = bench.chain.room.vaults[0]!;
    address = (vault.target as string).toLowerCase();
    await bench.open();
  });

  after(() => bench?.close());

  const usdc = () => bench.chain.room.collaterals[0]!;
  const panel = () => bench.page.locator("#auctions");

  /** The premium that the page shows, dollars. */
  async function shownPremium(): Promise<number> {
    await bench.upToDate();
    const figure = panel().locator(".figure").first();
    await figure.waitFor(PATIENCE);
    return Number.parseFloat((await figure.textContent())!.replaceAll("\u202f", ""));
  }

  it("asks to join, and claims the shares when the vault has taken them in", async () => {
    const told = await bench.do("request to join", { vault: address, amount: "4000" });
    assert.match(told, /Waits for the next price of a share/);
    assert.match(await bench.look("claim", { vault: address }), /Still waits to join4.000\.00 USDC.*nothing to do/s);

    const { opens } = startWindow(BOUNDARY);
    await bench.chain.calm(opens - bench.chain.now);
    await bench.chain.skipTo(opens);
    await bench.chain.send(() => vault.connect(bench.chain.actor).startEpoch(GAS));
    await bench.upToDate();
    assert.match(await bench.do("claim", { vault: address }), /Shares of what joined4.000\.00 bPUT-ETH/);
    assert.equal(await vault.balanceOf(ACCOUNT), SHARES_OF_4000);
  });

  it("shows the premium of its auction as it falls, where it began and where it ends", async () => {
    const first = await shownPremium();
    const asked = Number((await vault.offer(OPTION)).premium) / 1e6;
    assert.isBelow(Math.abs(first - asked), 0.011, "what is shown is what the vault asks");
    assert.match((await panel().textContent())!, /min.*of.*are over, in Normal mode/s);
    const dot = panel().locator(".curve circle").first();
    const place = async (): Promise<number> => Number(await dot.getAttribute("cx"));
    const before = await place();

    await bench.chain.calm(HOUR);
    const second = await shownPremium();
    assert.isBelow(second, first, "the price has fallen");
    assert.isAbove(await place(), before, "along the curve");
    await bench.pages.picture(bench.page, "vault-auction");
    assert.deepEqual(await bench.pages.violations(bench.page), []);

    const [, began, ends] = /began at ([\d.]+) and ends at ([\d.]+)/.exec((await panel().textContent())!)!;
    assert.isAbove(Number(began), second);
    assert.isBelow(Number(ends), second);
  });

  it("asks to leave with a part, and leaves in kind with another, options and all", async () => {
    const buyer = await bench.chain.account("buyer");
    const { address: to } = bench.chain.keys.of("buyer");
    await bench.chain.send(
      () => usdc().connect(bench.chain.actor).mint(to, COINS, GAS),
      () => usdc().connect(buyer).approve(vault, COINS, GAS),
      () => vault.connect(buyer).buy(OPTION, COINS, to, GAS),
    );
    await bench.upToDate();
    await bench.do("request to leave", { vault: address, shares: "1000" });
    assert.equal(await vault.balanceOf(ACCOUNT), (SHARES_OF_4000 * 3n) / 4n);

    const before = await usdc().balanceOf(ACCOUNT);
    assert.match(await bench.look("leave in kind", { vault: address, shares: "1000" }), /let bPUT-ETH hand over/);
    const told = await bench.do("leave in kind", { vault: address, shares: "1000" });
    assert.match(told, /Worth about.*a book with a part of the options/s);
    assert.equal(await vault.balanceOf(ACCOUNT), SHARES_OF_4000 / 2n);
    const moved = await bench.chain.room.house.queryFilter(bench.chain.room.house.filters.BookSplit());
    assert.lengthOf(moved, 1, "the options came as a book");
    assert.isAtLeast(Number(await usdc().balanceOf(ACCOUNT)), Number(before));
  });

  it("claims the money of what left, once the week is over", async () => {
    const { expiry } = await vault.epoch();
    await bench.chain.skipTo(expiry - HOUR);
    await bench.chain.rounds(expiry + 300n, 240n);
    await bench.chain.settle(await bench.chain.keeper({ settler: {} }));
    await bench.chain.send(() => vault.connect(bench.chain.actor).closeEpoch(GAS));
    await bench.upToDate();
    const before = await usdc().balanceOf(ACCOUNT);
    assert.match(await bench.do("claim", { vault: address }), /Paid for what left1.0\d\d\.\d+ USDC/);
    assert.isAbove(Number((await usdc().balanceOf(ACCOUNT)) - before), 1_000_000_000, "with its part of the premium");
  });

  it("says in words why the vault would refuse", async () => {
    const told = await bench.look("request to leave", { vault: address, shares: "999999" });
    assert.match(told, /OptionsVault_|ERC20InsufficientBalance/);
    assert.equal(await bench.told.locator("button").count(), 0);
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { Page } from "playwright-core";

import { FIRST_PRICE, GAS, KeeperBench } from "../programs/support/KeeperBench.ts";
import { findBrowser } from "../simulator/report/Browser.ts";
import { PageBench } from "./PageBench.ts";
import { PATIENCE, UNTIL_OPEN } from "./WalletBench.ts";

const DAY = 86_400n;
const EIGHT = 28_800n;
/** Rounds in which the price rises by a sixth, slowly enough for every mode. */
const RISES = 80n;

describe("A liquidation as it runs, in a real browser on a real chain", function () {
  this.timeout(400_000);
  let chain: KeeperBench;
  let bench: PageBench | undefined;
  let page: Page;
  let price = FIRST_PRICE;

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.warn("      no Chromium on this machine: nobody looks at auctions");
      return this.skip();
    }
    chain = await KeeperBench.start();
    bench = await PageBench.start(program);
    await chain.calm(UNTIL_OPEN);
  });

  after(async () => {
    await bench?.close();
    await chain?.close();
  });

  /** Brings the page up to the newest block. @returns What the panel of auctions says. */
  async function shown(): Promise<string> {
    await page.clock.setFixedTime(Number(chain.now) * 1_000);
    const { number } = (await chain.chain.provider.getBlock("latest"))!;
    await page.locator(".status", { hasText: `block ${number}` }).waitFor(PATIENCE);
    return (await page.locator("#auctions").textContent()) ?? "";
  }

  it("shows the payment rising along its curve, and what ends it", async () => {
    const expiry = (chain.now / DAY + 3n) * DAY + EIGHT;
    const leg = { market: 1n, expiry, strike: 30_000_000n, isCall: true, size: 4_000_000n };
    const id = await chain.write("writer", { ...leg, funds: 3_700_000_000n, to: "holder" });
    const at = (name: string): string => chain.room.addresses.get(name)!;
    const query = `?lens=${at("lens")}&vaults=${at("vaultLens")}&rpc=${chain.chain.url}`;
    page = await bench!.open(query, Number(chain.now) * 1_000);
    await page.locator("#events").waitFor(PATIENCE);
    assert.match(await shown(), /Nothing is auctioned now/);

    for (let rise = 0n; rise < RISES; rise++) {
      price += FIRST_PRICE / (6n * RISES);
      await chain.witness(price);
      await chain.rounds(chain.now + 240n, 240n, price);
    }
    await chain.send(() => chain.room.house.connect(chain.actor).flag(id, GAS));
    const paidAt = async (): Promise<number> =>
      Number.parseFloat(
        /market 1, solvent([\d\u202f.]+) USDC for all/.exec(await shown())![1]!.replaceAll("\u202f", ""),
      );
    const first = await paidAt();
    const dot = page.locator("#auctions .curve circle");
    const before = Number(await dot.getAttribute("cx"));
    await chain.rounds(chain.now + 300n, 60n, price);
    assert.isAbove(await paidAt(), first, "a bidder gets more");
    assert.isAbove(Number(await dot.getAttribute("cx")), before, "along the curve");
    assert.match(await shown(), /It ends when the book holds [\d\u202f.]+ USDC; it holds/);
    assert.match((await page.locator(".verdict").textContent())!, /1 book in auction/);
    assert.deepEqual(await bench!.violations(page), []);
    await bench!.picture(page, "liquidation");
  });
});

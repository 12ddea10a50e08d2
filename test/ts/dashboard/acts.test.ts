// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { findBrowser } from "../simulator/report/Browser.ts";
import { ACCOUNT, PATIENCE, WalletBench } from "./WalletBench.ts";

const COINS = 5_000_000_000n;

describe("Acting through a wallet, in a real browser on a real chain", function () {
  this.timeout(240_000);
  let bench: WalletBench;

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.warn("      no Chromium on this machine: acting through the page is not tested");
      return this.skip();
    }
    bench = await WalletBench.start(program, COINS);
    await bench.open();
  });

  after(() => bench?.close());

  const expiry = (): bigint => (bench.chain.now / 86_400n + 2n) * 86_400n + 28_800n;
  const day = (): string => new Date(Number(expiry()) * 1_000).toISOString().slice(0, 10);

  it("approves and deposits, writes, closes and leaves, each told before it is signed", async () => {
    assert.match(await bench.look("deposit", { market: "1", amount: "4000" }), /approve USDC/);
    await bench.sign();
    assert.match(await bench.look("deposit", { market: "1", amount: "4000" }), /4.000.00 USDC/);
    await bench.sign();

    const option = { market: "1", expiry: day(), strike: "3000", side: "call", size: "1" };
    assert.match(await bench.look("write", option), /Put into the book.*Initial margin afterwards/s);
    await bench.pages.picture(bench.page, "act-write");
    await bench.sign();
    const id = bookId(ACCOUNT, 1n, expiry());
    assert.lengthOf((await bench.chain.room.house.book(id)).legs, 1);

    await bench.look("close", option);
    await bench.sign();
    assert.lengthOf((await bench.chain.room.house.book(id)).legs, 0);
    await bench.look("withdraw", { market: "1", amount: "100" });
    await bench.sign();
    assert.equal(await bench.chain.room.collaterals[0]!.balanceOf(ACCOUNT), COINS - 3_900_000_000n);
  });

  it("signs nothing for a wallet that has gone to another chain", async () => {
    await bench.look("withdraw", { market: "1", amount: "1" });
    const sent = await bench.chain.chain.provider.getTransactionCount(ACCOUNT);
    await bench.page.evaluate("globalThis.walletChain = '0x1'");
    await bench.told.locator("button").click();
    await bench.told.locator("p", { hasText: "Test wallet is on chain 1" }).waitFor(PATIENCE);
    await bench.page.evaluate("globalThis.walletChain = undefined");
    assert.equal(await bench.chain.chain.provider.getTransactionCount(ACCOUNT), sent);
  });

  describe("with two endpoints", () => {
    const second = "http://second.example/";
    const isWithdrawn = /Sign: withdraw 1\.00 USDC/;
    const withdraw = (): Promise<string> => bench.look("withdraw", { market: "1", amount: "1" });
    let tell: (asked: string, answer: string) => string;
    beforeEach(async () => {
      tell = (_, answer) => answer;
      await bench.open(`&rpc2=${second}`);
      await bench.page.route(`${second}**`, async (route) => {
        const headers = { "content-type": "application/json" };
        const asked = route.request().postData() ?? "";
        const answer = await fetch(bench.chain.chain.url, { method: "POST", headers, body: asked });
        const body = tell(asked, await answer.text());
        await route.fulfill({ headers: { "access-control-allow-origin": "*" }, body });
      });
      await bench.page.locator(".status", { hasText: "two endpoints agree" }).waitFor(PATIENCE);
    });
    after(() => bench.open());

    it("offers nothing to sign when the second tells another story", async () => {
      assert.match(await withdraw(), isWithdrawn);
      tell = (asked, answer) =>
        asked.includes('"from"') ? answer.replaceAll(/"result":"0x/g, '"result":"0x01') : answer;
      assert.match(await withdraw(), /The two endpoints answer differently/);
      assert.equal(await bench.told.locator("button").count(), 0);
    });

    it("goes on with the first when the second is silent", async () => {
      await bench.page.unroute(`${second}**`);
      assert.match(await withdraw(), isWithdrawn);
    });

    it("goes on with the second when the first is silent", async () => {
      await bench.page.route(`${bench.chain.chain.url}/**`, (route) => route.abort());
      assert.match(await withdraw(), isWithdrawn);
    });
  });

  it("never shows what a form would do that was changed while the chain was asked", async () => {
    const held = Promise.withResolvers<undefined>();
    const isNode = (url: URL): boolean => url.href.startsWith(bench.chain.chain.url);
    await bench.page.selectOption("#act select >> nth=0", "withdraw");
    await bench.page.locator("#act [name=amount]").fill("2");
    await bench.page.route(isNode, async (route) => {
      await held.promise;
      await route.continue();
    });
    await bench.page.locator("#act button[type=submit]").click();
    await bench.page.locator("#act [name=amount]").fill("3");
    const answered = bench.page.waitForResponse((answer) => /eth_call/.test(answer.request().postData() ?? ""));
    held.resolve(undefined);
    await (await answered).finished();
    await bench.page.unroute(isNode);
    await bench.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))");
    assert.equal(await bench.told.textContent(), "");
  });

  it("says in words why the contract would refuse, and offers nothing to sign", async () => {
    const text = await bench.look("write", { market: "1", expiry: day(), strike: "3000.5", side: "call", size: "1" });
    assert.match(text, /not on the market’s grid.*Clearinghouse_BadStrike/s);
    assert.equal(await bench.told.locator("button").count(), 0);
    assert.match(await bench.look("withdraw", { market: "1", amount: "999999" }), /free balance is too small/);
    assert.match(await bench.look("deposit", { market: "1", amount: "lots" }), /The amount makes no sense/);
    const noDay = { market: "1", expiry: "2027-02-31", amount: "1" };
    assert.match(await bench.look("fund", noDay), /The expiry makes no sense/);
    assert.deepEqual(await bench.pages.violations(bench.page), []);
  });
});

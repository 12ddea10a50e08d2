// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { Page } from "playwright-core";

import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { GAS, KeeperBench } from "../programs/support/KeeperBench.ts";
import { findBrowser } from "../simulator/report/Browser.ts";
import { PageBench } from "./PageBench.ts";

const PATIENCE = { timeout: 20_000 };
/** A feed is listed after ten minutes and a ramp takes six hours. */
const UNTIL_OPEN = 8n * 3_600n;
const COINS = 5_000_000_000n;
/** Accounts of the local node that it signs for by itself. */
const ACCOUNT = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

/** A wallet in the page that agrees to everything: it hands each question to the node, which signs for its own accounts. */
const WALLET = (node: string): string => `(() => {
  const provider = { request: async ({ method, params = [] }) => {
    if (method === "eth_chainId" && globalThis.walletChain) return globalThis.walletChain;
    if (method === "eth_requestAccounts") return [${JSON.stringify(ACCOUNT)}];
    // The node would estimate by its own clock, at which the bench's expiries are over.
    if (method === "eth_sendTransaction") params = [{ ...params[0], gas: "0xb71b00" }];
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    const answer = await (await fetch(${JSON.stringify(node)}, { method: "POST", headers, body })).json();
    if (answer.error) throw new Error(answer.error.message);
    return answer.result;
  } };
  const tell = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", {
    detail: { info: { uuid: "test", name: "Test wallet" }, provider } }));
  addEventListener("eip6963:requestProvider", tell);
})()`;

describe("Acting through a wallet, in a real browser on a real chain", function () {
  this.timeout(240_000);
  let chain: KeeperBench;
  let bench: PageBench | undefined;
  let page: Page;

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.warn("      no Chromium on this machine: acting through the page is not tested");
      return this.skip();
    }
    chain = await KeeperBench.start();
    bench = await PageBench.start(program);
    await chain.calm(UNTIL_OPEN);
    await chain.send(() => chain.room.collaterals[0]!.connect(chain.actor).mint(ACCOUNT, COINS, GAS));
    page = await bench.blank(nowMs());
    await page.addInitScript(WALLET(chain.chain.url));
    const at = (name: string): string => chain.room.addresses.get(name)!;
    const query = `?lens=${at("lens")}&vaults=${at("vaultLens")}&rpc=${chain.chain.url}`;
    await page.goto(bench.address(query));
    await page.locator("#act button", { hasText: "Connect Test wallet" }).click(PATIENCE);
  });

  after(async () => {
    await bench?.close();
    await chain?.close();
  });

  const nowMs = (): number => Number(chain.now) * 1_000;
  const expiry = (): bigint => (chain.now / 86_400n + 2n) * 86_400n + 28_800n;
  const day = (): string => new Date(Number(expiry()) * 1_000).toISOString().slice(0, 10);
  const told = () => page.locator("#act .told");

  /** Fills the form and looks; nothing is signed. */
  async function look(act: string, fields: Readonly<Record<string, string>>): Promise<string> {
    await page.selectOption("#act select >> nth=0", act);
    for (const [name, value] of Object.entries(fields)) {
      const field = page.locator(`#act [name=${name}]`);
      const isList = (await page.locator(`#act select[name=${name}]`).count()) > 0;
      await (isList ? field.selectOption(value) : field.fill(value));
    }
    await page.locator("#act button[type=submit]").click();
    await told().locator("p, button").first().waitFor(PATIENCE);
    return (await told().textContent()) ?? "";
  }

  /** Signs what was looked at, and waits until it is in a block that the page shows. */
  async function sign(): Promise<void> {
    await told().locator("button").click();
    await told().locator(".sent").waitFor(PATIENCE);
    await chain.round();
    await page.clock.setFixedTime(nowMs());
    const { number } = (await chain.chain.provider.getBlock("latest"))!;
    await page.locator(".status", { hasText: `block ${number}` }).waitFor(PATIENCE);
  }

  it("approves and deposits, writes, closes and leaves, each told before it is signed", async () => {
    assert.match(await look("deposit", { market: "1", amount: "4000" }), /approve USDC/);
    await sign();
    assert.match(await look("deposit", { market: "1", amount: "4000" }), /4.000.000000 USDC/);
    await sign();

    const option = { market: "1", expiry: day(), strike: "3000", side: "call", size: "1" };
    assert.match(await look("write", option), /Put into the book.*Initial margin afterwards/s);
    await bench!.picture(page, "act-write");
    await sign();
    const id = bookId(ACCOUNT, 1n, expiry());
    assert.lengthOf((await chain.room.house.book(id)).legs, 1);

    await look("close", option);
    await sign();
    assert.lengthOf((await chain.room.house.book(id)).legs, 0);
    await look("withdraw", { market: "1", amount: "100" });
    await sign();
    assert.equal(await chain.room.collaterals[0]!.balanceOf(ACCOUNT), COINS - 3_900_000_000n);
  });

  it("signs nothing for a wallet that has gone to another chain", async () => {
    await look("withdraw", { market: "1", amount: "1" });
    const sent = await chain.chain.provider.getTransactionCount(ACCOUNT);
    await page.evaluate("globalThis.walletChain = '0x1'");
    await told().locator("button").click();
    await told().locator("p", { hasText: "Test wallet is on chain 1" }).waitFor(PATIENCE);
    await page.evaluate("globalThis.walletChain = undefined");
    assert.equal(await chain.chain.provider.getTransactionCount(ACCOUNT), sent);
  });

  it("never shows what a form would do that was changed while the chain was asked", async () => {
    const held = Promise.withResolvers<undefined>();
    const isNode = (url: URL): boolean => url.href.startsWith(chain.chain.url);
    await page.selectOption("#act select >> nth=0", "withdraw");
    await page.locator("#act [name=amount]").fill("2");
    await page.route(isNode, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.locator("#act button[type=submit]").click();
    await page.locator("#act [name=amount]").fill("3");
    const answered = page.waitForResponse((answer) => /eth_call/.test(answer.request().postData() ?? ""));
    held.resolve(undefined);
    await (await answered).finished();
    await page.unroute(isNode);
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))");
    assert.equal(await told().textContent(), "");
  });

  it("says in words why the contract would refuse, and offers nothing to sign", async () => {
    const text = await look("write", { market: "1", expiry: day(), strike: "3000.5", side: "call", size: "1" });
    assert.match(text, /not on the market’s grid.*Clearinghouse_BadStrike/s);
    assert.equal(await told().locator("button").count(), 0);
    assert.match(await look("withdraw", { market: "1", amount: "999999" }), /free balance is too small/);
    assert.match(await look("deposit", { market: "1", amount: "lots" }), /The amount makes no sense/);
    const noDay = { market: "1", expiry: "2027-02-31", amount: "1" };
    assert.match(await look("fund", noDay), /The expiry makes no sense/);
    assert.deepEqual(await bench!.violations(page), []);
  });
});

// SPDX-License-Identifier: MIT
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { assert } from "chai";
import type { Page } from "playwright-core";

import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { FIRST_PRICE, GAS, KeeperBench } from "../programs/support/KeeperBench.ts";
import { findBrowser } from "../simulator/report/Browser.ts";
import { DESK, PageBench, PHONE } from "./PageBench.ts";

const FIRST_LOAD_BYTES = 250_000;
const PATIENCE = { timeout: 20_000 };
const HOUR = 3_600n;
/** A feed is listed after ten minutes and a ramp takes six hours. */
const UNTIL_OPEN = 8n * HOUR;
const STRIKE = 30_000_000n;
const CASH = 2_000_000_000n;

describe("The page in a real browser, on a real chain", function () {
  this.timeout(240_000);
  let chain: KeeperBench;
  let bench: PageBench | undefined;
  let query: string;

  before(async function () {
    const program = findBrowser();
    if (program === undefined) {
      console.warn("      no Chromium on this machine: what the page looks like is not tested");
      return this.skip();
    }
    chain = await KeeperBench.start();
    bench = await PageBench.start(program);
    const at = (name: string): string => chain.room.addresses.get(name)!;
    query = `?lens=${at("lens")}&vaults=${at("vaultLens")}&rpc=${chain.chain.url}`;
    await chain.calm(UNTIL_OPEN);
    await openBook();
    await chain.keep();
  });

  after(async () => {
    await bench?.close();
    await chain?.close();
  });

  afterEach(() => chain.reset());

  /** Somebody has written a call, with a little more than he needs. */
  async function openBook(): Promise<void> {
    const { room } = chain;
    const [token] = room.collaterals;
    const writer = await chain.account("writer");
    const address = await writer.getAddress();
    const id = bookId(address, 1n, nextExpiry());
    await chain.send(
      () => token!.connect(chain.actor).mint(address, CASH, GAS),
      () => token!.connect(writer).approve(room.house, CASH, GAS),
      () => room.house.connect(writer).deposit(token!, CASH, address, GAS),
      () => room.house.connect(writer).fund(id, CASH, GAS),
      () => room.house.connect(writer).mint(id, [{ strike: STRIKE, isCall: true, size: 1_000_000n }], address, GAS),
    );
  }

  const nextExpiry = (): bigint => (chain.now / 86_400n + 2n) * 86_400n + 8n * HOUR;
  const nowMs = (): number => Number(chain.now) * 1_000;
  const headline = (page: Page) => page.locator(".verdict h1");

  /** Waits until the page shows the newest block. */
  async function upToDate(page: Page): Promise<void> {
    await page.clock.setFixedTime(nowMs());
    const { number } = (await chain.chain.provider.getBlock("latest"))!;
    await page.locator(".status", { hasText: `block ${number}` }).waitFor(PATIENCE);
  }

  async function look(looks = DESK): Promise<Page> {
    const page = await bench!.open(query, nowMs(), looks);
    await page.locator("#events").waitFor(PATIENCE);
    return page;
  }

  it("loads less than 250 kB compressed", async () => {
    const folder = join(bench!.folder, "some", "path");
    const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(html|js|css|svg|json)$/.test(name));
    const sizes = await Promise.all(files.map(async (name) => gzipSync(await readFile(join(folder, name))).length));
    const sum = sizes.reduce((total, size) => total + size, 0);
    assert.isAbove(sum, 10_000, "something was built");
    assert.isBelow(sum, FIRST_LOAD_BYTES);
  });

  it("says first what holds, for everybody, on a desk and on a phone", async () => {
    for (const [name, looks] of Object.entries({ desk: DESK, phone: PHONE })) {
      const page = await look(looks);
      assert.match((await headline(page).textContent()) ?? "", /^Every market is open\./);
      const findings = await page.locator(".verdict li a").allTextContents();
      assert.deepEqual(
        findings.toSorted(),
        ["BTC / USD is ReduceOnly", "USDC / USD is ReduceOnly"],
        "never listed here",
      );
      assert.deepEqual(await bench!.violations(page), [], name);
      assert.isAtMost(await page.evaluate("document.documentElement.scrollWidth"), looks.width, name);
      await bench!.picture(page, `calm-${name}`);
      await page.context().close();
    }
  });

  it("shows a crash, the halt that follows and the recovery, without reloading", async () => {
    const page = await look();
    await page.evaluate("document.querySelector('#books tbody tr').dataset.same = 'yes'");

    const crashed = (FIRST_PRICE * 78n) / 100n;
    for (let round = 0; round < 8; round++) {
      await chain.round(crashed);
      await chain.witness(crashed);
    }
    await upToDate(page);
    assert.match((await headline(page).textContent()) ?? "", /No market opens|Something/);
    assert.match((await page.locator("#prices").textContent()) ?? "", /Halted|Reduce only/);
    await bench!.picture(page, "crash");

    await chain.block(2n * HOUR);
    await upToDate(page);
    await page.locator(".verdict li.bad", { hasText: "has had no price for" }).first().waitFor(PATIENCE);
    assert.match((await page.locator("#markets").textContent()) ?? "", /Halted.*No price for 2/s);
    await bench!.picture(page, "halt");

    await chain.calm(UNTIL_OPEN);
    await upToDate(page);
    await page.locator("#markets .mode.normal").first().waitFor(PATIENCE);
    await bench!.picture(page, "recovery");
    assert.equal(
      await page.evaluate("document.querySelector('#books tbody tr').dataset.same"),
      "yes",
      "the row was changed in place",
    );
  });

  it("says that nobody can see what is true now when the newest block is old", async () => {
    const page = await look();
    await page.clock.setFixedTime(nowMs() + 600_000);
    await page.locator(".verdict li.bad", { hasText: "newest block is more than 10" }).waitFor(PATIENCE);
    assert.match((await page.locator(".status").textContent()) ?? "", /10.min old/);
  });

  it("is found through section by section by keyboard, however narrow the window", async () => {
    for (const looks of [PHONE, { width: 800, scheme: "light" } as const]) {
      const page = await look(looks);
      const links = page.locator(".masthead nav a");
      for (const name of ["Vaults", "Events"]) {
        const link = links.filter({ hasText: name });
        await link.focus();
        const { x, width } = (await link.boundingBox())!;
        assert.isTrue(x >= 0 && x + width <= looks.width, `${name} comes into sight as it is reached`);
        await page.keyboard.press("Enter");
        const heading = (await page.locator(`#${name.toLowerCase()} h2`).boundingBox())!;
        const strip = (await page.locator(".masthead nav").boundingBox())!;
        assert.isAtLeast(strip.y, 0, "the way on stays in sight");
        assert.isAtLeast(heading.y, strip.y + strip.height, `${name} is not hidden behind it`);
      }
      assert.isAtMost(await page.evaluate("document.documentElement.scrollWidth"), looks.width);
      await page.context().close();
    }
  });

  it("explains the margin of a book term by term, by keyboard alone", async () => {
    const page = await look();
    await page.locator("#books .pick").first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".margin td").first().waitFor(PATIENCE);
    const terms = await page.locator(".margin tbody th").allTextContents();
    assert.includeMembers(terms, ["Stress there", "Floor", "Sentinel add-on", "Required"]);
    assert.match((await page.locator(".margin .legs").textContent()) ?? "", /short 1.00 × 3000c/);
    const greeks = await page.locator(".greeks > div").allTextContents();
    assert.match(
      greeks.join("\n"),
      /^Worth[-−]\d.*\nDelta[-−]\d.*\nGamma[-−]\d.*\nVega[-−]\d.*\nTheta\d/,
      "of a short call",
    );
    await bench!.picture(page, "margin");
  });

  it("passes nothing old off as current when the endpoint dies, and goes on when it is back", async () => {
    const page = await look();
    const node = `${chain.chain.url}/**`;
    await page.route(node, (route) => route.abort());
    await page.locator('[role="alert"]', { hasText: "Nothing below is current" }).waitFor(PATIENCE);
    await bench!.picture(page, "dead-endpoint");
    await page.unroute(node);
    await page.locator('[role="alert"]').waitFor({ state: "detached", ...PATIENCE });
    assert.match((await page.locator(".status").textContent()) ?? "", /one endpoint, believed/);
  });

  it("compares two endpoints: believes them while they agree, and neither when one lies", async () => {
    const second = "http://second.example/";
    let lie = (text: string): string => text;
    const page = await bench!.blank(nowMs());
    await page.route(`${second}**`, async (route) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(chain.chain.url, { method: "POST", headers, body: route.request().postData()! });
      await route.fulfill({ headers: { "access-control-allow-origin": "*" }, body: lie(await answer.text()) });
    });
    await page.goto(bench!.address(`${query}&rpc2=${second}`));
    await page.locator(".status", { hasText: "two endpoints agree" }).waitFor(PATIENCE);
    lie = (text) => text.replaceAll(/"hash":"0x..../g, '"hash":"0xdead');
    await page.locator('[role="alert"]', { hasText: "one lies, or is on a fork" }).waitFor(PATIENCE);
    await bench!.picture(page, "lying-endpoint");
  });

  it("opens with the second of two endpoints where the first is dead, and says so", async () => {
    const page = await bench!.open(query.replace("rpc=", "rpc=http://dead.example/&rpc2="), nowMs());
    await page.locator(".status", { hasText: "Endpoint 1 does not answer" }).waitFor(PATIENCE);
    await page.locator("#act").waitFor(PATIENCE);
  });

  it("asks for an endpoint where none is known, and says why one is of no use", async () => {
    const page = await bench!.open("", nowMs());
    await page.locator("form").waitFor(PATIENCE);
    assert.deepEqual(await bench!.violations(page), []);
    await page.fill("input[name=rpc]", chain.chain.url);
    await page.keyboard.press("Enter");
    await page.locator('[role="alert"]', { hasText: "No deployment on chain 31337 is known" }).waitFor(PATIENCE);
  });
});

// SPDX-License-Identifier: MIT
import type { Locator, Page } from "playwright-core";

import { GAS, KeeperBench } from "../programs/support/KeeperBench.ts";
import type { BenchOptions } from "../programs/support/KeeperBench.ts";
import { PageBench } from "./PageBench.ts";
import type { Looks } from "./PageBench.ts";

export const PATIENCE = { timeout: 20_000 };
/** An account of the local node, which signs for it by itself. */
export const ACCOUNT = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
/** A feed is listed after ten minutes and a ramp takes six hours. */
export const UNTIL_OPEN = 8n * 3_600n;

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

/** Somebody with a wallet in front of the page: the whole protocol on a real chain, and a real browser. */
export class WalletBench {
  readonly chain: KeeperBench;
  readonly pages: PageBench;
  #page: Page | undefined;

  private constructor(chain: KeeperBench, pages: PageBench) {
    this.chain = chain;
    this.pages = pages;
  }

  /** @param coins In the wallet, units of the first market's collateral. */
  static async start(program: string, coins: bigint, options: BenchOptions = {}): Promise<WalletBench> {
    const chain = await KeeperBench.start(options);
    try {
      await chain.calm(UNTIL_OPEN);
      await chain.send(() => chain.room.collaterals[0]!.connect(chain.actor).mint(ACCOUNT, coins, GAS));
      return new WalletBench(chain, await PageBench.start(program));
    } catch (error) {
      await chain.close(); // or the test run would never end
      throw error;
    }
  }

  /** The page with its wallet, in a window of its own; the one before is closed. @param more Of its address. */
  async open(more = "", looks?: Looks): Promise<void> {
    await this.#page?.context().close();
    this.#page = await this.pages.blank(this.nowMs, looks);
    await this.page.addInitScript(WALLET(this.chain.chain.url));
    await this.page.goto(this.pages.address(`${this.query}${more}`));
    await this.page.locator("#act button", { hasText: "Connect Test wallet" }).click(PATIENCE);
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error("no page is open");
    return this.#page;
  }

  /** Address of the page that names the chain and its deployment. */
  get query(): string {
    const at = (name: string): string => this.chain.room.addresses.get(name)!;
    return `?lens=${at("lens")}&vaults=${at("vaultLens")}&rpc=${this.chain.chain.url}`;
  }

  get nowMs(): number {
    return Number(this.chain.now) * 1_000;
  }

  /** What was told of the act that was looked at. */
  get told(): Locator {
    return this.page.locator("#act .told");
  }

  /** Fills the form. */
  async fill(act: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await this.page.selectOption("#act select >> nth=0", act);
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`#act [name=${name}]`);
      const isList = (await this.page.locator(`#act select[name=${name}]`).count()) > 0;
      await (isList ? field.selectOption(value) : field.fill(value));
    }
  }

  /** Fills the form and looks; nothing is signed. */
  async look(act: string, fields: Readonly<Record<string, string>>): Promise<string> {
    await this.fill(act, fields);
    await this.page.locator("#act button[type=submit]").click();
    await this.told.locator("p, button").first().waitFor(PATIENCE);
    return (await this.told.textContent()) ?? "";
  }

  /** Signs what was looked at, and waits until it is in a block that the page shows. */
  async sign(): Promise<void> {
    await this.told.locator("button").click();
    await this.told.locator(".sent").waitFor(PATIENCE);
    await this.chain.round();
    await this.upToDate();
  }

  /** Looks and signs until nothing is left to be done first, such as an approval. @returns What was told of the last step. */
  async do(act: string, fields: Readonly<Record<string, string>>): Promise<string> {
    for (;;) {
      const told = await this.look(act, fields);
      if ((await this.told.locator("button").count()) === 0) throw new Error(`the page refuses to ${act}: ${told}`);
      await this.sign();
      if (!told.includes("Look again after this one")) return told;
    }
  }

  /** Waits until the page shows the newest block. */
  async upToDate(): Promise<void> {
    await this.page.clock.setFixedTime(this.nowMs);
    const { number } = (await this.chain.chain.provider.getBlock("latest"))!;
    await this.page.locator(".status", { hasText: `block ${number}` }).waitFor(PATIENCE);
  }

  async close(): Promise<void> {
    await this.pages.close();
    await this.chain.close();
  }
}

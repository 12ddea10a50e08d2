// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

import { buildPage } from "../../../scripts/simulator/buildPage.ts";
import type { PageDeployment } from "../../../scripts/simulator/buildPage.ts";
import { serveFiles } from "../../../scripts/simulator/serveFiles.ts";
import type { FileServer } from "../../../scripts/simulator/serveFiles.ts";

/** Where pictures of a run stay. */
const PICTURES = fileURLToPath(new URL("../../../reports/dashboard/", import.meta.url));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** How somebody looks at the page. */
export interface Looks {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

export const DESK: Looks = { width: 1_280, scheme: "light" };
export const PHONE: Looks = { width: 360, scheme: "dark" };

/** Something that a page for everybody must not have. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[] }[];
}

/** The built page behind a file server, in a real browser. */
export class PageBench {
  readonly folder: string;
  readonly url: string;
  readonly #browser: Browser;
  readonly #server: FileServer;

  private constructor(folder: string, browser: Browser, server: FileServer) {
    this.folder = folder;
    this.url = server.url;
    this.#browser = browser;
    this.#server = server;
  }

  static async start(program: string, deployments: readonly PageDeployment[] = []): Promise<PageBench> {
    const folder = await mkdtemp(join(tmpdir(), "page-"));
    await buildPage(join(folder, "some", "path"), deployments);
    const server = await serveFiles(folder);
    const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
    await mkdir(PICTURES, { recursive: true });
    return new PageBench(folder, browser, server);
  }

  /** A window of its own, with nothing remembered; its clock stands at `nowMs` until it is set again. */
  async blank(nowMs: number, { width, scheme }: Looks = DESK): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme });
    const page = await context.newPage();
    await page.clock.setFixedTime(nowMs);
    return page;
  }

  /** The same with the page in it. */
  async open(query: string, nowMs: number, looks: Looks = DESK): Promise<Page> {
    const page = await this.blank(nowMs, looks);
    await page.goto(this.address(query));
    return page;
  }

  /** Where the page is: not at the root of its server, for it must not matter. */
  address(query: string): string {
    return `${this.url}some/path/${query}`;
  }

  /** Keeps a picture of the whole page. */
  async picture(page: Page, name: string): Promise<void> {
    await page.evaluate("scrollTo(0, 0)"); // what sticks to the window is at its top then
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }

  /** What axe-core finds wrong, by rule and place. */
  async violations(page: Page): Promise<string[]> {
    await page.addScriptTag({ path: AXE });
    const found: { violations: readonly Violation[] } = await page.evaluate("axe.run()");
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Where systems have Chromium. */
const USUAL_PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--headless",
  "--remote-debugging-pipe",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  // The page is ours, and a sandbox inside a container needs rights that tests do not have.
  "--no-sandbox",
];

/** A Chromium of this machine; undefined where none is. `BALLAST_BROWSER` names another. */
export function findBrowser(): string | undefined {
  return process.env["BALLAST_BROWSER"] ?? USUAL_PLACES.find((place) => existsSync(place));
}

type Answer = Readonly<Record<string, unknown>>;

/** A page in a real browser, driven over its debugging pipe. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #input: Writable;
  readonly #events = new EventEmitter();
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #session: string | undefined;
  #next = 1;
  /** What the page complained of, and what it asked the network for, since it was opened. */
  readonly complaints: string[] = [];
  readonly requests: string[] = [];

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#input = child.stdio[3] as Writable;
    let text = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (text + chunk).split("\0");
      text = messages.pop()!;
      for (const message of messages) this.#hear(JSON.parse(message) as Answer);
    });
  }

  static async start(program: string): Promise<Browser> {
    const folder = await mkdtemp(join(tmpdir(), "browser-"));
    const flags = [...FLAGS, `--user-data-dir=${folder}`, "about:blank"];
    const child = spawn(program, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const browser = new Browser(child, folder);
    const { targetId } = await browser.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.ask("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = sessionId as string;
    for (const domain of ["Page", "Network", "Runtime", "Log"]) await browser.ask(`${domain}.enable`);
    return browser;
  }

  /** How wide the window is, in CSS pixels, and what its reader prefers. */
  async become(width: number, scheme: "light" | "dark"): Promise<void> {
    await this.ask("Emulation.setDeviceMetricsOverride", { width, height: 740, deviceScaleFactor: 2, mobile: true });
    await this.ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  }

  /** Opens a page and waits until it is loaded. */
  async open(address: string): Promise<void> {
    this.complaints.length = 0;
    this.requests.length = 0;
    const loaded = once(this.#events, "Page.loadEventFired");
    await this.ask("Page.navigate", { url: address });
    await loaded;
  }

  /** The value of an expression in the page. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const answer = await this.ask("Runtime.evaluate", { expression, returnByValue: true });
    return (answer["result"] as { readonly value: Value }).value;
  }

  /** Rejects when the browser does not know the method, or is gone. */
  async ask(method: string, params: Answer = {}): Promise<Answer> {
    const id = this.#next++;
    const message = { id, method, params, ...(this.#session !== undefined && { sessionId: this.#session }) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#input.write(`${JSON.stringify(message)}\0`);
    });
  }

  async close(): Promise<void> {
    const gone = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await gone;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #hear({ id, method, params, result, error }: Answer): void {
    if (typeof id === "number") {
      const waiting = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      if (error === undefined) waiting.resolve(result as Answer);
      else waiting.reject(new Error(JSON.stringify(error)));
      return;
    }
    const facts = params as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    if (method === "Log.entryAdded") this.complaints.push(String(facts["entry"]!["text"]));
    if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(facts["exceptionDetails"]));
    if (method === "Runtime.consoleAPICalled") this.complaints.push(JSON.stringify(facts["args"]));
    if (method === "Network.requestWillBeSent") this.requests.push(String(facts["request"]!["url"]));
    this.#events.emit(String(method), params);
  }
}

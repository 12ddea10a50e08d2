// SPDX-License-Identifier: MIT
// The shell of a reader who follows a guide: what one block sets the next one knows, and the first failure ends it.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { missingLines } from "./readGuide.mjs";

const POLL_MS = 200;
/** The first block of a fresh machine installs packages and compiles the contracts. */
const LONGEST_MS = 1_800_000;

/** Runs the steps of guides in one folder. Terminals stay open over all guides: the same one is not opened twice. */
export class GuideShell {
  #folder;
  #tell;
  /** @type {Map<string, Terminal>} */
  #terminals = new Map();

  /** @param {string} folder The reader's checkout. @param {(text: string) => void} tell */
  constructor(folder, tell) {
    this.#folder = folder;
    this.#tell = tell;
  }

  /** @param {string} name Of the page. @param {import("./readGuide.mjs").Step[]} steps @throws {Error} of the first that fails. */
  async follow(name, steps) {
    const shell = new Shell(this.#folder);
    try {
      for (const step of steps) {
        const started = Date.now();
        await this.#do(shell, step).catch((error) => {
          throw new Error(`${name}:${step.line}: ${error.message}`);
        });
        const first = step.text.trim().split("\n")[0];
        this.#tell(`${name}:${step.line}  ${((Date.now() - started) / 1000).toFixed(1)} s  ${step.file ?? first}`);
      }
    } finally {
      await shell.close();
    }
  }

  async close() {
    await Promise.all([...this.#terminals.values()].map((terminal) => terminal.close()));
  }

  async #do(shell, step) {
    if (step.kind === "file") return this.#save(step);
    if (step.kind === "run") return requireShown(step.shown, await shell.run(step.text));
    const terminal = this.#terminals.get(step.text) ?? new Terminal(this.#folder, step.text);
    this.#terminals.set(step.text, terminal);
    await terminal.shows(step.shown);
  }

  async #save({ file, text }) {
    const path = resolve(this.#folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** One bash that stops at the first command that fails. */
class Shell {
  #output = "";
  #child;
  #ended;
  #isOver = false;
  #script;

  constructor(folder) {
    this.#script = join(folder, `.guide-${randomUUID()}.sh`);
    this.#child = open(folder, ["bash", "-euo", "pipefail"]);
    this.#ended = listen(this.#child, (text) => (this.#output += text)).then(() => (this.#isOver = true));
  }

  /** @returns What the block printed. @throws {Error} with that when a command of it failed. */
  async run(text) {
    const end = `end of block ${randomUUID()}`;
    this.#output = "";
    await writeFile(this.#script, text);
    this.#child.stdin.write(`source ${this.#script} </dev/null\necho; echo ${end}\n`);
    const isDone = () => this.#output.includes(end);
    await until(() => isDone() || this.#isOver, "the block does not end");
    if (!isDone()) throw new Error(`a command failed:\n${this.#output}`);
    return this.#output;
  }

  async close() {
    end(this.#child);
    await this.#ended;
    await rm(this.#script, { force: true });
  }
}

/** Commands that go on while the reader does something else. */
class Terminal {
  #output = "";
  #child;
  #ended;
  #isOver = false;

  constructor(folder, text) {
    this.#child = open(folder, ["bash", "-euo", "pipefail", "-c", text]);
    this.#ended = listen(this.#child, (more) => (this.#output += more)).then(() => (this.#isOver = true));
  }

  /** Waits until it has printed all of that. */
  async shows(lines) {
    await until(() => this.#isOver || missingLines(lines, this.#output).length === 0, "the terminal does not come up");
    requireShown(lines, this.#output);
    if (this.#isOver) throw new Error(`the terminal ended:\n${this.#output}`);
  }

  async close() {
    end(this.#child);
    await this.#ended;
  }
}

/** A process group of its own, so that all of it can be ended. */
function open(folder, [file, ...given]) {
  return spawn(file, given, { cwd: folder, detached: true, stdio: ["pipe", "pipe", "pipe"] });
}

function listen(child, onText) {
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", onText);
  }
  return new Promise((done) => child.once("close", done));
}

function end(child) {
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}

function requireShown(shown, output) {
  const missing = missingLines(shown, output);
  if (missing.length > 0) throw new Error(`not printed:\n${missing.join("\n")}\nbut:\n${output}`);
}

async function until(isTrue, complaint) {
  for (const started = Date.now(); !isTrue(); await new Promise((done) => setTimeout(done, POLL_MS)))
    if (Date.now() - started > LONGEST_MS) throw new Error(complaint);
}

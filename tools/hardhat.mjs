// SPDX-License-Identifier: MIT
// Runs Hardhat and other tools as children of this process; a signal to this process ends them too.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const hardhatCli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");

/** A copy of the project that has borrowed a build is tried: Hardhat would make it anew, for it knows it by its folder. */
export const isBuilt = process.env.BALLAST_BUILT === "1";

const PARENT_POLL_MS = 250;
const children = new Set();
let stoppedBy;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
// A SIGTERM to npm ends npm and its shell, which does not pass it on: the parent changes.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => process.ppid !== parent && stop("SIGTERM"), PARENT_POLL_MS).unref();
}

function stop(signal) {
  if (stoppedBy !== undefined) return; // a terminal's interrupt arrives twice: from the terminal and from npm
  stoppedBy = signal;
  for (const child of children) child.kill(signal);
  if (children.size === 0) exitIfStopped();
}

/** Keeps track of a child; when it has ended and this process was told to stop, this is the end. */
export function follow(child) {
  children.add(child);
  child.once("close", () => {
    children.delete(child);
    exitIfStopped(child);
  });
  return child;
}

function exitIfStopped(last) {
  if (stoppedBy === undefined) return;
  // The main job says itself that it was stopped, and how.
  if (last === undefined || last.exitCode === null) console.error(`Stopped by ${stoppedBy}.`);
  process.exit(128 + constants.signals[stoppedBy]);
}

/** Runs a command in the project's root; resolves to its exit code and everything it printed. */
export function run(file, args, onText = () => undefined) {
  return new Promise((resolve, reject) => {
    const child = follow(spawn(file, args, { cwd: root, env: process.env, stdio: ["ignore", "pipe", "pipe"] }));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        onText(text);
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? (signal === null ? 1 : 128), output }));
  });
}

/** Runs `hardhat …args`. */
export function hardhat(args, onText) {
  return run(process.execPath, [hardhatCli, ...args], onText);
}

/** Drops solc's warnings about files of packages, which are not ours to mend. */
export function withoutPackageWarnings(output) {
  const blocks = output.split(/\n(?=(?:Warning|Info|Error|Compiled|Nothing|No contracts)\b)/);
  return blocks
    .filter((block) => !(block.startsWith("Warning") && /--> (?:\.\/)?(?:node_modules\/|npm\/)/.test(block)))
    .filter((block) => !/^Warning: ".*" will be promoted to keyword/.test(block))
    .join("\n")
    .trim();
}

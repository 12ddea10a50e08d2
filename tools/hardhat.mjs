// SPDX-License-Identifier: MIT
// Runs Hardhat as a child of this process, so that killing the tool kills Hardhat too.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const hardhatCli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");

/** Runs a command in the project's root; resolves to its exit code and everything it printed. */
export function run(file, args, onText = () => undefined) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env: process.env, stdio: ["ignore", "pipe", "pipe"] });
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

// SPDX-License-Identifier: MIT
// Makes `npm start` and `npm test` work on a fresh clone with system Node 20 or later: installs what the lock file says,
// under a private Node when the system's is too old for Hardhat. A second run costs one hash.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MINIMUM_NODE = [22, 13];
const root = realpathSync(dirname(dirname(fileURLToPath(import.meta.url))));
const privateHome = join(root, ".cache", "node");
const stampPath = join(root, "node_modules", ".ballast-lock");
const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const isInstalled = existsSync(stampPath) && readFileSync(stampPath, "utf8") === lockHash;
const [major, minor] = process.versions.node.split(".").map(Number);
const isRecent = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
if (isInstalled && isRecent) process.exit(0);

const npm = process.env.npm_execpath;
if (npm === undefined) fail("run this through npm: npm start or npm test");
const node = isRecent ? process.execPath : bringNode();

if (!isInstalled) {
  console.log("Installing the packages of package-lock.json …");
  // npm itself runs under the chosen Node: under an older one it would silently skip Hardhat's native part.
  const environment = { PATH: `${dirname(node)}:${process.env.PATH}` };
  run(node, [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment);
}
if (node.startsWith(privateHome)) {
  // Also when this very run is under the private Node already: the install above has removed the link.
  const link = join(root, "node_modules", ".bin", "node"); // npm scripts look here first
  rmSync(link, { force: true });
  symlinkSync(node, link);
}
writeFileSync(stampPath, lockHash);

function bringNode() {
  const binary = join(privateHome, "node_modules", "node", "bin", "node");
  if (!existsSync(binary)) {
    console.log(
      `Node ${process.versions.node} is older than ${MINIMUM_NODE.join(".")}: bringing Node 24 from npm into .cache/node …`,
    );
    mkdirSync(privateHome, { recursive: true });
    run(process.execPath, [
      npm,
      "install",
      "--prefix",
      privateHome,
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      "node@24",
    ]);
  }
  return binary;
}

function run(file, args, extraEnvironment = {}) {
  try {
    execFileSync(file, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...extraEnvironment } });
  } catch (error) {
    fail(`${file} ${args.slice(1).join(" ")} failed with code ${error.status}`);
  }
}

function fail(message) {
  console.error(`bootstrap: ${message}`);
  process.exit(3);
}

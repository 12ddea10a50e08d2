// SPDX-License-Identifier: MIT
// What deployments of ours are known: one file per chain id, written when a network is deployed to.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../hardhat.mjs";

const FILE = /^(\d+)\.json$/;
/** Of local nodes: what was deployed there is on this machine alone. */
const LOCAL = "31337.json";

/** Of each deployment's address book, by chain id, what the package reads. */
export function knownDeployments() {
  const folder = join(root, "deploy", "addresses");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => FILE.test(name) && name !== LOCAL) : [];
  return Object.fromEntries(
    files.map((file) => [FILE.exec(file)[1], withAddresses(JSON.parse(readFileSync(join(folder, file), "utf8")))]),
  );
}

function withAddresses({ contracts }) {
  return { contracts: Object.fromEntries(Object.entries(contracts).map(([name, { address }]) => [name, { address }])) };
}

// SPDX-License-Identifier: MIT
// Every custom error of the protocol, and what its interface says of it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../hardhat.mjs";
import { minimalAbi, signatureOf } from "./minimalAbi.mjs";

const OURS = /^project\/contracts\/(?!mocks\/)/;
const ARTIFACT = /^(?!mocks\/).*\.sol\/\w+\.json$/;

/** Errors of all contracts and libraries, each once, by name: one may come up from any depth. */
export function allErrors() {
  const folder = join(root, "artifacts", "contracts");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => ARTIFACT.test(file));
  const errors = new Map();
  for (const file of files.sort()) {
    const { abi } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    for (const entry of minimalAbi(abi)) if (entry.type === "error") errors.set(signatureOf(entry), entry);
  }
  return [...errors.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** The `@notice` of errors that have one, by name. */
export function noticesOfErrors() {
  const folder = join(root, "artifacts", "build-info");
  const notices = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".output.json"))) {
    const { sources } = JSON.parse(readFileSync(join(folder, file), "utf8")).output;
    for (const [path, { ast }] of Object.entries(sources)) if (OURS.test(path)) collect(ast, notices);
  }
  return new Map([...notices].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function collect(node, notices) {
  for (const child of node.nodes ?? []) collect(child, notices);
  if (node.nodeType !== "ErrorDefinition") return;
  const notice = /@notice\s+([^@]+)/.exec(node.documentation?.text ?? "");
  if (notice !== null) notices.set(node.name, notice[1].replaceAll(/\s+/g, " ").trim());
}

// SPDX-License-Identifier: MIT
// Rooms import in one direction (docs/ARCHITECTURE.md), and so do the files of programs, page and tests. A forbidden edge is named
// with file and line, a circle of files with its way around.
import { readFileSync } from "node:fs";
import { dirname, posix } from "node:path";

/** What a room may import besides itself and packages; "*" is anything. */
const EDGES = {
  "contracts/shared": [],
  "contracts/interfaces": ["contracts/shared"],
  "contracts/oracle": ["contracts/shared", "contracts/interfaces"],
  "contracts/risk": ["contracts/shared", "contracts/interfaces"],
  "contracts/clearing": ["contracts/shared", "contracts/interfaces"],
  "contracts/vaults": ["contracts/shared", "contracts/interfaces"],
  "contracts/periphery": ["contracts/shared", "contracts/interfaces"],
  "contracts/mocks": ["*"],
  "scripts/model": [],
  "scripts/chain": ["scripts/model", "typechain-types"],
  "scripts/market": ["scripts/model", "scripts/chain"],
  "scripts/validator": ["scripts/model", "scripts/chain"],
  "scripts/relayer": ["scripts/model", "scripts/chain"],
  "scripts/keepers": ["scripts/model", "scripts/chain"],
  "scripts/canary": ["scripts/model", "scripts/chain", "scripts/keepers"],
  "scripts/quotes": ["scripts/model", "scripts/chain"],
  "scripts/maker": ["scripts/model", "scripts/chain"],
  "scripts/trade": ["scripts/model", "scripts/chain"],
  "scripts/settlement": ["scripts/model", "scripts/chain"],
  "scripts/sentinel": ["scripts/model", "scripts/chain", "scripts/keepers"],
  "scripts/programs": [
    "scripts/model",
    "scripts/chain",
    "scripts/validator",
    "scripts/relayer",
    "scripts/keepers",
    "scripts/trade",
  ],
  "scripts/simulator": ["*"],
  "scripts/cli": ["*"],
  deploy: ["scripts/model"],
  bindings: ["scripts/model", "scripts/chain"],
  "dashboard/src/model": ["scripts/model"],
  "dashboard/src/chain": ["dashboard/src/model", "scripts/model", "scripts/chain", "scripts/trade", "typechain-types"],
  "dashboard/src/view": ["dashboard/src/model", "scripts/model", "scripts/trade"],
};
/** Rooms that compute only: no packages either. */
const PURE = ["scripts/model"];
const ENVIRONMENT_ROOMS = ["scripts/cli", "deploy"];

const SOLIDITY_IMPORT = /^\s*(?:import\s.*?from\s+|import\s+|\}\s*from\s+)"([^"]+)"/;
const RELATIVE_IMPORTS = /\bfrom\s+"(\.[^"]+)"/g;
const TYPESCRIPT_IMPORT = /(?:\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)"([^"]+)"/;

/**
 * Forbidden edges among `files` (paths relative to `root`).
 * @returns {string[]} one line each
 */
export function forbiddenEdges(root, files) {
  return files.flatMap((file) => {
    const room = roomOf(file);
    if (room === undefined) return [];
    return readFileSync(posix.join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => complaints(file, room, line).map((text) => `${file}:${index + 1}: ${text}`));
  });
}

/**
 * Files that import each other in a circle, whatever they take: one line for each circle, with the files of the way around.
 * @returns {string[]}
 */
export function importCircles(root, files) {
  const known = new Set(files);
  const importsOf = (file) =>
    [...readFileSync(posix.join(root, file), "utf8").matchAll(RELATIVE_IMPORTS)]
      .map(([, target]) => posix.normalize(posix.join(dirname(file), target)))
      .filter((path) => known.has(path));
  const [done, way, circles] = [new Set(), [], []];
  const visit = (file) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" -> "));
    if (done.has(file) || way.includes(file)) return;
    way.push(file);
    for (const imported of importsOf(file)) visit(imported);
    way.pop();
    done.add(file);
  };
  for (const file of files) visit(file);
  return circles;
}

function complaints(file, room, line) {
  const found = [];
  const match = (file.endsWith(".sol") ? SOLIDITY_IMPORT : TYPESCRIPT_IMPORT).exec(line);
  if (match !== null) {
    const target = match[1];
    if (target.startsWith(".")) {
      const path = posix.normalize(posix.join(dirname(file), target));
      if (!isAllowed(room, path)) found.push(`${room} must not import ${roomOf(path) ?? path}`);
    } else if (PURE.includes(room)) {
      found.push(`${room} is pure and imports no package (${target})`);
    }
  }
  if (file.startsWith("scripts/") && !ENVIRONMENT_ROOMS.includes(room) && /\bprocess\.env\b/.test(line)) {
    found.push(`${room} must not read the environment`);
  }
  return found;
}

function isAllowed(room, path) {
  const allowed = EDGES[room];
  if (path.startsWith(`${room}/`) || allowed.includes("*")) return true;
  return allowed.some((other) => path.startsWith(`${other}/`));
}

function roomOf(path) {
  return Object.keys(EDGES).find((room) => path.startsWith(`${room}/`));
}

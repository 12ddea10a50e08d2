// SPDX-License-Identifier: MIT
// What the compiler knows of the project's contracts: which functions each has, and which errors come up out of it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { contractsIn } from "./contracts.mjs";

const OURS = /^(?!mocks\/|interfaces\/).*\.sol\/\w+\.json$/;

/** @returns {Map<string, import("./contracts.mjs").ContractFacts>} contracts and libraries by name, as last built */
export function compiledContracts(root) {
  const facts = new Map();
  for (const [build, names] of contractsByBuild(join(root, "artifacts", "contracts"))) {
    const file = join(root, "artifacts", "build-info", `${build}.output.json`);
    const { sources } = JSON.parse(readFileSync(file, "utf8")).output;
    for (const contract of contractsIn(Object.values(sources).map(({ ast }) => ast))) {
      if (names.has(contract.name)) facts.set(contract.name, contract);
    }
  }
  return facts;
}

/** Builds of several times lie side by side; an artifact says which one it is of. */
function contractsByBuild(folder) {
  const builds = new Map();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => OURS.test(name))
    .sort()) {
    const { contractName, buildInfoId } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    if (!builds.has(buildInfoId)) builds.set(buildInfoId, new Set());
    builds.get(buildInfoId).add(contractName);
  }
  return builds;
}

// SPDX-License-Identifier: MIT
// What the sources say of contracts, as the compiler puts it together: comments of interfaces stand behind what implements them.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const OURS = "project/contracts/";
const LEFT_OUT = ["project/test/", "project/contracts/mocks/"];

/**
 * @typedef {{ abi: object[], devdoc: object, userdoc: object }} Documented
 */

/**
 * Analyses the sources of the last build once more, for their comments alone: nothing is generated, so it takes seconds.
 * @param {string} root @returns {Record<string, Record<string, Documented>>} By file below `contracts/` and by name.
 */
export function readNatSpec(root) {
  const { compile } = require("solc");
  const folder = join(root, "artifacts", "build-info");
  const inputs = readdirSync(folder)
    .filter((file) => !file.endsWith(".output.json"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")).input);
  // Each build has a part of the sources; where both have a file it is the same.
  const sources = Object.entries(Object.assign({}, ...inputs.map((input) => input.sources)));
  const remappings = [...new Set(inputs.flatMap((input) => input.settings.remappings ?? []))];
  const { contracts, errors = [] } = JSON.parse(
    compile(
      JSON.stringify({
        language: "Solidity",
        sources: Object.fromEntries(sources.filter(([path]) => !LEFT_OUT.some((left) => path.startsWith(left)))),
        settings: { remappings, viaIR: true, outputSelection: { "*": { "*": ["abi", "devdoc", "userdoc"] } } },
      }),
    ),
  );
  const failed = errors.filter(({ severity }) => severity === "error");
  if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const ours = Object.entries(contracts).filter(([path]) => path.startsWith(OURS));
  return Object.fromEntries(ours.map(([path, inFile]) => [path.slice(OURS.length), inFile]));
}

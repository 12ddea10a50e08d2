// SPDX-License-Identifier: MIT
// Fills `bindings/` with what the package consists of, from contracts that are compiled already: `npm pack` runs this.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { generatedSources } from "./bindings/sources.mjs";
import { writeSolidity } from "./bindings/solidity.mjs";
import { root, run } from "./hardhat.mjs";

const home = join(root, "bindings");
const MADE = ["generated", "dist", "contracts", "LICENSE"];

if (!existsSync(join(root, "artifacts", "contracts"))) fail("the contracts are not compiled: npm run build");
for (const made of MADE) rmSync(join(home, made), { recursive: true, force: true });

for (const [path, text] of generatedSources()) {
  const file = join(home, "generated", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const { code, output } = await run(process.execPath, [compiler, "-p", join(home, "tsconfig.json")]);
if (code !== 0) fail(output);
nameWhatIsThere(join(home, "dist"));
writeSolidity(home);
cpSync(join(root, "LICENSE"), join(home, "LICENSE"));

/** The compiler lets declarations import sources, as ours do; in the package there are none. */
function nameWhatIsThere(dist) {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
  for (const file of files) {
    const text = readFileSync(join(dist, file), "utf8");
    writeFileSync(join(dist, file), text.replaceAll(/(from |import\()"(\.[^"]+)\.ts"/g, '$1"$2.js"'));
  }
}

function fail(message) {
  console.error(`bindings: ${message}`);
  process.exit(1);
}

// SPDX-License-Identifier: MIT
// Everything that can be said about the sources without running them: `npm run check`.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { auditContracts } from "./audit/contracts.mjs";
import { forbiddenEdges, importCircles } from "./check-imports.mjs";
import { functionsWithoutComment } from "./check-natspec.mjs";
import { filesWithoutLicence } from "./check-spdx.mjs";
import { root, run } from "./hardhat.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);
const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
const sources = listed.split("\n").filter((file) => /\.(sol|tsx?|mjs)$/.test(file) && existsSync(join(root, file)));

/** @type {[string, () => string[] | Promise<string[]>][]} */
const checks = [
  // Made of the compiled contracts; what follows looks at it, or at them.
  ["bindings", () => tool(process.execPath, [join(root, "tools", "bindings.mjs")])],
  ["format", () => tool(bin("prettier"), ["--check", "--log-level", "warn", "."])],
  [
    "lint",
    () =>
      tool(bin("oxlint"), ["--type-aware", "--quiet", "scripts", "deploy", "bindings", "dashboard", "test", "tools"]),
  ],
  ["types", () => types("tsconfig.json")],
  ["types of the page", () => types(join("dashboard", "tsconfig.json"))],
  ["trees", () => tool(process.execPath, [join(root, "tools", "trees.mjs")])],
  ["imports", () => forbiddenEdges(root, sources)],
  [
    "circles",
    () =>
      importCircles(
        root,
        sources.filter((file) => !file.endsWith(".sol")),
      ),
  ],
  ["comments of the contracts", () => functionsWithoutComment(root, sources)],
  ["analysis of the contracts", () => auditContracts().open],
  ["licences", () => filesWithoutLicence(sources).map((file) => `${file}: no SPDX-License-Identifier: MIT`)],
];

let failed = false;
for (const [name, check] of checks) {
  const complaints = await check();
  if (complaints.length === 0) console.log(`check ${name}: ok`);
  else {
    failed = true;
    console.error(`check ${name}: failed\n${complaints.join("\n")}`);
  }
}
process.exit(failed ? 1 : 0);

function types(project) {
  return tool(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(root, project)]);
}

async function tool(file, args) {
  const { code, output } = await run(file, args);
  return code === 0 ? [] : [output.trim()];
}

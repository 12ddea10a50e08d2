// SPDX-License-Identifier: MIT
// `npm run docs`: writes the reference of contracts (NatSpec) and of the model (TSDoc) into reports/reference, from what was built last.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { root } from "./hardhat.mjs";
import { contractPage } from "./reference/contractPage.mjs";
import { readNatSpec } from "./reference/natSpec.mjs";
import { modulePage } from "./reference/tsDoc.mjs";

/** Entry points that others import, and what they are for. */
const MODEL = join("scripts", "model");
const folder = join(root, "reports", "reference");

rmSync(folder, { recursive: true, force: true });
const index = ["# Reference", "## Contracts"];
for (const [file, contracts] of Object.entries(readNatSpec(root)).sort(([a], [b]) => a.localeCompare(b)))
  for (const [name, contract] of Object.entries(contracts)) {
    if (contract.abi.length === 0) continue;
    const page = join("contracts", dirname(file), `${name}.md`);
    write(page, contractPage(name, contract));
    index.push(`- [${name}](${page}): ${contract.userdoc.notice ?? contract.devdoc.title ?? file}`);
  }
const modules = readdirSync(join(root, MODEL), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);
write(
  "model.md",
  modules
    .sort()
    .map((file) => modulePage(join(MODEL, file), readFileSync(join(root, MODEL, file), "utf8")))
    .filter((page) => page !== "")
    .join("\n"),
);
index.push("## TypeScript", "- [The model](model.md): margin, auctions, settlement, prices, quotes, in bigints");
write("README.md", `${index.join("\n\n").replaceAll("\n\n- ", "\n- ")}\n`);
console.log(`${folder}: ${index.length - 4} pages`);

function write(file, text) {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

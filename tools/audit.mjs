// SPDX-License-Identifier: MIT
// Static analysis of the contracts and known faults of the packages: `npm run audit`. What was looked at and found harmless stands
// with its reason in tools/audit/accepted.json; a finding without one, or a reason without a finding, fails.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { findingsIn } from "./audit/rules.mjs";
import { parse, sourceText } from "./compiler.mjs";
import { root, run } from "./hardhat.mjs";

const accepted = JSON.parse(readFileSync(join(root, "tools", "audit", "accepted.json"), "utf8"));
const outcomes = [auditContracts(), await auditPackages()];
process.exit(outcomes.every((isClean) => isClean) ? 0 : 1);

function auditContracts() {
  const files = readdirSync(join(root, "contracts"), { recursive: true })
    .filter((name) => name.endsWith(".sol") && !name.startsWith("mocks"))
    .map((name) => `contracts/${name.replaceAll("\\", "/")}`)
    .sort();
  const findings = files.flatMap((file) => findingsIn(file, parse(file, sourceText(file)), sourceText(file)));
  const names = new Set(findings.map(nameOf));
  const open = findings.filter((finding) => accepted[nameOf(finding)] === undefined);
  const stale = Object.keys(accepted).filter((name) => !names.has(name));
  for (const { rule, file, line, text } of open) console.log(`! ${rule} ${file}:${line}: ${text}`);
  for (const name of stale) console.log(`! accepted, but nothing finds it any more: ${name}`);
  console.log(
    `contracts: ${files.length} files, ${findings.length} findings, ${findings.length - open.length} accepted with a reason`,
  );
  return open.length === 0 && stale.length === 0;
}

/** Names a finding by its text, not by its line. */
function nameOf({ rule, file, text }) {
  return `${rule} | ${file} | ${text}`;
}

/** Asks the registry for known faults of the locked packages. Without one nothing is known, and that is said. */
async function auditPackages() {
  const npm = process.env.npm_execpath;
  const [file, args] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const { output } = await run(file, [...args, "audit", "--json"]);
  const report = reportIn(output);
  if (report?.metadata === undefined) {
    console.log("packages: not checked, this registry answers no audit (the npm registry does)");
    return true;
  }
  const { info, low, moderate, high, critical } = report.metadata.vulnerabilities;
  console.log(`packages: ${critical} critical, ${high} high, ${moderate} moderate, ${low + info} lesser faults known`);
  return critical + high === 0;
}

function reportIn(output) {
  const start = output.indexOf("{");
  const end = output.lastIndexOf("}");
  try {
    return JSON.parse(output.slice(start, end + 1));
  } catch {
    return undefined;
  }
}

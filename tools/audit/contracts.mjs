// SPDX-License-Identifier: MIT
// What static analysis finds in the contracts, beside what was looked at and found harmless: tools/audit/accepted.json says why.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { parse, sourceText } from "../compiler.mjs";
import { root } from "../hardhat.mjs";
import { findingsIn } from "./rules.mjs";

/**
 * Looks through all contracts but mocks.
 * @returns {{ files: number, findings: number, open: string[] }} `open`: findings without a reason, and reasons without a finding.
 */
export function auditContracts() {
  const accepted = JSON.parse(readFileSync(join(root, "tools", "audit", "accepted.json"), "utf8"));
  const files = readdirSync(join(root, "contracts"), { recursive: true })
    .filter((name) => name.endsWith(".sol") && !name.startsWith("mocks"))
    .map((name) => `contracts/${name.replaceAll("\\", "/")}`)
    .sort();
  const findings = files.flatMap((file) => findingsIn(file, parse(file, sourceText(file)), sourceText(file)));
  const names = new Set(findings.map(nameOf));
  const unexplained = findings.filter((finding) => accepted[nameOf(finding)] === undefined);
  const stale = Object.keys(accepted).filter((name) => !names.has(name));
  return {
    files: files.length,
    findings: findings.length,
    open: [
      ...unexplained.map(({ rule, file, line, text }) => `${rule} ${file}:${line}: ${text}`),
      ...stale.map((name) => `accepted, but nothing finds it any more: ${name}`),
    ],
  };
}

/** Names a finding by its text, not by its line. */
function nameOf({ rule, file, text }) {
  return `${rule} | ${file} | ${text}`;
}

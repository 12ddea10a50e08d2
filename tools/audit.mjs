// SPDX-License-Identifier: MIT
// Static analysis of the contracts and known faults of the packages: `npm run audit`. A finding without a reason, or a reason
// without a finding, fails.
import { auditContracts } from "./audit/contracts.mjs";
import { run } from "./hardhat.mjs";

const outcomes = [contractsAreClean(), await packagesAreClean()];
process.exit(outcomes.every((isClean) => isClean) ? 0 : 1);

function contractsAreClean() {
  const { files, findings, open } = auditContracts();
  for (const complaint of open) console.log(`! ${complaint}`);
  console.log(`contracts: ${files} files, ${findings} findings, ${open.length} open`);
  return open.length === 0;
}

/** Asks the registry for known faults of the locked packages. Without one nothing is known, and that is said. */
async function packagesAreClean() {
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

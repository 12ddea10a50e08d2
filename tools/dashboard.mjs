// SPDX-License-Identifier: MIT
// `npm run dashboard`: builds what changed of the contracts, whose interfaces the page reads, and then the page into
// dashboard/dist, with the deployments that are known.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { knownDeployments } from "./bindings/deployments.mjs";
import { hardhat, root, run, withoutPackageWarnings } from "./hardhat.mjs";
import { pageDeployments } from "./pageDeployments.mjs";

const built = await hardhat(["build", "--no-tests"]);
if (built.code !== 0) {
  console.error(withoutPackageWarnings(built.output));
  process.exit(3);
}
const vite = join(root, "node_modules", "vite", "bin", "vite.js");
const { code, output } = await run(process.execPath, [vite, "build", join(root, "dashboard"), "--logLevel", "warn"]);
if (output.trim() !== "") console.log(output.trim());
if (code === 0) {
  const list = `${JSON.stringify(pageDeployments(knownDeployments()), null, 2)}\n`;
  writeFileSync(join(root, "dashboard", "dist", "deployments.json"), list);
  console.log("The page is in dashboard/dist: any file server can serve it.");
}
process.exit(code);

// SPDX-License-Identifier: MIT
// `npm run dashboard`: builds what changed of the contracts, whose interfaces the page reads, and then the page into
// dashboard/dist.
import { join } from "node:path";

import { hardhat, root, run, withoutPackageWarnings } from "./hardhat.mjs";

const built = await hardhat(["build", "--no-tests"]);
if (built.code !== 0) {
  console.error(withoutPackageWarnings(built.output));
  process.exit(3);
}
const vite = join(root, "node_modules", "vite", "bin", "vite.js");
const { code, output } = await run(process.execPath, [vite, "build", join(root, "dashboard"), "--logLevel", "warn"]);
if (output.trim() !== "") console.log(output.trim());
if (code === 0) console.log("The page is in dashboard/dist: any file server can serve it.");
process.exit(code);

// SPDX-License-Identifier: MIT
// `npm start`: builds what changed, then runs the main job with the arguments given after `--`.
import { spawn } from "node:child_process";
import { join } from "node:path";

import { hardhat, root, withoutPackageWarnings } from "./hardhat.mjs";

console.log("Building the contracts (about a minute the first time) …");
const build = await hardhat(["build"]);
if (build.code !== 0) {
  console.error(withoutPackageWarnings(build.output));
  process.exit(3);
}
const demo = spawn(process.execPath, [join(root, "scripts", "cli", "demo.ts"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => demo.kill(signal));
demo.on("close", (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));

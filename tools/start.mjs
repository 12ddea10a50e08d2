// SPDX-License-Identifier: MIT
// `npm start`: builds what changed, then runs the main job with the arguments given after `--`.
import { spawn } from "node:child_process";
import { join } from "node:path";

import { follow, hardhat, root, withoutPackageWarnings } from "./hardhat.mjs";

const given = process.argv.slice(2);
if (!given.includes("--help") && !given.includes("-h")) {
  console.log("Building the contracts (about a minute the first time) …");
  const build = await hardhat(["build", "--no-tests"]);
  if (build.code !== 0) {
    console.error(withoutPackageWarnings(build.output));
    process.exit(3);
  }
}
// Without effect on Node 24; older supported versions need the first and would warn about it without the second.
const flags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
const demo = follow(
  spawn(process.execPath, [...flags, join(root, "scripts", "cli", "demo.ts"), ...given], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"], // the channel closes when this process dies, whatever kills it
  }),
);
demo.on("close", (code) => process.exit(code ?? 3));

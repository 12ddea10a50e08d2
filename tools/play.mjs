// SPDX-License-Identifier: MIT
// `npm start`, `npm run backtest` and `npm run localnet`: builds what changed, then runs a program of scripts/cli, or one
// named by its path, with the arguments given after `--`.
import { spawn } from "node:child_process";
import { join } from "node:path";

import { follow, hardhat, isBuilt, root, withoutPackageWarnings } from "./hardhat.mjs";

const [program, ...given] = process.argv.slice(2);
if (!isBuilt && !given.includes("--help") && !given.includes("-h")) {
  console.log("Building the contracts (about a minute the first time) …");
  const build = await hardhat(["build", "--no-tests"]);
  if (build.code !== 0) {
    console.error(withoutPackageWarnings(build.output));
    process.exit(3);
  }
}
// Without effect on Node 24; older supported versions need the first and would warn about it without the second.
const flags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
const file = program.includes("/") ? join(root, `${program}.ts`) : join(root, "scripts", "cli", `${program}.ts`);
const running = follow(
  spawn(process.execPath, [...flags, file, ...given], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"], // the channel closes when this process dies, whatever kills it
  }),
);
running.on("close", (code) => process.exit(code ?? 3));

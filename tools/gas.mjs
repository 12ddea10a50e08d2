// SPDX-License-Identifier: MIT
// `npm run gas`: measures every row, accepts the figures as the new snapshot and writes docs/GAS.md.
import { hardhat, withoutPackageWarnings } from "./hardhat.mjs";

process.env["BALLAST_ACCEPT_GAS"] = "1";
const { code, output } = await hardhat(["test", "mocha", "test/ts/gas/gas.test.ts"]);
console.log(withoutPackageWarnings(output));
process.exit(code);

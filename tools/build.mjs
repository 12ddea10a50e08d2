// SPDX-License-Identifier: MIT
// Compiles the contracts and generates their types. Cached by source: a second run compiles nothing.
import { hardhat, isBuilt, withoutPackageWarnings } from "./hardhat.mjs";

if (isBuilt) process.exit(0);
const { code, output } = await hardhat(["build"]);
console.log(withoutPackageWarnings(output));
process.exit(code);

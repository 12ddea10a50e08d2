// SPDX-License-Identifier: MIT
// Compiles the contracts and generates their types. Cached by source: a second run compiles nothing.
import { hardhat, withoutPackageWarnings } from "./hardhat.mjs";

const { code, output } = await hardhat(["build"]);
console.log(withoutPackageWarnings(output));
process.exit(code);

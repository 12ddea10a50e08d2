// SPDX-License-Identifier: MIT
export { runStrictly as runOne } from "./plantedRunner.ts";

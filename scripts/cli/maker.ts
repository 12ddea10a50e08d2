// SPDX-License-Identifier: MIT
import { makerConfigShape } from "../maker/MakerConfig.ts";
import { runProgram } from "./runProgram.ts";
import { checkMaker, runMaker } from "./runMaker.ts";

await runProgram({
  name: "maker",
  description: "A reference maker: prices options, signs quotes of short life and posts them to boards.",
  shape: makerConfigShape,
  once: "one round of quotes, then exit",
  dryRun: "price and decide, but sign and send nothing",
  check: checkMaker,
  run: runMaker,
});

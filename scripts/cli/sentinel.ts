// SPDX-License-Identifier: MIT
import { sentinelConfigShape } from "../sentinel/SentinelConfig.ts";
import { runProgram } from "./runProgram.ts";
import { checkSentinel, runSentinel } from "./runSentinel.ts";

await runProgram({
  name: "sentinel",
  description:
    "Watches a feed for signs of an outage, and asks the risk manager for more initial margin while one is likely: one of " +
    "three reporters, of which two must agree.",
  shape: sentinelConfigShape,
  once: "one look and one step with what was taken on, exit; it takes twenty looks to know anything",
  dryRun: "look, decide and simulate, say what would be reported, but write and send nothing",
  check: checkSentinel,
  run: runSentinel,
});

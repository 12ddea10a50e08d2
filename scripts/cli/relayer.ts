// SPDX-License-Identifier: MIT
import { relayerConfigShape } from "../relayer/RelayerConfig.ts";
import { runProgram } from "./runProgram.ts";
import { checkRelayer, runRelayer } from "./runRelayer.ts";

await runProgram({
  name: "relayer",
  description: "Collects signed reports from validators, checks, packs and relays them to the oracle.",
  shape: relayerConfigShape,
  once: "one turn: collect, relay at most one bundle, exit",
  dryRun: "collect, pack and simulate, but never send",
  check: checkRelayer,
  run: runRelayer,
});

// SPDX-License-Identifier: MIT
import { keeperConfigShape } from "../keepers/KeeperConfig.ts";
import { runProgram } from "./runProgram.ts";
import { checkKeeper, runKeeper } from "./runKeeper.ts";

await runProgram({
  name: "keeper",
  description: "Does what keeps the protocol alive: the duties its configuration names, with one account.",
  shape: keeperConfigShape,
  once: "one turn: look, take on what is due, take one step with what was taken on, exit",
  dryRun: "look, decide and simulate, say what would be done, but write and send nothing",
  check: checkKeeper,
  run: runKeeper,
});

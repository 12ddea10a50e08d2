// SPDX-License-Identifier: MIT
import { runProgram } from "./runProgram.ts";
import { checkValidator, runValidator } from "./runValidator.ts";
import { validatorConfigShape } from "../validator/ValidatorConfig.ts";

await runProgram({
  name: "validator",
  description:
    "Observes venues, signs one price vector per round, offers it to relayers. No delegation: one bond, one owner.",
  shape: validatorConfigShape,
  once: "take part until one round was decided without listening, print its report, exit",
  dryRun: "observe and decide, but never sign",
  check: checkValidator,
  run: runValidator,
});

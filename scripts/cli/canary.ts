// SPDX-License-Identifier: MIT
import { canaryConfigShape } from "../canary/CanaryConfig.ts";
import { runCanary, checkCanary } from "./runCanary.ts";
import { runProgram } from "./runProgram.ts";

await runProgram({
  name: "canary",
  description:
    "Watches from outside whether the protocol is kept alive, and calls people when it is not. Holds no key.",
  shape: canaryConfigShape,
  once: "one look, without patience: exits with 3 and says what is wrong, or with 0",
  check: checkCanary,
  run: runCanary,
});

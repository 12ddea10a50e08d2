// SPDX-License-Identifier: MIT
import { Option } from "commander";

/** `--log-level`, which every program has. */
export function logLevelOption(usual: "info" | "warn" = "info"): Option {
  return new Option("--log-level <level>", "least important line")
    .choices(["debug", "info", "warn", "error"])
    .default(usual);
}

// SPDX-License-Identifier: MIT
// The verbs of studies as a program of their own, over the known world of `plantedRunner.ts`.
import { readFileSync } from "node:fs";

import { Command } from "commander";

import { addStudyCommands } from "../../../../scripts/cli/addStudyCommands.ts";
import { EXIT } from "../../../../scripts/cli/exitCodes.ts";
import { runInterruptible } from "../../../../scripts/cli/runInterruptible.ts";
import { readDocument } from "../../../../scripts/simulator/study/scenarioDocument.ts";

await runInterruptible(
  "study",
  async (interruption) => {
    let code: number = EXIT.unexpected;
    const readFile = (path: string): string => readFileSync(path, "utf8");
    const program = new Command("study").exitOverride();
    addStudyCommands(program, {
      read: async (name, overrides) => Promise.resolve(readDocument(readFile(name), name, { readFile, overrides })),
      runners: {
        known: new URL("plantedRunner.ts", import.meta.url),
        strict: new URL("strictRunner.ts", import.meta.url),
      },
      interruption,
      end: (given) => (code = given),
    });
    await program.parseAsync();
    return code;
  },
  "all workers have ended.",
);

// SPDX-License-Identifier: MIT
import { Command } from "commander";

import { loadDocument } from "../simulator/scenario/library.ts";
import { addReport } from "./addReport.ts";
import { addRun } from "./addRun.ts";
import { addStudyCommands } from "./addStudyCommands.ts";
import { runInterruptible } from "./runInterruptible.ts";
import { listScenarios, printSchema, printTables, validateScenarios } from "./simulateScenarios.ts";
import type { StudyDesk } from "./StudyDesk.ts";

/** What plays the runs of studies; the first unless another is asked for. */
const RUNNERS = {
  fast: new URL("../simulator/study/workers/fastRunner.ts", import.meta.url),
  chain: new URL("../simulator/study/workers/chainRunner.ts", import.meta.url),
};
const EXAMPLES = `
Examples:
  ballast simulate list
  ballast simulate run black-thursday --seed 7 --out runs/thursday
  ballast simulate run my-day.yaml --wire --for 5m
  ballast simulate replay runs/thursday
  ballast simulate report runs/thursday sweep.json --out thursday.html
  ballast simulate validate my-day.yaml other.json
  ballast simulate validate black-thursday --set validators.count=10 --set faults.0.with.loss=0.5
  ballast simulate schema > scenario.schema.json
  ballast simulate mc calm-month --runs 100
  ballast simulate break yen-unwind --param params.margin.quote.initialShockBps --lo 500 --hi 4000 --target "p(badDebt.absolute>0)<=5%"

A scenario is a file (.yaml, .yml, .json) or a name of the library. docs/SIMULATOR.md tells the format, docs/STUDIES.md what
studies ask and answer.

Exit codes: 0 held, 1 an invariant or an expectation broken, 2 usage, 3 infrastructure.`;

const program = new Command("simulate")
  .description("Breaks the protocol here first: scenarios of faults and crashes, played on a chain of this process.")
  .addHelpText("after", EXAMPLES)
  .exitOverride();
let exitCode = 0;

/** A verb with the flags that all have. */
function verb(name: string, description: string): Command {
  return program.command(name).description(description).option("--json", "JSON instead of text").exitOverride();
}

const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];

verb("validate", "checks scenarios: all that is wrong, with file, line and key")
  .argument("<scenario...>", "files, or names of the library")
  .option("--set <key=value>", "changes a value of each of them first; may be given again", repeated, [])
  .action((scenarios: string[], flags: { json?: true; set: readonly string[] }) => {
    exitCode = validateScenarios(scenarios, flags.set, flags.json === true);
  });

verb("list", "the scenarios that come with the simulator").action((flags: { json?: true }) => {
  exitCode = listScenarios(flags.json === true);
});

program
  .command("schema")
  .description("the format as JSON Schema, for editors")
  .option("--tables", "as the tables of docs/SIMULATOR.md instead")
  .exitOverride()
  .action((flags: { tables?: true }) => {
    exitCode = flags.tables === true ? printTables() : printSchema();
  });

await runInterruptible(
  "simulate",
  async (interruption) => {
    const desk: StudyDesk = {
      read: async (name, overrides) => Promise.resolve(loadDocument(name, overrides)),
      runners: RUNNERS,
      interruption,
      end: (code) => (exitCode = code),
    };
    addRun(program, desk);
    addReport(program, desk.end);
    addStudyCommands(program, desk);
    await program.parseAsync();
    return exitCode;
  },
  "what it had started has ended.",
);

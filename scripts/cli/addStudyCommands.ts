// SPDX-License-Identifier: MIT
import { Option } from "commander";
import type { Command } from "commander";

import { axisOf, parseGridAxis, parseRange } from "../simulator/study/axes.ts";
import type { Axis, GridAxis } from "../simulator/study/axes.ts";
import { calibrate } from "../simulator/study/calibrate.ts";
import type { CalibrateResult } from "../simulator/study/calibrate.ts";
import { compareScenarios } from "../simulator/study/compareScenarios.ts";
import { findBreak } from "../simulator/study/findBreak.ts";
import { monteCarlo } from "../simulator/study/monteCarlo.ts";
import { MARGIN_BURDEN, objectiveOf } from "../simulator/study/objectives.ts";
import { breakText, calibrateText, compareText, monteCarloText } from "../simulator/study/print/studyText.ts";
import { sweepText } from "../simulator/study/print/sweepText.ts";
import type { RunMany } from "../simulator/study/RunOrder.ts";
import { resolveDocument } from "../simulator/study/scenarioDocument.ts";
import { FAILURE_RATE, sweep } from "../simulator/study/sweep.ts";
import type { Target } from "../simulator/study/target/Target.ts";
import { addShrink } from "./addShrink.ts";
import { EXIT } from "./exitCodes.ts";
import { playStudy, tellStudy } from "./playStudy.ts";
import type { StudyDesk } from "./StudyDesk.ts";
import { addStudyOptions, collectedBy, metric, positive, seedRange, target } from "./studyOptions.ts";
import type { StudyOptions } from "./studyOptions.ts";
import { wholeNumber } from "./wholeNumber.ts";

const MOST_RUNS = 1_000_000;
/** What did not hold, though the study itself went well. */
const BROKEN = 1;
const TARGET_HELP = 'such as "badDebt.afterInsurance<=0" or "p(badDebt.afterInsurance>0)<=1%"';

/** Adds the verbs that play many runs. */
export function addStudyCommands(program: Command, desk: StudyDesk): void {
  addMonteCarlo(program, desk);
  addSweep(program, desk);
  addBreak(program, desk);
  addCompare(program, desk);
  addCalibrate(program, desk);
  addShrink(program, desk);
}

function addMonteCarlo(program: Command, desk: StudyDesk): void {
  interface Options extends StudyOptions {
    readonly runs: number;
    readonly target?: Target;
    readonly metric: readonly string[];
  }
  const command = program
    .command("mc")
    .argument("<scenario>", "file, or name in the library")
    .description("plays a scenario with many seeds: how each metric is spread, how often it fails, the worst seeds")
    .requiredOption("--runs <n>", "seeds", wholeNumber(1, MOST_RUNS))
    .option("--target <condition>", `what has to hold (default: the runs' own verdicts), ${TARGET_HELP}`, target)
    .option("--metric <path>", "shown in the table; may be repeated", collectedBy(metric), []);
  addStudyOptions(command, desk).action(async (name: string, options: Options) => {
    const scenario = await desk.read(name, options.set);
    const plan = { scenario, seeds: seedRange(scenario, options, options.runs), ...withTarget(options.target) };
    const shownMetrics = options.metric.length === 0 ? undefined : options.metric;
    const result = await playStudy(desk, options, (runMany) => monteCarlo(plan, runMany));
    await tellStudy(result, monteCarloText(result, shownMetrics), options);
    desk.end(result.verdict === "held" ? EXIT.ok : BROKEN);
  });
}

function addSweep(program: Command, desk: StudyDesk): void {
  interface Options extends StudyOptions {
    readonly grid: readonly GridAxis[];
    readonly seeds: number;
    readonly target?: Target;
    readonly metric: readonly string[];
  }
  const command = program
    .command("sweep")
    .argument("<scenario>", "file, or name in the library")
    .description("plays a scenario at every place of a grid, each place with the same seeds")
    .requiredOption(
      "--grid <path=lo:hi:points>",
      "an axis, such as faults.0.with.multiply=0.4:0.9:11; may be repeated",
      collectedBy(parseGridAxis),
    )
    .option("--seeds <n>", "runs at each place", wholeNumber(1, MOST_RUNS), 1)
    .option("--target <condition>", `what a run has to meet (default: its own verdict), ${TARGET_HELP}`, target)
    .option("--metric <path>", "shown beside the failures; may be repeated", collectedBy(metric), []);
  addStudyOptions(command, desk).action(async (name: string, options: Options) => {
    const scenario = await desk.read(name, options.set);
    const seeds = seedRange(scenario, options, options.seeds);
    const plan = { scenario, axes: options.grid, seeds, ...withTarget(options.target) };
    const result = await playStudy(desk, options, (runMany) => sweep(plan, runMany));
    await tellStudy(result, sweepText(result, [FAILURE_RATE, ...options.metric]), options);
    desk.end(EXIT.ok);
  });
}

function addBreak(program: Command, desk: StudyDesk): void {
  interface Options extends StudyOptions {
    readonly param: string;
    readonly lo: string;
    readonly hi: string;
    readonly whole?: boolean;
    readonly target: Target;
    readonly runs: number;
    readonly points: number;
    readonly tolerance?: number;
  }
  const command = program
    .command("break")
    .argument("<scenario>", "file, or name in the library")
    .description(
      "finds the value at which a target begins to fail: for a share of runs by a grid and a logistic fit, for one seed by a grid " +
        "and halving",
    )
    .requiredOption("--param <path>", "any number of the scenario, such as faults.0.with.multiply or validators.count")
    .requiredOption("--lo <value>", "lower end, a number or a duration such as 30m")
    .requiredOption("--hi <value>", "upper end")
    .option("--whole", "only whole numbers make sense")
    .requiredOption("--target <condition>", TARGET_HELP, target)
    .option("--runs <n>", "for a share of runs: runs in all", wholeNumber(20, MOST_RUNS), 200)
    .option("--points <n>", "for one seed: places of the grid", wholeNumber(2, 1_000), 9)
    .option("--tolerance <value>", "for one seed: how exactly (default: a thousandth of the range)", positive);
  addStudyOptions(command, desk).action(async (name: string, options: Options) => {
    const scenario = await desk.read(name, options.set);
    const axis = axisOf(options.param, options.lo, options.hi, options.whole === true);
    const { target: asked, runs, points, tolerance = (axis.hi - axis.lo) / 1_000 } = options;
    const firstSeed = seedRange(scenario, options, runs).first;
    const plan = { scenario, axis, target: asked, firstSeed, runs, points, tolerance };
    const result = await playStudy(desk, options, (runMany) => findBreak(plan, runMany));
    await tellStudy(result, breakText(result), options);
    desk.end(EXIT.ok);
  });
}

function addCompare(program: Command, desk: StudyDesk): void {
  interface Options extends StudyOptions {
    readonly setB: readonly string[];
    readonly seeds: number;
    readonly target?: Target;
  }
  const command = program
    .command("compare")
    .argument("<scenarioA>", "file, or name in the library")
    .argument("<scenarioB>", "file, or name in the library")
    .description("plays two scenarios with the same seeds and compares them run by run")
    .option("--set-b <path=value>", "changes only the second scenario; may be repeated", collectedBy(String), [])
    .option("--seeds <n>", "runs of each", wholeNumber(1, MOST_RUNS), 20)
    .option("--target <condition>", `what a run has to meet (default: its own verdict), ${TARGET_HELP}`, target);
  addStudyOptions(command, desk).action(async (nameA: string, nameB: string, options: Options) => {
    const first = await desk.read(nameA, options.set);
    const second = await desk.read(nameB, [...options.set, ...options.setB]);
    const plan = { first, second, seeds: seedRange(first, options, options.seeds), ...withTarget(options.target) };
    const result = await playStudy(desk, options, (runMany) => compareScenarios(plan, runMany));
    await tellStudy(result, compareText(result), options);
    desk.end(EXIT.ok);
  });
}

function addCalibrate(program: Command, desk: StudyDesk): void {
  interface Options extends StudyOptions {
    readonly param: readonly Axis[];
    readonly points: number;
    readonly seeds: number;
    readonly target: readonly Target[];
    readonly burden: string;
    readonly shortfall: string;
    readonly confirm?: string;
  }
  const tiers = Object.keys(desk.runners);
  const command = program
    .command("calibrate")
    .argument("<scenario>", "file, or name in the library")
    .description("searches parameters: what breaks an invariant or a target is out, then burden against shortfall")
    .requiredOption(
      "--param <path=lo:hi>",
      "may be chosen between these, `:whole` after it for whole numbers; may be repeated",
      collectedBy(parseRange),
    )
    .option("--points <n>", "settings that are tried", wholeNumber(2, MOST_RUNS), 200)
    .option("--seeds <n>", "runs of each", wholeNumber(1, MOST_RUNS), 3)
    .option("--target <condition>", `must be met, ${TARGET_HELP}; may be repeated`, collectedBy(target), [])
    .option("--burden <objective>", "to be made small: a metric, or marginBurden", MARGIN_BURDEN)
    .option("--shortfall <objective>", "the same, as the other side", "badDebt.absolute")
    .addOption(new Option("--confirm <tier>", "plays the front again; what does not hold there is out").choices(tiers));
  addStudyOptions(command, desk).action(async (name: string, options: Options) => {
    const scenario = await desk.read(name, options.set);
    const { param: axes, points, target: targets, burden, shortfall } = options;
    const objectives = [burden, shortfall].map((objective) => objectiveOf(objective, resolveDocument));
    const plan = { scenario, axes, points, seeds: seedRange(scenario, options, options.seeds), targets, objectives };
    const { confirm } = options;
    const screen = (truth?: RunMany): Promise<CalibrateResult> =>
      playStudy(desk, options, (runMany) => calibrate({ ...plan, ...(truth && { truth }) }, runMany));
    const result = await (confirm === undefined ? screen() : playStudy(desk, { ...options, tier: confirm }, screen));
    await tellStudy(result, calibrateText(result), options);
    desk.end(result.front.length === 0 ? BROKEN : EXIT.ok);
  });
}

function withTarget(asked: Target | undefined): { target?: Target } {
  return asked === undefined ? {} : { target: asked };
}

// SPDX-License-Identifier: MIT
import type { CalibrateResult } from "../calibrate.ts";
import type { CompareResult } from "../compareScenarios.ts";
import type { SeedRange } from "../digestRun.ts";
import type { BreakResult } from "../findBreak.ts";
import type { MonteCarloResult } from "../monteCarlo.ts";
import type { ShrinkResult } from "../shrinkScenario.ts";
import type { FailureRate } from "../statistics/failureRate.ts";
import { percent, shown, textTable } from "./textTable.ts";

/** Metrics that a table shows when nothing else is asked. */
export const USUAL_METRICS: readonly string[] = [
  "badDebt.absolute",
  "badDebt.afterInsurance",
  "insurance.low",
  "liquidations.count",
  "liquidations.wrongful",
  "liquidations.missed",
  "liquidations.latencyBlocks.p95",
  "price.errorBps.p99",
  "price.stalenessSeconds.max",
  "modes.falseTrips",
  "opens.refused",
  "exits.refused",
  "slashing.honest",
  "keepers.profit",
  "recoverySeconds",
];
const SHOWN_POINTS = 12;

/** What `mc` prints. Pure. */
export function monteCarloText(result: MonteCarloResult, metrics = USUAL_METRICS): string {
  const { scenario, seeds, target, verdict, failures } = result;
  const rows = metrics.map((metric) => {
    const { mean, p5, p50, p95, p99, max } = result.metrics[metric]!;
    return [metric, ...[mean, p5, p50, p95, p99, max].map(shown)];
  });
  const worst = result.worst.map(
    ({ seed, failed, values }) =>
      `  seed ${seed}${failed ? ", failed" : ""}: ${Object.entries(values)
        .map(([metric, value]) => `${metric} ${shown(value)}`)
        .join(", ")}\n`,
  );
  return [
    `${scenario}: ${seedsText(seeds)}\n`,
    target === undefined ? "" : `target ${target}: ${verdict === "open" ? "open, the runs are too few" : verdict}\n`,
    `failed ${rateText(failures)}\n`,
    invariantsText(result),
    `\n${textTable(["metric", "mean", "p5", "p50", "p95", "p99", "max"], rows)}`,
    `\nworst seeds\n${worst.join("")}`,
  ].join("");
}

function invariantsText({ checkedInvariants, brokenInvariants }: MonteCarloResult): string {
  if (checkedInvariants === 0) return "no invariant was looked at\n";
  if (brokenInvariants.length === 0) return `invariants looked at: ${checkedInvariants}, all held\n`;
  const broken = brokenInvariants.map(({ id, runs, firstSeed }) => `${id} in ${runs} (first with seed ${firstSeed})`);
  return `broken invariants: ${broken.join(", ")}\n`;
}

/** What `compare` prints. Pure. */
export function compareText(result: CompareResult): string {
  const { first, second, seeds, failures } = result;
  const only = (found: readonly number[], name: string): string =>
    found.length === 0 ? "" : `failed only in ${name}: ${listed(found.map((seed) => `seed ${seed}`))}\n`;
  const rows = result.metrics.map(({ metric, first: before, second: after, difference }) => [
    metric,
    shown(before),
    shown(after),
    difference.mean === null ? "never" : signed(difference.mean),
    difference.interval === null ? "–" : difference.interval.map(signed).join(" to "),
    `${difference.higher}/${difference.lower}/${difference.equal}`,
  ]);
  const headings = ["metric", "A", "B", "B − A", "95 % interval", "higher/lower/equal"];
  return [
    `A ${first}, B ${second}: ${seedsText(seeds)}, the same for both\n`,
    `A failed ${rateText(failures.first)}\nB failed ${rateText(failures.second)}\n`,
    only(failures.onlyFirst, "A"),
    only(failures.onlySecond, "B"),
    rows.length === 0 ? "no metric differs with any seed\n" : `\n${textTable(headings, rows)}`,
  ].join("");
}

/** What `calibrate` prints. Pure. */
export function calibrateText(result: CalibrateResult): string {
  const { scenario, points, front, axes, objectives, seeds } = result;
  const eligible = points.filter(({ broken }) => broken.length === 0).length;
  const reasons = [...new Set(points.flatMap(({ broken }) => broken))].map(
    (reason) => `${reason} by ${points.filter(({ broken }) => broken.includes(reason)).length}`,
  );
  const rows = front.slice(0, SHOWN_POINTS).map((index) => {
    const { settings, objectives: values } = points[index]!;
    return [...settings.map(settingText), ...values.map(shown)];
  });
  const more = front.length > SHOWN_POINTS ? `  and ${front.length - SHOWN_POINTS} more in the file\n` : "";
  return [
    `${scenario}: ${points.length} settings, ${seedsText(seeds)} each\n`,
    `${eligible} hold; broken: ${reasons.length === 0 ? "nothing" : reasons.join(", ")}\n`,
    front.length === 0
      ? "no setting may be chosen\n"
      : `\nnone of these is beaten in all of ${objectives.join(", ")}\n`,
    front.length === 0 ? "" : `${textTable([...axes.map(({ path }) => path), ...objectives], rows)}${more}`,
  ].join("");
}

/** What `break` prints. Pure. */
export function breakText(result: BreakResult): string {
  const { scenario, axis, target, method, runs, outcome, warnings, cells } = result;
  const place = (value: number | null): string => placeText(value, result);
  const rows = cells.map(({ from, to, trials, failures, low, high }) => [
    from === to ? place(from) : `${place(from)} to ${place(to)}`,
    `${failures} of ${trials}`,
    ...(method === "bisection" ? [] : [`${percent(low)} to ${percent(high)}`]),
  ]);
  const headings = [axis.path, "failed", ...(method === "bisection" ? [] : ["95 % interval"])];
  return [
    `${scenario}: ${target} along ${axis.path} from ${place(axis.lo)} to ${place(axis.hi)}, ${runs} runs, ${method}\n`,
    outcomeText(result, outcome),
    ...warnings.map((warning) => `! ${warning}\n`),
    `\n${textTable(headings, rows)}`,
  ].join("");
}

/** What `shrink` prints beside the file it writes. Pure. */
export function shrinkText({ scenario, seed, failure, runs, changes }: ShrinkResult): string {
  const rows = changes.map(({ path, from, to }) => [path, shown(from), shown(to)]);
  return [
    `${scenario}, seed ${seed}: still breaks ${failure} after ${runs} runs\n`,
    rows.length === 0 ? "nothing can be left out\n" : `\n${textTable(["", "before", "after"], rows)}`,
  ].join("");
}

/** What was found, in sentences of a line each. Pure. */
export function outcomeText(result: BreakResult, outcome: BreakResult["outcome"]): string {
  const place = (value: number | null): string => placeText(value, result);
  switch (outcome.kind) {
    case "at": {
      if (outcome.at === null) return "the chance of failing is the same all along\n";
      const interval = `95 % interval ${place(outcome.low)} to ${place(outcome.high)}`;
      const side = outcome.failsAbove ? "above" : "below";
      const safe =
        outcome.safe === null
          ? ""
          : `; by its upper bound it holds ${holdsFrom(outcome.failsAbove)} ${place(outcome.safe)}`;
      return `fails ${side} ${place(outcome.at)} (${interval})${safe}\n`;
    }
    case "between":
      return `holds ${holdsFrom(outcome.failsAbove)} ${place(outcome.failsAbove ? outcome.low : outcome.high)}, fails ${holdsFrom(!outcome.failsAbove)} ${place(outcome.failsAbove ? outcome.high : outcome.low)}\n`;
    case "several":
      return outcome.turns
        .map(
          ({ low, high, failsAbove }) =>
            `${failsAbove ? "begins" : "ceases"} to fail between ${place(low)} and ${place(high)}\n`,
        )
        .join("");
    case "holds":
      return outcome.atMost === undefined
        ? "holds all along\n"
        : `no run failed; at either end the chance of failing is at most ${percent(outcome.atMost)}\n`;
    case "fails":
      return "fails all along\n";
  }
}

function holdsFrom(below: boolean): string {
  return below ? "up to" : "from";
}

/** A place along the axis; null where there is none. Pure. */
export function placeText(value: number | null, { axis }: BreakResult): string {
  if (value === null) return "no end";
  return axis.unit === "seconds" ? `${Math.round(value)} s` : shown(value);
}

/** Failures and what they say of the chance. Pure. */
export function rateText({ failures, trials, rate, low, high, atMost }: FailureRate): string {
  const bound =
    atMost === undefined
      ? `${percent(rate)}, 95 % interval ${percent(low)} to ${percent(high)}`
      : `with 95 % confidence at most ${percent(atMost)}`;
  return `${failures} of ${trials} runs: ${bound}`;
}

/** Seeds for people. Pure. */
export function seedsText({ first, count }: SeedRange): string {
  return count === 1 ? `seed ${first}` : `${count} seeds from ${first}`;
}

/** A place on an axis as the scenario writes it. Pure. */
export function settingText(setting: number | string): string {
  return typeof setting === "number" ? shown(setting) : setting;
}

/** A difference with its sign. Pure. */
export function signed(value: number): string {
  return value > 0 ? `+${shown(value)}` : shown(value).replace("-", "−");
}

function listed(entries: readonly string[]): string {
  const most = 8;
  return entries.length <= most
    ? entries.join(", ")
    : `${entries.slice(0, most).join(", ")} and ${entries.length - most} more`;
}

// SPDX-License-Identifier: MIT
import { percent, shown } from "../study/print/textTable.ts";
import { rateText, seedsText, settingText, USUAL_METRICS } from "../study/print/studyText.ts";
import { FAILURE_RATE, heatMapOf } from "../study/sweep.ts";
import type { HeatMap, SweepResult } from "../study/sweep.ts";
import { foldHtml, listHtml, tableHtml } from "./page.ts";
import type { Chapter, Section } from "./page.ts";
import { leadHtml } from "./studyLead.ts";

const MOST_AXES = 2;

/** The report of a sweep: a map of failures, then of every metric that differs somewhere. Pure. */
export function sweepChapter(result: SweepResult): Chapter {
  const { scenario, cells, axes, seeds } = result;
  const failing = cells.filter(({ failures }) => failures.failures > 0).length;
  const what = `${failing} of ${cells.length} settings failed in some run.`;
  return {
    title: `Sweep of ${scenario}: ${axes.map(({ path }) => path).join(" by ")}`,
    lead: leadHtml(failing === 0 ? "held" : "broken", what, [
      `Each setting with the same ${seedsText(seeds)}.`,
      targetText(result.target),
    ]),
    sections: [{ title: "Failures", body: failuresHtml(result) }, ...metricSections(result)],
  };
}

function targetText(target: string | undefined): string {
  return target === undefined
    ? "A run fails when an invariant or an expectation of it does."
    : `A run fails when it misses ${target}.`;
}

function failuresHtml(result: SweepResult): string {
  const map =
    result.axes.length <= MOST_AXES
      ? mapHtml(heatMapOf(result, FAILURE_RATE), "Share of runs that failed", percent)
      : "";
  const table = tableHtml({
    caption: "Every setting, with Wilson's interval at 95 %; of none failed, the exact bound.",
    heads: [...result.axes.map(({ path }) => path), "Failed", "Broken invariants"],
    rows: result.cells.map(({ at, failures, broken }) => [
      ...at.map((place, axis) => settingText(result.axes[axis]!.settings[place] ?? "")),
      rateText(failures),
      broken.join(", "),
    ]),
  });
  return map === "" ? table : map + foldHtml("Every setting with its interval", table);
}

function metricSections(result: SweepResult): Section[] {
  if (result.axes.length > MOST_AXES) return [];
  const known = USUAL_METRICS.filter((metric) => result.cells.every(({ metrics }) => metrics[metric] !== undefined));
  const maps = known.map((metric) => heatMapOf(result, metric)).filter(({ values }) => new Set(values.flat()).size > 1);
  if (maps.length === 0) return [];
  const note = listHtml(["Means over the seeds of each setting; metrics that are the same everywhere are left out."]);
  return [{ title: "Metrics", body: note + maps.map((map) => mapHtml(map, map.metric, shown)).join("") }];
}

/** A heat map as a table: what a colour says, the number in it says too. */
function mapHtml({ x, y, values }: HeatMap, title: string, text: (value: number) => string): string {
  const known = values.flat().filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...known, Infinity), Math.max(...known, -Infinity)];
  const heatOf = (value: number | null): number =>
    value === null ? 1 : high === low ? 0 : (value - low) / (high - low);
  return tableHtml({
    caption: `${title}: ${x.path} across${y === undefined ? "" : `, ${y.path} down`}. The redder, the higher.`,
    heads: [y === undefined ? "" : y.path, ...x.settings.map((setting) => `#${settingText(setting)}`)],
    rows: values.map((row, place) => [
      y === undefined ? title : settingText(y.settings[place] ?? ""),
      ...row.map((value) => ({ text: value === null ? "never" : text(value), heat: heatOf(value) })),
    ]),
    hasRowHeads: true,
  });
}

// SPDX-License-Identifier: MIT
import { FAILURE_RATE, heatMapOf } from "../sweep.ts";
import type { HeatMap, SweepResult } from "../sweep.ts";
import { percent, shown, textTable } from "./textTable.ts";
import { rateText, seedsText, settingText } from "./studyText.ts";

/**
 * What `sweep` prints: along one axis a table of all metrics asked for, over two one table for each, else one row a cell. Pure.
 */
export function sweepText(result: SweepResult, metrics: readonly string[]): string {
  const { scenario, cells, seeds, axes, target } = result;
  const failed = target === undefined ? "the run's own verdict" : target;
  const head = `${scenario}: ${cells.length} cells, ${seedsText(seeds)} each; failures by ${failed}\n`;
  if (axes.length !== 2) return `${head}\n${rowsText(result, metrics)}`;
  return head + metrics.map((metric) => mapText(heatMapOf(result, metric))).join("");
}

function rowsText({ axes, cells }: SweepResult, metrics: readonly string[]): string {
  const rows = cells.map(({ at, failures, metrics: table }) => [
    ...at.map((place, axis) => settingText(axes[axis]!.settings[place]!)),
    ...metrics.map((metric) => (metric === FAILURE_RATE ? rateText(failures) : shown(table[metric]!.mean))),
  ]);
  return textTable([...axes.map(({ path }) => path), ...metrics], rows);
}

function mapText({ metric, x, y, values }: HeatMap): string {
  const cell = (value: number | null): string =>
    metric === FAILURE_RATE && value !== null ? percent(value) : shown(value);
  const rows = values.map((row, index) => [settingText(y!.settings[index]!), ...row.map(cell)]);
  const title = `\n${metric}${metric === FAILURE_RATE ? "" : ", mean"}: ${y!.path} down, ${x.path} across\n`;
  return title + textTable(["", ...x.settings.map(settingText)], rows);
}

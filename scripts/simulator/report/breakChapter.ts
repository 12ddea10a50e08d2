// SPDX-License-Identifier: MIT
import { plotSvg } from "../plotSvg.ts";
import type { Plot, PlotBand, PlotSeries } from "../plotSvg.ts";
import type { BreakResult } from "../study/findBreak.ts";
import { outcomeText, placeText } from "../study/print/studyText.ts";
import { percent } from "../study/print/textTable.ts";
import { figureHtml, legendHtml, listHtml, tableHtml } from "./page.ts";
import type { Chapter } from "./page.ts";
import { leadHtml } from "./studyLead.ts";

/** The drawing's axis is the share of the way from the lower to the upper end. */
const WAY = 100;
const STEP = 20;

/** The report of a search for a break point: the curve with its band, the point with its interval, every cell. Pure. */
export function breakChapter(result: BreakResult): Chapter {
  const { scenario, axis, target, runs, method, outcome, warnings, firstSeed } = result;
  const found = outcomeText(result, outcome).trim().split("\n");
  return {
    title: `Break point of ${scenario}: ${axis.path}`,
    lead: leadHtml(verdictOf(outcome), `${sentence(found)}.`, [
      `Target: ${target}`,
      `${runs} runs, seeds from ${firstSeed}, ${method}.`,
    ]),
    sections: [
      ...(warnings.length === 0 ? [] : [{ title: "Doubts about this answer", body: listHtml(warnings) }]),
      { title: "Curve", body: curveHtml(result) },
      { title: "Runs by place", body: cellsHtml(result) },
      { title: "Method", body: listHtml(methodOf(method)) },
    ],
  };
}

/** A place where it breaks is an answer, neither good nor bad. */
function verdictOf({ kind }: BreakResult["outcome"]): "held" | "broken" | "open" {
  if (kind === "holds") return "held";
  return kind === "fails" ? "broken" : "open";
}

function sentence([first = "", ...more]: readonly string[]): string {
  return [first.charAt(0).toUpperCase() + first.slice(1), ...more].join("; ");
}

function curveHtml(result: BreakResult): string {
  const { axis, curve, cells, method, target } = result;
  const way = (place: number): number => (axis.hi === axis.lo ? 0 : ((place - axis.lo) / (axis.hi - axis.lo)) * WAY);
  const line = (label: string, className: string, points: PlotSeries["points"]): PlotSeries => ({
    label,
    className,
    kind: "line",
    points,
  });
  const bars = cells.map(({ x, low, high }) =>
    line("95 % interval of a cell", "truth", [
      [way(x), low * WAY],
      [way(x), high * WAY],
    ]),
  );
  const dots: PlotSeries = {
    label: "share of runs that failed",
    className: "truth",
    kind: "dots",
    points: cells.map(({ x, failures, trials }) => [way(x), trials === 0 ? undefined : (failures / trials) * WAY]),
  };
  const fitted =
    curve.length === 0
      ? []
      : [
          line(
            "95 % band of the curve, lower",
            "honest",
            curve.map(({ x, low }) => [way(x), low * WAY]),
          ),
          line(
            "95 % band of the curve, upper",
            "honest",
            curve.map(({ x, high }) => [way(x), high * WAY]),
          ),
          line(
            "fitted chance",
            "median",
            curve.map(({ x, rate }) => [way(x), rate * WAY]),
          ),
        ];
  const title = `Share of runs that fail along ${axis.path}`;
  const plot: Plot = {
    title,
    unit: "%",
    // The whole range of shares, and both ends of the axis, are in the picture.
    series: [
      line("", "honest", [
        [0, 0],
        [0, undefined],
        [WAY, WAY],
      ]),
      ...fitted,
      ...(method === "bisection" ? [] : bars),
      dots,
    ],
    bands: bandOf(result, way),
    breaks: [],
    height: 340,
    axis: { name: "", step: STEP, text: (share) => placeText(axis.lo + (share / WAY) * (axis.hi - axis.lo), result) },
  };
  const keys = legendHtml([
    ["truth", "runs played"],
    ...(fitted.length === 0
      ? []
      : ([
          ["median", "fitted chance"],
          ["honest", "its 95 % band"],
        ] as const)),
    ["liar", "where it breaks"],
  ]);
  return (
    keys +
    figureHtml(plotSvg(plot), {
      name: title,
      caption: `${sentence(outcomeText(result, result.outcome).trim().split("\n"))}. Target: ${target}.`,
    })
  );
}

/** Where it breaks, with its interval. */
function bandOf({ outcome, axis }: BreakResult, way: (place: number) => number): PlotBand[] {
  const clamp = (place: number): number => Math.min(WAY, Math.max(0, way(place)));
  const band = (label: string, low: number | null, high: number | null): PlotBand => ({
    label,
    className: "liar",
    from: clamp(low ?? axis.lo),
    until: clamp(high ?? axis.hi),
    row: 0,
  });
  if (outcome.kind === "at") return outcome.at === null ? [] : [band("95 % interval", outcome.low, outcome.high)];
  if (outcome.kind === "between") return [band("breaks here", outcome.low, outcome.high)];
  return outcome.kind === "several"
    ? outcome.turns.map(({ low, high }, index) => band(index === 0 ? "turns here" : "", low, high))
    : [];
}

function cellsHtml(result: BreakResult): string {
  const place = (value: number): string => placeText(value, result);
  return tableHtml({
    caption: `Runs along ${result.axis.path}${result.method === "bisection" ? "" : ", with Wilson's interval at 95 %"}.`,
    heads: [result.axis.path, "#Failed", "#Of", "95 % interval"],
    rows: result.cells.map(({ from, to, failures, trials, low, high }) => [
      from === to ? place(from) : `${place(from)} to ${place(to)}`,
      String(failures),
      String(trials),
      result.method === "bisection" ? "one seed" : `${percent(low)} to ${percent(high)}`,
    ]),
    hasRowHeads: true,
  });
}

function methodOf(method: BreakResult["method"]): string[] {
  if (method === "bisection")
    return [
      "One seed, so the answer is that seed's: a coarse grid first, then every interval whose ends differ is halved.",
    ];
  return [
    "Part of the runs on an even grid, the rest where the fit needs them; a logistic curve; the interval is where its 95 % band holds the limit.",
    "Every run has a seed of its own. What to rely on is the end of the interval on the side that holds.",
    "A curve that is not logistic shifts the place at small limits: play the safe end with mc.",
  ];
}

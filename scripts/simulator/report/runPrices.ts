// SPDX-License-Identifier: MIT
import { LEVELS } from "../../model/risk/types.ts";
import type { Level } from "../../model/risk/types.ts";
import { plotSvg } from "../plotSvg.ts";
import type { Plot, PlotBand, PlotSeries, PlotSpan } from "../plotSvg.ts";
import { whole } from "./numberText.ts";
import { figureHtml, foldHtml, legendHtml, listHtml, tableHtml } from "./page.ts";
import { DISTANCE } from "./readSeries.ts";
import type { FaultWindow, RunMaterial } from "./RunMaterial.ts";
import { timeAxis, timeText } from "./timeAxis.ts";

const BPS = 10_000;
/** Colours of shaded windows by family; what is not named is as the chain's. */
const FAMILY_CLASSES: Readonly<Record<string, string>> = {
  net: "relayer",
  relayer: "relayer",
  oracle: "liar",
  validator: "silent",
  keeper: "silent",
  venue: "median",
  witness: "median",
  admin: "liar",
};
/** Columns of a feed that are nobody's signature. */
const OWN_COLUMNS = new Set(["true", "oracle", "age", "dispersionPpm"]);
const MOST_WINDOWS = 40;
const MOST_TRANSITIONS = 60;
/** What validators signed further outside than this is left out of near drawings, and drawn apart. */
const NEAR_BPS = 500;

/** Prices of every feed, with the modes below them and the faults behind. */
export function pricesHtml(run: RunMaterial): string {
  const feeds = feedsOf(run);
  if (feeds.length === 0) return listHtml(["series.csv has no prices."]);
  const legend = legendHtml([
    ["truth", "true price"],
    ["median", "published"],
    ["honest", "each validator's signature"],
  ]);
  const modes = legendHtml([
    ["normal", "Normal"],
    ["cautious", "Cautious"],
    ["recovery", "Recovery"],
    ["reduceOnly", "ReduceOnly"],
    ["halted", "Halted"],
  ]);
  const figures = feeds.map((feed) => feedFigures(feed, run));
  return `${legend}${modes}${figures.join("")}${windowsHtml(run)}${transitionsHtml(run)}`;
}

function feedsOf({ series }: RunMaterial): string[] {
  return series.filter(({ name }) => name.endsWith(" true")).map(({ name }) => name.slice(0, -" true".length));
}

function feedFigures(feed: string, run: RunMaterial): string {
  const { series, summary, windows } = run;
  const own = series.filter(({ name }) => name.startsWith(`${feed} `));
  const named = (name: string, label: string, className: string): PlotSeries[] =>
    own
      .filter((line) => line.name === `${feed} ${name}`)
      .map(({ points }) => ({ label, className, kind: "line", points }));
  const signers = own
    .map(({ name }) => name.slice(feed.length + 1))
    .filter((name) => !OWN_COLUMNS.has(name) && !name.endsWith(DISTANCE));
  const main = [...named("true", "true price", "truth"), ...named("oracle", "published price", "median")];
  const frame = {
    unit: "USD",
    bands: bandsOf(windows, summary.simulatedSeconds),
    breaks: [],
    height: 340,
    strip: stripOf(feed, run),
    axis: timeAxis(summary.simulatedSeconds),
  };
  const signed = signers.flatMap((name) => named(name, name, "honest"));
  const [low, high] = reach(main);
  const near = clip(signed, low * (1 - NEAR_BPS / BPS), high * (1 + NEAR_BPS / BPS));
  const title = `${feed}: true price, published price and what each validator signed, over time`;
  const caption = `${feed} between ${price(low)} and ${price(high)} USD. Published: the price that the protocol reads. Shaded: faults. Below: the mode. A validator's line is his last price that landed.`;
  const closer = figureHtml(plotSvg({ ...frame, title, series: [...near.lines, ...main] }), { name: title, caption });

  const away = named(`oracle${DISTANCE}`, "published price", "median");
  const distances = signers.flatMap((name) => named(`${name}${DISTANCE}`, name, "honest"));
  return (
    closer +
    distanceFigure(feed, { away, distances, frame }) +
    farFigure(feed, { signed, main, frame, isFar: near.isClipped })
  );
}

interface DistancePlot {
  readonly away: readonly PlotSeries[];
  readonly distances: readonly PlotSeries[];
  readonly frame: Omit<Plot, "title" | "series">;
}

function distanceFigure(feed: string, { away, distances, frame }: DistancePlot): string {
  if (away.length === 0) return "";
  const [least, most] = reach(away);
  const near = clip(distances, Math.min(least, -NEAR_BPS), Math.max(most, NEAR_BPS));
  const title = `${feed}: distance of the published price and of each signature from the true price, over time`;
  const rest = near.isClipped ? " Signatures further off are drawn below only." : "";
  const caption = `In basis points of the true price. Published: from ${least.toFixed(1)} to ${most.toFixed(1)}.${rest}`;
  const series = [...near.lines, ...away];
  return figureHtml(plotSvg({ ...frame, title, series, unit: "bps" }), { name: title, caption });
}

interface FarPlot extends Pick<DistancePlot, "frame"> {
  readonly signed: readonly PlotSeries[];
  readonly main: readonly PlotSeries[];
  readonly isFar: boolean;
}

function farFigure(feed: string, { signed, main, frame, isFar }: FarPlot): string {
  if (!isFar) return "";
  const title = `${feed}: every signed price, however far off, over time`;
  const caption =
    "Signed prices more than 5 % outside of the range of the truth and the published price are drawn here only.";
  return figureHtml(plotSvg({ ...frame, title, series: [...signed, ...main], height: 240 }), { name: title, caption });
}

function reach(lines: readonly PlotSeries[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { points } of lines)
    for (const [, y] of points) if (y !== undefined) [low, high] = [Math.min(low, y), Math.max(high, y)];
  return low === Infinity ? [0, 0] : [low, high];
}

/** Lines without what lies outside, and whether anything did. */
function clip(
  lines: readonly PlotSeries[],
  low: number,
  high: number,
): { readonly lines: PlotSeries[]; readonly isClipped: boolean } {
  let isClipped = false;
  const within = (y: number | undefined): number | undefined => {
    if (y === undefined || (y >= low && y <= high)) return y;
    isClipped = true;
    return undefined;
  };
  const clipped = lines.map((line) => ({ ...line, points: line.points.map(([x, y]) => [x, within(y)] as const) }));
  return { lines: clipped, isClipped };
}

/** Windows of one type share a line of labels; only the first of them is labelled, with how many there are. Pure. */
export function bandsOf(windows: readonly FaultWindow[], end: number): PlotBand[] {
  const types = [...new Set(windows.map(({ type }) => type))];
  return windows.slice(0, MOST_WINDOWS).map(({ type, from, until }, index) => {
    const count = windows.filter((window) => window.type === type).length;
    const isFirst = windows.findIndex((window) => window.type === type) === index;
    const label = isFirst ? (count === 1 ? type : `${type} × ${count}`) : "";
    return {
      label,
      className: FAMILY_CLASSES[type.split(".")[0]!] ?? "double",
      from,
      until: until ?? end,
      row: types.indexOf(type),
    };
  });
}

/** The mode of a feed from beginning to end, by its transitions. Pure. */
export function stripOf(feed: string, { summary }: Pick<RunMaterial, "summary">): PlotSpan[] {
  const own = summary.modes.transitions.filter((one) => one.feed === feed);
  const start: { readonly at: number; readonly to: Level } = { at: 0, to: own[0]?.from ?? LEVELS[0] };
  return [start, ...own].map(({ at, to }, index) => ({
    label: `${to} from ${timeText(at)}`,
    className: to,
    from: at,
    until: own[index]?.at ?? summary.simulatedSeconds,
  }));
}

function windowsHtml({ windows, summary }: RunMaterial): string {
  if (windows.length === 0) return listHtml(["No fault was recorded."]);
  const which = windows.length > MOST_WINDOWS ? `the first ${MOST_WINDOWS} are shaded` : "the shaded windows";
  return tableHtml({
    caption: `Faults; ${which}.`,
    heads: ["Type", "Fault", "#From", "#Until"],
    rows: windows.map(({ type, name, from, until }) => [
      type,
      name,
      timeText(from),
      until === undefined ? `${timeText(summary.simulatedSeconds)}, the end` : timeText(until),
    ]),
  });
}

function transitionsHtml({ summary: { modes } }: RunMaterial): string {
  const { transitions, secondsIn, falseTrips } = modes;
  const times = tableHtml({
    caption: `Time in each mode, over all feeds. False trips: ${falseTrips}.`,
    heads: ["Mode", "#Time"],
    rows: LEVELS.map((level) => [{ text: level, className: level }, timeText(secondsIn[level])]),
  });
  if (transitions.length === 0) return `${times}${listHtml(["No feed left its mode."])}`;
  const more = transitions.length > MOST_TRANSITIONS ? `, the first ${MOST_TRANSITIONS}` : "";
  const table = tableHtml({
    caption: `Changes of mode${more}.`,
    heads: ["#At", "Feed", "From", "To", "Cause"],
    rows: transitions
      .slice(0, MOST_TRANSITIONS)
      .map(({ at, feed, from, to, cause }) => [timeText(at), feed, from, { text: to, className: to }, cause]),
  });
  return times + foldHtml(`Changes of mode: ${whole(transitions.length)}`, table);
}

function price(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 6 });
}

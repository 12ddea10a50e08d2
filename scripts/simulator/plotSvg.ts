// SPDX-License-Identifier: MIT
/** A line or a scatter of points. `className` carries the colour, so that the page's theme decides. */
export interface PlotSeries {
  readonly label: string;
  readonly className: string;
  readonly kind: "line" | "dots";
  /** x is a round by index; undefined leaves a gap. */
  readonly points: readonly (readonly [x: number, y: number | undefined])[];
}

/** A span of rounds drawn as a band behind the lines. */
export interface PlotBand {
  readonly label: string;
  readonly className: string;
  readonly from: number;
  readonly until: number;
  /** Its line among the labels, from 0; by its place in the list when not given. Labels on one line must not meet. */
  readonly row?: number;
}

/** A stretch of a strip below the lines; x as in the series, `until` is where the next begins. */
export interface PlotSpan {
  readonly label: string;
  readonly className: string;
  readonly from: number;
  readonly until: number;
}

/** What x counts. */
export interface PlotAxis {
  readonly name: string;
  readonly text: (x: number) => string;
  /** x is a measure and not the number of a round: bands begin and end where they say, and labels are this far apart. */
  readonly step?: number;
}

/** One plot. */
export interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly PlotSeries[];
  readonly bands: readonly PlotBand[];
  /** Indices at which the time axis jumps. */
  readonly breaks: readonly { readonly at: number; readonly label: string }[];
  readonly height: number;
  /** Drawn under the lines as one strip of colours. */
  readonly strip?: readonly PlotSpan[];
  /** What x counts and how a place on it reads; rounds from 1 when not given. */
  readonly axis?: PlotAxis;
}

const WIDTH = 860;
const LEFT = 66;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 28;
const BAND_LINE = 13;
const TICKS = 5;
const STRIP = 16;
const STRIP_GAP = 4;

interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly top: number;
  readonly bottom: number;
  readonly low: number;
  readonly high: number;
  readonly last: number;
}

/** Draws a plot as one SVG element without scripts. */
export function plotSvg(plot: Plot): string {
  const frame = frameOf(plot);
  const half = plot.axis?.step === undefined ? 0.5 : 0;
  const parts = [
    ...plot.bands.map((band, index) => drawBand(band, { row: band.row ?? index, half }, frame)),
    ...drawAxes(plot, frame),
    ...plot.breaks.map(({ at, label }) => drawBreak(at, label, frame)),
    ...plot.series.map((series) => drawSeries(series, frame)),
    ...(plot.strip ?? []).map((span) => drawSpan(span, frame)),
  ];
  return (
    `<svg viewBox="0 0 ${WIDTH} ${plot.height}" role="img" aria-label="${escapeHtml(plot.title)}">` +
    `<title>${escapeHtml(plot.title)}</title>${parts.join("")}</svg>`
  );
}

/** Text that is safe inside markup and attributes. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}

function frameOf(plot: Plot): Frame {
  const values = plot.series.flatMap(({ points }) => points.flatMap(([, y]) => (y === undefined ? [] : [y])));
  const last = Math.max(1, -least(plot.series.flatMap(({ points }) => points.map(([x]) => -x))));
  const [minimum, maximum] = [least(values), -least(values.map((value) => -value))];
  const margin = values.length === 0 ? 1 : (maximum - minimum || Math.abs(maximum) || 1) * 0.06;
  const [low, high] = values.length === 0 ? [0, 1] : [minimum - margin, maximum + margin];
  const rows = Math.max(0, ...plot.bands.map(({ row }, index) => (row ?? index) + 1));
  const top = TOP + rows * BAND_LINE;
  const bottom = plot.height - BOTTOM - (plot.strip === undefined ? 0 : STRIP + STRIP_GAP);
  return {
    x: (value) => LEFT + (value / last) * (WIDTH - LEFT - RIGHT),
    y: (value) => bottom - ((value - low) / (high - low)) * (bottom - top),
    top,
    bottom,
    low,
    high,
    last,
  };
}

function drawBand(
  { label, className, from, until }: PlotBand,
  { row, half }: { readonly row: number; readonly half: number },
  frame: Frame,
): string {
  const [left, right] = [frame.x(Math.max(0, from - half)), frame.x(Math.min(frame.last, until - half))];
  const labelY = TOP + row * BAND_LINE + 9;
  // The label keeps to the side of the band that has room for it.
  const anchor = left > WIDTH / 2 ? `x="${fixed(right - 3)}" text-anchor="end"` : `x="${fixed(left + 3)}"`;
  return (
    `<rect class="band ${className}" x="${fixed(left)}" y="${TOP + row * BAND_LINE}" width="${fixed(Math.max(0, right - left))}" height="${fixed(frame.bottom - TOP - row * BAND_LINE)}"/>` +
    `<text class="bandLabel" ${anchor} y="${labelY}">${escapeHtml(label)}</text>`
  );
}

function drawSpan({ label, className, from, until }: PlotSpan, frame: Frame): string {
  const [left, right] = [frame.x(from), frame.x(Math.min(frame.last, until))];
  return (
    `<rect class="strip ${className}" x="${fixed(left)}" y="${frame.bottom + STRIP_GAP}" ` +
    `width="${fixed(Math.max(0, right - left))}" height="${STRIP}"><title>${escapeHtml(label)}</title></rect>`
  );
}

/** Labels on the time axis, about. */
const MOST_LABELS = 10;
const ROUND_AXIS: PlotAxis = { name: "round", text: (index: number): string => String(index + 1) };

function drawAxes({ unit, height, axis = ROUND_AXIS }: Plot, frame: Frame): string[] {
  const below = height - BOTTOM + 16;
  const lines = roundValues(frame).map(({ value, text }) => {
    const y = fixed(frame.y(value));
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
      `<text class="tick" x="${LEFT - 6}" y="${y}" dy="4" text-anchor="end">${text}</text>`
    );
  });
  const step = axis.step ?? (frame.last <= MOST_LABELS ? 1 : Math.ceil(frame.last / MOST_LABELS / 5) * 5);
  for (let round = 0; round <= frame.last; round += step) {
    lines.push(
      `<text class="tick" x="${fixed(frame.x(round))}" y="${below}" text-anchor="middle">${escapeHtml(axis.text(round))}</text>`,
    );
  }
  lines.push(`<text class="tick" x="${LEFT - 6}" y="${TOP}" text-anchor="end">${escapeHtml(unit)}</text>`);
  lines.push(`<text class="tick" x="${LEFT - 14}" y="${below}" text-anchor="end">${escapeHtml(axis.name)}</text>`);
  return lines;
}

/** Multiples of 1, 2 or 5 times a power of ten inside the frame, with as many decimals as they need. */
function roundValues({ low, high }: Frame): { value: number; text: string }[] {
  const wanted = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    const text = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return { value, text: text.replace(/^-(?=[0.]*$)/, "") };
  });
}

function drawBreak(at: number, label: string, frame: Frame): string {
  const x = fixed(frame.x(at - 0.5));
  return (
    `<line class="break" x1="${x}" x2="${x}" y1="${TOP}" y2="${frame.bottom}"/>` +
    `<text class="bandLabel" x="${fixed(frame.x(at - 0.5) - 4)}" y="${frame.bottom - 5}" text-anchor="end">${escapeHtml(label)}</text>`
  );
}

function drawSeries({ label, className, kind, points }: PlotSeries, frame: Frame): string {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== undefined);
  const title = `<title>${escapeHtml(label)}</title>`;
  if (kind === "dots") {
    const dots = known.map(([x, y]) => `<circle cx="${fixed(frame.x(x))}" cy="${fixed(frame.y(y))}" r="2.6"/>`);
    return `<g class="dots ${className}">${title}${dots.join("")}</g>`;
  }
  let path = "";
  let drawing = false;
  for (const [x, y] of points) {
    if (y === undefined) {
      drawing = false;
      continue;
    }
    path += `${drawing ? "L" : "M"}${fixed(frame.x(x))} ${fixed(frame.y(y))}`;
    drawing = true;
  }
  return `<path class="line ${className}" d="${path}">${title}</path>`;
}

/** Infinity of none. Plots have more points than a call takes arguments. */
function least(values: readonly number[]): number {
  return values.reduce((sofar, value) => Math.min(sofar, value), Infinity);
}

function fixed(value: number): string {
  return value.toFixed(1);
}

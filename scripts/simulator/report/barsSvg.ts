// SPDX-License-Identifier: MIT
import { escapeHtml } from "../plotSvg.ts";

/** One bar; `from` is where it begins, for steps that hang in the air. */
export interface Bar {
  readonly label: string;
  readonly className: string;
  readonly from?: number;
  readonly to: number;
  /** Its value in words, drawn above it; none for none. */
  readonly text: string;
}

/** Bars that stand together under one name. */
export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 860;
const HEIGHT = 260;
const SIDE = 12;
const TOP = 24;
const BOTTOM = 30;
const FILLED = 0.78;

/** Draws groups of bars above zero as one SVG element without scripts. Values are 0 or more. */
export function barsSvg(title: string, groups: readonly BarGroup[]): string {
  const highest = groups
    .flatMap(({ bars }) => bars.flatMap(({ from = 0, to }) => [from, to]))
    .reduce((a, b) => Math.max(a, b), 0);
  const y = (value: number): number =>
    HEIGHT - BOTTOM - (highest === 0 ? 0 : value / highest) * (HEIGHT - TOP - BOTTOM);
  const step = (WIDTH - 2 * SIDE) / Math.max(1, groups.length);
  const parts = groups.flatMap(({ name, bars }, place) => {
    const left = SIDE + place * step + (step * (1 - FILLED)) / 2;
    const width = (step * FILLED) / Math.max(1, bars.length);
    const middle = SIDE + (place + 0.5) * step;
    return [
      ...bars.map((bar, index) => barOf(bar, { left: left + index * width, width, y })),
      `<text class="tick" x="${middle.toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${escapeHtml(name)}</text>`,
    ];
  });
  const ground = `<line class="grid" x1="${SIDE}" x2="${WIDTH - SIDE}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/>`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">` +
    `<title>${escapeHtml(title)}</title>${ground}${parts.join("")}</svg>`
  );
}

interface Place {
  readonly left: number;
  readonly width: number;
  readonly y: (value: number) => number;
}

function barOf({ label, className, from = 0, to, text }: Bar, { left, width, y }: Place): string {
  const [top, bottom] = [y(Math.max(from, to)), y(Math.min(from, to))];
  // What is there must be seen, however small.
  const height = from === to ? 0 : Math.max(1.5, bottom - top);
  const value =
    text === ""
      ? ""
      : `<text class="tick value" x="${(left + width / 2).toFixed(1)}" y="${(top - 5).toFixed(1)}" text-anchor="middle">${escapeHtml(text)}</text>`;
  return (
    `<rect class="bar ${className}" x="${(left + 1).toFixed(1)}" y="${(bottom - height).toFixed(1)}" width="${Math.max(1, width - 2).toFixed(1)}" height="${height.toFixed(1)}">` +
    `<title>${escapeHtml(label)}</title></rect>${value}`
  );
}

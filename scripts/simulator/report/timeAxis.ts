// SPDX-License-Identifier: MIT
import type { PlotAxis } from "../plotSvg.ts";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const MOST_LABELS = 9;
/** Distances between labels, seconds. */
const STEPS = [
  1,
  5,
  15,
  30,
  60,
  300,
  600,
  1_800,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  5 * DAY,
  10 * DAY,
  30 * DAY,
];

/** An axis of seconds since the start, labelled at round times. Pure. */
export function timeAxis(seconds: number): PlotAxis {
  const step = STEPS.find((each) => seconds / each <= MOST_LABELS) ?? Math.ceil(seconds / MOST_LABELS / DAY) * DAY;
  return { name: "time", text: timeText, step };
}

/** Such as `26 h 15 min`; the largest two units that are not 0. Pure. */
export function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / DAY), "d"],
    [Math.floor((whole % DAY) / HOUR), "h"],
    [Math.floor((whole % HOUR) / MINUTE), "min"],
    [whole % MINUTE, "s"],
  ] as const;
  const told = parts.filter(([count]) => count !== 0).slice(0, 2);
  return told.length === 0 ? "0" : told.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

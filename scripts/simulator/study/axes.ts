// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import { PARAMETERS } from "../scenario/parameterTable.ts";
import { secondsOf } from "../scenario/shapes/basics.ts";
import type { ScenarioDocument } from "./RunOrder.ts";

/** A number of the scenario that a study varies. */
export interface Axis {
  /** Dotted path in the scenario, such as `params.risk.shock`, `faults.0.with.multiply` or `validators.count`. */
  readonly path: string;
  readonly lo: number;
  readonly hi: number;
  /** Durations are varied in seconds and written as such. */
  readonly unit: "number" | "seconds";
  /** Only whole numbers make sense. */
  readonly whole: boolean;
}

/** An axis and how many places of it are tried. */
export interface GridAxis extends Axis {
  readonly points: number;
}

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/;
const DURATION = /^-?\d+(\.\d+)?[smhd]$/;
const MOST_POINTS = 1_000;
/** Enough for any parameter; hides what binary fractions add. */
const DIGITS = 12;

/** Reads `path=lo:hi:points`. Pure. @throws BallastError `configInvalid`. */
export function parseGridAxis(text: string): GridAxis {
  const { path, parts } = split(text, "path=lo:hi:points");
  const points = Number(parts[2]);
  if (parts.length !== 3 || !Number.isInteger(points) || points < 2 || points > MOST_POINTS)
    throw refuse(text, `expected path=lo:hi:points with 2 to ${MOST_POINTS} points`);
  return { ...axisOf(path, parts[0]!, parts[1]!, false), points };
}

/** Reads `path=lo:hi` or `path=lo:hi:whole`. Pure. @throws BallastError `configInvalid`. */
export function parseRange(text: string): Axis {
  const { path, parts } = split(text, "path=lo:hi");
  if (parts.length < 2 || parts.length > 3 || (parts.length === 3 && parts[2] !== "whole"))
    throw refuse(text, "expected path=lo:hi or path=lo:hi:whole");
  return axisOf(path, parts[0]!, parts[1]!, parts.length === 3);
}

/**
 * An axis between two amounts, both numbers or both durations such as `90m`. Parameters know themselves whether they are whole.
 * Pure. @throws BallastError `configInvalid`.
 */
export function axisOf(path: string, low: string, high: string, isWhole: boolean): Axis {
  const whole = isWhole || PARAMETERS.get(path.replace(/^params\./, ""))?.isWhole === true;
  const [from, to] = [amountOf(low), amountOf(high)];
  if (from.isDuration !== to.isDuration)
    throw refuse(`${path}=${low}:${high}`, "one end is a duration, the other is not");
  if (!(from.value < to.value)) throw refuse(`${path}=${low}:${high}`, "the first number must be below the second");
  if (whole && !(Number.isInteger(from.value) && Number.isInteger(to.value)))
    throw refuse(`${path}=${low}:${high}`, "the ends of whole numbers are whole");
  return { path, lo: from.value, hi: to.value, unit: from.isDuration ? "seconds" : "number", whole };
}

/** Places of an axis, evenly, both ends included. Pure. */
export function placesOf({ lo, hi, points }: GridAxis): number[] {
  return Array.from({ length: points }, (_, index) => rounded(lo + ((hi - lo) * index) / (points - 1)));
}

/** What is written into the scenario at a place of the axis. Pure. */
export function settingAt({ unit, whole }: Axis, place: number): number | string {
  if (unit === "seconds") return `${Math.round(place)}s`;
  return whole ? Math.round(place) : rounded(place);
}

/**
 * The scenario with one value changed. Sections that it does not have are added; parameters go by their whole dotted name. Pure.
 * @throws BallastError `configInvalid` when the path leads through a list that has no such entry, or through a value.
 */
export function withSetting(scenario: ScenarioDocument, path: string, value: unknown): ScenarioDocument {
  const keys = path.startsWith("params.") ? ["params", path.slice("params.".length)] : path.split(".");
  const changed = place(scenario, keys, value);
  if (changed === undefined) throw refuse(path, "the scenario has no such place");
  return changed as ScenarioDocument;
}

function place(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(node)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index >= node.length) return undefined;
    const below = place(node[index], rest, value);
    return below === undefined ? undefined : node.with(index, below);
  }
  if (node !== undefined && (typeof node !== "object" || node === null)) return undefined;
  const below = place(Object.getOwnPropertyDescriptor(node ?? {}, key)?.value, rest, value);
  return below === undefined ? undefined : { ...node, [key]: below };
}

function split(text: string, expected: string): { path: string; parts: string[] } {
  const [path, range, ...more] = text.split("=");
  if (path === undefined || path === "" || range === undefined || more.length > 0)
    throw refuse(text, `expected ${expected}`);
  return { path, parts: range.split(":") };
}

function amountOf(text: string): { value: number; isDuration: boolean } {
  const given = text.trim();
  if (NUMBER.test(given)) return { value: Number(given), isDuration: false };
  if (DURATION.test(given)) return { value: secondsOf(given), isDuration: true };
  throw refuse(text, "expected a number, or a duration such as 90s, 30m, 6h, 2d");
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function refuse(given: string, reason: string): BallastError {
  return new BallastError("configInvalid", `${given}: ${reason}`, { context: { given } });
}

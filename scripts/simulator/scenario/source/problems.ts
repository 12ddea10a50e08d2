// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";

/** Where something stands: a line of a file, or an override of the command line. */
export interface Place {
  readonly file: string;
  /** From 1; 0 where there is only one line, as in an override. */
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a scenario. */
export interface Problem {
  readonly place: Place;
  /** Dotted, as overrides name it; empty for the whole. */
  readonly key: string;
  readonly message: string;
}

const MOST_SHOWN = 100;
const LONGEST_VALUE = 60;
/** Words shorter than this are near another by one letter only. */
const SHORT_WORD = 4;

/** `file:line:column: key: message`. */
export function problemText({ place, key, message }: Problem): string {
  const where = place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`;
  return key === "" ? `${where}: ${message}` : `${where}: ${key}: ${message}`;
}

/** All of them as one error, code `scenarioInvalid`; its context lists them in the order of the file. */
export function scenarioInvalid(file: string, problems: readonly Problem[]): BallastError {
  const lines = inOrder(problems).slice(0, MOST_SHOWN).map(problemText);
  const left = problems.length - lines.length;
  const shown = left > 0 ? [...lines, `and ${left} more`] : lines;
  return new BallastError("scenarioInvalid", `Scenario ${file} refused:\n${shown.join("\n")}`, {
    context: { file, problems: shown },
  });
}

/** A value as it is shown: short. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? `${value}` : (JSON.stringify(value) ?? "nothing");
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** " (did you mean x?)" where one of the allowed is near, else nothing. */
export function didYouMean(given: string, allowed: readonly string[]): string {
  if (given.length > LONGEST_VALUE) return "";
  const ranked = allowed
    .map((name) => ({ name, distance: distanceOf(given.toLowerCase(), name.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  const nearest = ranked[0];
  const most = given.length < SHORT_WORD ? 1 : Math.max(2, Math.floor(given.length / 3));
  return nearest !== undefined && nearest.distance <= most ? ` (did you mean ${nearest.name}?)` : "";
}

/** Insertions, deletions and replacements between two words. */
function distanceOf(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let index = 0; index < left.length; index += 1) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = row[column - 1]! + (right[column - 1] === left[index] ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    ({ place: left }, { place: right }) =>
      Number(left.file > right.file) - Number(left.file < right.file) ||
      left.line - right.line ||
      left.column - right.column,
  );
}

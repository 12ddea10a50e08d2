// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../../../model/BallastError.ts";
import { summaryShape } from "../../record/RunSummary.ts";
import type { RunSummary } from "../../record/RunSummary.ts";

/** What a place of a summary holds: a number, yes or no, or one of some words. */
export type MetricKind = { readonly kind: "number" } | { readonly kind: "boolean" } | WordKind;

interface WordKind {
  readonly kind: "word";
  readonly words: readonly string[];
}

/** A number, or Infinity for what never came. */
export type MetricValue = number | boolean | string;

/** Ids of the invariants of the format. */
const INVARIANT = /^(S([1-9]|1[0-5])|L[1-6])$/;
/** Not compared and not averaged: they say which run it was. */
const NAMES = new Set(["seed", "scenario"]);

/** Every number that each summary has, in the order of the file: dotted paths, and lengths of lists. */
export const NUMBER_METRICS: readonly string[] = numbersBelow(summaryShape, "").filter((path) => !NAMES.has(path));

/**
 * Kind of what a dotted path of `summary.json` leads to. Lists have a `length`; invariants go by their id
 * (`invariants.S3.held`); whatever name is given below `settlement.rungs` counts series. Pure.
 * @throws BallastError `metricUnknown` that tells what could follow.
 */
export function metricKind(path: string): MetricKind {
  let shape: z.core.$ZodType = summaryShape;
  const parts = path.split(".");
  for (const [index, part] of parts.entries()) {
    const next = below(shape, part);
    if (next === undefined) throw unknown(path, parts.slice(0, index), shape);
    shape = next;
  }
  const kind = kindOf(bare(shape));
  if (kind === undefined) throw unknown(path, parts, shape);
  return kind;
}

/** What the path leads to in a summary; a rung or an invariant that it does not name is 0 or held. Pure. */
export function readMetric(summary: RunSummary, path: string): MetricValue {
  let value: unknown = summary;
  for (const part of path.split(".")) value = step(value, part);
  if (value === null) return Infinity;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return path.endsWith(".held") ? true : 0;
}

/** The numbers of a summary in the order of {@link NUMBER_METRICS}. Pure. */
export function numbersOf(summary: RunSummary): Float64Array {
  return Float64Array.from(NUMBER_METRICS, (path) => Number(readMetric(summary, path)));
}

function step(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return part === "length" ? value.length : value.find((entry) => isCalled(entry, part));
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, part)?.value : undefined;
}

function isCalled(entry: unknown, id: string): boolean {
  return typeof entry === "object" && entry !== null && "id" in entry && entry.id === id;
}

/** The shape below a shape; undefined when it has none of that name. */
function below(shape: z.core.$ZodType, part: string): z.core.$ZodType | undefined {
  const inner = bare(shape);
  if (inner instanceof z.ZodObject) return Object.getOwnPropertyDescriptor(inner.shape, part)?.value;
  if (inner instanceof z.ZodRecord) return namesOf(inner)?.includes(part) === false ? undefined : inner.valueType;
  if (inner instanceof z.ZodArray) {
    if (part === "length") return z.number();
    const element = bare(inner.element);
    return element instanceof z.ZodObject && "id" in element.shape && INVARIANT.test(part) ? element : undefined;
  }
  return undefined;
}

/** Without what only says that it may be missing or not be written. */
function bare(shape: z.core.$ZodType): z.core.$ZodType {
  if (
    shape instanceof z.ZodNullable ||
    shape instanceof z.ZodReadonly ||
    shape instanceof z.ZodOptional ||
    shape instanceof z.ZodExactOptional
  )
    return bare(shape.unwrap());
  return shape;
}

function kindOf(shape: z.core.$ZodType): MetricKind | undefined {
  if (shape instanceof z.ZodNumber) return { kind: "number" };
  if (shape instanceof z.ZodBoolean) return { kind: "boolean" };
  if (shape instanceof z.ZodEnum) return { kind: "word", words: shape.options.map(String) };
  return undefined;
}

/** Keys of a record that has fixed ones. */
function namesOf(record: z.ZodRecord): readonly string[] | undefined {
  const keys = record.keyType;
  return keys instanceof z.ZodEnum ? keys.options.map(String) : undefined;
}

function numbersBelow(shape: z.core.$ZodType, path: string): string[] {
  const inner = bare(shape);
  const under = (key: string): string => (path === "" ? key : `${path}.${key}`);
  if (inner instanceof z.ZodNumber) return [path];
  if (inner instanceof z.ZodArray) return path === "invariants" ? [] : [under("length")];
  if (inner instanceof z.ZodObject)
    return Object.entries(inner.shape).flatMap(([key, value]) => numbersBelow(value, under(key)));
  if (inner instanceof z.ZodRecord)
    return (namesOf(inner) ?? []).flatMap((key) => numbersBelow(inner.valueType, under(key)));
  return [];
}

function unknown(path: string, found: readonly string[], shape: z.core.$ZodType): BallastError {
  const inner = bare(shape);
  const known =
    inner instanceof z.ZodObject
      ? Object.keys(inner.shape)
      : inner instanceof z.ZodArray
        ? ["length", ...(found.at(-1) === "invariants" ? ["S1 to S15", "L1 to L6"] : [])]
        : inner instanceof z.ZodRecord
          ? (namesOf(inner) ?? [])
          : [];
  const place = found.length === 0 ? "a summary" : found.join(".");
  const rest = known.length === 0 ? "is a value of its own" : `has ${known.join(", ")}`;
  return new BallastError("metricUnknown", `No metric is called ${path}: ${place} ${rest}`, {
    context: { path, known },
  });
}

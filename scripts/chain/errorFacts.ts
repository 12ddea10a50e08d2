// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";

/** An error as facts for a log line; bigints as text. */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (error instanceof BallastError) {
    const cause = error.cause === undefined ? {} : { cause: text(error.cause) };
    return { code: error.code, message: error.message, retriable: error.retriable, ...plain(error.context), ...cause };
  }
  return { code: "unexpected", message: text(error) };
}

function plain(context: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]),
  );
}

function text(error: unknown): string {
  const given = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return given.slice(0, 400);
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";

/** An error as facts for a log line; bigints as text. */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (error instanceof BallastError) {
    const cause = error.cause === undefined ? {} : { cause: text(error.cause) };
    return {
      code: error.code,
      message: error.message,
      retriable: error.retriable,
      ...plainMembers(error.context),
      ...cause,
    };
  }
  return { code: "unexpected", message: text(error) };
}

/** What JSON can hold, however deep it lies. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" && value !== null ? plainMembers(value) : value;
}

function plainMembers(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, plain(value)]));
}

function text(error: unknown): string {
  const given = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return given.slice(0, 400);
}

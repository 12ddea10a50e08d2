// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import type { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { fillAddresses } from "./fillAddresses.ts";

const LONGEST_VALUE = 60;

/**
 * Reads a JSON configuration, puts addresses in the place of names where it names an address book, and checks it against its shape.
 * @throws BallastError `configInvalid` in one line: every wrong value with its place, every unknown key by name;
 * `addressesUnreadable` for the address book.
 */
export async function loadConfig<Shape extends z.ZodType>(file: string, shape: Shape): Promise<z.output<Shape>> {
  const refuse = (reason: string): BallastError =>
    new BallastError("configInvalid", `Configuration ${file} refused: ${reason}`, { context: { file } });
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw refuse(cause.message);
  });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw refuse(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  given = await fillAddresses(given);
  const parsed = shape.safeParse(given);
  if (!parsed.success) throw refuse(parsed.error.issues.flatMap((issue) => problems(issue, given)).join("; "));
  return parsed.data;
}

/** What is wrong, and where. Values of unknown keys are not shown: one of them may be a secret in the wrong place. */
function problems(issue: z.core.$ZodIssue, config: unknown): string[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${place([...issue.path, key])}: unknown key`);
  const given = valueAt(config, issue.path);
  if (given === undefined) return [`${place(issue.path)}: missing`];
  const reason = issue.message.replace(/^Invalid input: /, "").replace(/, received \w+$/, "");
  return [`${place(issue.path)}: ${reason}, given ${shortened(JSON.stringify(given))}`];
}

function place(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text === "" ? "the whole" : text.replace(/^\./, "");
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined,
    config,
  );
}

function shortened(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

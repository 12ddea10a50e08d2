// SPDX-License-Identifier: MIT
import { z } from "zod";

import { viewAnswers, viewProgram } from "../../chain/viewProgram.ts";
import type { ViewCall } from "../../chain/viewProgram.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { RequestLine } from "./RequestLine.ts";

/** Where the program stands during the call; nobody has this address. */
const PLACE = "0x00000000000000000000000000000000ba11a57e";
const WORD_DIGITS = 64;
const hexShape = z.string().startsWith("0x");

/**
 * Many views in one request. @returns Their answers in hex without 0x, undefined where one reverted.
 * @param block The newest unless said. @throws BallastError `batchFailed` when the node itself refuses.
 */
export async function batchCalls(
  line: Pick<RequestLine, "request">,
  calls: readonly ViewCall[],
  block: unknown = "latest",
): Promise<(string | undefined)[]> {
  if (calls.length === 0) return [];
  // As code that stands somewhere it may be as long as it likes, and so may its answer.
  const overrides = { [PLACE]: { code: viewProgram(calls) } };
  try {
    const answer = hexShape.parse(await line.request("eth_call", [{ to: PLACE, data: "0x" }, block, overrides]));
    return viewAnswers(answer, calls.length);
  } catch (cause) {
    throw new BallastError("batchFailed", "The chain did not answer many views at once", { cause });
  }
}

/** The word at a position of an answer. */
export function wordAt(answer: string, position: number): bigint {
  return BigInt(`0x${answer.slice(position * WORD_DIGITS, (position + 1) * WORD_DIGITS)}`);
}

// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import type { RequestLine } from "./RequestLine.ts";

/** A view of a contract. */
export interface ViewCall {
  /** With 0x. */
  readonly to: string;
  /** With 0x. */
  readonly data: string;
}

/** Where the program stands during the call; nobody has this address. */
const PLACE = "0x00000000000000000000000000000000ba11a57e";
/** Answers are gathered from here on; calls are made from below. */
const OUT = 0x1_0000;
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
  const overrides = { [PLACE]: { code: `0x${programOf(calls)}` } };
  try {
    const answer = hexShape.parse(await line.request("eth_call", [{ to: PLACE, data: "0x" }, block, overrides]));
    return answersOf(answer.slice(2), calls.length);
  } catch (cause) {
    throw new BallastError("batchFailed", "The chain did not answer many views at once", { cause });
  }
}

/**
 * Code that makes each call with what stands behind the code, and returns after each other: a word of whether it succeeded
 * (bit 128) and of its length, then its answer.
 */
function programOf(calls: readonly ViewCall[]): string {
  const bodies = calls.map(({ data }) => data.slice(2));
  const length = codeOf(calls, 0).length / 2;
  return `${codeOf(calls, length)}${bodies.join("")}`;
}

/** @param tail Where the data of the calls begins. */
function codeOf(calls: readonly ViewCall[], tail: number): string {
  let offset = tail;
  const steps = calls.map(({ to, data }) => {
    const size = push((data.length - 2) / 2);
    const copied = `${size}${push(offset)}600039`; // codecopy(0, offset, size)
    offset += (data.length - 2) / 2;
    const called = `60006000${size}600073${to.slice(2).toLowerCase().padStart(40, "0")}5afa`; // staticcall(gas, to, 0, size, 0, 0)
    const told = "60801b3d178152602001"; // mstore(at, success << 128 | returndatasize), at += 32
    const kept = "3d6000823e3d01"; // returndatacopy(at, 0, returndatasize), at += returndatasize
    return `${copied}${called}${told}${kept}`;
  });
  const end = `${push(OUT)}9003${push(OUT)}f3`; // return(OUT, at - OUT)
  return `${push(OUT)}${steps.join("")}${end}`;
}

/** Three bytes onto the stack. */
function push(value: number): string {
  return `62${value.toString(16).padStart(6, "0")}`;
}

function answersOf(digits: string, count: number): (string | undefined)[] {
  let place = 0;
  return Array.from({ length: count }, () => {
    const head = digits.slice(place, place + WORD_DIGITS);
    const size = 2 * Number.parseInt(head.slice(WORD_DIGITS / 2), 16);
    place += WORD_DIGITS;
    const body = digits.slice(place, place + size);
    place += size;
    return Number.parseInt(head.slice(0, WORD_DIGITS / 2), 16) === 1 ? body : undefined;
  });
}

/** The word at a position of an answer. */
export function wordAt(answer: string, position: number): bigint {
  return BigInt(`0x${answer.slice(position * WORD_DIGITS, (position + 1) * WORD_DIGITS)}`);
}

// SPDX-License-Identifier: MIT
/** A view of a contract, asked by nobody in particular. */
export interface ViewCall {
  /** With 0x. */
  readonly to: string;
  /** With 0x. */
  readonly data: string;
}

/** Answers are gathered in memory from here on; calls are made from below. */
const OUT = 0x1_0000;
const WORD_DIGITS = 64;

/**
 * Code that makes each call with what stands behind the code, and returns after each other: a word of whether it succeeded
 * (bit 128) and of its length, then its answer. No contract is needed for it: a call to nobody runs it as a constructor, whose
 * answer a node returns. Hex with 0x.
 */
export function viewProgram(calls: readonly ViewCall[]): string {
  const bodies = calls.map(({ data }) => data.slice(2));
  const length = codeOf(calls, 0).length / 2;
  return `0x${codeOf(calls, length)}${bodies.join("")}`;
}

/** What the program returned: answers in hex without 0x, undefined where one reverted. */
export function viewAnswers(answer: string, count: number): (string | undefined)[] {
  let place = 2;
  return Array.from({ length: count }, () => {
    const head = answer.slice(place, place + WORD_DIGITS);
    const size = 2 * Number.parseInt(head.slice(WORD_DIGITS / 2), 16);
    place += WORD_DIGITS;
    const body = answer.slice(place, place + size);
    place += size;
    return Number.parseInt(head.slice(0, WORD_DIGITS / 2), 16) === 1 ? body : undefined;
  });
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

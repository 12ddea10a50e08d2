// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { ViewCall } from "../../chain/viewProgram.ts";
import { batchCalls } from "./batchCalls.ts";
import type { RequestLine } from "./RequestLine.ts";

/** A call that waits for its turn. */
interface Waiting extends ViewCall {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: unknown) => void;
}

const hexShape = z.string().startsWith("0x");

/**
 * Calls of views, in turn with all other requests. Those that wait for the same block when their turn comes are put to the chain
 * together: a request costs more than what it asks. What is refused among others is asked again alone, so that its refusal is
 * the chain's own.
 */
export class CallLine {
  readonly #line: RequestLine;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(line: RequestLine) {
    this.#line = line;
  }

  /** What the view answers, hex. @param block A parameter of `eth_call`, as JSON text. */
  ask(call: ViewCall, block: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const entry = { ...call, resolve, reject };
      const others = this.#waiting.get(block);
      if (others !== undefined) {
        others.push(entry);
        return;
      }
      this.#waiting.set(block, [entry]);
      void this.#line.perform((request) => this.#answer(block, request));
    });
  }

  async #answer(block: string, request: RequestLine["request"]): Promise<void> {
    const calls = this.#waiting.get(block)!;
    this.#waiting.delete(block);
    const selector: unknown = JSON.parse(block);
    const answers = calls.length === 1 ? [undefined] : await together(calls, selector, request);
    for (const [index, { to, data, resolve, reject }] of calls.entries()) {
      const answer = answers[index];
      if (answer !== undefined) resolve(`0x${answer}`);
      else await request("eth_call", [{ to, data }, selector]).then((given) => resolve(hexShape.parse(given)), reject);
    }
  }
}

/** Nothing of what the chain does not answer together. */
async function together(
  calls: readonly ViewCall[],
  selector: unknown,
  request: RequestLine["request"],
): Promise<(string | undefined)[]> {
  try {
    return await batchCalls({ request }, calls, selector);
  } catch {
    return calls.map(() => undefined);
  }
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { ChainCall } from "./chainFacts.ts";
import { viewAnswers, viewProgram } from "./viewProgram.ts";
import type { ViewCall } from "./viewProgram.ts";

/** Puts one call to the chain, after the block that the selector names. */
export type ViewAsker<Selector> = (call: ChainCall, selector: Selector) => Promise<string>;

/** A view, and everybody who waits for what it answers. */
interface Waiting extends ViewCall {
  readonly answer: Promise<string>;
  readonly settle: (answer: string | Promise<string>) => void;
}

/** Views in one question, and bytes of their calls: what nodes take of a constructor (EIP-3860), and give back (EIP-170). */
const MOST_VIEWS = 32;
const MOST_BYTES = 40_000;
/** What is said to many views at once and may not be said to each: then each is asked alone. */
const OF_ALL = new Set(["callReverted", "rpcRefused", "rpcTooFew", "rpcDisagreement"]);

/**
 * Views of a block that are asked at one moment are one question: endpoints count and limit questions, whatever they ask. A view
 * that refuses among others is asked again alone, so that its refusal is the chain's own; so is each where the endpoint does not
 * take them together.
 */
export class JoinedViews<Selector> {
  readonly #ask: ViewAsker<Selector>;
  /** Of this moment, by block, then by what is asked. */
  readonly #waiting = new Map<string, Map<string, Waiting>>();

  constructor(ask: ViewAsker<Selector>) {
    this.#ask = ask;
  }

  /** What the view answers. @param block Equal text for equal selectors. @throws BallastError as the asker does. */
  ask(call: ViewCall, selector: Selector, block: string): Promise<string> {
    let waiting = this.#waiting.get(block);
    if (waiting === undefined) {
      waiting = new Map();
      this.#waiting.set(block, waiting);
      queueMicrotask(() => this.#put(block, selector));
    }
    const key = `${call.to} ${call.data}`;
    const known = waiting.get(key) ?? waitingFor(call);
    waiting.set(key, known);
    return known.answer;
  }

  #put(block: string, selector: Selector): void {
    const views = [...this.#waiting.get(block)!.values()];
    this.#waiting.delete(block);
    for (const part of inParts(views)) void this.#putTogether(part, selector);
  }

  async #putTogether(views: readonly Waiting[], selector: Selector): Promise<void> {
    const answers = await this.#together(views, selector).catch((error: unknown) => {
      for (const { settle } of views) settle(Promise.reject(error as Error));
      return undefined;
    });
    if (answers === undefined) return;
    for (const [index, { to, data, settle }] of views.entries()) {
      const answer = answers[index];
      settle(answer === undefined ? this.#ask({ to, data }, selector) : `0x${answer}`);
    }
  }

  /** Undefined for what has to be asked alone. */
  async #together(views: readonly ViewCall[], selector: Selector): Promise<readonly (string | undefined)[]> {
    if (views.length === 1) return [undefined];
    try {
      return viewAnswers(await this.#ask({ data: viewProgram(views) }, selector), views.length);
    } catch (error) {
      if (error instanceof BallastError && OF_ALL.has(error.code)) return views.map(() => undefined);
      throw error;
    }
  }
}

/** A call that anybody could make. */
export function isView(call: ChainCall): call is ViewCall {
  return call.from === undefined && call.to !== undefined;
}

function waitingFor({ to, data }: ViewCall): Waiting {
  const { promise: answer, resolve: settle } = Promise.withResolvers<string>();
  return { to, data, answer, settle };
}

/** As many together as nodes take. */
function inParts(views: readonly Waiting[]): Waiting[][] {
  const parts: Waiting[][] = [];
  let bytes = MOST_BYTES;
  for (const view of views) {
    const size = view.data.length / 2;
    const isFull = bytes + size > MOST_BYTES || parts.at(-1)!.length === MOST_VIEWS;
    if (isFull) parts.push([]);
    parts.at(-1)!.push(view);
    bytes = isFull ? size : bytes + size;
  }
  return parts;
}

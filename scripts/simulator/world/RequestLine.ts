// SPDX-License-Identifier: MIT
import { setImmediate as macrotask } from "node:timers/promises";

/**
 * Requests to what answers on other threads, one after the other: answers then come in the order of the questions, and it
 * is known when none is under way.
 */
export class RequestLine {
  readonly #send: (method: string, params: readonly unknown[]) => Promise<unknown>;
  #last: Promise<unknown> = Promise.resolve();
  #underWay = 0;

  constructor(send: (method: string, params: readonly unknown[]) => Promise<unknown>) {
    this.#send = send;
  }

  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return this.perform((request) => request(method, params));
  }

  /** Does work whose requests take one turn together, when it comes. */
  perform<Value>(work: (request: RequestLine["request"]) => Promise<Value>): Promise<Value> {
    this.#underWay += 1;
    const request = (method: string, params: readonly unknown[] = []): Promise<unknown> => this.#send(method, params);
    const answer = this.#last.then(() => work(request));
    this.#last = answer.then(
      () => (this.#underWay -= 1),
      () => (this.#underWay -= 1),
    );
    return answer;
  }

  /** Whether none is under way. */
  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  /** Resolves when every promise that could be kept without time passing was kept. */
  async settled(): Promise<void> {
    for (;;) {
      await macrotask(); // everything that follows from what is known has happened after this
      if (this.#underWay === 0) return;
      await this.#last;
    }
  }
}

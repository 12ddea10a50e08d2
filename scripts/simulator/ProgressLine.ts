// SPDX-License-Identifier: MIT
/** Where progress is written: a stream that may be a terminal. */
export interface ProgressSink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const QUIET_MS = 5_000;
const BAR = 24;

/** One line that is overwritten on a terminal; elsewhere a plain line every few seconds, and the last one in any case. */
export class ProgressLine {
  readonly #sink: ProgressSink;
  readonly #nowMs: () => number;
  #lastMs = -Infinity;
  /** Told, and held back since too little time has passed. */
  #heldBack: string | undefined;
  #open = false;
  #ended = false;

  constructor(sink: ProgressSink, nowMs: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#nowMs = nowMs;
  }

  show(done: number, total: number, text: string): void {
    if (this.#ended) return;
    if (this.#sink.isTTY === true) {
      const filled = Math.round((BAR * done) / total);
      this.#sink.write(`\r\u001b[K[${"#".repeat(filled)}${".".repeat(BAR - filled)}] ${text}`);
      this.#open = true;
      return;
    }
    this.#heldBack = text;
    if (this.#nowMs() - this.#lastMs < QUIET_MS) return;
    this.#lastMs = this.#nowMs();
    this.#writeHeldBack();
  }

  /** Ends the line for good, so that what follows starts on its own. */
  end(): void {
    this.#ended = true;
    if (this.#open) this.#sink.write("\n");
    this.#open = false;
    this.#writeHeldBack();
  }

  #writeHeldBack(): void {
    if (this.#heldBack !== undefined) this.#sink.write(`${this.#heldBack}\n`);
    this.#heldBack = undefined;
  }
}

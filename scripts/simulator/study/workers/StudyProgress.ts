// SPDX-License-Identifier: MIT
import type { ProgressLine } from "../../ProgressLine.ts";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;

/** Shows how many runs of a study are done and how long the rest will take, as far as it is known how many there are. */
export class StudyProgress {
  readonly #line: Pick<ProgressLine, "show">;
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  #expected = 0;
  #done = 0;

  constructor(line: Pick<ProgressLine, "show">, nowMs: () => number) {
    this.#line = line;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  /** So many more runs are coming. */
  expect(runs: number): void {
    this.#expected += runs;
    this.#show();
  }

  /** One of them has ended. */
  done(): void {
    this.#done += 1;
    this.#show();
  }

  #show(): void {
    if (this.#expected === 0) return;
    const left = ((this.#nowMs() - this.#startedMs) / this.#done) * (this.#expected - this.#done);
    const rest = this.#done === 0 || left === 0 ? "" : `, ${duration(left / 1000)} left`;
    this.#line.show(this.#done, this.#expected, `${this.#done} of ${this.#expected} runs${rest}`);
  }
}

/** Coarse, for people: no one cares for the seconds of an hour. */
function duration(seconds: number): string {
  if (seconds < MINUTE_SECONDS) return `${Math.ceil(seconds)} s`;
  if (seconds < HOUR_SECONDS) return `${Math.ceil(seconds / MINUTE_SECONDS)} min`;
  const minutes = Math.ceil(seconds / MINUTE_SECONDS);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

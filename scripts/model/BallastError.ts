// SPDX-License-Identifier: MIT
/** What an error is about, in a form that logs, tests and callers can compare. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/** Optional parts of a {@link BallastError}. */
export interface ErrorDetail {
  readonly context?: ErrorContext;
  readonly cause?: unknown;
  /** True when the same call may succeed later without anyone changing anything. */
  readonly retriable?: boolean;
}

/** The one error class of the programs: callers look at `code`, never at the text. */
export class BallastError extends Error {
  readonly code: string;
  readonly context: ErrorContext;
  readonly retriable: boolean;

  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "BallastError";
    this.code = code;
    this.context = detail.context ?? {};
    this.retriable = detail.retriable ?? false;
  }
}

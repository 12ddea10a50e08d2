// SPDX-License-Identifier: MIT
import type { RunSummary } from "../../record/RunSummary.ts";

/** What a worker answers to an order: its summary, or the facts of the error. */
export type WorkerAnswer = { readonly summary: RunSummary } | { readonly error: WorkerError };

export interface WorkerError {
  readonly code: string;
  readonly message: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

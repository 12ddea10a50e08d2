// SPDX-License-Identifier: MIT
/** Structured log: an object with the facts, then one short sentence. */
export interface Log {
  debug(facts: object, text: string): void;
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

// SPDX-License-Identifier: MIT
/** Durable small files of one program. Names are plain file names. */
export interface Storage {
  /** Text of a file, undefined when it was never written. */
  read(name: string): Promise<string | undefined>;
  /** Replaces a file at once and for good: when this resolves, a power cut cannot undo or halve it. */
  write(name: string, text: string): Promise<void>;
}

// SPDX-License-Identifier: MIT
import type { Timer } from "./Timer.ts";

/** The machine's monotonic time. */
export class SystemTimer implements Timer {
  elapsedMs(): number {
    return performance.now();
  }

  after(milliseconds: number, wake: () => void): () => void {
    const timer = setTimeout(wake, milliseconds);
    return () => clearTimeout(timer);
  }
}

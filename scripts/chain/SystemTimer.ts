// SPDX-License-Identifier: MIT
import type { Timer } from "./Timer.ts";

/** The machine's monotonic time. */
export class SystemTimer implements Timer {
  elapsedMs(): number {
    return performance.now();
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}

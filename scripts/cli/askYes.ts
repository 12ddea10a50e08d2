// SPDX-License-Identifier: MIT
import { createInterface } from "node:readline";

/** Whether somebody answers yes. Everything else is no: another answer, the end of his input, Ctrl-C, and being told to stop. */
export async function askYes(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  const lines = createInterface({ input, output });
  const stop = (): void => lines.close();
  signal.addEventListener("abort", stop);
  try {
    return await new Promise<boolean>((resolve) => {
      // Without an answer a question stays open for ever.
      lines.once("close", () => resolve(false));
      lines.question(question, (answer) => resolve(/^y(es)?$/i.test(answer.trim())));
    });
  } finally {
    signal.removeEventListener("abort", stop);
    lines.close();
  }
}

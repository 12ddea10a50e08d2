// SPDX-License-Identifier: MIT
import { EXIT } from "./exitCodes.ts";
import { Interruption } from "./Interruption.ts";
import { runMain } from "./runMain.ts";

/**
 * Runs a program that a signal ends at once: what was under way may still wait for what has ended, and nothing of it is needed.
 * @param work Resolves with the exit code; whatever it started has to end when it is interrupted.
 * @param left What has ended then, for people.
 */
export async function runInterruptible(
  program: string,
  work: (interruption: Interruption) => Promise<number>,
  left: string,
): Promise<void> {
  await runMain(
    program,
    async () => {
      const interruption = new Interruption();
      const code = await work(interruption).catch((error: unknown) => {
        if (interruption.by === undefined) throw error;
      });
      if (interruption.by === undefined) return code ?? EXIT.unexpected;
      process.stderr.write(`Stopped by ${interruption.by}: ${left}\n`);
      process.exit(interruption.exitCode);
    },
    EXIT.infrastructure,
  );
}

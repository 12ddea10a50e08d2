// SPDX-License-Identifier: MIT
import { BallastError } from "../../../../scripts/model/BallastError.ts";

/** Text that would run if a page took it for markup. */
export const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;

/** The code of the error that a promise is rejected with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing was thrown",
    (error: unknown) => (error instanceof BallastError ? error.code : String(error)),
  );
}

// SPDX-License-Identifier: MIT
// One worker of a study: plays the orders that arrive over the channel, one after the other, by the module named as argument.
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

import { errorFacts } from "../../../chain/errorFacts.ts";
import { BallastError } from "../../../model/BallastError.ts";
import type { RunOne, RunOrder } from "../RunOrder.ts";
import type { WorkerAnswer } from "./messages.ts";

enableCompileCache(fileURLToPath(new URL("../../../../.cache/compiled/", import.meta.url)));
process.on("disconnect", () => process.exit()); // nobody is left to answer

const runOne = await loadRunner(process.argv[2]!);
process.on("message", (order: RunOrder) => void answer(order));

async function answer(order: RunOrder): Promise<void> {
  const said: WorkerAnswer = await runOne(order).then(
    (summary) => ({ summary }),
    (error: unknown) => {
      const { code, message, ...facts } = errorFacts(error);
      const stack = error instanceof Error && !(error instanceof BallastError) ? { stack: error.stack ?? "" } : {};
      return { error: { code: String(code), message: String(message), context: facts, ...stack } };
    },
  );
  process.send!(said);
}

async function loadRunner(url: string): Promise<RunOne> {
  const module: { readonly runOne?: RunOne } = await import(url);
  if (typeof module.runOne === "function") return module.runOne;
  throw new BallastError("runnerInvalid", `${url} exports no runOne`, { context: { url } });
}

// SPDX-License-Identifier: MIT
import { healthRoutes } from "../chain/healthRoutes.ts";
import { reportRoutes } from "../chain/reportRoutes.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import { signedReportJson } from "../chain/signedReportJson.ts";
import type { SignedReport } from "../model/types.ts";
import type { ValidatorAccess } from "../programs/ValidatorAccess.ts";
import { identityRoute } from "../validator/identityRoute.ts";
import type { ValidatorConfig } from "../validator/ValidatorConfig.ts";
import { announce } from "./announce.ts";
import type { ProgramContext } from "./runProgram.ts";

/** What is run and what is shown of it. */
export interface ServedValidator {
  readonly turn: () => Promise<bigint>;
  readonly hasDecided: () => boolean;
  readonly held: () => readonly SignedReport[];
  /** Those that this process signed. */
  readonly signed: () => readonly SignedReport[];
}

/** Pause after a turn that failed. */
const PAUSE_MS = 1_000n;

/** Serves and runs a validator until it is told to stop, or with `--once` until a round was decided. */
export async function serveValidator(
  context: ProgramContext<ValidatorConfig>,
  base: ValidatorAccess,
  served: ServedValidator,
): Promise<void> {
  const { config, log } = context;
  const { clock, progress, headAge } = base;
  const finished = new AbortController();
  const routes = [
    ...healthRoutes(clock, progress, headAge),
    ...reportRoutes(served.held),
    identityRoute(
      base.signers.map(({ address }) => address),
      base.domain,
    ),
  ];
  const server = await serveHttp(config.server.host, config.server.port, routes, log);

  try {
    announce("validator", server, { address: base.signers[0].address });
    progress.begin(await clock.now());
    const turn = async (): Promise<bigint> => {
      const nextMs = await served.turn();
      if (context.once && served.hasDecided()) finished.abort();
      return nextMs;
    };
    await runLoop(
      { clock, log, progress, pauseMs: PAUSE_MS },
      turn,
      AbortSignal.any([context.signal, finished.signal]),
    );
    if (context.once) process.stdout.write(`${JSON.stringify({ reports: served.signed().map(signedReportJson) })}\n`);
  } finally {
    await server.close();
  }
}

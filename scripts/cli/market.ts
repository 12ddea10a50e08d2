// SPDX-License-Identifier: MIT
import { FetchTransport } from "../chain/FetchTransport.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import { marketConfigShape } from "../market/MarketConfig.ts";
import { marketRoutes } from "../market/marketRoutes.ts";
import { VenueFaults } from "../market/VenueFaults.ts";
import { VenueTape } from "../market/VenueTape.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import { runProgram } from "./runProgram.ts";

const PERIOD_MS = 1_000n;

await runProgram({
  name: "market",
  description:
    "Serves a seeded synthetic market in the REST formats of four venues, so that nothing needs the internet.",
  shape: marketConfigShape,
  run: async ({ config, log, signal }) => {
    const clock = buildClock(config.clock, new FetchTransport());
    const tape = new VenueTape(config);
    const routes = marketRoutes(clock, tape, new VenueFaults());
    const loopback = ["127.0.0.1", "::1", "localhost"].includes(config.server.host);
    const open = loopback ? routes : routes.filter((route) => !route.path.startsWith("/admin/"));
    const progress = new LoopProgress(PERIOD_MS);
    const server = await serveHttp(
      config.server.host,
      config.server.port,
      [...open, ...healthRoutes(clock, progress)],
      log,
    );
    try {
      announce("market", server);
      progress.begin(await clock.now());
      // The paths grow ahead of the questions, so that no venue ever answers late.
      const turn = async (): Promise<bigint> => {
        const nowMs = await clock.now();
        for (const feed of config.feeds) tape.truth(feed.name, nowMs);
        return nowMs + PERIOD_MS;
      };
      await runLoop({ clock, log, progress, pauseMs: PERIOD_MS }, turn, signal);
    } finally {
      await server.close();
    }
  },
});

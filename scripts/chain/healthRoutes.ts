// SPDX-License-Identifier: MIT
import type { Clock } from "./Clock.ts";
import type { LoopProgress } from "./LoopProgress.ts";
import type { Route } from "./serveHttp.ts";

/** The pages every program has: /health follows the loop, /ready its last turn, /metrics is for Prometheus. */
export function healthRoutes(clock: Clock, progress: LoopProgress): Route[] {
  return [
    {
      method: "GET",
      path: "/health",
      answer: async () => {
        const alive = progress.isAlive(await clock.now());
        return { status: alive ? 200 : 503, body: { status: alive ? "ok" : "loopStopped" } };
      },
    },
    {
      method: "GET",
      path: "/ready",
      answer: () => {
        const ready = progress.isReady();
        return { status: ready ? 200 : 503, body: { status: ready ? "ready" : "notReady" } };
      },
    },
    { method: "GET", path: "/metrics", answer: async () => ({ body: await progress.registry.metrics() }) },
  ];
}

// SPDX-License-Identifier: MIT
import type { Clock } from "./Clock.ts";
import type { HeadAge } from "./HeadAge.ts";
import type { LoopProgress } from "./LoopProgress.ts";
import type { Route } from "./serveHttp.ts";

/**
 * The pages every program has: `/live` follows the loop (a supervisor restarts what is not), `/ready` its last turn and
 * the age of the chain's head, `/metrics` is for Prometheus.
 * @param headAge Left out by programs that read no chain.
 */
export function healthRoutes(clock: Clock, progress: LoopProgress, headAge?: HeadAge): Route[] {
  return [
    {
      method: "GET",
      path: "/live",
      answer: async () => {
        const alive = progress.isAlive(await clock.now());
        return { status: alive ? 200 : 503, body: { status: alive ? "live" : "loopStopped" } };
      },
    },
    {
      method: "GET",
      path: "/ready",
      answer: async () => {
        const status = readiness(await clock.now(), progress, headAge);
        return { status: status === "ready" ? 200 : 503, body: { status } };
      },
    },
    { method: "GET", path: "/metrics", answer: async () => ({ body: await progress.registry.metrics() }) },
  ];
}

/** Why a program is not ready, the most telling reason first. */
function readiness(
  nowMs: bigint,
  progress: LoopProgress,
  headAge: HeadAge | undefined,
): "ready" | "loopStopped" | "turnFailed" | "headOld" {
  if (!progress.isAlive(nowMs)) return "loopStopped";
  if (!progress.isReady()) return "turnFailed";
  return headAge === undefined || headAge.isFresh(nowMs) ? "ready" : "headOld";
}

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { Clock } from "../../../scripts/chain/Clock.ts";
import { HeadAge } from "../../../scripts/chain/HeadAge.ts";
import { healthRoutes } from "../../../scripts/chain/healthRoutes.ts";
import { LoopProgress } from "../../../scripts/chain/LoopProgress.ts";
import { serveHttp } from "../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../scripts/chain/serveHttp.ts";
import { silentLog } from "./support/silentLog.ts";

const HEAD_SECONDS = 1_800_000_000n;
const HEAD_MS = HEAD_SECONDS * 1_000n;

describe("pages /live and /ready", () => {
  let nowMs: bigint;
  let progress: LoopProgress;
  let headAge: HeadAge;
  let server: HttpServer;

  beforeEach(async () => {
    nowMs = HEAD_MS;
    const clock: Clock = { now: () => Promise.resolve(nowMs), waitUntil: () => Promise.resolve() };
    progress = new LoopProgress(15_000n);
    headAge = new HeadAge(progress.registry, 120_000);
    server = await serveHttp("127.0.0.1", 0, healthRoutes(clock, progress, headAge), silentLog);
    progress.begin(nowMs);
  });

  afterEach(() => server.close());

  async function page(path: string): Promise<string> {
    const answer = await fetch(`${server.url}${path}`);
    return `${answer.status} ${((await answer.json()) as { status: string }).status}`;
  }

  it("are red and green by the loop's turns", async () => {
    assert.equal(await page("/live"), "200 live", "it has its whole patience for the first turn");
    assert.equal(await page("/ready"), "503 turnFailed", "but has done nothing yet");
    headAge.see({ timestamp: HEAD_SECONDS });
    progress.finish(nowMs, 0.1, true);
    assert.equal(await page("/ready"), "200 ready");
    progress.finish(nowMs, 0.1, false);
    assert.deepEqual([await page("/live"), await page("/ready")], ["200 live", "503 turnFailed"], "a failed turn");
  });

  it("turn red when the loop stands, the last good turn notwithstanding", async () => {
    headAge.see({ timestamp: HEAD_SECONDS });
    progress.finish(nowMs, 0.1, true);
    nowMs += 75_001n;
    assert.deepEqual([await page("/live"), await page("/ready")], ["503 loopStopped", "503 loopStopped"]);
  });

  it("take a program whose newest block is old for alive and not for ready", async () => {
    progress.finish(nowMs, 0.1, true);
    assert.equal(await page("/ready"), "503 headOld", "no block was seen");
    headAge.see({ timestamp: HEAD_SECONDS - 120n });
    assert.equal(await page("/ready"), "200 ready", "at the limit");
    nowMs += 1n;
    assert.deepEqual([await page("/live"), await page("/ready")], ["200 live", "503 headOld"], "past it");
    headAge.see({ timestamp: HEAD_SECONDS });
    assert.equal(await page("/ready"), "200 ready", "a newer block");
    headAge.see({ timestamp: HEAD_SECONDS - 121n });
    assert.equal(await page("/ready"), "503 headOld", "heads may fall");
  });

  it("show the head's time to Prometheus", async () => {
    headAge.see({ timestamp: HEAD_SECONDS });
    const text = await (await fetch(`${server.url}/metrics`)).text();
    assert.include(text, `ballast_head_timestamp ${HEAD_SECONDS}`);
  });
});

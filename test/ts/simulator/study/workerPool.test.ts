// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import type { RunOrder } from "../../../../scripts/simulator/study/RunOrder.ts";
import { StudyProgress } from "../../../../scripts/simulator/study/workers/StudyProgress.ts";
import { WorkerPool } from "../../../../scripts/simulator/study/workers/WorkerPool.ts";
import { synthetic } from "./syntheticRunner.ts";

const RUNNER = new URL("syntheticRunner.ts", import.meta.url).href;

const isAlive = (id: number): boolean => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

describe("Workers of studies", () => {
  let pool: WorkerPool;
  let folder: string;
  const open = (workers: number, runner = RUNNER): WorkerPool => (pool = new WorkerPool({ runner, workers }));
  const refusal = async (orders: readonly RunOrder[]): Promise<BallastError> => {
    const error: unknown = await pool
      .run(orders, ({ seed }) => seed)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    if (error instanceof BallastError) return error;
    throw new Error(`it threw ${String(error)}`);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "workers-"));
  });

  afterEach(async () => {
    await pool.close();
    await rm(folder, { recursive: true });
  });

  it("give results in the order of the orders, whenever they end, the same for any number of workers", async () => {
    const orders = Array.from({ length: 12 }, (_, seed) => ({
      scenario: synthetic({ waitMs: seed % 4 === 0 ? 60 : 0 }),
      seed,
    }));
    const play = async (workers: number) => {
      const played = await open(workers).run(orders, ({ seed, insurance }, order) => [seed, order.seed, insurance.end]);
      await pool.close();
      return played;
    };

    const alone = await play(1);
    expect(alone.map(([seed, ordered]) => [seed, ordered])).to.deep.equal(orders.map(({ seed }) => [seed, seed]));
    expect(await play(3)).to.deep.equal(alone);
  });

  it("digest in that order too, and keep few summaries waiting for a slow one", async () => {
    const orders = Array.from({ length: 40 }, (_, seed) => ({
      scenario: synthetic({ waitMs: seed === 0 ? 400 : 0 }),
      seed,
    }));
    let expected = 0;
    let done = 0;
    let mostAhead = 0;
    const progress = new StudyProgress(
      {
        show: (count) => {
          done = count;
          mostAhead = Math.max(mostAhead, done - expected);
        },
      },
      () => 0,
    );
    pool = new WorkerPool({ runner: RUNNER, workers: 2, progress });

    await pool.run(orders, ({ seed }) => {
      expect(seed).to.equal(expected);
      expected += 1;
    });

    expect(done).to.equal(40);
    expect(mostAhead, "done and not yet digested").to.be.below(10);
  });

  it("are replaced when they die, and the run is played again", async () => {
    const marker = join(folder, "died");
    const orders = [0, 1, 2, 3].map((seed) => ({
      scenario: synthetic(seed === 1 ? { endsUnless: marker } : {}),
      seed,
    }));

    expect(await open(2).run(orders, ({ seed }) => seed)).to.deep.equal([0, 1, 2, 3]);
  });

  it("are given up on when one order ends two of them", async () => {
    open(2);
    // The other still plays when the refusal comes, and answers while the next run is at work.
    const error = await refusal([
      { scenario: synthetic({ waitMs: 2_000 }), seed: 4 },
      { scenario: synthetic({ ends: "always" }), seed: 5 },
    ]);

    expect([error.code, error.context.seed, error.context.how]).to.deep.equal(["workerDied", 5, "exit code 9"]);
    expect(
      await pool.run([{ scenario: synthetic({ waitMs: 3_000 }), seed: 6 }], ({ seed }) => seed),
      "others still play",
    ).to.deep.equal([6]);
  });

  it("pass on what a run threw, with its seed", async () => {
    open(1);
    const error = await refusal([{ scenario: synthetic({ ends: "byError" }), seed: 8 }]);

    expect(error).to.deep.include({ code: "scenarioInvalid", message: "No such market" });
    expect(error.context).to.deep.include({ line: 7, seed: 8 });
  });

  it("say why when they cannot play at all", async () => {
    open(1, new URL("plainSummary.ts", import.meta.url).href);
    const error = await refusal([{ scenario: synthetic({}), seed: 1 }]);

    expect(error.code).to.equal("workerDied");
    expect(String(error.context.lastWords)).to.match(/exports no runOne/);
  });

  it("end at once when the study is closed", async () => {
    open(2);
    const orders = [1, 2].map((seed) => ({ scenario: synthetic({ waitMs: 60_000 }), seed }));
    const playing = refusal(orders);
    const ids = pool.processIds;
    expect(ids.length).to.equal(2);

    await pool.close();

    expect((await playing).code).to.equal("workerDied");
    expect(ids.filter(isAlive), "processes that still run").to.deep.equal([]);
  });

  it("tell how long the rest takes", () => {
    const shown: string[] = [];
    let nowMs = 0;
    const progress = new StudyProgress({ show: (_, __, text) => shown.push(text) }, () => nowMs);

    progress.expect(100);
    nowMs = 90_000;
    progress.done();
    nowMs = 150_000;
    progress.done();
    progress.expect(-97);

    expect(shown).to.deep.equal([
      "0 of 100 runs",
      "1 of 100 runs, 2 h 29 min left",
      "2 of 100 runs, 2 h 3 min left",
      "2 of 3 runs, 2 min left",
    ]);
  });
});

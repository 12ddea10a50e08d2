// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import { OrphanReaper } from "../../OrphanReaper.ts";
import type { RunSummary } from "../../record/RunSummary.ts";
import type { RunOrder } from "../RunOrder.ts";
import type { StudyProgress } from "./StudyProgress.ts";
import { WorkerProcess } from "./WorkerProcess.ts";

export interface WorkerPoolOptions {
  /** URL of the module whose `runOne` plays an order. */
  readonly runner: string;
  /** Processes, at least 1. */
  readonly workers: number;
  readonly progress?: StudyProgress;
}

/** A worker is replaced after so many runs, whatever its chain has kept. */
const RUNS_OF_A_WORKER = 64;
/** Summaries that wait for a slower one before them, per worker. */
const AHEAD = 4;

/**
 * Plays orders in processes of their own: each on one core, with its own chain, and none can take the others with it. A worker
 * that dies is replaced and its order played once more; what kills it twice is reported. One `run` at a time.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #reaper = new OrphanReaper();
  /** By lane; started when first needed. */
  readonly #workers = new Map<number, WorkerProcess>();
  #closed = false;
  /** What the lanes of the last run still play: one that fails does not wait for the others, the next run does. */
  #leftovers: Promise<unknown> | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /**
   * See `RunMany`. Digests are made as soon as those before them are.
   * @throws BallastError `workerDied` when an order killed two workers, or what a run threw; then nothing more is started.
   */
  async run<Digest>(
    orders: readonly RunOrder[],
    digest: (summary: RunSummary, order: RunOrder) => Digest,
  ): Promise<Digest[]> {
    const { workers, progress } = this.#options;
    const digests: Digest[] = [];
    const waiting = new Map<number, RunSummary>();
    let [next, failed] = [0, false];
    let moved = Promise.withResolvers<void>();
    const wake = (): void => {
      moved.resolve();
      moved = Promise.withResolvers();
    };
    const collect = (): void => {
      for (;;) {
        const summary = waiting.get(digests.length);
        if (summary === undefined) return wake();
        waiting.delete(digests.length);
        digests.push(digest(summary, orders[digests.length]!));
      }
    };
    const work = async (lane: number): Promise<void> => {
      while (next < orders.length && !failed) {
        if (next >= digests.length + AHEAD * workers) {
          await moved.promise;
          continue;
        }
        const index = next;
        next += 1;
        waiting.set(index, await this.#play(lane, orders[index]!));
        progress?.done();
        collect();
      }
    };

    if (this.#leftovers !== undefined) await this.#leftovers;
    progress?.expect(orders.length);
    const lanes = Array.from({ length: Math.min(workers, orders.length) }, (_, lane) =>
      work(lane).catch((error: unknown) => {
        failed = true;
        wake();
        throw error;
      }),
    );
    this.#leftovers = Promise.allSettled(lanes);
    await Promise.all(lanes);
    this.#leftovers = undefined;
    return digests;
  }

  /** Of the workers that are there now. */
  get processIds(): number[] {
    return [...this.#workers.values()].flatMap(({ id }) => id ?? []);
  }

  /** Ends all workers, whatever they do. */
  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    await Promise.all(workers.map((worker) => worker.stop()));
    this.#reaper.close();
  }

  /** Once more after a death: memory that ran out or a stranger's kill says nothing about the order. */
  async #play(lane: number, order: RunOrder): Promise<RunSummary> {
    try {
      return await this.#playOnce(lane, order);
    } catch (error) {
      if (this.#closed || !isDeath(error)) throw error;
      return await this.#playOnce(lane, order);
    }
  }

  async #playOnce(lane: number, order: RunOrder): Promise<RunSummary> {
    try {
      return await this.#worker(lane).play(order);
    } catch (error) {
      if (isDeath(error)) this.#workers.delete(lane);
      throw error;
    }
  }

  #worker(lane: number): WorkerProcess {
    const present = this.#workers.get(lane);
    if (present !== undefined && present.played < RUNS_OF_A_WORKER) return present;
    if (this.#closed) throw new BallastError("poolClosed", "No more runs", { context: { lane } });
    void present?.stop();
    const worker = new WorkerProcess(this.#options.runner, this.#reaper);
    this.#workers.set(lane, worker);
    return worker;
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof BallastError && error.code === "workerDied";
}

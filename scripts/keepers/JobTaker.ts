// SPDX-License-Identifier: MIT
import { errorFacts } from "../chain/errorFacts.ts";
import { inParallel } from "../chain/inParallel.ts";
import type { IntentBook } from "../chain/IntentBook.ts";
import type { IntentDesk } from "../chain/IntentDesk.ts";
import type { Log } from "../chain/Log.ts";
import { BallastError } from "../model/BallastError.ts";
import type { Work } from "../model/intents/types.ts";
import type { Duty, Job, KeeperView } from "./Duty.ts";
import { groupJobs, joinWork, repeatable } from "./joinWork.ts";
import type { JobOutcome, KeeperMetrics } from "./KeeperMetrics.ts";

/** What a taker of jobs works with. */
export interface TakerParts {
  readonly desk: IntentDesk;
  readonly book: IntentBook;
  readonly metrics: KeeperMetrics;
  readonly log: Log;
  /** Looks at jobs of one duty in a turn, each a simulation; what is left waits for the next. */
  readonly jobsPerTurn: number;
  /** Looks, decides and simulates, but writes nothing. */
  readonly dryRun: boolean;
}

/** Simulations under way at once. */
const AT_ONCE = 8;
/** Jobs in one transaction at most; where their gas is too much they are halved. */
const MOST_JOINED = 64;
/** Failures after which a job waits for the end of each: what fails again and again fails for a reason. */
const MOST_FAILURES = 4;
/** A node may say in its own words that a transaction is too large for it. */
const HALVED: ReadonlySet<JobOutcome> = new Set(["refused", "tooDear", "failed"]);

/**
 * Hands a duty's jobs to the desk. Joinable ones go in one transaction as far as gas allows; where the chain refuses that, or
 * it is not worth it, its halves are tried, down to the single job. What was turned down is looked at again after all
 * others, so that no number of hopeless jobs keeps a good one waiting.
 */
export class JobTaker {
  readonly #parts: TakerParts;
  /** Jobs that were turned down when they were last looked at, the longest ago first. */
  readonly #turnedDown = new Map<string, JobOutcome>();

  constructor(parts: TakerParts) {
    this.#parts = parts;
  }

  /** Forgets what is due no more. */
  keepOnly(due: ReadonlySet<string>): void {
    for (const key of this.#turnedDown.keys()) if (!due.has(key)) this.#turnedDown.delete(key);
  }

  /** One bounded look at jobs that fall to this keeper, most urgent first. */
  async take(duty: Duty, jobs: readonly Job[], view: KeeperView): Promise<void> {
    if (!this.#parts.dryRun) this.#renew(duty, jobs, view);
    const fresh: Job[] = [];
    for (const job of jobs) {
      const state = this.#parts.book.stateOf(job.work.key);
      if (state === "open" || state === "done") this.#note(duty, job, "known");
      else fresh.push(job);
    }
    let looks = this.#parts.jobsPerTurn;
    const look = async (group: readonly Job[]): Promise<void> => {
      looks -= 1;
      const outcome = looks < 0 ? "left" : await this.#propose(duty, group, view);
      if (group.length === 1 || !HALVED.has(outcome)) return group.forEach((job) => this.#note(duty, job, outcome));
      const middle = Math.ceil(group.length / 2);
      await look(group.slice(0, middle));
      await look(group.slice(middle));
    };
    await inParallel(this.#groups(duty, this.#inOrder(fresh)), AT_ONCE, look);
  }

  /** What waits for a block is kept as it is due now: prices move meanwhile, and what it brings in may rise with every second. */
  #renew(duty: Duty, jobs: readonly Job[], view: KeeperView): void {
    const { book } = this.#parts;
    const due = new Map(jobs.map(({ work }) => [work.key, work]));
    const own = new Set(duty.classes.map(({ name }) => name));
    for (const intent of book.open()) {
      if (intent.withdrawn || !own.has(intent.className)) continue;
      const keys = intent.parts ?? [intent.key];
      const works = keys.flatMap((key) => due.get(key) ?? []);
      if (works.length === 0 || works.length !== keys.length) continue;
      const now = works.length === 1 ? works[0]! : joined(duty, works, view);
      if (now.data !== intent.data || now.rewardWei !== intent.rewardWei) book.renew(intent, now);
    }
  }

  #inOrder(jobs: readonly Job[]): Job[] {
    const again = new Map([...this.#turnedDown.keys()].map((key, index) => [key, index + 1]));
    const place = ({ work }: Job): number => again.get(work.key) ?? 0;
    return [...jobs].sort((a, b) => place(a) - place(b));
  }

  /** In the order of their first jobs. What was refused goes alone, or one job could hold others up for ever. */
  #groups(duty: Duty, jobs: readonly Job[]): Job[][] {
    const { book } = this.#parts;
    const isJoinable = ({ isJoinable = false, work }: Job): boolean =>
      isJoinable &&
      duty.join !== undefined &&
      this.#turnedDown.get(work.key) !== "refused" &&
      book.failuresOf(work.key) === 0;
    const groups = groupJobs(jobs.filter(isJoinable), MOST_JOINED);
    const firsts = new Map(groups.map((group) => [group[0], group]));
    const grouped = new Set(groups.flat());
    return jobs.flatMap((job) => {
      const group = firsts.get(job);
      if (group !== undefined) return [group];
      return grouped.has(job) ? [] : [[job]];
    });
  }

  async #propose(duty: Duty, group: readonly Job[], view: KeeperView): Promise<JobOutcome> {
    const { log, dryRun } = this.#parts;
    const work = this.#workOf(duty, group, view);
    try {
      return dryRun ? await this.#rehearse(work, view) : await this.#hand(work, view);
    } catch (error) {
      if (!(error instanceof BallastError) || error.code.startsWith("store")) throw error;
      log.warn({ intent: work.key, ...errorFacts(error) }, "job not proposed");
      return "failed";
    }
  }

  #workOf(duty: Duty, group: readonly Job[], view: KeeperView): Work {
    const works = group.map(({ work }) => work);
    if (works.length > 1) return joined(duty, works, view);
    const [{ work, isRepeatable = false }] = group as [Job];
    return isRepeatable && this.#parts.book.failuresOf(work.key) < MOST_FAILURES
      ? repeatable(work, view.head.hash)
      : work;
  }

  async #hand(work: Work, { head }: KeeperView): Promise<JobOutcome> {
    const proposal = await this.#parts.desk.propose(work, head);
    if (proposal.kind === "refused")
      this.#parts.log.info({ intent: work.key, ...errorFacts(proposal.error) }, "the chain would refuse this job");
    if (proposal.kind === "planned" && (work.parts?.length ?? 1) > 1)
      this.#parts.log.info({ intent: work.key, parts: work.parts }, "jobs in one transaction");
    return proposal.kind;
  }

  async #rehearse(work: Work, { head }: KeeperView): Promise<JobOutcome> {
    const plan = await this.#parts.desk.plan(work, head);
    const facts = plan.kind === "pay" ? { gasLimit: plan.gasLimit, ...plan.fees } : {};
    this.#parts.log.info({ intent: work.key, to: work.to, plan: plan.kind, ...facts }, "would be done");
    return plan.kind === "pay" ? "dryRun" : plan.kind;
  }

  #note({ name }: Duty, { work: { key } }: Job, outcome: JobOutcome): void {
    const { metrics, log } = this.#parts;
    this.#turnedDown.delete(key);
    if (outcome === "refused" || outcome === "tooDear") this.#turnedDown.set(key, outcome);
    metrics.job(name, outcome);
    log.debug({ duty: name, intent: key, outcome }, "job");
  }
}

function joined(duty: Duty, works: readonly Work[], { head }: KeeperView): Work {
  return joinWork(works, duty.join!(works), head.hash);
}

// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import type { IntentEvent } from "../chain/deskTypes.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { IntentBook } from "../chain/IntentBook.ts";
import type { IntentDesk } from "../chain/IntentDesk.ts";
import type { IntentMetrics } from "../chain/IntentMetrics.ts";
import type { Log } from "../chain/Log.ts";
import { Pace } from "../chain/Pace.ts";
import { BallastError } from "../model/BallastError.ts";
import { shareDelayMs } from "../model/intents/shareDelayMs.ts";
import type { Replica } from "../model/intents/shareDelayMs.ts";
import type { Intent } from "../model/intents/types.ts";
import type { Duty, Job, KeeperView } from "./Duty.ts";
import { JobTaker } from "./JobTaker.ts";
import type { KeeperMetrics } from "./KeeperMetrics.ts";

/** What a keeper is made of. */
export interface KeeperParts {
  readonly chain: Pick<ChainClient, "balance">;
  readonly agreed: AgreedChain;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: IntentBook;
  readonly desk: IntentDesk;
  readonly headAge: HeadAge;
  readonly metrics: KeeperMetrics;
  readonly intentMetrics: IntentMetrics;
  /** Account that sends. */
  readonly address: string;
  /** In order of urgency. */
  readonly duties: readonly Duty[];
  /** Of the intents that are the desk's own. */
  readonly fillerClass: string;
  readonly replica: Replica;
  readonly pollMs: bigint;
  /** Looks at jobs of one duty in a turn, each a simulation; what is left waits for the next. */
  readonly jobsPerTurn: number;
  /** Looks, decides and simulates, but writes and sends nothing. */
  readonly dryRun: boolean;
}

/** A duty's list, and what it says of the jobs that are not on it. */
interface DutyTurn {
  readonly duty: Duty;
  readonly jobs: readonly Job[];
}

/** Between two looks at the own balance. */
const BALANCE_LOOK_MS = 60_000n;
/** Ended intents kept at least, and the time between two looks for older ones. */
const ENDED_KEPT = 10_000;
const PRUNE_MS = 60_000n;

/**
 * One keeper: asks its duties what is due, shares it with its replicas, and gets it into the chain once. It remembers
 * nothing that the chain or the intents on its disk do not tell; anybody may run one, and none is needed by name.
 */
export class KeeperNode {
  readonly #parts: KeeperParts;
  readonly #taker: JobTaker;
  readonly #balanceLook = new Pace(BALANCE_LOOK_MS);
  readonly #pruning = new Pace(PRUNE_MS);
  /** When a job was first seen, by key; of jobs that are still due. */
  #seenAtMs = new Map<string, bigint>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#taker = new JobTaker(parts);
  }

  /**
   * One turn of the loop; returns when to come back.
   * @throws BallastError when the chain cannot be read at all, or after all else was done when a duty could not be looked at.
   */
  async turn(signal: AbortSignal): Promise<bigint> {
    const { agreed, chain, clock, duties, address, headAge, metrics, pollMs } = this.#parts;
    const [head, nowMs] = await Promise.all([agreed.head(), clock.now()]);
    headAge.see(head);
    metrics.head(head);
    if (this.#balanceLook.isDue(nowMs)) metrics.balance(await chain.balance(address));
    const view: KeeperView = { head, nowMs, account: address, signal };

    const turns: DutyTurn[] = [];
    let failure: BallastError | undefined;
    for (const duty of duties) {
      try {
        turns.push({ duty, jobs: (await duty.due(view)).map((job) => named(duty, job)) });
      } catch (error) {
        failure = this.#failed(duty, error);
      }
    }
    this.#remember(turns, nowMs);
    for (const dutyTurn of turns) await this.#take(dutyTurn, view);
    if (!this.#parts.dryRun) await this.#advance(turns, nowMs);

    if (failure !== undefined) throw failure;
    return (await clock.now()) + pollMs;
  }

  /** What holds one duty up must not hold up the others. */
  #failed({ name }: Duty, error: unknown): BallastError {
    if (!(error instanceof BallastError)) throw error;
    this.#parts.metrics.failure(name, error.code);
    this.#parts.log.warn({ duty: name, ...errorFacts(error) }, "duty not looked at");
    return error;
  }

  /** Jobs of a duty that could not be looked at were seen when they were seen: a backup's delay does not begin again. */
  #remember(turns: readonly DutyTurn[], nowMs: bigint): void {
    const seen = new Map([...this.#seenAtMs].filter(([key]) => !turns.some(({ duty }) => isOf(key, duty))));
    for (const { duty, jobs } of turns) {
      for (const { work, dueAtMs } of jobs) seen.set(work.key, dueAtMs ?? this.#seenAtMs.get(work.key) ?? nowMs);
      const oldest = jobs.map(({ work }) => seen.get(work.key)!).reduce((a, b) => (a < b ? a : b), nowMs);
      this.#parts.metrics.due(duty.name, jobs.length, nowMs - oldest);
    }
    this.#seenAtMs = seen;
    this.#taker.keepOnly(new Set(seen.keys()));
  }

  /** Takes what falls to this replica. */
  async #take({ duty, jobs }: DutyTurn, view: KeeperView): Promise<void> {
    const { replica, metrics } = this.#parts;
    const mine = jobs.filter(
      ({ work, shareId }) => view.nowMs >= this.#seenAtMs.get(work.key)! + shareDelayMs(shareId, replica),
    );
    for (let i = jobs.length - mine.length; i > 0; i--) metrics.job(duty.name, "left");
    await this.#taker.take(duty, mine, view);
  }

  /** One turn of the desk; then takes back what is wanted no more. */
  async #advance(turns: readonly DutyTurn[], nowMs: bigint): Promise<void> {
    const { desk, book, intentMetrics } = this.#parts;
    const turn = await desk.advance();
    intentMetrics.record(turn, book);
    // What is in a block that is not final yet is no longer due because it is done.
    const isMined = ({ kind }: IntentEvent): boolean => kind === "mined" || kind === "nonceTaken";
    this.#withdraw(turns, new Set(turn.events.filter(isMined).map(({ key }) => key)));
    if (this.#pruning.isDue(nowMs)) book.prune(ENDED_KEPT);
  }

  /**
   * Of duties that could be looked at, for one that is blind says nothing about its jobs; and of duties that are not
   * configured any more. What the desk fills nonces with is its own.
   */
  #withdraw(turns: readonly DutyTurn[], mined: ReadonlySet<string>): void {
    const { book, log, duties, fillerClass } = this.#parts;
    const wanted = new Set(turns.flatMap(({ jobs }) => jobs.map(({ work }) => work.key)));
    const blind = duties.filter((duty) => !turns.some((turn) => turn.duty === duty));
    // One part that is wanted no more may make the whole fail; the others are proposed anew without it.
    const isWanted = ({ key, parts }: Intent): boolean =>
      parts === undefined ? wanted.has(key) : parts.length > 0 && parts.every((part) => wanted.has(part));
    for (const intent of book.open()) {
      const { key, withdrawn, className } = intent;
      const isKept = className === fillerClass || blind.some((duty) => isOf(key, duty));
      if (isKept || isWanted(intent) || withdrawn || mined.has(key)) continue;
      book.withdraw(key);
      log.info({ intent: key }, "wanted no more");
    }
  }
}

function isOf(key: string, { name }: Duty): boolean {
  return key.startsWith(`${name} `);
}

function named(duty: Duty, job: Job): Job {
  return { ...job, work: { ...job.work, key: `${duty.name} ${job.work.key}` } };
}

// SPDX-License-Identifier: MIT
import type { Log } from "../chain/Log.ts";
import { riskInterface } from "../chain/riskInterface.ts";
import type { Duty, Job, KeeperView } from "../keepers/Duty.ts";
import type { ActionClass } from "../model/intents/types.ts";
import { roundAt } from "../model/rounds.ts";
import { ADD_ON_STEPS_BPS, CALM, decideAddOn, stepOf } from "../model/sentinel/decideAddOn.ts";
import type { AddOnPolicy, AddOnState } from "../model/sentinel/decideAddOn.ts";
import { featuresOf, remember } from "../model/sentinel/features.ts";
import type { FeatureMemory } from "../model/sentinel/features.ts";
import { isFull, missingIn } from "../model/sentinel/observation.ts";
import type { Observation } from "../model/sentinel/observation.ts";
import { riskOf } from "../model/sentinel/weights.ts";
import type { Detector } from "../model/sentinel/weights.ts";
import type { FeedEyes } from "./FeedEyes.ts";
import type { SentinelMetrics } from "./SentinelMetrics.ts";
import type { ToldReports } from "./ToldReports.ts";
import type { NamedWeights } from "./weightsFile.ts";

/** What a sentinel is made of. */
export interface SentinelParts {
  readonly eyes: Pick<FeedEyes, "look">;
  readonly told: Pick<ToldReports, "last">;
  readonly metrics: Pick<SentinelMetrics, "show">;
  readonly log: Log;
  readonly riskManager: string;
  readonly feeds: readonly number[];
  readonly weights: NamedWeights;
  readonly detector: Detector;
  readonly addOn: Omit<AddOnPolicy, "thresholds">;
  /** After the end of a slot, before it is looked at. */
  readonly lookDelayMs: bigint;
  readonly action: ActionClass;
}

/** What is remembered of a feed. */
interface Watched {
  readonly memory: FeatureMemory | undefined;
  readonly observation: Observation | undefined;
  readonly risk: number | undefined;
  readonly addOn: AddOnState;
  readonly isBegun: boolean;
  /** The report that is due, and the slot in which it became that. */
  readonly due: { readonly addOnBps: bigint; readonly since: bigint } | undefined;
}

const UNSEEN: Watched = {
  memory: undefined,
  observation: undefined,
  risk: undefined,
  addOn: CALM,
  isBegun: false,
  due: undefined,
};
/** A report about a risk of so long ago is not worth sending. */
const STALE_MS = 120_000n;
export const SENTINEL = "sentinel";

/**
 * Looks once per round, and says what is to be reported to the risk manager. All it can do is to raise initial margin a
 * little and for an hour, if another of the three agrees.
 */
export class SentinelDuty implements Duty {
  readonly name = SENTINEL;
  readonly classes: readonly ActionClass[];
  readonly #parts: SentinelParts;
  readonly #watched = new Map<number, Watched>();
  #slot = 0n;

  constructor(parts: SentinelParts) {
    this.#parts = parts;
    this.classes = [parts.action];
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    await this.#look(view);
    const jobs = await Promise.all(this.#parts.feeds.map((feed) => this.#decide(feed, view)));
    return jobs.flatMap((job) => job ?? []);
  }

  /** Takes in the slot that ended last, once. */
  async #look({ head, nowMs }: KeeperView): Promise<void> {
    const { eyes, feeds, lookDelayMs } = this.#parts;
    const slot = roundAt(nowMs - lookDelayMs) - 1n;
    if (slot <= this.#slot) return;
    // A look that fails is not made up for, and what was known before is not known now.
    this.#slot = slot;
    for (const feed of feeds) this.#watched.set(feed, { ...this.#of(feed), risk: undefined, observation: undefined });
    const seen = await eyes.look(feeds, slot, head, nowMs);
    for (const [feed, observation] of seen) this.#take(feed, observation);
  }

  #take(feed: number, observation: Observation): void {
    const { log, weights, detector } = this.#parts;
    const watched = this.#of(feed);
    if (!isFull(observation)) {
      log.warn({ feed, round: observation.round, missing: missingIn(observation).join(", ") }, "abstains");
      return;
    }
    const memory = remember(watched.memory, observation);
    const risk = riskOf(featuresOf(memory, observation), weights.weights, detector);
    log.debug({ feed, risk, ...observation }, risk === undefined ? "abstains: looked for too short a time" : "looked");
    this.#watched.set(feed, { ...watched, memory, observation, risk });
  }

  async #decide(feed: number, { head, nowMs, account }: KeeperView): Promise<Job | undefined> {
    const { told, metrics, addOn, weights, detector } = this.#parts;
    const watched = this.#of(feed);
    const last = await told.last(account, feed, head);
    const step = watched.isBegun ? watched.addOn.step : stepOf(last);
    const policy = { ...addOn, thresholds: weights.weights.thresholds[detector] };
    const { state, reportBps } = decideAddOn({ ...watched.addOn, step, told: last }, watched.risk, nowMs, policy);
    const isNew = watched.due?.addOnBps !== reportBps;
    const due = reportBps === undefined ? undefined : isNew ? { addOnBps: reportBps, since: this.#slot } : watched.due;
    this.#watched.set(feed, { ...watched, addOn: state, isBegun: true, due });
    metrics.show(feed, watched.risk, ADD_ON_STEPS_BPS[state.step]!);
    if (due === undefined) return undefined;
    if (isNew) this.#explain(feed, watched, due.addOnBps);
    // Until it is told it is the same work: the next after a report, or the first for an hour, since some slot.
    return this.#job(feed, due.addOnBps, last === undefined ? `first since ${due.since}` : `after ${last.atMs}`, nowMs);
  }

  #explain(feed: number, { risk, observation }: Watched, reportBps: bigint): void {
    const { log, weights, detector } = this.#parts;
    log.info({ feed, addOnBps: reportBps, risk, detector, weights: weights.hash, ...observation }, "reports");
  }

  #job(feed: number, addOnBps: bigint, place: string, nowMs: bigint): Job {
    const { action, riskManager } = this.#parts;
    return {
      work: {
        key: `${feed} ${addOnBps} ${place}`,
        className: action.name,
        to: riskManager,
        data: riskInterface.encodeFunctionData("report", [feed, addOnBps]),
        rewardWei: 0n,
        deadlineMs: nowMs + STALE_MS,
      },
      shareId: 0n,
    };
  }

  #of(feed: number): Watched {
    return this.#watched.get(feed) ?? UNSEEN;
  }
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import type { RunSummary } from "../record/RunSummary.ts";
import { judgeExpectations } from "../scenario/judgeExpectations.ts";
import type { Expectation, Scenario } from "../scenario/Scenario.ts";
import { withSetting } from "./axes.ts";
import { nameOf } from "./monteCarlo.ts";
import type { RunMany, ScenarioDocument } from "./RunOrder.ts";
import { shrinkList, shrinkNumber } from "./statistics/shrinkList.ts";
import type { FindFailing } from "./statistics/shrinkList.ts";

export interface ShrinkPlan {
  /** Fails with this seed. */
  readonly scenario: ScenarioDocument;
  readonly seed: number;
  /** Fills in what a document leaves open; throws a BallastError for one that is none. */
  readonly resolve: (document: ScenarioDocument) => Scenario;
  /** Candidates that are played at a time. More than the result needs may be played, but it is the same for any number. */
  readonly batch: number;
}

/** The smaller scenario. Plain JSON. */
export interface ShrinkResult {
  readonly verb: "shrink";
  readonly scenario: string;
  readonly seed: number;
  /** What both break: the id of an invariant, `expect.` and the key of an expectation, or `verdict`. */
  readonly failure: string;
  readonly runs: number;
  readonly changes: readonly ShrinkChange[];
  readonly document: ScenarioDocument;
}

/** Numbers of entries, of actors, or seconds; before and after. */
export interface ShrinkChange {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Lists whose entries may be dropped. */
const LISTS = ["faults", "actors.adversaries", "vaults", "markets"];
/** Numbers that may be lowered, where the scenario has more. */
const COUNTS: readonly { readonly path: string; readonly of: (scenario: Scenario) => number }[] = [
  { path: "actors.writers.count", of: ({ actors }) => actors.writers.count },
  { path: "actors.buyers.count", of: ({ actors }) => actors.buyers.count },
  { path: "actors.liquidators.count", of: ({ actors }) => actors.liquidators.count },
  { path: "actors.providers.count", of: ({ actors }) => actors.providers.count },
  { path: "actors.relayers.count", of: ({ actors }) => actors.relayers.count },
  { path: "actors.keepers.replicas", of: ({ actors }) => actors.keepers.replicas },
];
const EXPECTATION = "expect.";
/** Of a run that says it failed and not by what. */
const VERDICT = "verdict";
const MINUTE_SECONDS = 60;

/**
 * Makes a failing scenario smaller while the same invariant, or expectation, still breaks: drops faults and what else is listed, then actors,
 * then shortens faults and the whole. Ends when a pass over all of that changes nothing: no single entry and no single actor can
 * go any more. Durations stay whole minutes.
 * @throws BallastError `nothingBroken` for a scenario that holds.
 */
export async function shrinkScenario(plan: ShrinkPlan, runMany: RunMany): Promise<ShrinkResult> {
  const search = new ShrinkSearch(plan, runMany);
  const failure = await search.begin();
  let document = plan.scenario;
  for (let before: ScenarioDocument | undefined; before !== document;) {
    before = document;
    for (const path of LISTS) document = await search.shrinkEntries(document, path);
    for (const { path, of } of COUNTS)
      document = await search.lower(document, path, 0, of(plan.resolve(document)), (count) => count);
    document = await search.shorten(document);
  }
  return {
    verb: "shrink",
    scenario: nameOf(plan.scenario),
    seed: plan.seed,
    failure,
    runs: search.runs,
    changes: changesBetween(plan, document),
    document,
  };
}

/** The first invariant that was violated, else the first expectation that was not met; undefined when all held. Pure. */
export function failureOf(summary: RunSummary, expectations: readonly Expectation[]): string | undefined {
  const broken = summary.invariants.filter(({ held }) => !held);
  const first = broken.reduce<(typeof broken)[number] | undefined>(
    (least, found) => (least === undefined || blockOf(found) < blockOf(least) ? found : least),
    undefined,
  );
  if (first !== undefined) return first.id;
  const unmet = judgeExpectations(expectations, summary).find(({ held }) => !held);
  if (unmet !== undefined) return `${EXPECTATION}${unmet.key}`;
  return summary.verdict === "broken" ? VERDICT : undefined;
}

function blockOf({ firstViolation }: RunSummary["invariants"][number]): number {
  return firstViolation?.block ?? Infinity;
}

class ShrinkSearch {
  readonly #plan: ShrinkPlan;
  readonly #runMany: RunMany;
  /** By the document's text. */
  readonly #known = new Map<string, boolean>();
  /** Nothing that is dropped changes them. */
  readonly #expectations: readonly Expectation[];
  #failure = "";
  #runs = 0;

  constructor(plan: ShrinkPlan, runMany: RunMany) {
    this.#plan = plan;
    this.#runMany = runMany;
    this.#expectations = plan.resolve(plan.scenario).expect;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Plays the whole scenario and notes what breaks. */
  async begin(): Promise<string> {
    const { scenario, seed } = this.#plan;
    const [failure] = await this.#play([scenario], (summary) => failureOf(summary, this.#expectations));
    if (failure === undefined)
      throw new BallastError(
        "nothingBroken",
        `${nameOf(scenario)} holds with seed ${seed}: there is nothing to shrink`,
        {
          context: { scenario: nameOf(scenario), seed },
        },
      );
    this.#failure = failure;
    return failure;
  }

  async shrinkEntries(document: ScenarioDocument, path: string): Promise<ScenarioDocument> {
    const entries = valueAt(document, path);
    if (!Array.isArray(entries) || entries.length === 0) return document;
    const keeping = (kept: readonly number[]): ScenarioDocument =>
      withSetting(
        document,
        path,
        kept.map((index): unknown => entries[index]),
      );
    const kept = await shrinkList([...entries.keys()], this.#finder(keeping));
    return kept.length === entries.length ? document : keeping(kept);
  }

  /** Lowers a number that is `highest` now; `settingOf` says how it is written. */
  async lower(
    document: ScenarioDocument,
    path: string,
    lowest: number,
    highest: number,
    settingOf: (value: number) => unknown,
  ): Promise<ScenarioDocument> {
    const lowered = (value: number): ScenarioDocument => withSetting(document, path, settingOf(value));
    const found = await shrinkNumber(lowest, highest, this.#finder(lowered));
    return found < highest ? lowered(found) : document;
  }

  /** Shortens each fault that ends, then the scenario. */
  async shorten(document: ScenarioDocument): Promise<ScenarioDocument> {
    let shorter = document;
    const inMinutes = (seconds: number): number => Math.ceil(seconds / MINUTE_SECONDS);
    const minutes = (count: number): string => `${count}m`;
    const { faults } = this.#plan.resolve(document);
    for (const [index, { forSeconds }] of faults.entries())
      if (forSeconds !== undefined)
        shorter = await this.lower(shorter, `faults.${index}.for`, 1, inMinutes(forSeconds), minutes);
    const { durationSeconds } = this.#plan.resolve(shorter);
    return this.lower(shorter, "duration", 1, inMinutes(durationSeconds), minutes);
  }

  #finder<Candidate>(documentOf: (candidate: Candidate) => ScenarioDocument): FindFailing<Candidate> {
    return async (candidates) => {
      const documents = candidates.map(documentOf);
      for (let first = 0; first < documents.length; first += this.#plan.batch) {
        const fails = await this.#fail(documents.slice(first, first + this.#plan.batch));
        const found = fails.indexOf(true);
        if (found >= 0) return first + found;
      }
      return undefined;
    };
  }

  /** Whether each breaks the same; documents that are no scenarios do not. */
  async #fail(documents: readonly ScenarioDocument[]): Promise<boolean[]> {
    const keys = documents.map((document) => JSON.stringify(document));
    const fresh = documents.filter((_, index) => !this.#known.has(keys[index]!));
    const playable = fresh.filter((document) => this.#isScenario(document));
    const fails = await this.#play(playable, (summary) => breaks(summary, this.#failure, this.#expectations));
    for (const document of fresh) this.#known.set(JSON.stringify(document), fails[playable.indexOf(document)] ?? false);
    return keys.map((key) => this.#known.get(key)!);
  }

  #isScenario(document: ScenarioDocument): boolean {
    try {
      this.#plan.resolve(document);
      return true;
    } catch (error) {
      if (error instanceof BallastError) return false;
      throw error;
    }
  }

  async #play<Digest>(
    documents: readonly ScenarioDocument[],
    digest: (summary: RunSummary) => Digest,
  ): Promise<Digest[]> {
    this.#runs += documents.length;
    return this.#runMany(
      documents.map((scenario) => ({ scenario, seed: this.#plan.seed })),
      digest,
    );
  }
}

/** Whether a run breaks this, whatever else it breaks. */
function breaks(summary: RunSummary, failure: string, expectations: readonly Expectation[]): boolean {
  if (failure === VERDICT) return summary.verdict === "broken";
  if (!failure.startsWith(EXPECTATION)) return summary.invariants.some(({ id, held }) => id === failure && !held);
  return judgeExpectations(expectations, summary).some(({ key, held }) => `${EXPECTATION}${key}` === failure && !held);
}

function changesBetween({ scenario, resolve }: ShrinkPlan, document: ScenarioDocument): ShrinkChange[] {
  const [before, after] = [resolve(scenario), resolve(document)];
  const lengthAt = (of: ScenarioDocument, path: string): number => {
    const entries = valueAt(of, path);
    return Array.isArray(entries) ? entries.length : 0;
  };
  return [
    ...LISTS.map((path) => ({ path, from: lengthAt(scenario, path), to: lengthAt(document, path) })),
    ...COUNTS.map(({ path, of }) => ({ path, from: of(before), to: of(after) })),
    { path: "duration", from: before.durationSeconds, to: after.durationSeconds },
  ].filter(({ from, to }) => from !== to);
}

function valueAt(document: ScenarioDocument, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined,
      document,
    );
}

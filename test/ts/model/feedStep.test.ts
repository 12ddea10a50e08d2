// SPDX-License-Identifier: MIT
import { expect } from "chai";
import hre from "hardhat";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { stepFeed } from "../../../scripts/model/oracle/feedStep.ts";
import {
  packAverages,
  packLatest,
  packMark,
  packPending,
  packWitness,
} from "../../../scripts/model/oracle/feedWords.ts";
import { OUTCOMES } from "../../../scripts/model/oracle/stepTypes.ts";
import type { Candidate, Step, StepResult } from "../../../scripts/model/oracle/stepTypes.ts";
import { emptyFeed, SOURCE } from "../../../scripts/model/oracle/types.ts";
import type { FeedState } from "../../../scripts/model/oracle/types.ts";
import { verdictOf } from "../../../scripts/model/oracle/witness.ts";
import { bandOf, signalOf } from "../../../scripts/model/risk/feedReading.ts";
import { stanceAt } from "../../../scripts/model/risk/modeMachine.ts";
import { LEVELS, PHASES } from "../../../scripts/model/risk/types.ts";
import { FeedHarness__factory } from "../../../typechain-types/factories/mocks/FeedHarness__factory.ts";
import type { FeedHarness } from "../../../typechain-types/mocks/FeedHarness.ts";
import { CALM_BREAKER } from "../risk/words.ts";
import { FeedDraw } from "./FeedDraw.ts";

const MARKETS = 40;
const ROUNDS = 500;
/** Rounds in a call: memory is dear in long ones. */
const BATCH = 25;

type Told = Awaited<ReturnType<FeedHarness["run"]>>[number];

/** What a step left, in the contract's terms. */
function snapshot(feed: FeedState, step: Step, result: StepResult): Record<string, bigint | string> {
  const time = BigInt(step.blockTime);
  const stance = stanceAt(signalOf(feed), CALM_BREAKER, time, BigInt(step.heartbeat));
  const { low, high } = bandOf(feed, step.blockTime);
  return {
    outcome: result.outcome,
    cause: BigInt(result.cause),
    latest: packLatest(feed.latest),
    averages: packAverages(feed.averages),
    pending: packPending(feed.pending),
    mark: result.mark === undefined ? 0n : packMark(result.mark),
    boundary: BigInt(result.mark?.boundary ?? 0),
    mode: stance.mode,
    phase: stance.phase,
    capBps: stance.capBps,
    low,
    high,
  };
}

function contractSnapshot(told: Told): Record<string, bigint | string> {
  return {
    outcome: OUTCOMES[Number(told.outcome)]!,
    cause: told.cause,
    latest: told.words.latest,
    averages: told.words.averages,
    pending: told.words.pending,
    mark: told.mark,
    boundary: told.markBoundary,
    mode: LEVELS[Number(told.mode)]!,
    phase: PHASES[Number(told.recovery)]!,
    capBps: told.capBps,
    low: told.low,
    high: told.high,
  };
}

const packCandidate = (candidate: Candidate): bigint =>
  BigInt(candidate.price) |
  (BigInt(candidate.dispersionPpm) << 64n) |
  (candidate.divergent ? 1n << 192n : 0n) |
  (BigInt(candidate.source) << 193n);

describe("Feed step against its model", () => {
  it("agrees on every word, mark, mode and band of twenty thousand rounds", async () => {
    const { ethers } = await hre.network.create({ override: { blockGasLimit: 2_000_000_000n } });
    const [deployer] = await ethers.getSigners();
    const harness = await new FeedHarness__factory(deployer!).deploy();
    const draw = new FeedDraw(new SeededRandom(11));
    const seen = new Map<string, number>();
    for (let market = 0; market < MARKETS; market += 1) {
      const feed = emptyFeed();
      const expected: Record<string, bigint | string>[] = [];
      const rounds: Parameters<FeedHarness["run"]>[1] = [];
      draw.startMarket();
      for (let index = 0; index < ROUNDS; index += 1) {
        const { step, candidate } = draw.round(feed);
        const result = stepFeed(feed, candidate, step);
        expected.push(snapshot(feed, step, result));
        rounds.push({ ...step, candidate: packCandidate(candidate), witness: packWitness(feed.witness) });
        for (const kind of kindsOf(feed, result, step)) seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
      const told: Told[] = [];
      let words = { latest: 0n, averages: 0n, pending: 0n };
      for (let from = 0; from < ROUNDS; from += BATCH) {
        told.push(...(await harness.run(words, rounds.slice(from, from + BATCH))));
        const { latest, averages, pending } = told.at(-1)!.words;
        words = { latest, averages, pending };
      }
      for (const [index, wanted] of expected.entries()) {
        expect(contractSnapshot(told[index]!), `market ${market}, round ${index}`).to.deep.equal(wanted);
      }
    }
    for (const kind of KINDS) expect(seen.get(kind) ?? 0, kind).to.be.greaterThan(20);
  }).timeout(120_000);
});

const KINDS = [
  "kept",
  "quarantined",
  "published",
  "confirmed",
  "mark",
  "listed",
  "contradicted",
  "grace",
  "unwitnessed",
  "superset",
  "recovery",
  "ahead waits",
  "ahead is judged",
  "behind is muted",
  "samples count",
  "samples of before",
  ...Array.from({ length: 14 }, (_, bit) => `row ${bit}`),
];

/** What a round was an example of: the test means little where it drew no example. */
function kindsOf(feed: FeedState, result: StepResult, step: Step): string[] {
  const kinds: string[] = [result.outcome];
  if (result.outcome === "published" && feed.pending.lastRound === feed.latest.round) kinds.push("confirmed");
  if (result.mark !== undefined) kinds.push("mark");
  if (!feed.latest.isNew && feed.latest.price !== 0) kinds.push("listed");
  if (feed.latest.contradicted) kinds.push("contradicted");
  if (feed.latest.grace > 0) kinds.push("grace");
  if (feed.latest.source === SOURCE.unwitnessed) kinds.push("unwitnessed");
  if (result.outcome === "published" && step.upgrade) kinds.push("superset");
  if (LEVELS[feed.latest.level] === "recovery") kinds.push("recovery");
  if (feed.witness.farSamples !== 0 && feed.latest.price !== 0) kinds.push(verdictKind(feed, step));
  for (let bit = 0; bit < 14; bit += 1) if ((result.cause >> bit) & 1) kinds.push(`row ${bit}`);
  return kinds;
}

/** How the verdict on the witness differs from its distance. */
function verdictKind({ witness, latest }: FeedState, step: Step): string {
  const distance = Math.abs(witness.distanceBps);
  const verdict = verdictOf(witness, latest.price, step.round * 15, step.blockTime);
  if (witness.farSamples === 3) return verdict.distanceBps === 0 ? "ahead waits" : "ahead is judged";
  if (verdict.distanceBps < distance) return "behind is muted";
  return verdict.samples === witness.farSamples ? "samples count" : "samples of before";
}

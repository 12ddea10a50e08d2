// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { streamOf } from "../../../scripts/simulator/scenario/streams.ts";
import { CAPTURE_RULES } from "../../../scripts/model/slashing/captureRules.ts";
import { findCaptures } from "../../../scripts/model/slashing/findCaptures.ts";
import type { PublishedMedian, WitnessStep } from "../../../scripts/model/slashing/findCaptures.ts";
import { deploySlasher, HOUR, keyOf, PRICE, ROUND_SECONDS, type SlasherFixture } from "./slasherFixture.ts";

const TRIALS = 48;
const HEARTBEAT = Number(HOUR);
const STEADY = 2n * HOUR;
const PPM = 1_000_000n;

/** A trial near the edges of the rule: everything is a little inside or a little outside. */
interface Trial {
  readonly first: bigint;
  readonly last: bigint;
  /** Of all rounds of the span, but for those that say otherwise; undefined where nothing was published. */
  readonly price: bigint;
  readonly others: ReadonlyMap<bigint, bigint | undefined>;
  readonly witnesses: readonly (readonly WitnessStep[])[];
}

function drawTrial(seed: number, newest: bigint): Trial {
  const random = streamOf(seed, "capture trial");
  const between = (least: number, most: number): number => least + Math.floor(random.unit() * (most - least + 1));
  const off = (base: bigint, leastPpm: number, mostPpm: number): bigint =>
    (base * (PPM + BigInt(between(leastPpm, mostPpm)))) / PPM;
  const first = newest - BigInt(between(39, 64));
  const rounds = Number(newest - first);
  const others = new Map<bigint, bigint | undefined>();
  if (between(0, 3) === 0) others.set(first + BigInt(between(0, rounds)), off(PRICE, 75_000, 88_000));
  if (between(0, 3) === 0) others.set(first + BigInt(between(0, rounds)), undefined);
  const witnesses = [0, between(2_000, 13_000)].map((apart) => {
    const steps: WitnessStep[] = [];
    const end = Number(newest * ROUND_SECONDS + STEADY) + HEARTBEAT;
    let since = Number(first * ROUND_SECONDS - STEADY) - between(0, 1_000);
    for (; since < end; since += between(0, 15) === 0 ? between(3_500, 3_700) : between(150, 1_800))
      steps.push({ since, price: off(PRICE, apart - 1_500, apart + 1_500) });
    if (between(0, 7) === 0) steps[4] = { ...steps[4]!, price: steps[3]!.price };
    // Far enough to be unsteady, or not quite.
    if (between(0, 3) === 0) steps[0] = { ...steps[0]!, price: off(PRICE, apart + 17_000, apart + 23_000) };
    return steps;
  });
  return { first, last: newest, price: off(PRICE, 95_000, 120_000), others, witnesses };
}

function mediansOf({ first, last, price, others }: Trial): PublishedMedian[] {
  const medians: PublishedMedian[] = [];
  for (let round = first; round <= last; round += 1n) {
    const own = others.has(round) ? others.get(round) : price;
    if (own !== undefined) medians.push({ round: Number(round), price: own });
  }
  return medians;
}

/** Whether the mirror knows a proof by exactly these ends. */
function isProven(trial: Trial): boolean {
  const tapes = trial.witnesses.map((steps) => ({ heartbeatSeconds: HEARTBEAT, steps }));
  return findCaptures(mediansOf(trial), tapes, CAPTURE_RULES).some(
    ({ first, last }) => BigInt(first) === trial.first && BigInt(last) === trial.last,
  );
}

/** Whether the Slasher takes the proof. @param place Of the trial, whose witnesses are sources of their own. */
async function isTaken(fixture: SlasherFixture, trial: Trial, place: number): Promise<boolean> {
  const { oracle, router, slasher, keepRound, reportOf, sign } = fixture;
  const { first, last, price, others, witnesses } = trial;
  const published = { dispersionPpm: 0n, clean: true, witnessed: false, published: true };
  await oracle.setPrices(0, first, last, { ...published, price });
  await keepRound(first, { ...published, price });
  for (const [round, own] of others)
    await oracle.setPrice(0, round, { ...published, price: own ?? PRICE, published: own !== undefined });
  const sources = [2 * place, 2 * place + 1] as const;
  const ids: bigint[][] = [];
  for (const [index, steps] of witnesses.entries()) {
    await router.setTrueTime(0, sources[index]!, true);
    await router.push(
      0,
      sources[index]!,
      steps.map(({ since, price: told }) => ({ updatedAt: since, price: told })),
    );
    const placeAt = (second: bigint): number => steps.findLastIndex(({ since }) => BigInt(since) <= second);
    const [from, to] = [placeAt(first * ROUND_SECONDS - STEADY), placeAt(last * ROUND_SECONDS + STEADY)];
    ids.push(Array.from({ length: to - from + 1 }, (_, step) => BigInt(from + step)));
  }
  const report = reportOf(others.get(first) ?? price, { round: first });
  const { r, vs } = await sign(keyOf(0), report);
  const proof = {
    feed: 0n,
    firstRound: first,
    lastRound: last,
    sources: sources.map(BigInt) as [bigint, bigint],
    firstRoundIds: ids[0]!,
    secondRoundIds: ids[1]!,
  };
  return slasher.submitCapture.staticCall(report, r, vs, proof).then(
    () => true,
    () => false,
  );
}

describe("The mirror of capture evidence", () => {
  it("takes what the Slasher takes and refuses what it refuses", async () => {
    const fixture = await deploySlasher();
    const newest = fixture.round;
    await fixture.oracle.setLatestRound(newest + 1n);
    let taken = 0;
    for (let place = 0; place < TRIALS; place += 1) {
      const trial = drawTrial(place + 1, newest);
      const answer = isProven(trial);
      expect(await isTaken(fixture, trial, place), `trial ${place + 1}`).to.equal(answer);
      if (answer) taken += 1;
    }
    expect(taken, "both answers were seen often").to.be.within(TRIALS / 8, (TRIALS * 7) / 8);
  });
});

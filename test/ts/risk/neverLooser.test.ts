// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { MODE_RULES, opens, recordTrips, stanceAt, stricter } from "../../../scripts/model/risk/modeMachine.ts";
import { DWELLING, LEVELS } from "../../../scripts/model/risk/types.ts";
import type { Breaker, Level, Stance } from "../../../scripts/model/risk/types.ts";
import { CALM_BREAKER, calmFeed, CLOCK_MAXIMUM } from "./words.ts";
import type { FeedState } from "./words.ts";

const RUNS = 12;
const ROUNDS = 1_600;
/** A round a minute: everything is uptime. */
const STEP = 60n;
const HEARTBEAT = 60n;
const GRACE = 1_200n;
const CLEAR_ROUNDS = 5;
const START = 1_800_000_000n;
const rank = (level: Level): number => LEVELS.indexOf(level);

/** What a stance permits, as a number: 0 everything, 1 dearer and less of it, 2 closing alone, 3 Halted. */
function stepOf(stance: Stance): number {
  if (stance.mode === "normal") return 0;
  if (stance.mode === "halted") return 3;
  return opens(stance) ? 1 : 2;
}

/** A feed as the oracle keeps it: level with its hysteresis, clocks of uptime; the metrics are drawn. */
class DrawnFeed {
  state: FeedState = calmFeed(START);
  resumed = false;
  #streak = 0;
  /** Rounds that the present alarm still lasts, and its level. */
  #alarm: [number, Level] = [0, "normal"];

  constructor(private readonly random: SeededRandom) {}

  next(): void {
    const below = (limit: number): number => Number(this.random.below(BigInt(limit)));
    if (this.#alarm[0] === 0 && below(90) === 0)
      this.#alarm = [1 + below(8), (["cautious", "cautious", "reduceOnly", "halted"] as const)[below(4)]!];
    const tripped: Level = this.#alarm[0] > 0 ? this.#alarm[1] : "normal";
    this.#alarm[0] = Math.max(0, this.#alarm[0] - 1);
    this.resumed = below(700) === 0;
    const asked = this.resumed ? stricter(tripped, "recovery") : tripped;
    const held = below(8) === 0 ? stricter(asked, "cautious") : asked;
    const level = this.#levelAfter(asked, held);
    const moved = (since: bigint | undefined, isTrue: boolean): bigint | undefined => {
      if (isTrue) return 0n;
      return since === undefined || since + STEP >= CLOCK_MAXIMUM ? undefined : since + STEP;
    };
    const { since } = this.state;
    this.state = {
      ...this.state,
      level,
      observedAt: this.state.observedAt + STEP,
      uptime: this.state.uptime + STEP,
      grace: this.resumed ? GRACE : level === "halted" ? 0n : this.state.grace,
      since: {
        cautious: moved(since.cautious, rank(level) >= rank("cautious")),
        recovery: moved(since.recovery, this.resumed || level === "halted"),
        reduceOnly: moved(since.reduceOnly, rank(level) >= rank("reduceOnly")),
        halted: moved(since.halted, level === "halted"),
      },
    };
  }

  #levelAfter(tripped: Level, held: Level): Level {
    const current = this.state.level;
    if (rank(tripped) >= rank(current) || rank(held) >= rank(current)) {
      this.#streak = 0;
      return stricter(tripped, current);
    }
    this.#streak += 1;
    if (this.#streak < CLEAR_ROUNDS) return current;
    this.#streak = 0;
    return held;
  }
}

describe("Mode machine over time", () => {
  it("is never looser by more than one step, or before its dwell, whatever trips and whoever pokes", () => {
    let [falls, ramps] = [0, 0];
    for (let run = 0; run < RUNS; run += 1) {
      const random = new SeededRandom(100 + run);
      const feed = new DrawnFeed(random);
      let breaker: Breaker = CALM_BREAKER;
      let pokedUptime = feed.state.uptime;
      let before = 0;
      /** Uptime at which each step was last asked for by what is true. */
      const asked: (bigint | undefined)[] = [undefined, undefined, undefined, undefined];
      for (let round = 0; round < ROUNDS; round += 1) {
        feed.next();
        const { state } = feed;
        const time = state.observedAt;
        const isTrue = [
          true,
          rank(state.level) >= rank("cautious"),
          rank(state.level) >= rank("reduceOnly") || feed.resumed,
          state.level === "halted",
        ];
        for (const step of [1, 2, 3]) if (isTrue[step]) asked[step] = state.uptime;
        if (random.below(6n) === 0n) {
          ({ breaker } = recordTrips(breaker, state, pokedUptime, time));
          pokedUptime = state.uptime;
        }

        const stance = stanceAt(state, breaker, time, HEARTBEAT);
        const now = stepOf(stance);
        const label = `run ${run} round ${round}: ${stance.mode} ${stance.phase}`;
        expect(now, `${label}: tightening is instant`).to.be.at.least(isTrue.lastIndexOf(true));
        expect(now, `${label}: one step at a time`).to.be.at.least(before - 1);
        const passed = (step: number): bigint =>
          asked[step] === undefined ? CLOCK_MAXIMUM : state.uptime - asked[step];
        for (const [index, level] of DWELLING.entries())
          if (now <= index)
            expect(passed(index + 1) >= MODE_RULES.dwell[level], `${label}: before its dwell`).to.equal(true);
        if (now < 2)
          expect(passed(3) >= MODE_RULES.dwell.halted + MODE_RULES.dwell.reduceOnly, `${label}: closed first`).to.equal(
            true,
          );
        if (now === 0) {
          const wait = MODE_RULES.dwell.halted + MODE_RULES.dwell.reduceOnly + MODE_RULES.rampSeconds;
          expect(passed(3) >= wait, `${label}: a ramp of six hours behind a halt`).to.equal(true);
        }
        if (now < before) falls += 1;
        if (stance.phase === "ramp") ramps += 1;
        before = now;
      }
    }
    expect(falls, "it loosened often enough to show").to.be.greaterThan(100);
    expect(ramps).to.be.greaterThan(1_000);
  }).timeout(60_000);

  it("behind dwells of four hours each the ramp is shorter than the clock, and its cap still rises without a jump", () => {
    const at = START + CLOCK_MAXIMUM;
    const trip = { repeats: 7n, at: START };
    const breaker = { ...CALM_BREAKER, trips: { cautious: trip, reduceOnly: trip, halted: trip } };
    const capAt = (since: bigint): [string, bigint] => {
      const state = calmFeed(at, {
        since: { cautious: since, recovery: since, reduceOnly: since, halted: since },
      });
      const { phase, capBps } = stanceAt(state, breaker, at, HEARTBEAT);
      return [phase, capBps];
    };
    expect(capAt(28_799n)[0], "both dwells whole").to.equal("closed");
    let last = 2_499n;
    for (let since = 28_800n; since < CLOCK_MAXIMUM; since += 37n) {
      const [phase, capBps] = capAt(since);
      expect(phase).to.equal("ramp");
      expect(capBps - last, `at ${since} s`).to.be.within(0n, 100n);
      last = capBps;
    }
    expect(last, "the whole cap when the clock ends").to.be.greaterThan(9_900n);
  });
});

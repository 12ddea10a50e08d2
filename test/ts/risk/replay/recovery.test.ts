// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { USUAL_WITNESS } from "../../../../scripts/model/market/slowWitness.ts";
import { ROLLUP_PACE } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { FeedReplay } from "../../../../scripts/model/risk/FeedReplay.ts";
import { bandOf } from "../../../../scripts/model/risk/feedReading.ts";
import { CLOCK_MAXIMUM } from "../../../../scripts/model/oracle/types.ts";
import { opens } from "../../../../scripts/model/risk/modeMachine.ts";
import { permissionAt, printTable, ROUNDS_PER_HOUR, ROUNDS_PER_MINUTE, START_PRICE } from "./replayTools.ts";
import { START_ROUND, startReplay } from "./replayTools.ts";

const HOURS_TO_NORMAL = 12;

describe("Back to Normal after a step that stays", () => {
  const rows: string[][] = [];
  after(() => printTable("hours from the step", ["step", "openings again", "Normal"], rows));

  for (const drop of [0.25, 0.3, 0.5]) {
    it(`-${drop * 100} %: within twelve hours, the ramp included (review 32)`, () => {
      const price = Math.round(START_PRICE * (1 - drop));
      const replay = startReplay();
      let [opened, normal]: (number | undefined)[] = [undefined, undefined];
      for (let step = 1; step <= 24 * ROUNDS_PER_HOUR; step += 1) {
        replay.step(START_ROUND + step, price);
        if (opens(replay.stance)) opened ??= step / ROUNDS_PER_HOUR;
        if (replay.stance.mode === "normal") normal ??= step / ROUNDS_PER_HOUR;
      }
      rows.push([`-${drop * 100} %`, opened?.toFixed(1) ?? "never", normal?.toFixed(1) ?? "never"]);
      expect(replay.changes[0]!.to, "at once").to.equal("halted");
      expect(normal, "Normal").to.be.within(6, HOURS_TO_NORMAL);
      expect(opened, "openings").to.be.within(1, 6);
      expect(replay.changes.at(-1)!.to, "stays Normal").to.equal("normal");
    });
  }

  it("takes far longer when no witness confirms the step: the slow average is not re-seeded (review 32, 41)", () => {
    const replay = startReplay(START_PRICE, "none");
    Object.assign(replay.feed.witness, { price: START_PRICE, observedAt: START_ROUND * 15 }); // its last word
    for (let step = 1; step <= HOURS_TO_NORMAL * ROUNDS_PER_HOUR; step += 1) {
      replay.step(START_ROUND + step, Math.round(START_PRICE * 0.5));
      expect(opens(replay.stance), `openings after round ${step}`).to.equal(false);
    }
    expect(replay.feed.latest.price, "published after the witness's hour").to.equal(START_PRICE / 2);
    expect(replay.feed.averages.average12h, "follows at its own pace").to.be.greaterThan(1.3 * 2 ** 22);
  });
});

describe("Two hours without rounds and a gap of 30 %", () => {
  const HALT = 2 * ROUNDS_PER_HOUR;
  const RESUMED = START_ROUND + HALT + 1;
  const fallen = Math.round(START_PRICE * 0.7);

  /** The chain stands still: no round, no poke. */
  function afterHalt(): FeedReplay {
    return startReplay();
  }

  /** The validators are silent: the witness is asked all the time, and what it says is far from the old price. */
  function afterOutage(): FeedReplay {
    const replay = startReplay();
    for (let round = START_ROUND + 1; round < RESUMED; round += 1) replay.step(round, undefined, fallen);
    return replay;
  }

  /** Phases and permissions from the first round on, with the minute each began in. */
  function recoveryOf(replay: FeedReplay): [minute: number, what: string][] {
    const seen: [number, string][] = [];
    for (let step = 0; step < 8 * ROUNDS_PER_HOUR; step += 1) {
      replay.step(RESUMED + step, fallen);
      const what = `${replay.stance.phase}: ${permissionAt(replay, RESUMED + step)}`;
      if (seen.at(-1)?.[1] !== what) seen.push([Math.floor(step / ROUNDS_PER_MINUTE), what]);
    }
    return seen;
  }

  const GRACE_FIRST: readonly [number, string][] = [
    [0, "grace: none"],
    [15, "lateGrace: belowHalf"],
    [30, "closed: slices"],
    [45, "ramp: full"],
    [405, "none: full"],
  ];

  it("is closed by the witness at once, ages to Halted, and liquidates nobody on the old price", () => {
    const replay = afterOutage();
    expect(replay.changes.map((change) => change.to)).to.deep.equal(["reduceOnly", "halted"]);
    expect(permissionAt(replay, RESUMED - 1)).to.equal("none");
    expect(replay.feed.latest.price).to.equal(START_PRICE);
  });

  it("publishes the first round at once: 30 % over two hours is 2.7 % over a minute (review 28)", () => {
    const replay = afterHalt();
    expect(replay.step(RESUMED, fallen)?.outcome).to.equal("published");
    expect(replay.feed.latest.price).to.equal(fallen);
    // The witness is late: until it is asked again it speaks for the price of before, which keeps closed what grace has closed.
    expect(replay.stance).to.include({ mode: "reduceOnly", phase: "grace" });
  });

  it("grants 30 minutes: liquidates nobody for half of them, then below half maintenance, then slices until the ramp", () => {
    const seen = recoveryOf(afterHalt());
    printTable(
      "two hours without rounds, -30 %",
      ["minute", "phase: liquidation"],
      seen.map(([minute, what]) => [`${minute}`, what]),
    );
    expect(seen).to.deep.equal(GRACE_FIRST);
  });

  it("grants the same when a witness was far from the old price all the time: it accuses nobody (review 28, 38)", () => {
    expect(recoveryOf(afterOutage())).to.deep.equal(GRACE_FIRST);
  });

  it("grants an outage of 12 min its length after two far looks within its first ten: they were at the price before (D-103)", () => {
    const replay = startReplay();
    const minute = (count: number): number => START_ROUND + count * ROUNDS_PER_MINUTE;
    const falling = (round: number): number => (round < minute(5) ? 0.88 : 0.85) * START_PRICE;
    for (let round = START_ROUND + 1; round < minute(12); round += 1) replay.step(round, undefined, falling(round));
    const { farSamples, distanceBps } = replay.feed.witness;
    expect({ farSamples, isFar: distanceBps < -800 }, "looks").to.deep.equal({ farSamples: 2, isFar: true });

    for (let step = 0; step < 8; step += 1) {
      replay.step(minute(12) + step, 0.85 * START_PRICE);
      expect(replay.feed.averages.sinceHalted, `round ${step}: no halt`).to.equal(CLOCK_MAXIMUM);
      expect(replay.stance.phase, `round ${step}`).to.equal("grace");
    }
    expect(replay.feed.latest.grace * 2, "minutes granted").to.equal(12);
  });

  it("begins at ten heartbeats: with one of five minutes 45 min without rounds are no outage, 51 are (review 31)", () => {
    const replay = startReplay(START_PRICE, USUAL_WITNESS, { ...ROLLUP_PACE, heartbeat: 300 });
    const phases = [45, 96].map((minute) => {
      replay.step(START_ROUND + minute * ROUNDS_PER_MINUTE, START_PRICE);
      return replay.stance.phase;
    });
    expect(phases).to.deep.equal(["none", "grace"]);
  });

  it("grants at most an hour in a row of outages", () => {
    const replay = startReplay();
    const granted = [1, 2, 3, 4].map((outage) => {
      replay.step(START_ROUND + outage * 45 * ROUNDS_PER_MINUTE, START_PRICE);
      return replay.feed.latest.grace * 2;
    });
    expect(granted, "minutes").to.deep.equal([30, 28, 0, 0]);
  });

  it("waits for three rounds that agree when the gap is 90 %, without a halt (review 28)", () => {
    const replay = afterHalt();
    const price = START_PRICE / 10; // 8.2 % over a minute
    const outcomes = [0, 1, 2].map((step) => replay.step(RESUMED + step, price)?.outcome);
    expect(outcomes).to.deep.equal(["quarantined", "quarantined", "published"]);
    expect(replay.feed.averages.sinceHalted, "no halt but by age").to.equal(CLOCK_MAXIMUM);
    const { high } = bandOf(replay.feed, (RESUMED + 2) * 15);
    expect(Number(high), "the band comes back with the price").to.be.below(price * 1.01);
  });
});

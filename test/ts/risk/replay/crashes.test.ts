// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SeededRandom } from "../../../../scripts/chain/SeededRandom.ts";
import { bridgePath } from "../../../../scripts/model/market/bridgePath.ts";
import type { PathAnchor } from "../../../../scripts/model/market/bridgePath.ts";
import { USUAL_WITNESS } from "../../../../scripts/model/market/slowWitness.ts";
import type { WitnessPace } from "../../../../scripts/model/market/slowWitness.ts";
import { CAUSE } from "../../../../scripts/model/oracle/signal.ts";
import { LEVEL } from "../../../../scripts/model/oracle/types.ts";
import { ROLLUP_PACE } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { Level } from "../../../../scripts/model/risk/types.ts";
import { EXACT_WITNESS, isAtLeast, percent, printTable, ROUNDS_PER_HOUR, ROUNDS_PER_MINUTE } from "./replayTools.ts";
import { START_PRICE, START_ROUND, startReplay } from "./replayTools.ts";

/** What a liquidation takes: ten minutes to the first bid and twenty until the book's whole equity is offered. */
const LIQUIDATION_ROUNDS = 30 * ROUNDS_PER_MINUTE;
/** Moves that maintenance and initial margin of a quote market are reckoned with. */
const MAINTENANCE_SHOCK = 0.15;
const INITIAL_SHOCK = 0.25;
const SEEDS = 20;

/** The library's crashes: minute, price, volatility of the bridge that ends there. */
const LIBRARY: Readonly<Record<string, readonly PathAnchor[]>> = {
  "black-thursday": [
    [0, 194, 0],
    [640, 184, 1.3],
    [690, 150, 5],
    [760, 136, 3.5],
    [1385, 118, 4],
    [1570, 90, 7],
    [1680, 125, 5],
    [2160, 133, 3],
  ],
  "china-ban": [
    [0, 3380, 0],
    [420, 3000, 1.6],
    [690, 2550, 2.4],
    [760, 2050, 5.5],
    [787, 1900, 9],
    [830, 2400, 8],
    [1440, 2450, 3],
  ],
  "yen-unwind": [
    [0, 2690, 0],
    [60, 2560, 1.5],
    [80, 2330, 5],
    [110, 2111, 6],
    [140, 2220, 4],
    [380, 2320, 2],
    [1440, 2420, 1.2],
  ],
};

/** Where a path tripped: drop from the peak, undefined when it never did; and the worst half hour until then. */
interface Alarm {
  readonly drop: number | undefined;
  readonly worstBefore: number;
}

interface Watch {
  readonly cautious: Alarm;
  readonly reduceOnly: Alarm;
}

/** Replays a path and says at which drop each level was first in force. */
function watch(prices: readonly number[], witness: WitnessPace = USUAL_WITNESS): Watch {
  const replay = startReplay(prices[0]!, witness);
  const alarms = { cautious: { drop: undefined, worstBefore: 0 }, reduceOnly: { drop: undefined, worstBefore: 0 } } as {
    cautious: { drop: number | undefined; worstBefore: number };
    reduceOnly: { drop: number | undefined; worstBefore: number };
  };
  let peak = prices[0]!;
  for (const [step, price] of prices.entries()) {
    if (step === 0) continue;
    peak = Math.max(peak, price);
    replay.step(START_ROUND + step, price);
    const high = Math.max(...prices.slice(Math.max(step - LIQUIDATION_ROUNDS, 0), step + 1));
    for (const level of ["cautious", "reduceOnly"] as const satisfies readonly Level[]) {
      const alarm = alarms[level];
      if (alarm.drop !== undefined) continue;
      if (isAtLeast(replay.stance.mode, level)) alarm.drop = 1 - price / peak;
      else alarm.worstBefore = Math.max(alarm.worstBefore, 1 - price / high);
    }
  }
  return alarms;
}

/** A steady fall by `drop` in `rounds`. */
function fall(drop: number, rounds: number): number[] {
  return Array.from({ length: rounds + 1 }, (_, step) => Math.round(START_PRICE * (1 - drop) ** (step / rounds)));
}

describe("Crashes trip in time", () => {
  const rows: string[][] = [];
  after(() => {
    const headings = ["path", "Cautious at", "ReduceOnly at", "worst half hour in Normal", "below ReduceOnly"];
    printTable("drop since the peak", headings, rows);
  });

  function publish(label: string, watched: readonly Watch[]): void {
    const range = (level: "cautious" | "reduceOnly"): string => {
      const drops = watched.flatMap((one) => one[level].drop ?? []).sort((left, right) => left - right);
      if (drops.length === 0) return "never";
      const missing = drops.length < watched.length ? ` (${drops.length} of ${watched.length})` : "";
      const [least, most] = [percent(drops[0]!), percent(drops.at(-1)!)];
      return (least === most ? least : `${least} to ${most}`) + missing;
    };
    const worst = (level: "cautious" | "reduceOnly"): string =>
      percent(Math.max(...watched.map((one) => one[level].worstBefore)));
    rows.push([label, range("cautious"), range("reduceOnly"), worst("cautious"), worst("reduceOnly")]);
  }

  it("50 % over ten hours: Cautious before the initial shock is lost, ReduceOnly before the crash is over", () => {
    const watched = watch(fall(0.5, 10 * ROUNDS_PER_HOUR));
    publish("-50 % in 10 h", [watched]);
    expect(watched.cautious.drop, "Cautious").to.be.within(0.15, INITIAL_SHOCK);
    expect(watched.reduceOnly.drop, "ReduceOnly").to.be.within(INITIAL_SHOCK, 0.45);
    expect(watched.reduceOnly.worstBefore, "a liquidation's loss").to.be.below(MAINTENANCE_SHOCK);
  });

  it("15 % in three minutes: Cautious at about 6.5 %, by the averages alone (review 27)", () => {
    const watched = watch(fall(0.15, 3 * ROUNDS_PER_MINUTE), EXACT_WITNESS);
    publish("-15 % in 3 min, averages alone", [watched]);
    expect(watched.cautious.drop, "Cautious").to.be.within(0.05, 0.075);
    expect(watched.reduceOnly.drop, "ReduceOnly").to.be.within(0.1, 0.15);
  });

  it("15 % in three minutes beside a witness that is late: no later", () => {
    const watched = watch(fall(0.15, 3 * ROUNDS_PER_MINUTE));
    publish("-15 % in 3 min", [watched]);
    expect(watched.cautious.drop, "Cautious").to.be.below(0.075);
    expect(watched.reduceOnly.drop, "ReduceOnly").to.be.below(0.15);
  });

  /** Outcome of every round of a fall and of four more at its end. */
  function outcomesOf(drop: number, witness: WitnessPace): string[] {
    const replay = startReplay(START_PRICE, witness, { ...ROLLUP_PACE, deviationBps: 0 });
    const prices = fall(drop, 5 * ROUNDS_PER_MINUTE);
    const held = [...prices.slice(1), ...Array.from({ length: 4 }, () => prices.at(-1)!)];
    return held.map((price, step) => replay.step(START_ROUND + 1 + step, price)!.outcome);
  }

  it("70 % in five minutes: every round is published, none waits (review 30)", () => {
    expect(new Set(outcomesOf(0.7, USUAL_WITNESS))).to.deep.equal(new Set(["published"]));
  });

  it("90 % in five minutes: waits for the witness, which is never within 8 % before the end; then it is published (D-102)", () => {
    for (const [witness, rounds] of [
      [EXACT_WITNESS, 1],
      [USUAL_WITNESS, 3],
    ] as const) {
      const published = outcomesOf(0.9, witness).indexOf("published");
      expect(published - 5 * ROUNDS_PER_MINUTE + 1, "rounds after the end").to.equal(rounds);
    }
  });

  for (const [name, anchors] of Object.entries(LIBRARY)) {
    it(`${name}: a liquidation never loses its shock before the level that slows it`, () => {
      const watched = Array.from({ length: SEEDS }, (_, seed) => watch(bridgePath(anchors, new SeededRandom(seed))));
      publish(`${name}, ${SEEDS} seeds`, watched);
      for (const [seed, { cautious, reduceOnly }] of watched.entries()) {
        expect(cautious.drop, `seed ${seed}: Cautious`).to.not.equal(undefined);
        expect(cautious.worstBefore, `seed ${seed}: half hour in Normal`).to.be.below(MAINTENANCE_SHOCK);
        expect(reduceOnly.worstBefore, `seed ${seed}: half hour below ReduceOnly`).to.be.below(INITIAL_SHOCK);
      }
    }).timeout(60_000);
  }

  it("accuses nobody by a witness that is a minute late and says when it looked (review 26)", () => {
    const counted: string[][] = [];
    for (const [lagSeconds, stamp] of [
      [30, "look"],
      [60, "look"],
      [30, "arrival"],
      [60, "arrival"],
    ] as const) {
      const accused = Object.values(LIBRARY).map((anchors) =>
        falselyAccused(anchors, { ...USUAL_WITNESS, lagSeconds, stamp }),
      );
      counted.push([`${lagSeconds} s`, stamp, ...accused.map(String)]);
      if (stamp === "look" || lagSeconds === 30) expect(accused, `${lagSeconds} s, ${stamp}`).to.deep.equal([0, 0, 0]);
    }
    printTable(
      "runs of 20 in ReduceOnly by a true witness alone",
      ["late by", "stamp", ...Object.keys(LIBRARY)],
      counted,
    );
  }).timeout(120_000);
});

/** Runs in which the witness row alone, whose witness is true, asked for ReduceOnly or more of an honest set. */
function falselyAccused(anchors: readonly PathAnchor[], witness: WitnessPace): number {
  let accused = 0;
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const prices = bridgePath(anchors, new SeededRandom(seed));
    const replay = startReplay(prices[0]!, witness, { ...ROLLUP_PACE, deviationBps: 0 });
    const isAccused = prices.slice(1).some((price, step) => {
      const result = replay.step(START_ROUND + 1 + step, price);
      return result?.cause === CAUSE.witness && replay.feed.latest.level >= LEVEL.reduceOnly;
    });
    if (isAccused) accused += 1;
  }
  return accused;
}

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { USUAL_WITNESS } from "../../../../scripts/model/market/slowWitness.ts";
import type { WitnessPace } from "../../../../scripts/model/market/slowWitness.ts";
import { ROLLUP_PACE, ROUND_SECONDS } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { ReplayPace } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { Level } from "../../../../scripts/model/risk/types.ts";
import { EXACT_WITNESS, isAtLeast, percent, printTable, ROUNDS_PER_HOUR, START_PRICE } from "./replayTools.ts";
import { START_ROUND, startReplay } from "./replayTools.ts";

const EVERY_ROUND: ReplayPace = { ...ROLLUP_PACE, deviationBps: 0 };
const ASKED_FIRST: ReplayPace = { ...ROLLUP_PACE, asksFirst: true };
const CALM_ROUNDS = 20;

/** Prices of our set and of the market in a round, counted from the first false one. */
type Story = (round: number) => { own: number; truth: number };

/** Seconds from the first false round until a level was in force, undefined when it never was within the hour. */
interface Alarm {
  readonly cautious: number | undefined;
  readonly reduceOnly: number | undefined;
}

function alarmOf(story: Story, pace: ReplayPace, witness: WitnessPace): Alarm {
  const replay = startReplay(START_PRICE, witness, pace);
  const first = START_ROUND + 1 + CALM_ROUNDS;
  for (let round = START_ROUND + 1; round < first; round += 1) replay.step(round, START_PRICE);
  const since: Partial<Record<Level, number>> = {};
  for (let round = 0; round < ROUNDS_PER_HOUR; round += 1) {
    const { own, truth } = story(round);
    replay.step(first + round, own, truth);
    for (const level of ["cautious", "reduceOnly"] as const) {
      if (isAtLeast(replay.stance.mode, level)) since[level] ??= round * ROUND_SECONDS;
    }
  }
  return { cautious: since.cautious, reduceOnly: since.reduceOnly };
}

const off = (share: number): number => Math.round(START_PRICE * (1 + share));
const leaves =
  (share: number): Story =>
  () => ({ own: off(share), truth: START_PRICE });
const staysBehind =
  (share: number): Story =>
  () => ({ own: START_PRICE, truth: off(share) });
/** False in the first of every four rounds. */
const inTurns =
  (share: number): Story =>
  (round) => ({ own: round % 4 === 0 ? off(share) : START_PRICE, truth: START_PRICE });

describe("A set and a witness of which one moves alone (D-101)", () => {
  const rows: string[][] = [];
  after(() => printTable("seconds from the first false round", ["set", "relayed", "Cautious", "ReduceOnly"], rows));

  function publish(label: string, relayed: string, { cautious, reduceOnly }: Alarm): void {
    rows.push([label, relayed, `${cautious ?? "never"}`, `${reduceOnly ?? "never"}`]);
  }

  /** With the seconds until the first round that lands a minute after the look. */
  const PACES = [
    ["every round", EVERY_ROUND, 60],
    ["60 s", ROLLUP_PACE, 60],
    ["60 s, asked first", ASKED_FIRST, 120],
  ] as const;

  for (const share of [0.02, 0.04, -0.04, 0.07]) {
    it(`finds a set that leaves by ${percent(share)}: Cautious at its next round, ReduceOnly a minute after the look`, () => {
      for (const [relayed, pace, latest] of PACES) {
        const alarm = alarmOf(leaves(share), pace, EXACT_WITNESS);
        publish(`leaves by ${percent(share)}`, relayed, alarm);
        expect(alarm.cautious, `${relayed}: Cautious`).to.be.at.most(60);
        if (Math.abs(share) > 0.03) expect(alarm.reduceOnly, `${relayed}: ReduceOnly`).to.be.at.most(latest);
      }
    });

    it(`finds a set that stays behind by ${percent(share)} at its first round after the look`, () => {
      for (const [relayed, pace] of PACES) {
        const alarm = alarmOf(staysBehind(share), pace, EXACT_WITNESS);
        publish(`stays behind by ${percent(share)}`, relayed, alarm);
        expect(alarm.cautious, `${relayed}: Cautious`).to.be.at.most(45);
        if (Math.abs(share) > 0.03) expect(alarm.reduceOnly, `${relayed}: ReduceOnly`).to.equal(alarm.cautious);
      }
    });
  }

  it("closes at once what is 12 % off, whoever moved", () => {
    for (const story of [leaves(0.12), leaves(-0.12), staysBehind(0.12), staysBehind(-0.12)]) {
      expect(alarmOf(story, EVERY_ROUND, EXACT_WITNESS).reduceOnly).to.equal(0);
    }
  });

  it("is not put off by looking at every round", () => {
    const noisy = (share: number): Story => {
      return (round) => ({ own: off(share), truth: off(round % 2 === 0 ? 0 : 0.003) }); // a look is paid each time
    };
    for (const [relayed, pace, latest] of PACES) {
      expect(alarmOf(noisy(0.06), pace, EXACT_WITNESS).reduceOnly, relayed).to.be.at.most(latest);
    }
  });

  it("keeps a set in Cautious that is false a quarter of the time: the mean of five minutes excuses no more", () => {
    const alarm = alarmOf(inTurns(0.04), EVERY_ROUND, EXACT_WITNESS);
    publish("4 % off in a round of four", "every round", alarm);
    expect(alarm.cautious, "Cautious").to.equal(ROUND_SECONDS);
    const half: Story = (round) => ({ own: round % 2 === 0 ? off(0.04) : START_PRICE, truth: START_PRICE });
    const often = alarmOf(half, EVERY_ROUND, EXACT_WITNESS);
    publish("4 % off in every other round", "every round", often);
    expect(often.reduceOnly, "ReduceOnly").to.be.within(60, 300);
  });

  it("asks nothing of an honest set whose witness shows a jump before its round lands, or 30 s after", () => {
    const jump: Story = () => ({ own: off(0.04), truth: off(0.04) });
    for (const [relayed, pace] of PACES) {
      expect(alarmOf(jump, pace, EXACT_WITNESS).cautious, `${relayed}, instant`).to.equal(undefined);
      expect(alarmOf(jump, pace, USUAL_WITNESS).reduceOnly, `${relayed}, late`).to.equal(undefined);
    }
  });
});

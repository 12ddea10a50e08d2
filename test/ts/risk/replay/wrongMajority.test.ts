// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { USUAL_WITNESS } from "../../../../scripts/model/market/slowWitness.ts";
import type { WitnessPace } from "../../../../scripts/model/market/slowWitness.ts";
import { bandOf } from "../../../../scripts/model/risk/feedReading.ts";
import type { FeedReplay } from "../../../../scripts/model/risk/FeedReplay.ts";
import { opens } from "../../../../scripts/model/risk/modeMachine.ts";
import { permissionAt, printTable, ROUNDS_PER_HOUR, ROUNDS_PER_MINUTE, START_PRICE } from "./replayTools.ts";
import { START_ROUND, startReplay } from "./replayTools.ts";

const TWO_HOURS = 2 * ROUNDS_PER_HOUR;
/** Ten minutes into a half hour. */
const FIRST = START_ROUND + 10 * ROUNDS_PER_MINUTE;

const timeOf = (round: number): number => round * 15 + 3;

function warmedUp(witness: WitnessPace | "none"): FeedReplay {
  const replay = startReplay(START_PRICE, witness);
  for (let round = START_ROUND + 1; round < FIRST; round += 1) replay.step(round, START_PRICE);
  return replay;
}

/** What must hold after every round in which the set lies: the price stands, the band holds both, and no false end counts. */
function checkWithheld(replay: FeedReplay, round: number, lie: number): void {
  expect(replay.feed.latest.price, `round ${round}: published`).to.equal(START_PRICE);
  expect(replay.feed.latest.dirtyQuarantine, `round ${round}: dirty`).to.equal(true);
  const { low, high } = bandOf(replay.feed, timeOf(round));
  expect(Number(high), `round ${round}: the band holds the lie`).to.be.at.least(lie);
  expect(Number(low), `round ${round}: and the truth`).to.be.at.most(START_PRICE);
  expect(opens(replay.stance), `round ${round}: openings`).to.equal(false);
  // At most books that are below half of maintenance at both ends: at the true one too.
  expect(permissionAt(replay, round), `round ${round}: liquidation`).to.be.oneOf(["none", "belowHalf"]);
}

describe("A false tick and a false majority", () => {
  const rows: string[][] = [];
  after(() => {
    const headings = ["lie", "witness", "published", "liquidation meanwhile", "openings again", "Normal"];
    printTable("minutes after the lie ended", headings, rows);
  });

  function lie(factor: number, rounds: number, witness: WitnessPace | "none"): FeedReplay {
    const replay = warmedUp(witness);
    const price = START_PRICE * factor;
    const permissions = new Set<string>();
    for (let round = FIRST; round < FIRST + rounds; round += 1) {
      replay.step(round, price, START_PRICE);
      checkWithheld(replay, round, price);
      permissions.add(permissionAt(replay, round));
    }
    const times: (number | undefined)[] = [undefined, undefined];
    for (let step = 0; step < 12 * ROUNDS_PER_HOUR; step += 1) {
      replay.step(FIRST + rounds + step, START_PRICE);
      expect(replay.feed.latest.price, "the truth again").to.equal(START_PRICE);
      if (opens(replay.stance)) times[0] ??= step / ROUNDS_PER_MINUTE;
      if (replay.stance.mode === "normal") times[1] ??= step / ROUNDS_PER_MINUTE;
    }
    const minutes = (value: number | undefined): string => value?.toFixed(0) ?? "not in 12 h";
    const label = [`× ${factor}, ${rounds === 1 ? "one round" : `${rounds / ROUNDS_PER_MINUTE} min`}`];
    rows.push([
      ...label,
      witness === "none" ? "none" : "fresh",
      "nothing",
      [...permissions].join(", "),
      ...times.map((value) => minutes(value)),
    ]);
    return replay;
  }

  it("× 1000 for one round: nothing is published, the window is dirty, the next true round goes on", () => {
    const replay = lie(1_000, 1, USUAL_WITNESS);
    expect(replay.marks[0]!.dirtyQuarantine, "the half hour is flagged").to.equal(true);
    expect(replay.marks[0]!.dirtyHalted, "as halted too").to.equal(true);
    expect(replay.marks[1]!.dirtyQuarantine, "and the next one is not").to.equal(false);
  });

  it("× 80 from the whole set for 20 minutes: no round of it is published against the witness (metal-mixup)", () => {
    const replay = lie(80, 20 * ROUNDS_PER_MINUTE, USUAL_WITNESS);
    expect(replay.marks[0]!.dirtyQuarantine, "flagged").to.equal(true);
    const { price, sum, coverage } = replay.marks[0]!;
    expect(sum, "no false price in the sum").to.equal(BigInt(price) * BigInt(coverage));
  });

  it("× 80 for 20 minutes without a witness: 20 minutes are too short", () => {
    const replay = lie(80, 20 * ROUNDS_PER_MINUTE, "none");
    expect(replay.feed.latest.price).to.equal(START_PRICE);
  });

  it("ages out of every liquidation within two heartbeats and stays there while the set lies", () => {
    const replay = warmedUp(USUAL_WITNESS);
    for (let round = FIRST; round < FIRST + TWO_HOURS; round += 1) {
      replay.step(round, START_PRICE * 80, START_PRICE);
      if (round >= FIRST + 3 * ROUNDS_PER_MINUTE) {
        expect(permissionAt(replay, round), `round ${round}`).to.equal("none");
      }
    }
    expect(replay.feed.latest.price, "two hours of it").to.equal(START_PRICE);
  });
});

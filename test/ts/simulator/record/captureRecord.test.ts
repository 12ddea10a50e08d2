// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { CAPTURE_RULES } from "../../../../scripts/model/slashing/captureRules.ts";
import { CaptureRecord } from "../../../../scripts/simulator/record/CaptureRecord.ts";
import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";

const START = 1_767_312_000;
const ROUND = 15;
const HOUR = 3_600;
const HEARTBEAT = HOUR;
const PRICE = 3_000n * 10n ** 8n;
/** Rounds between two looks at what is kept. */
const EVERY = 20;
const FALSE_PRICE = (PRICE * 112n) / 100n;

/** When a majority of one lies about the price, seconds from the start. */
interface Lie {
  readonly from: number;
  readonly until: number;
}

/** So many hours of rounds and of two witnesses that push every half hour. @param watch Told after each round. */
function live(hours: number, lie: Lie, watch: (record: CaptureRecord) => void = () => undefined): CaptureRecord {
  const record = new CaptureRecord(CAPTURE_RULES, { heartbeatSeconds: HEARTBEAT, startAt: START });
  record.seeCalm("ETH-USD", 2, PRICE);
  for (let seconds = 0; seconds < hours * HOUR; seconds += ROUND) {
    const since = START + seconds;
    if (seconds % (HOUR / 2) === 0)
      for (const source of [0, 1])
        record.seeWitness("ETH-USD", source, { since, price: PRICE + BigInt((seconds / (HOUR / 2)) % 2) });
    const price = lie.from <= seconds && seconds < lie.until ? FALSE_PRICE : PRICE;
    const signed = [["liar", price] as const, ["truthful", PRICE] as const];
    record.seeRound("ETH-USD", { round: since / ROUND, price, signed, truth: PRICE });
    watch(record);
  }
  return record;
}

/** Of one who lied for a quarter of an hour: the push after the two hours of calm that follow the first ten minutes. */
function accusedOf({ from }: Lie): RunSummary["slashing"]["capture"] {
  const calmAt = from + 40 * ROUND + 2 * HOUR;
  return { honest: 0, byzantine: 1, firstSeconds: (Math.floor(calmAt / (HOUR / 2)) + 1) * (HOUR / 2) };
}

describe("record of captures", () => {
  it("knows of a capture whenever it was, though it forgets old rounds", () => {
    for (let from = 1_500; from < 8 * HOUR; from += 1_500) {
      const lie = { from, until: from + 900 };
      expect(live(16, lie).judge(), `from ${from} s`).to.deep.equal(accusedOf(lie));
    }
  });

  it("says the same however often it is asked", () => {
    const lie = { from: 3 * HOUR, until: 3 * HOUR + 900 };
    const record = live(12, lie, (asked) => asked.judge());
    expect(record.judge()).to.deep.equal(accusedOf(lie));
  });

  it("holds no more after four days than in the first", () => {
    const sizes: number[] = [];
    let rounds = 0;
    live(96, { from: 0, until: 0 }, ({ memories }) => {
      if ((rounds += 1) % EVERY === 0) sizes.push(sizeOf(memories));
    });
    const day = (24 * HOUR) / ROUND / EVERY;
    expect(Math.max(...sizes.slice(day))).to.be.below(1.05 * Math.max(...sizes.slice(0, day)));
  });
});

/** Values that a memory holds, whatever they are in. */
function sizeOf(value: unknown): number {
  if (value instanceof Map) return [...value].reduce((sum, entry) => sum + sizeOf(entry), 1);
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 1);
}

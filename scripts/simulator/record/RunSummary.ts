// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import { LEVELS } from "../../model/risk/types.ts";

const count = z.int().min(0);
/** US dollars, whole and parts. Not negative: debts, reserves and losses have a side of their own. */
const dollars = z.number().min(0);
const seconds = z.number().min(0);
const bps = z.number().min(0);
const share = z.number().min(0).max(1);
const level = z.enum(LEVELS);
const attempts = z.strictObject({ attempted: count, refused: count });

/**
 * `summary.json`: what a run is judged by. The keys are a promise to those who read it. Every value is a plain number and comes
 * from the scenario and its seed alone, so the same file and seed give the same bytes. Where nothing was there to measure, a
 * number is 0; money is in US dollars at the true price, times are seconds since the scenario's start.
 */
export const summaryShape = z
  .strictObject({
    scenario: z.string().min(1),
    seed: z.int(),
    blocks: count,
    simulatedSeconds: seconds,
    /** Broken as soon as one invariant or one expectation is. */
    verdict: z.enum(["held", "broken"]),
    invariants: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          held: z.boolean(),
          /** How often it was looked at. */
          checks: count,
          firstViolation: z.strictObject({ block: count, detail: z.string() }).readonly().exactOptional(),
        }),
      )
      .readonly(),
    /** What books owed beyond their cash; the share is of the largest open interest; then what insurance did not cover. */
    badDebt: z.strictObject({ absolute: dollars, shareOfOpenInterest: z.number().min(0), afterInsurance: dollars }),
    insurance: z.strictObject({ start: dollars, low: dollars, end: dollars }),
    liquidations: z.strictObject({
      count,
      notional: dollars,
      wrongful: count,
      /** Books that were short for longer than they may be, and nobody flagged them. */
      missed: count,
      /** Books for which that was so while what a bid can bring would not have paid for its gas. */
      tooSmall: count,
      /**
       * Of all liquidations the least that was given for what was paid: marks of the legs that bids took over, at the true price,
       * over what they were paid with them. Null when nothing was sold, which is more than any number.
       */
      lowestPaidShare: z.number().min(0).nullable(),
      /** From the block in which a book fell below maintenance to the first bid. */
      latencyBlocks: z.strictObject({ p50: z.number().min(0), p95: z.number().min(0), max: z.number().min(0) }),
    }),
    /** Against the true path. */
    price: z.strictObject({
      errorBps: z.strictObject({ mean: bps, p99: bps, max: bps }),
      stalenessSeconds: z.strictObject({ p99: seconds, max: seconds }),
      rounds: count,
      quarantined: count,
      divergent: count,
    }),
    modes: z.strictObject({
      secondsIn: z.record(level, seconds),
      transitions: z
        .array(z.strictObject({ at: seconds, feed: z.string(), from: level, to: level, cause: z.string() }))
        .readonly(),
      falseTrips: count,
    }),
    settlement: z.strictObject({
      series: count,
      /** Series by the rung of the ladder that priced them. */
      rungs: z.record(z.string(), count),
      delaySeconds: z.strictObject({ max: seconds }),
      /** Share of claims that was not paid, by settlement that has any. */
      haircuts: z.array(share).readonly(),
    }),
    exits: attempts,
    opens: attempts,
    /** Stake taken from validators: from honest ones, from byzantine ones, and each time it happened. */
    slashing: z.strictObject({
      honest: dollars,
      byzantine: dollars,
      /**
       * Validators against whom a capture (F5), which freezes and takes nothing, could be proven: those who signed the truth
       * there, the others, and when the first proof could be brought; null when none could.
       */
      capture: z.strictObject({ honest: count, byzantine: count, firstSeconds: z.number().nullable() }),
      events: z
        .array(z.strictObject({ at: seconds, validator: z.string(), fault: z.string(), amount: dollars }))
        .readonly(),
    }),
    /** The profit is below 0 where rewards did not pay the gas. */
    keepers: z.strictObject({
      attempts: count,
      reverts: count,
      gasUsed: count,
      profit: z.number(),
      backlogPeak: count,
    }),
    /** From the last fault's end until all feeds are in Normal; null when that never came, which is more than any number. */
    recoverySeconds: seconds.nullable(),
  })
  .readonly();

/** See {@link summaryShape}. */
export type RunSummary = z.output<typeof summaryShape>;

/**
 * Makes sure that a value is a whole summary and nothing more. Pure.
 * @param from Where it came from, for the error.
 * @throws BallastError `summaryInvalid` with every wrong place.
 */
export function readSummary(value: unknown, from: string): RunSummary {
  const parsed = summaryShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new BallastError("summaryInvalid", `${from} holds no summary of a run: ${problems.join("; ")}`, {
    context: { from, problems },
  });
}

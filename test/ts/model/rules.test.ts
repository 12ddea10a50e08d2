// SPDX-License-Identifier: MIT
import { assert } from "chai";
import * as fc from "fast-check";

import { RELIABILITY_ONE } from "../../../scripts/model/constants.ts";
import { formatDecimal } from "../../../scripts/model/formatDecimal.ts";
import { parseDecimal } from "../../../scripts/model/parseDecimal.ts";
import { basePenaltyPpm, correlatedPenaltyPpm, downtimePenaltyPpm } from "../../../scripts/model/penalties.ts";
import { roundAt, roundStartMs, roundStartSeconds } from "../../../scripts/model/rounds.ts";
import { roundToTick } from "../../../scripts/model/roundToTick.ts";
import { decodeSet, encodeSet } from "../../../scripts/model/setCode.ts";
import { NEW_RELIABILITY, stepReliability } from "../../../scripts/model/stepReliability.ts";
import { waterFill } from "../../../scripts/model/waterFill.ts";

describe("oracle rules", () => {
  it("cuts time into rounds of 15 s", () => {
    assert.equal(roundAt(14_999n), 0n);
    assert.equal(roundAt(15_000n), 1n);
    assert.equal(roundStartMs(7n), 105_000n);
    assert.equal(roundStartSeconds(7n), 105n);
  });

  it("moves reliability an eighth down, a thirty-second up, inside its bounds", () => {
    assert.equal(stepReliability(NEW_RELIABILITY, 0n, 10n), NEW_RELIABILITY - NEW_RELIABILITY / 8n, "down");
    assert.equal(stepReliability(NEW_RELIABILITY, 10n, 10n), NEW_RELIABILITY + RELIABILITY_ONE / 4n / 32n, "up");
    assert.equal(stepReliability(RELIABILITY_ONE / 2n, 0n, 10n), RELIABILITY_ONE / 2n, "floor");
    assert.equal(stepReliability(RELIABILITY_ONE, 10n, 10n), RELIABILITY_ONE, "ceiling");
    assert.equal(stepReliability(20_000n, 0n, 0n), 20_000n, "absent all epoch");
  });

  it("punishes common faults more than lone ones and never more than the bond", () => {
    assert.equal(basePenaltyPpm("equivocation") + correlatedPenaltyPpm("equivocation", 10_000n), 80_000n, "1 %: 8 %");
    assert.equal(basePenaltyPpm("deviation") + correlatedPenaltyPpm("deviation", 100_000n), 100_000n, "10 %: 10 %");
    assert.equal(basePenaltyPpm("deviation") + correlatedPenaltyPpm("deviation", 333_334n), 1_000_000n, "a third: all");
    assert.equal(correlatedPenaltyPpm("futureDating", 333_334n), 0n, "future dating has no second part");
    assert.deepEqual([0n, 1n, 2n, 3n, 4n, 9n].map(downtimePenaltyPpm), [0n, 1_000n, 2_000n, 5_000n, 8_000n, 20_000n]);
  });

  it("fills weights like water under the cap", () => {
    assert.deepEqual(waterFill([5n, 5n, 5n]), [], "three members are no set");
    assert.deepEqual(waterFill([100n, 100n, 100n, 100n]), [100n, 100n, 100n, 100n], "equal bonds");
    assert.deepEqual(waterFill([1_000_000n, 100n, 100n, 100n]), [128n, 100n, 100n, 100n], "128 ≤ 0.3 · 428 < 129 · …");
  });

  it("finds the largest level that keeps everyone under the cap", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 1_000_000n }), { minLength: 4, maxLength: 32 }), (bonds) => {
        const weights = waterFill(bonds);
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        const members = BigInt(bonds.length);
        const fits = (level: bigint, sum: bigint) => level * 10n <= 3n * sum && level * 2n * members <= 3n * sum;
        const level = weights.reduce((largest, weight) => (weight > largest ? weight : largest), 0n);
        assert.isTrue(fits(level, total), "cap holds");
        const raised = bonds
          .map((bond) => (bond < level + 1n ? bond : level + 1n))
          .reduce((sum, bond) => sum + bond, 0n);
        assert.isTrue(bonds.every((bond) => bond <= level) || !fits(level + 1n, raised), "no higher level fits");
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it("keeps a set through its bytes", () => {
    const seat = fc.record({
      signer: fc
        .bigInt({ min: 0n, max: (1n << 160n) - 1n })
        .map((value) => `0x${value.toString(16).padStart(40, "0")}`),
      weight: fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }),
      validatorId: fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }),
    });
    fc.assert(
      fc.property(fc.array(seat, { maxLength: 32 }), (seats) => {
        const code = encodeSet(seats);
        assert.equal(code.length, 2 + 56 * seats.length, "28 bytes per seat");
        assert.deepEqual(decodeSet(code), seats, "seats");
      }),
      { numRuns: 100, seed: 5 },
    );
    assert.throws(() => decodeSet("0x00"), /whole number of seats/);
  });

  it("reads decimals exactly and nothing else", () => {
    assert.equal(parseDecimal("2519.03", 8), 251_903_000_000n);
    assert.equal(parseDecimal("0.999999999", 8), 99_999_999n, "rounded down");
    for (const text of ["", "-1", "1e5", "1.", ".5", "NaN", "1,000", " 1"]) {
      assert.throws(() => parseDecimal(text, 8), /plain decimal/, text);
    }
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 64n }), (value) => {
        assert.equal(parseDecimal(formatDecimal(value, 8), 8), value, "round trip");
      }),
      { seed: 6 },
    );
  });

  it("rounds to the nearest tick and never to abstention", () => {
    assert.equal(roundToTick(1_499n, 1_000n), 1_000n);
    assert.equal(roundToTick(1_500n, 1_000n), 2_000n);
    assert.equal(roundToTick(3n, 1_000n), 1_000n);
    assert.equal(roundToTick(0n, 1_000n), 0n);
    assert.equal(roundToTick(1_499n, 0n), 1_499n, "a feed without a tick");
  });
});

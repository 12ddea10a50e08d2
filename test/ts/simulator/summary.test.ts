// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { checkDemo } from "../../../scripts/simulator/checkDemo.ts";
import { percentile, summarize } from "../../../scripts/simulator/summarize.ts";
import { demoRecord } from "./demoRecord.ts";
import { tradingRecord } from "./tradingRecord.ts";

/** Keys that the simulator's summary may have (docs: scenarios); a demonstration fills a part of them. */
const KNOWN_KEYS = [
  "scenario",
  "seed",
  "blocks",
  "simulatedSeconds",
  "verdict",
  "invariants",
  "badDebt",
  "insurance",
  "settlement",
  "exits",
  "opens",
  "vaults",
  "liquidations",
  "modes",
  "recoverySeconds",
  "price",
  "slashing",
  "keepers",
];

describe("summary of a demonstration", () => {
  const record = demoRecord();

  it("has the simulator's keys and no others", () => {
    const summary = summarize(record, checkDemo(record));
    assert.deepEqual(Object.keys(summary), KNOWN_KEYS);
    assert.deepEqual(Object.keys(summary.price), [
      "errorBps",
      "stalenessSeconds",
      "rounds",
      "quarantined",
      "divergent",
    ]);
    assert.deepEqual(Object.keys(summary.badDebt), ["absolute", "shareOfOpenInterest", "afterInsurance"]);
    assert.deepEqual(Object.keys(summary.insurance), ["start", "low", "end"]);
    assert.deepEqual(Object.keys(summary.settlement), ["series", "rungs", "delaySeconds", "haircuts"]);
    assert.deepEqual(Object.keys(summary.exits), ["attempted", "refused"]);
    assert.deepEqual(Object.keys(summary.opens), ["attempted", "refused"]);
    assert.deepEqual(Object.keys(summary.slashing), ["honest", "byzantine", "events"]);
    assert.deepEqual(Object.keys(summary.slashing.events[0]!), ["at", "validator", "fault", "amount"]);
    assert.deepEqual(Object.keys(summary.price.errorBps), ["mean", "p99", "max"]);
    assert.deepEqual(Object.keys(summary.price.stalenessSeconds), ["p99", "max"]);
    assert.deepEqual(Object.keys(summary.keepers), ["attempts", "reverts", "gasUsed"]);
    for (const invariant of summary.invariants) {
      assert.match(invariant.id, /^[SLV]\d+$/);
      assert.deepEqual(Object.keys(invariant), ["id", "held", "checks"]);
    }
  });

  it("names an invariant once, however many checks look at it", () => {
    const ids = summarize(record, checkDemo(record)).invariants.map(({ id }) => id);
    assert.lengthOf(new Set(ids), ids.length);
    const changed = demoRecord({ unaccounted: 7n });
    const custody = summarize(changed, checkDemo(changed)).invariants.find(({ id }) => id === "S1")!;
    assert.isFalse(custody.held, "one of three checks is broken");
    assert.equal(custody.checks, 1 + 2 * record.trading.markets.length + 2);
  });

  it("is JSON that reads back the same", () => {
    const summary = summarize(record, checkDemo(record));
    assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary);
  });

  it("adds up what was slashed, honest and faulty apart", () => {
    const { slashing } = summarize(record, checkDemo(record));
    assert.equal(slashing.byzantine, 71_330);
    assert.equal(slashing.honest, 0);
    const framed = { at: 1, validator: "ada", fault: "deviation", amount: 1_500_000n };
    const changed = demoRecord({ losses: [...record.losses, framed] });
    assert.equal(summarize(changed, checkDemo(changed)).slashing.honest, 1.5);
  });

  it("measures the price against the truth in hundredths of a basis point, rounded up", () => {
    const alone = demoRecord({ trading: tradingRecord({ rounds: [] }) });
    const { errorBps } = summarize(alone, checkDemo(alone)).price;
    assert.deepEqual(errorBps, { mean: 0.01, p99: 0.01, max: 0.01 });
  });

  it("counts the rounds of the expiry too", () => {
    assert.equal(
      summarize(record, checkDemo(record)).price.rounds,
      record.rounds.length + record.trading.rounds.length,
    );
  });

  it("names the first violation of a broken invariant and says broken", () => {
    const changed = demoRecord({ unaccounted: 7n });
    const summary = summarize(changed, checkDemo(changed));
    assert.equal(summary.verdict, "broken");
    const invariant = summary.invariants.find(({ id }) => id === "S1");
    assert.isFalse(invariant!.held);
    assert.include(invariant!.firstViolation!.detail, "7 units");
  });

  it("takes percentiles from the values given", () => {
    const values = Array.from({ length: 200 }, (_, index) => index + 1);
    assert.equal(percentile(values, 0.99), 198);
    assert.equal(percentile([5], 0.99), 5);
    assert.equal(percentile([], 0.99), 0);
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import fc from "fast-check";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { medianOfVenues } from "../../../../scripts/model/medianOfVenues.ts";
import { readSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { venueMedian } from "../../../../scripts/simulator/fast/feed/venueMedian.ts";
import { runFast } from "../../../../scripts/simulator/fast/runFast.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";

const CRASH = "[[0, 3000], [120, 2950, 0.8], [240, 1900, 5], [720, 1950, 1.5]]";
const CALM = "[[0, 3000], [720, 3010, 0.3]]";

/** Twelve hours of forty books; what is given comes on top. */
function play(path: string, more = ""): RunSummary {
  const text = `{ version: 1, name: test, about: a test, seed: 7, duration: 12h,
    chain: { kind: l1, blockTime: 12s, start: 2026-01-02T09:00:00Z },
    feeds: [{ id: ETH-USD, path: ${path} }], ${more} }`;
  return runFast(parseScenario(text, "test.yaml"));
}

describe("A run in the fast tier", () => {
  it("gives a whole summary, the same for the same seed", () => {
    const first = play(CRASH);
    assert.deepEqual(readSummary(first, "the run"), first);
    assert.equal(JSON.stringify(play(CRASH)), JSON.stringify(first));
  });

  it("is broken by an expectation that is not met", () => {
    const expecting = (most: number): string => play(CRASH, `expect: { liquidations.count: { max: ${most} } }`).verdict;
    assert.deepEqual([expecting(1_000), expecting(0)], ["held", "broken"]);
  });

  it("leaves everything alone on a calm day", () => {
    const { liquidations, badDebt, modes, price } = play(CALM);
    assert.deepEqual([liquidations.count, badDebt.absolute, modes.falseTrips], [0, 0, 0]);
    assert.equal(modes.secondsIn.normal, 43_200);
    assert.isBelow(price.errorBps.p99, 40);
    assert.isAtMost(price.stalenessSeconds.max, 315);
  });

  it("tightens, flags and sells books in a crash, and wrongs nobody", () => {
    const { liquidations, modes } = play(CRASH);
    assert.isAbove(liquidations.count, 5);
    assert.equal(liquidations.wrongful, 0);
    assert.isAbove(modes.secondsIn.cautious + modes.secondsIn.reduceOnly, 600);
  });

  it("calls no trip false that a jump of the truth explains, whenever in a minute it came", () => {
    const jumps = "[[0, 3000], [60, 3000], [60.25, 2700], [300, 2700], [300.5, 3000]]";
    const { falseTrips, transitions } = play(jumps).modes;
    assert.isAbove(transitions.length, 2);
    assert.equal(falseTrips, 0);
  });

  it("loses more where margin asks for less", () => {
    const thin = "params: { margin.quote.initialShockBps: 800, margin.quote.maintenanceShockBps: 300 }";
    const gap = "faults: [{ type: market.gap, at: 3h, with: { multiply: 0.6 } }]";
    assert.isAbove(play(CALM, `${thin}, ${gap}`).badDebt.absolute, play(CALM, gap).badDebt.absolute);
  });

  it("stays at the median while a third lies, and follows when more than half do", () => {
    const lie = (target: string): RunSummary =>
      play(CALM, `faults: [{ type: oracle.value, target: ${target}, at: 1h, for: 1h, with: { multiply: 1.07 } }]`);
    assert.isBelow(lie("f").price.errorBps.max, 60);
    assert.isAbove(lie("majority").price.errorBps.max, 300);
  });

  it("lives on its witnesses without a quorum, closed, and is back in Normal after the outage", () => {
    const outage = play(CALM, "faults: [{ type: oracle.silent, target: all, at: 1h, for: 90m }]");
    assert.isAbove(outage.price.stalenessSeconds.max, 3_000);
    assert.isAbove(outage.modes.secondsIn.halted + outage.modes.secondsIn.reduceOnly, 3_600);
    assert.isAbove(outage.recoverySeconds ?? 0, 6 * 3_600);
  });

  it("makes no block while the chain is halted", () => {
    const halted = play(CALM, "faults: [{ type: chain.halt, at: 1h, for: 78m }]");
    assert.equal(halted.blocks, play(CALM).blocks - (78 * 60) / 12);
    assert.isAbove(halted.modes.secondsIn.recovery, 600);
  });

  it("sells nothing while gas costs more than anybody pays", () => {
    assert.equal(play(CRASH, "gas: [[0, 20], [60, 6000]]").liquidations.count, 0);
  });

  it("sells nothing while no liquidator reaches the chain, and begins when one does", () => {
    const hang = (hours: string, gwei: number): RunSummary =>
      play(
        CRASH,
        `gas: [[0, ${gwei}]],
        faults: [{ type: rpc.hang, target: [liquidator-1, liquidator-2], at: 0s, for: ${hours} }]`,
      );
    assert.equal(hang("12h", 0.1).liquidations.count, 0);
    const late = hang("5h", 0.1).liquidations;
    assert.isAbove(late.count, 0);
    assert.isAbove(late.latencyBlocks.max, play(CRASH).liquidations.latencyBlocks.max);
  });

  it("sells books whose cash is below the mark, since the auction pays what a flag's tip does not (D-211)", () => {
    const late = (gwei: number): RunSummary =>
      play(
        CRASH,
        `gas: [[0, ${gwei}]], faults: [{ type: rpc.hang, target: [liquidator-1, liquidator-2], at: 0s, for: 5h }]`,
      );
    assert.isAbove(late(0.1).liquidations.count, 0);
    assert.isAbove(late(20).liquidations.count, 0);
  });

  it("has older prices where relays are late, and loses rounds that are too old", () => {
    const late = (median: string): RunSummary =>
      play(CALM, `faults: [{ type: net.delay, target: relayers, at: 0s, with: { median: ${median}, loss: 0.3 } }]`);
    const [prompt, some, all] = [play(CALM), late("5m"), late("11m")].map(({ price }) => price);
    assert.isAtLeast(some!.stalenessSeconds.max, prompt!.stalenessSeconds.max + 240);
    assert.isAbove(all!.stalenessSeconds.max, 3_000, "no round is taken after ten minutes");
  });

  it("relays nothing in blocks that others fill", () => {
    const full = play(CALM, "faults: [{ type: chain.fullBlocks, at: 1h, for: 40m }]");
    assert.equal(full.blocks, play(CALM).blocks);
    assert.isAtLeast(full.price.stalenessSeconds.max, 2_400);
  });

  it("settles by the window, and by a later rung when the oracle is silent around the expiry", () => {
    const early = "markets: [{ feed: ETH-USD, collateral: USDC, expiries: [23h] }]";
    const text = (faults: string): RunSummary =>
      runFast(
        parseScenario(
          `{ version: 1, name: test, about: a test, duration: 60h, chain: { start: 2026-01-02T09:00:00Z },
          feeds: [{ id: ETH-USD, path: [[0, 3000]] }], ${early}, ${faults} }`,
          "test.yaml",
        ),
      );
    assert.deepEqual(text("faults: []").settlement.rungs, { window: 1 });
    const silent = text("faults: [{ type: oracle.silent, target: all, at: 1340m, for: 10h }]");
    assert.deepEqual(silent.settlement.rungs, { line: 1 });
    assert.isAtLeast(silent.settlement.delaySeconds.max, 86_400);
  });

  it("refuses faults it cannot show, by name, all at once", () => {
    const faults = "faults: [{ type: rpc.lie, at: 1h }, { type: chain.reorg, at: 2h, with: { depth: 3 } }]";
    assert.throws(() => play(CALM, faults), BallastError, /chain\.reorg, rpc\.lie/);
    const validators = "faults: [{ type: net.delay, target: validators, at: 0s, with: { median: 1m } }]";
    assert.throws(() => play(CALM, validators), BallastError, /net\.delay/);
  });

  it("takes the median of venues as validators do", () => {
    const price = fc.oneof(fc.bigInt({ min: 9_700n, max: 10_300n }), fc.bigInt({ min: 1n, max: 2n ** 49n }));
    fc.assert(
      fc.property(fc.array(price, { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), (prices, minimumVenues) => {
        const quotes = prices.map((told, index) => ({ venue: `${index}`, price: told, tradedAtMs: 0n }));
        const policy = { minimumVenues, maximumAgeMs: 1n, maximumLeadMs: 1n, outlierBps: 200n };
        assert.equal(venueMedian(prices.map(Number), minimumVenues), Number(medianOfVenues(quotes, 0n, policy).price));
      }),
      { seed: 7_202, numRuns: 2_000 },
    );
  });
});

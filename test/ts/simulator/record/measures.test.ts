// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Result } from "ethers";

import { potKey } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { Distribution } from "../../../../scripts/simulator/record/Distribution.ts";
import { LiquidationRecord } from "../../../../scripts/simulator/record/LiquidationRecord.ts";
import { manifestOf } from "../../../../scripts/simulator/record/manifest.ts";
import { ModeRecord } from "../../../../scripts/simulator/record/ModeRecord.ts";
import { MoneyRecord } from "../../../../scripts/simulator/record/MoneyRecord.ts";
import type { UnhealthySight } from "../../../../scripts/simulator/record/sights.ts";
import { summarizeRun } from "../../../../scripts/simulator/record/summarizeRun.ts";
import {
  BLOCK_SECONDS,
  calmFeed,
  calmLedger,
  calmSight,
  eventOf,
  EXPIRY,
  MARKET,
  potOf,
  SIZE,
  WRITER,
  WRITER_BOOK,
} from "../invariants/calmSight.ts";
import { plainSummary } from "../study/plainSummary.ts";

const DOLLAR = 10n ** 8n;
const short: UnhealthySight = {
  id: WRITER_BOOK,
  isFlagged: false,
  isShort: true,
  isFlaggable: true,
  mode: "normal",
  phase: "none",
  isHeld: false,
  paysForGas: true,
  isInsolvent: false,
};

describe("what a run is measured by", () => {
  it("tells quantiles of many numbers in little memory", () => {
    const values = new Distribution();
    for (let value = 1; value <= 1_000; value++) values.add(value);
    expect([0.5, 0.95, 0.99, 1].map((share) => values.quantile(share))).to.deep.equal([500, 950, 990, 1_000]);
    expect(values.mean).to.equal(500.5);
    values.add(123_456.7);
    expect(values.max, "the largest is exact").to.equal(123_456.7);
    expect(new Distribution().quantile(0.99), "of none").to.equal(0);
  });

  it("counts the latency of a liquidation from the block in which the book fell short", () => {
    const record = new LiquidationRecord();
    const flagged = eventOf("house", "BookFlagged", { flagger: WRITER, id: WRITER_BOOK });
    // As ethers decodes it: a list of its own kind.
    const legs = Result.fromItems([{ strike: 40_000_000n, isCall: false, size: -SIZE }]);
    const bid = eventOf("house", "BidFilled", { id: WRITER_BOOK, into: 1n, legs, paid: 2_500_000_000n, drawn: 0n });
    for (const [block, events] of [[], [], [flagged], [], [bid], [bid]].entries())
      record.see(calmSight(block, { unhealthy: [short], events }));
    expect(record.summary.count, "one liquidation, two bids").to.equal(1);
    expect(record.summary.latencyBlocks).to.deep.equal({ p50: 4, p95: 4, max: 4 });
    expect(record.summary.notional).to.equal(6_000);
    expect(record.summary.lowestPaidShare, "two marks of 1,000 USD and their time value, for 2,500 each").to.be.within(
      0.4,
      0.5,
    );
  });

  it("misses a book that is short for longer than its mode allows, once", () => {
    const record = new LiquidationRecord();
    const limit = 600 / BLOCK_SECONDS;
    for (let block = 0; block <= limit; block++) record.see(calmSight(block, { unhealthy: [short] }));
    expect(record.summary.missed, "at the limit").to.equal(0);
    for (let block = limit + 1; block < 3 * limit; block++) record.see(calmSight(block, { unhealthy: [short] }));
    expect(record.summary.missed).to.equal(1);
  });

  it("tells books that are too small for the gas of their day from those that were missed", () => {
    const record = new LiquidationRecord();
    const unpaid = { ...short, paysForGas: false };
    for (let block = 0; block <= 601 / BLOCK_SECONDS + 1; block++)
      record.see(calmSight(block, { unhealthy: [unpaid] }));
    expect(record.summary).to.include({ missed: 0, tooSmall: 1 });
  });

  it("tells debts, what covered them, and who got less", () => {
    const money = new MoneyRecord();
    const ledger = calmLedger({ legs: [], status: "settled" });
    ledger.pots.set(
      potKey(MARKET, EXPIRY),
      potOf({ price: 4_000n * DOLLAR, claims: SIZE * 10n ** 16n, collected: 750n }),
    );
    const settled = eventOf("house", "BookSettled", { id: WRITER_BOOK, drawn: 200_000_000n, shortage: 50_000_000n });
    const priced = eventOf("house", "ExpirySettled", { market: MARKET, expiry: EXPIRY, rung: 1n });
    const final = eventOf("house", "ExpiryFinal", { market: MARKET, expiry: EXPIRY });
    const events = [priced, settled, final];
    const sight = calmSight(0, { ledger, events, timestamp: Number(EXPIRY) + 150 });
    money.see(sight);
    expect(money.badDebt(sight)).to.include({ absolute: 250, afterInsurance: 50 });
    expect(money.settlement).to.deep.include({ series: 1, rungs: { window: 1 }, delaySeconds: { max: 150 } });
    expect(money.settlement.haircuts[0]).to.be.within(0, 1);
  });

  it("counts what open books lack at the end as bad debt", () => {
    const sight = calmSight(0, {
      ledger: calmLedger({ cash: 400_000_000n }),
      feeds: [calmFeed({ truth: 3_600n * DOLLAR })],
    });
    expect(new MoneyRecord().badDebt(sight)).to.include({ absolute: 200, afterInsurance: 0 });
  });

  it("calls a trip false that no fault and no move of the truth explains", () => {
    const trip = (truths: readonly bigint[]): number => {
      const record = new ModeRecord({ faults: [], feeds: [{ id: "ETH-USD", path: {} as never }] }, 300);
      for (const [minute, truth] of truths.entries())
        record.see(calmSight(minute * 5, { feeds: [calmFeed({ truth: truth * DOLLAR })] }));
      record.see(calmSight(truths.length * 5, { feeds: [calmFeed({ mode: "cautious", level: "cautious" })] }));
      return record.summary.falseTrips;
    };
    expect(trip([3_000n, 3_010n, 3_000n])).to.equal(1);
    expect(trip([3_000n, 3_100n, 3_000n])).to.equal(0);
  });

  it("recovers when all feeds are in Normal for good, not when they first are", () => {
    const fault = { atSeconds: 0, forSeconds: 24 } as never;
    const record = new ModeRecord({ faults: [fault], feeds: [{ id: "ETH-USD", path: {} as never }] }, 300);
    const modes = ["halted", "normal", "halted", "normal", "normal", "normal"] as const;
    const seen = modes.map((mode, block) => {
      record.see(calmSight(block, { feeds: [calmFeed({ mode })] }));
      return record.recoverySeconds;
    });
    expect(seen).to.deep.equal([null, 0, null, 12, 12, 12]);
  });

  it("is broken by one invariant or one expectation", () => {
    const { verdict: _, invariants: __, ...measured } = plainSummary();
    const held = { id: "S1", held: true, checks: 1 };
    const broken = { id: "S2", held: false, checks: 1, firstViolation: { block: 1, detail: "x" } };
    const wish = { key: "opens.refused", min: undefined, max: 0, equals: undefined };
    expect(summarizeRun(measured, [held], []).verdict).to.equal("held");
    expect(summarizeRun(measured, [held, broken], []).verdict).to.equal("broken");
    expect(summarizeRun(measured, [held], [wish]).verdict, "one open was refused").to.equal("broken");
  });

  it("has a manifest that differs with scenario, seed or parameters, and with nothing else", () => {
    const hashes = (seed: number, tip: bigint, order = false) => {
      const values = order ? { name: "x", seed } : { seed, name: "x" };
      const { scenarioHash, parameterHash } = manifestOf({
        mode: "virtual",
        scenario: values as never,
        parameters: { tip },
        versions: {},
        replay: "",
        document: {} as never,
      });
      return `${scenarioHash} ${parameterHash}`;
    };
    expect(hashes(1, 1n)).to.equal(hashes(1, 1n, true));
    expect(new Set([hashes(1, 1n), hashes(2, 1n), hashes(1, 2n)]).size).to.equal(3);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { keyOf, potKey } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { backing } from "../../../../scripts/simulator/invariants/s01Backing.ts";
import { longsAreShorts } from "../../../../scripts/simulator/invariants/s02Longs.ts";
import { noWrongfulLiquidation } from "../../../../scripts/simulator/invariants/s03Wrongful.ts";
import { freshPrices } from "../../../../scripts/simulator/invariants/s04OldPrices.ts";
import { interestCaps } from "../../../../scripts/simulator/invariants/s10Caps.ts";
import { waterfall } from "../../../../scripts/simulator/invariants/s11Waterfall.ts";
import { appliedOnce } from "../../../../scripts/simulator/invariants/s12AppliedOnce.ts";
import { rounding } from "../../../../scripts/simulator/invariants/s13Rounding.ts";
import { openExits } from "../../../../scripts/simulator/invariants/s14Exits.ts";
import { fundedBooks } from "../../../../scripts/simulator/invariants/s15Funded.ts";
import type { BlockSight } from "../../../../scripts/simulator/record/sights.ts";
import {
  calmContext,
  calmFeed,
  calmLedger,
  calmSight,
  eventOf,
  EXPIRY,
  firstWrong,
  MARKET,
  MAXIMUM_LOSS,
  OWED,
  potOf,
  TOKEN,
  WRITER,
  WRITER_BOOK,
} from "./calmSight.ts";

const FUNDED = eventOf("house", "Funded", { caller: WRITER, id: WRITER_BOOK, amount: 1n, cash: 2n });
const minted = eventOf("house", "Minted", { caller: WRITER, id: WRITER_BOOK, to: WRITER, legs: [], fee: 1n, cash: 1n });
const flag = { id: WRITER_BOOK, isWrongful: false, isFunded: false, cash: 10n, required: 20n };
const BOOK = calmLedger().books.get(WRITER_BOOK)!;
const settled = (paid: bigint, drawn: bigint, shortage: bigint, cash: bigint) =>
  eventOf("house", "BookSettled", { caller: WRITER, id: WRITER_BOOK, paid, drawn, shortage, par: 0n, cash });

/** A block in which the writer's book settled at a price, USD. */
function settledAt(dollars: bigint, event: ReturnType<typeof settled>): BlockSight {
  const ledger = calmLedger({ legs: [], status: "settled" });
  const price = dollars * 10n ** 8n;
  ledger.pots.set(potKey(MARKET, EXPIRY), potOf({ price, rung: 1n }));
  return calmSight(1, { ledger, events: [event], before: new Map([[WRITER_BOOK, BOOK]]) });
}

describe("safety of money, judged", () => {
  it("S1 sees one unit missing", () => {
    const short = calmSight(0, { tokens: [{ token: TOKEN, balance: OWED - 1n, owed: OWED, scale: 1n }] });
    expect(firstWrong(backing(), [calmSight()])).to.equal(undefined);
    expect(firstWrong(backing(), [short])?.detail).to.contain(`${OWED - 1n} are held`);
  });

  it("S1 sums up anew when something moved", () => {
    const ledger = calmLedger();
    ledger.freeBalances.set(keyOf(WRITER, TOKEN), 500_000_001n);
    const after = calmSight(1, { ledger, events: [FUNDED] });
    expect(firstWrong(backing(), [calmSight(), after])?.block).to.equal(1);
  });

  it("S2 sees a long without a short", () => {
    const ledger = calmLedger({ legs: [] });
    expect(firstWrong(longsAreShorts(), [calmSight(0, { events: [FUNDED] })])).to.equal(undefined);
    const wrong = firstWrong(longsAreShorts(), [calmSight(0, { events: [FUNDED], ledger })]);
    expect(wrong?.detail).to.contain("1000000 longs, 0 shorts");
  });

  it("S2 no longer asks once the expiry is priced", () => {
    const ledger = calmLedger({ legs: [] });
    ledger.pots.set(potKey(MARKET, EXPIRY), potOf({ price: 1n }));
    expect(firstWrong(longsAreShorts(), [calmSight(0, { events: [FUNDED], ledger })])).to.equal(undefined);
  });

  it("S3 sees who met maintenance and was flagged", () => {
    expect(firstWrong(noWrongfulLiquidation(), [calmSight(0, { flags: [flag] })])).to.equal(undefined);
    const wrong = calmSight(0, { flags: [{ ...flag, isWrongful: true }] });
    expect(firstWrong(noWrongfulLiquidation(), [wrong])?.detail).to.contain("was flagged with 10");
  });

  it("S4 sees an opening on a price of more than four heartbeats, whatever the mode says", () => {
    const old = (block: number, events: BlockSight["events"]): BlockSight =>
      calmSight(block, { feeds: [calmFeed({ age: 1_201 + block })], events });
    expect(firstWrong(freshPrices(), [calmSight(), calmSight(1, { events: [minted] })])).to.equal(undefined);
    expect(firstWrong(freshPrices(), [old(0, []), old(1, [minted])])?.detail).to.contain("Minted on a price of");
  });

  it("S4 sees an opening in a mode that is closed", () => {
    const closed = (events: BlockSight["events"]): BlockSight =>
      calmSight(1, { feeds: [calmFeed({ mode: "reduceOnly" })], events });
    expect(firstWrong(freshPrices(), [closed([]), closed([minted])])?.detail).to.equal("Minted in reduceOnly");
  });

  it("S4 lets cash beyond maximum loss go in every mode, and no other", () => {
    const defunded = eventOf("house", "Defunded", {
      caller: WRITER,
      id: WRITER_BOOK,
      amount: 1n,
      to: WRITER,
      cash: 1n,
    });
    const halted = (cash: bigint): BlockSight =>
      calmSight(1, { feeds: [calmFeed({ mode: "halted" })], events: [defunded], ledger: calmLedger({ cash }) });
    expect(firstWrong(freshPrices(), [halted(MAXIMUM_LOSS)])).to.equal(undefined);
    expect(firstWrong(freshPrices(), [halted(MAXIMUM_LOSS - 1n)])?.detail).to.equal("Defunded in halted");
  });

  it("S10 sees open interest beyond its cap", () => {
    const open = (openNotional: bigint): BlockSight =>
      calmSight(0, { interests: [{ market: MARKET, openNotional, cap: 100n }] });
    expect(firstWrong(interestCaps(), [open(100n)])).to.equal(undefined);
    expect(firstWrong(interestCaps(), [open(101n)])?.detail).to.contain("101 open under a cap of 100");
  });

  it("S11 sees a book that kept cash while insurance paid for it", () => {
    expect(firstWrong(waterfall(), [settledAt(4_000n, settled(10n, 5n, 0n, 0n))])).to.equal(undefined);
    expect(firstWrong(waterfall(), [settledAt(4_000n, settled(10n, 5n, 0n, 1n))])?.detail).to.contain("kept 1 while");
  });

  it("S11 sees a backstop that pays before insurance has", () => {
    const drawn = eventOf("house", "TrancheDrawn", { provider: WRITER, market: MARKET, expiry: EXPIRY, amount: 1n });
    const paid = (amount: bigint): BlockSight => {
      const ledger = calmLedger();
      ledger.pots.set(potKey(MARKET, EXPIRY), potOf({ reserved: 7n, drawn: amount }));
      return calmSight(0, { ledger, events: [drawn] });
    };
    expect(firstWrong(waterfall(), [paid(7n)])).to.equal(undefined);
    expect(firstWrong(waterfall(), [paid(6n)])?.detail).to.contain("1 of insurance were left");
  });

  it("S11 sees more set aside than there is", () => {
    const ledger = calmLedger();
    const market = ledger.markets.get(MARKET)!;
    market.reserved = market.insurance + 1n;
    expect(firstWrong(waterfall(), [calmSight(0, { ledger, events: [FUNDED] })])?.detail).to.contain("set aside");
  });

  it("S12 sees a transaction in two blocks", () => {
    const again = calmSight(1, { hashes: ["0x0"] });
    expect(firstWrong(appliedOnce(), [calmSight(), again])?.detail).to.contain("is in blocks 100 and 101");
  });

  it("S12 sees that events do not add up to what the chain owes", () => {
    const tokens = [{ token: TOKEN, balance: OWED, owed: OWED - 1n, scale: 1n }];
    const wrong = firstWrong(appliedOnce(), [calmSight(0, { events: [FUNDED], tokens })]);
    expect(wrong?.detail).to.contain("events add up to");
  });

  it("S12 sees a book that is not what its events say", () => {
    const same = calmSight(0, { sample: { id: WRITER_BOOK, book: BOOK } });
    const other = calmSight(0, { sample: { id: WRITER_BOOK, book: { ...BOOK, cash: BOOK.cash + 1n } } });
    expect(firstWrong(appliedOnce(), [same])).to.equal(undefined);
    expect(firstWrong(appliedOnce(), [other])?.detail).to.contain("by its events");
  });

  it("S13 sees a unit that went to a caller", () => {
    const rich = (surplus: bigint): BlockSight["tokens"] => [
      { token: TOKEN, balance: OWED + surplus, owed: OWED, scale: 1n },
    ];
    const [before, more, less] = [calmSight(), calmSight(1, { tokens: rich(2n) }), calmSight(2, { tokens: rich(1n) })];
    expect(firstWrong(rounding(), [before, more])).to.equal(undefined);
    expect(firstWrong(rounding(), [before, more, less])?.block).to.equal(2);
  });

  it("S13 sees a debt that was rounded down", () => {
    const debt = 1_000_000_000n; // one call of strike 3,000 at 4,000
    expect(firstWrong(rounding(), [settledAt(4_000n, settled(debt, 0n, 0n, 0n))])).to.equal(undefined);
    const wrong = firstWrong(rounding(), [settledAt(4_000n, settled(debt - 1n, 0n, 0n, 0n))]);
    expect(wrong?.detail).to.contain(`owed ${debt}`);
  });

  it("S13 sees a receipt that was paid a unit more than its share", () => {
    const redeemed = (paidTotal: bigint): BlockSight => {
      const ledger = calmLedger();
      ledger.pots.set(potKey(MARKET, EXPIRY), potOf({ price: 1n, claims: 3n, collected: 100n, paidOut: paidTotal }));
      const args = { owner: WRITER, market: MARKET, expiry: EXPIRY, seriesId: 0n, amount: 0n, paid: 1n, par: 1n };
      return calmSight(0, { ledger, events: [eventOf("house", "Redeemed", { ...args, paidTotal })] });
    };
    expect(firstWrong(rounding(), [redeemed(33n)])).to.equal(undefined);
    expect(firstWrong(rounding(), [redeemed(34n)])?.detail).to.contain("was paid 34 of 33 due");
  });

  it("S14 sees a refused exit, tried by somebody or by the judge himself", () => {
    const attempt = { actor: "writer-1", kind: "exit", refused: true, reason: "redeem", seconds: 5 } as const;
    const refused = firstWrong(openExits(), [calmSight()], () => calmContext({ refusedExits: [attempt] }));
    expect(refused?.detail).to.contain("writer-1 was refused");
    const probe = { owner: WRITER, what: "withdraw 1", isRefused: true, reason: "reverted" };
    expect(firstWrong(openExits(), [calmSight(0, { probe })])?.detail).to.contain("could not withdraw 1");
    expect(firstWrong(openExits(), [calmSight(0, { probe: { ...probe, isRefused: false } })])).to.equal(undefined);
  });

  it("S15 sees a flag on a book with its maximum loss", () => {
    const wrong = calmSight(0, { flags: [{ ...flag, isFunded: true }] });
    expect(firstWrong(fundedBooks(), [wrong])?.detail).to.contain("its maximum loss");
  });

  it("S15 sees a bid for a book with its maximum loss", () => {
    const bid = eventOf("house", "BidFilled", { id: WRITER_BOOK, into: 1n, legs: [], drawn: 0n });
    const taken = (cash: bigint): BlockSight =>
      calmSight(0, { events: [bid], before: new Map([[WRITER_BOOK, { ...BOOK, status: "flagged", cash }]]) });
    expect(firstWrong(fundedBooks(), [taken(MAXIMUM_LOSS - 1n)])).to.equal(undefined);
    expect(firstWrong(fundedBooks(), [taken(MAXIMUM_LOSS)])?.detail).to.contain("was bid for");
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { checkTrading } from "../../../scripts/simulator/checkTrading.ts";
import { profitTables } from "../../../scripts/simulator/profits.ts";
import { profitTable } from "../../../scripts/simulator/profitTable.ts";
import { summarizeTrading } from "../../../scripts/simulator/summarizeTrading.ts";
import { tradingHtml } from "../../../scripts/simulator/tradingHtml.ts";
import { planTrading } from "../../../scripts/simulator/TradingPlan.ts";
import type { AccountRecord, MarketRecord, TradingRecord } from "../../../scripts/simulator/TradingRecord.ts";
import { tradingRecord } from "./tradingRecord.ts";

function broken(change: Partial<TradingRecord>): string[] {
  return checkTrading(tradingRecord(change))
    .filter(({ held }) => !held)
    .map(({ name }) => name);
}

function withMarket(change: Partial<MarketRecord>): Pick<TradingRecord, "markets"> {
  const [first, ...rest] = tradingRecord().markets;
  return { markets: [{ ...first!, ...change }, ...rest] };
}

function withAccount(change: Partial<AccountRecord>): Pick<TradingRecord, "accounts"> {
  const [first, ...rest] = tradingRecord().accounts;
  return { accounts: [{ ...first!, ...change }, ...rest] };
}

describe("verdicts of trading and an expiry", () => {
  const record = tradingRecord();

  it("hold for a record in which everything held, and each looked at something", () => {
    for (const { name, held, checks, detail } of checkTrading(record)) {
      assert.isTrue(held, `${name}: ${detail}`);
      assert.isAbove(checks, 0, name);
    }
  });

  it("break when a series has a long more than shorts", () => {
    const series = record.series.map((each, index) => (index === 0 ? { ...each, longs: each.longs + 1n } : each));
    assert.deepEqual(broken({ series }), ["Every series has as many longs as shorts"]);
  });

  it("break when a condor fills in part, leaves something behind, or fills without cash", () => {
    const name = "A condor fills whole or not at all";
    assert.deepEqual(broken({ condor: { ...record.condor, takerLegs: 3 } }), [name]);
    assert.deepEqual(broken({ condor: { ...record.condor, legsAfterRefusal: 1 } }), [name]);
    assert.deepEqual(broken({ condor: { ...record.condor, refusal: "" } }), [name]);
  });

  it("break when the silent one signs, somebody else is missing, or the half hour is thinly covered", () => {
    const name = "An expiry needs no dov";
    const [first, ...rest] = record.rounds;
    const dov = { validator: "dov", prices: [1n], onChain: true };
    assert.deepEqual(broken({ rounds: [{ ...first!, signed: [...first!.signed, dov] }, ...rest] }), [name]);
    assert.deepEqual(broken({ rounds: [{ ...first!, signed: first!.signed.slice(1) }, ...rest] }), [name]);
    assert.deepEqual(broken({ members: ["ada", "ben", "cyd", "hal", "ivy"] }), [name], "no seat");
    assert.deepEqual(broken(withMarket({ coverage: 1_439n })), [name]);
    assert.deepEqual(broken(withMarket({ coverage: 1_440n })), []);
    assert.deepEqual(broken({ rounds: [] }), [name], "no round at all");
  });

  it("break when the settlement price is more than 10 bps from the true mean", () => {
    const name = "The settlement price is the true mean of the last half hour";
    const shifted = (bps: bigint) => ({
      window: record.window.map((sample) => ({ ...sample, price: sample.price + (sample.price * bps) / 10_000n })),
    });
    assert.deepEqual(broken(shifted(10n)), []);
    assert.deepEqual(broken(shifted(-11n)), [name]);
    assert.deepEqual(broken({ window: [] }), [name], "nothing to compare with");
  });

  it("break when an expiry is priced late or by a later rung", () => {
    assert.deepEqual(broken(withMarket({ rung: 2n })), ["Every expired series settles"]);
    assert.deepEqual(broken(withMarket({ delaySeconds: 601 })), ["Every expired series settles"]);
  });

  it("break when a unit comes from nowhere or goes there", () => {
    const [first] = record.accounts;
    const formulas = "Everybody is paid what the formulas say";
    assert.deepEqual(broken(withAccount({ end: first!.end + 1n })), ["Profits add up to zero less fees", formulas]);
    assert.deepEqual(broken({ settlerEnds: [2_000_001n, 600_000n] }), [
      "Profits add up to zero less fees",
      "Fees reach insurance, validators and the settler",
    ]);
  });

  it("break when one account is paid out of another one's money", () => {
    const [first, second, ...rest] = record.accounts;
    const accounts = [{ ...first!, end: first!.end - 5n }, { ...second!, end: second!.end + 5n }, ...rest];
    assert.deepEqual(broken({ accounts }), ["Everybody is paid what the formulas say"]);
  });

  it("break when fees go astray, or the pot does not notice them", () => {
    const name = "Fees reach insurance, validators and the settler";
    assert.deepEqual(broken(withMarket({ feesCharged: 3_000_001n })), [name]);
    assert.include(broken(withMarket({ rewardsCounted: 0n })), name);
  });

  it("break when the Clearinghouse holds more or less than it owes", () => {
    const [market] = record.markets;
    const name = "The Clearinghouse holds what it owes";
    assert.include(broken(withMarket({ held: market!.held - 1n })), name);
    assert.deepEqual(broken(withMarket({ owed: market!.owed - 1n })), [name]);
  });

  it("break when rounding pays out more than came in, or leaves more than a unit a payment", () => {
    const [market] = record.markets;
    const name = "Rounding favours nobody";
    assert.include(broken(withMarket({ collected: market!.collected - 1n })), name);
    assert.include(broken(withMarket({ collected: market!.collected + 3n })), name);
    const dusty = { collected: market!.collected + 2n, owed: market!.owed + 2n, held: market!.held + 2n };
    assert.notInclude(broken(withMarket(dusty)), name, "two payments, two units");
  });

  it("break when an exit is refused or somebody leaves something behind", () => {
    assert.deepEqual(broken({ exits: { attempted: 12, refused: 1 } }), ["Everybody can leave"]);
    assert.deepEqual(broken(withAccount({ left: 1n })), ["Everybody can leave"]);
    assert.deepEqual(broken({ exits: { attempted: 0, refused: 0 } }), ["Everybody can leave"], "nobody tried");
  });
});

describe("profits of an expiry", () => {
  const record = tradingRecord();

  it("are listed for every account and for everybody who earns fees, and add up to zero", () => {
    const [dollars, coins] = profitTables(record);
    assert.deepEqual(
      dollars!.rows.map(({ name, profit }) => [name, profit]),
      [
        ["naked writer", -204_000_000n],
        ["call buyer", 200_000_000n],
        ["settler", 2_000_000n],
        ["insurance", 1_200_000n],
        ["validators, relayers", 800_000n],
        ["dust", 0n],
      ],
    );
    assert.deepEqual([dollars!.total, coins!.total], [0n, 0n]);
    assert.equal(coins!.rows.at(-1)!.profit, 1n, "a unit of dust: debts round up, claims down");
  });

  it("print with every decimal of the ledger unit and a sign", () => {
    const text = profitTable(record);
    assert.match(text, /2026-01-07 08:00 UTC at 3080\.00 USD, dov silent/);
    assert.match(text, /naked writer +\+200\.000000 +−4\.000000 +−400\.000000 +−204\.000000/);
    assert.match(text, /dust +\+0\.000000001/);
    assert.equal(text.match(/together +0\.0+$/gm)?.length, 2);
  });

  it("are a chapter of the report that escapes what it shows and needs no network", () => {
    const html = tradingHtml(record);
    assert.include(html, "ETH 3050 &amp; &lt;coin&gt;");
    assert.include(html, "<title>settlement price</title>");
    assert.match(html, /<td>naked writer<\/td>.*−204\.000000/);
    assert.match(html, />07:30</, "the axis shows the time of day");
    assert.notMatch(html, /NaN|undefined|https?:/);
  });

  it("and their settlement are summed up in dollars", () => {
    const summary = summarizeTrading(record);
    assert.deepEqual(summary.settlement, {
      series: 2,
      rungs: { window: 2 },
      delaySeconds: { max: 135 },
      haircuts: [],
    });
    assert.deepEqual(summary.badDebt, { absolute: 0, shareOfOpenInterest: 0, afterInsurance: 0 });
    assert.equal(summary.insurance.start, 250_000 + 85 * 3_080);
    const loss = { drawn: 30_800_000n, shortage: 15_400_000n, collected: 390_000_000n };
    const lost = summarizeTrading(tradingRecord(withMarket(loss)));
    assert.deepEqual(lost.badDebt, { absolute: 46.2, shareOfOpenInterest: 0.001, afterInsurance: 15.4 });
    assert.deepEqual(lost.settlement.haircuts, [0.025]);
  });
});

describe("plan of trading", () => {
  const plan = planTrading(301_300_000_000n, 82_680n);

  it("puts strikes on the grid around the price", () => {
    assert.deepEqual(plan.quotes[0]!.legs, [{ strike: 30_000_000n, isCall: true, ratio: -1n }]);
    assert.deepEqual(
      plan.condor.legs.map(({ strike, ratio }) => [strike, ratio]),
      [
        [28_000_000n, 1n],
        [29_000_000n, -1n],
        [31_000_000n, -1n],
        [32_000_000n, 1n],
      ],
    );
  });

  it("asks premiums that grow with time and pay the seller", () => {
    const later = planTrading(301_300_000_000n, 10n * 82_680n);
    for (const [index, quote] of [...plan.quotes, plan.condor].entries()) {
      assert.isTrue(quote.premium > 0n, `${quote.maker} is paid`);
      assert.isTrue([...later.quotes, later.condor][index]!.premium > quote.premium, `${quote.maker} and time`);
    }
    assert.isTrue(later.coveredCall.premium > plan.coveredCall.premium, "coins and time");
  });

  it("gives every trader an account with enough for its book", () => {
    const names = new Set(plan.accounts.map(({ name }) => name));
    const traders = [...plan.quotes, plan.condor].flatMap(({ maker, taker }) => [maker, taker]);
    for (const name of [...traders, plan.coveredCall.writer, plan.coveredCall.buyer])
      assert.isTrue(names.has(name), name);
    for (const { name, funds, inBook } of plan.accounts) assert.isTrue(inBook <= funds, name);
  });
});

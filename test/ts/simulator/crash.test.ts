// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { checkCrash, modesOf } from "../../../scripts/simulator/checkCrash.ts";
import { crashHtml } from "../../../scripts/simulator/crashHtml.ts";
import { crashEvents, FALL_SECONDS, planCrash, roundsOfFall } from "../../../scripts/simulator/CrashPlan.ts";
import type { CrashMoney, CrashRecord, LiquidationRecord, ModeSample } from "../../../scripts/simulator/CrashRecord.ts";
import { crashTable } from "../../../scripts/simulator/crashTable.ts";
import { decideLiquidation } from "../../../scripts/keepers/liquidator/decideLiquidation.ts";
import { StuckPrices } from "../../../scripts/simulator/StuckPrices.ts";
import { crashDebt, summarizeCrash } from "../../../scripts/simulator/summarizeCrash.ts";
import { crashRecord, FAULTS_END } from "./crashRecord.ts";

const USD = 1_000_000n;
const MEDIAN = "The median stays among the honest through a crash";
const EDGES = "The breaker moves along its edges only";
const CAUSES = "Every tightening has its cause";
const OPENINGS = "Openings are refused while the breaker says so, and only then";
const EXITS = "Exits go on in every mode";
const RIGHTFUL = "Nobody is liquidated wrongfully";
const FUNDED = "A book funded to its maximum loss is never touched";
const HEALTH = "Liquidations restore health";
const WATERFALL = "A loss is paid in its order, where it was made";
const MONEY = "After the crash the Clearinghouse holds what it owes";
const NORMAL = "The breaker is Normal again";

function broken(change: Partial<CrashRecord>): string[] {
  return checkCrash(crashRecord(change))
    .filter(({ held }) => !held)
    .map(({ name }) => name);
}

function withSample(index: number, change: Partial<ModeSample>): Pick<CrashRecord, "samples"> {
  return { samples: crashRecord().samples.map((each, place) => (place === index ? { ...each, ...change } : each)) };
}

function withAct(index: number, change: Partial<LiquidationRecord>): Pick<CrashRecord, "liquidations"> {
  const liquidations = crashRecord().liquidations.map((each, place) =>
    place === index ? { ...each, ...change } : each,
  );
  return { liquidations };
}

function withMoney(change: Partial<CrashMoney>): Pick<CrashRecord, "money"> {
  return { money: { ...crashRecord().money, ...change } };
}

function withoutMode(mode: string): Pick<CrashRecord, "samples"> {
  return { samples: crashRecord().samples.filter((each) => each.mode !== mode) };
}

describe("verdicts of a crash", () => {
  it("hold for a record in which everything held, and each looked at something", () => {
    for (const { name, held, checks, detail } of checkCrash(crashRecord())) {
      assert.isTrue(held, `${name}: ${detail}`);
      assert.isAbove(checks, 0, name);
    }
  });

  it("break for a record of nothing, every one of them but that of the money", () => {
    const nothing = {
      samples: [],
      rounds: [],
      liquidations: [],
      books: [],
      openings: [],
      exits: [],
      openedAgain: false,
    };
    assert.sameMembers(broken(nothing), [
      MEDIAN,
      EDGES,
      CAUSES,
      OPENINGS,
      EXITS,
      RIGHTFUL,
      FUNDED,
      HEALTH,
      WATERFALL,
      NORMAL,
    ]);
  });

  it("break when a median follows the liars, when nobody lies, or when the price hardly falls", () => {
    const { rounds, samples } = crashRecord();
    const lifted = rounds.map((each) => ({ ...each, published: [(each.published[0]! * 104n) / 100n] }));
    assert.deepEqual(broken({ rounds: lifted }), [MEDIAN]);
    assert.deepEqual(broken({ rounds: rounds.map((each) => ({ ...each, lying: [] })) }), [MEDIAN]);
    assert.deepEqual(broken({ samples: samples.map((each) => ({ ...each, truth: samples[0]!.truth })) }), [MEDIAN]);
  });

  it("break when six validators stand where seven should", () => {
    assert.deepEqual(broken({ members: crashRecord().members.slice(1) }), [MEDIAN]);
  });

  it("break when one of the seven never signs", () => {
    const rounds = crashRecord().rounds.map((each) => ({
      ...each,
      signed: each.signed.filter(({ validator }) => validator !== "eve"),
    }));
    assert.deepEqual(broken({ rounds }), [MEDIAN]);
  });

  it("break when the breaker skips a step on its way back, or a mode never comes", () => {
    assert.include(broken(withSample(4, { mode: "normal" })), EDGES, "Halted to Normal");
    assert.include(broken(withSample(5, { mode: "normal", phase: "ramp" })), EDGES, "ReduceOnly to Normal");
    assert.include(broken(withoutMode("halted")), EDGES);
    assert.include(broken(withoutMode("recovery")), EDGES);
  });

  it("break when the breaker tightens without a cause", () => {
    assert.deepEqual(broken(withSample(3, { causes: [] })), [CAUSES]);
  });

  it("break when an opening goes through in ReduceOnly, is refused in the ramp, or was not tried", () => {
    const { openings } = crashRecord();
    const changed = (index: number, refusal: string) =>
      openings.map((each, place) => (place === index ? { ...each, refusal } : each));
    assert.deepEqual(broken({ openings: changed(2, "") }), [OPENINGS]);
    assert.deepEqual(broken({ openings: changed(5, "Clearinghouse_Unhealthy") }), [OPENINGS]);
    assert.deepEqual(broken({ openings: openings.filter(({ mode }) => mode !== "halted") }), [OPENINGS]);
  });

  it("break when one exit is refused, or none was tried while Halted", () => {
    const { exits } = crashRecord();
    assert.deepEqual(broken({ exits: [{ mode: "cautious", attempted: 4, refused: 1 }, ...exits] }), [EXITS]);
    assert.deepEqual(broken({ exits: exits.filter(({ mode }) => mode !== "halted") }), [EXITS]);
  });

  it("break when a book was flagged that had maintenance margin at the true price", () => {
    assert.deepEqual(broken(withAct(0, { trueMaintenance: 8_000n * USD })), [RIGHTFUL]);
    const { liquidations } = summarizeCrash(crashRecord(withAct(0, { trueMaintenance: 8_000n * USD })));
    assert.equal(liquidations.wrongful, 1);
  });

  it("break when the funded book is flagged", () => {
    assert.include(broken(withAct(0, { book: "funded writer" })), FUNDED);
  });

  it("break when a book stays flagged or short, when no bid restores one, and when nothing goes in slices", () => {
    const { books, liquidations } = crashRecord();
    assert.deepEqual(broken({ books: books.map((each) => ({ ...each, isFlagged: !each.isFunded })) }), [HEALTH]);
    assert.deepEqual(broken({ books: books.map((each) => ({ ...each, cash: each.isFunded ? each.cash : -1n })) }), [
      HEALTH,
    ]);
    assert.deepEqual(broken(withAct(1, { isOver: false })), [HEALTH]);
    assert.deepEqual(broken({ refusedActs: 1 }), [HEALTH]);
    assert.deepEqual(broken({ liquidations: liquidations.map((each) => ({ ...each, mode: "recovery" })) }), [HEALTH]);
  });

  it("break when insurance pays before the book's own cash, beside a penalty, or for two books", () => {
    assert.deepEqual(broken(withAct(3, { paid: 900n * USD })), [WATERFALL]);
    assert.deepEqual(broken(withAct(3, { toFlagger: USD })), [WATERFALL]);
    assert.include(broken(withAct(1, { drawn: 1n })), WATERFALL);
  });

  it("break when insurance loses more than it paid, another market pays, or the loss goes past insurance", () => {
    assert.deepEqual(broken(withMoney({ insuranceEnd: 248_850n * USD - 1n })), [WATERFALL]);
    assert.deepEqual(broken(withMoney({ othersEnd: 84n })), [WATERFALL]);
    assert.deepEqual(broken(withMoney({ shortage: 1n })), [WATERFALL]);
    assert.deepEqual(broken(withMoney({ collected: 8_999n })), [WATERFALL]);
  });

  it("break when one unit is held that nobody is owed, or owed and not held", () => {
    assert.deepEqual(broken(withMoney({ held: 248_900n * USD + 1n })), [MONEY]);
    assert.deepEqual(broken(withMoney({ held: 1n, owed: 1n })), [MONEY]);
  });

  it("break when the way back takes more than twelve hours, skips the ramp, or ends with closed doors", () => {
    assert.deepEqual(broken(withSample(6, { at: FAULTS_END + 43_201n })), [NORMAL]);
    assert.deepEqual(broken(withSample(5, { phase: "closed" })), [NORMAL]);
    assert.deepEqual(broken({ openedAgain: false }), [NORMAL]);
  });
});

describe("report of a crash", () => {
  const page = crashHtml(crashRecord());

  it("draws true and published price, and under them one stretch of strip for every mode in turn", () => {
    assert.include(page, "<title>true price</title>");
    assert.include(page, "<title>published median</title>");
    const classes = [...page.matchAll(/<rect class="strip (\w+)"/g)].map(([, mode]) => mode);
    assert.deepEqual(classes, modesOf(crashRecord().samples));
    assert.notInclude(page, "NaN");
    assert.notInclude(page, "undefined");
  });

  it("puts the strip below the price and above the times", () => {
    const strip = Number(/class="strip[^>]* y="([\d.]+)"/.exec(page)?.[1]);
    const lowest = Math.max(...[...page.matchAll(/class="grid"[^>]*y1="([\d.]+)"/g)].map(([, y]) => Number(y)));
    assert.isAbove(strip, lowest);
    assert.isBelow(strip + 16, 320 - 28 + 16);
  });

  it("has a row for every act of liquidation, escaped", () => {
    assert.equal(page.match(/<tr><td>/g)?.length, crashRecord().liquidations.length);
    assert.include(page, "late &lt;writer&gt;");
    assert.include(page, '<td class="number">900.00</td>');
  });

  it("can draw a crash in which nothing was seen", () => {
    const empty = crashHtml(crashRecord({ samples: [], liquidations: [] }));
    assert.notInclude(empty, "NaN");
    assert.notInclude(empty, "Infinity");
  });

  it("prints how the breaker moved and who was liquidated", () => {
    const text = crashTable(crashRecord());
    assert.match(text, /3000\.00 USD {2}normal/);
    assert.match(text, /reduceOnly, closed +12 h average/);
    assert.match(text, /bid +reduceOnly +late <writer> +4000\.00 +3000\.00 +10\.00 +7\.50 +300\.00/);
  });
});

describe("summary of a crash", () => {
  it("counts seconds in each mode and names every move with its cause", () => {
    const { modes, recoverySeconds } = summarizeCrash(crashRecord());
    assert.deepEqual(modes.secondsIn, {
      normal: 2_850,
      cautious: 1_880,
      recovery: 17_500,
      reduceOnly: 1_000 + 6_500,
      halted: 2_070,
    });
    assert.lengthOf(modes.transitions, 6);
    assert.include(modes.transitions[1], { from: "cautious", to: "reduceOnly", cause: "30 min average, 12 h average" });
    assert.equal(recoverySeconds, 25_500);
    assert.equal(summarizeCrash(crashRecord({ samples: [] })).recoverySeconds, -1);
  });

  it("counts what was taken over and what insurance paid", () => {
    const { liquidations } = summarizeCrash(crashRecord());
    assert.deepEqual(liquidations, { count: 3, notional: 15 * 1_650, wrongful: 0 });
    assert.deepEqual(crashDebt(crashRecord()), { paid: 1_200, unpaid: 0, notional: 30 * 1_650 });
  });
});

describe("plan of a crash", () => {
  it("falls by 45 % in an hour and a half, in no step by 5 %", () => {
    const events = crashEvents(0n);
    const left = events.reduce((price, { bps }) => (price * bps) / 10_000, 1);
    assert.isTrue(left > 0.54 && left < 0.56, `${left} is left`);
    assert.equal(Number(events.at(-1)!.atMs) / 1000 + 15, FALL_SECONDS);
    const offsets = roundsOfFall();
    for (const [index, until] of offsets.entries()) {
      const from = offsets[index - 1] ?? 0;
      const inRound = events.filter(({ atMs }) => Number(atMs) > from * 1000 && Number(atMs) <= until * 1000);
      const step = inRound.reduce((price, { bps }) => (price * bps) / 10_000, 1);
      assert.isTrue(step > 0.92, `round at ${until} s is not quarantined`);
    }
  });

  it("puts strikes on the grid around any price", () => {
    for (const price of [300_000_000_000n, 217_345_678_901n]) {
      const { writers, opening } = planCrash(price);
      for (const { written, held } of writers)
        for (const { strike } of [written, ...(held === undefined ? [] : [held])]) assert.equal(strike % 500_000n, 0n);
      const distance = opening.strike - price / 10_000n;
      assert.isTrue(distance <= 250_000n && distance >= -250_000n, `${opening.strike} at ${price}`);
    }
  });

  it("gives everybody more than the most their puts can cost, but for those who live on margin", () => {
    const { writers, liquidatorFunds } = planCrash(300_000_000_000n);
    const cost = writers.reduce((sum, { written }) => sum + (written.strike * written.size) / 10_000n, 0n);
    assert.isTrue(liquidatorFunds > cost, "the liquidator can take everything over");
    assert.deepEqual(
      writers.filter(({ marginPercent }) => marginPercent === undefined).map(({ name }) => name),
      ["funded writer"],
    );
  });
});

describe("a validator that is stuck", () => {
  it("signs the first prices it saw, multiplied, whatever the market does", async () => {
    let price = 3_000n;
    const honest = { observe: () => Promise.resolve([price, 0n]) };
    const stuck = new StuckPrices(honest, 10_500n);
    assert.deepEqual(await stuck.observe(1n), [3_150n, 0n]);
    price = 1_500n;
    assert.deepEqual(await stuck.observe(2n), [3_150n, 0n]);
  });
});

describe("a liquidator", () => {
  const flagged = { isFlagged: true, isLiquidatable: true, cash: 100n, full: 90n, target: 120n, payment: 90n };

  it("flags what is short and nothing else", () => {
    assert.equal(decideLiquidation({ ...flagged, isFlagged: false }), "flag");
    assert.equal(decideLiquidation({ ...flagged, isFlagged: false, isLiquidatable: false }), "wait");
  });

  it("bids once the legs are paid for at their worth, where bids are possible", () => {
    assert.equal(decideLiquidation(flagged), "bid");
    assert.equal(decideLiquidation({ ...flagged, payment: 89n }), "wait");
    assert.equal(decideLiquidation({ ...flagged, isLiquidatable: false }), "wait");
  });

  it("ends a liquidation that has reached its target, but not where nobody can tell", () => {
    assert.equal(decideLiquidation({ ...flagged, cash: 120n }), "unflag");
    const blind = { ...flagged, isLiquidatable: false, full: 0n, target: 0n, payment: 0n };
    assert.equal(decideLiquidation(blind), "wait");
  });
});

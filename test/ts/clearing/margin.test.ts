// SPDX-License-Identifier: MIT
import { assert } from "chai";
import type { Decimal } from "decimal.js";

import { explainRequirement } from "../../../scripts/model/clearing/explainRequirement.ts";
import { calculateMarks, calculateRequirement, timeValueUp } from "../../../scripts/model/clearing/margin.ts";
import { numerators, toUnitsDown, toUnitsUp, unitDecimals } from "../../../scripts/model/clearing/payoff.ts";
import type { CollateralKind, Leg } from "../../../scripts/model/clearing/types.ts";
import { isCounting } from "../isCounting.ts";
import { legOf, MarginBench, solidityCase } from "./MarginBench.ts";
import { referenceOf, ReferenceBook } from "./marginReference.ts";
import { initialOf, LARGEST_PRICE, LARGEST_SIZE, LARGEST_STRIKE, maintenanceOf, RandomBooks } from "./randomBooks.ts";
import type { Case } from "./randomBooks.ts";

const BOOKS = 2_000;
const REFERENCE_BOOKS = 400;

/** Usual books and books at the ends of every range, half each. */
function randomCases(seed: number, count: number): Case[] {
  const books = new RandomBooks(seed);
  return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? books.usual() : books.extreme()));
}

/** All numbers of the model in the order of `MarginHarness.Answer`. */
function answerOf(given: Case): bigint[] {
  const { legs, terms, band } = given;
  const [initial, maintenance] = [initialOf(given), maintenanceOf(given)];
  const required = [initial, maintenance].map((scenario) => calculateRequirement(legs, terms, scenario));
  const marks = calculateMarks(legs, terms, band.price, maintenance.timeValue);
  const { owed, due } = numerators(legs, terms, band.price);
  return [
    ...[initial, maintenance].flatMap(({ low, high, timeValue }) => [low, high, timeValue]),
    ...required.flatMap(({ cost, maximumLoss, amount }) => [cost, maximumLoss, amount]),
    marks.full,
    marks.half,
    owed,
    due,
    toUnitsUp(owed, terms, band.price),
    toUnitsDown(due, terms, band.price),
  ];
}

/** Books around 3,000 dollars with the most that their check may cost; condors and boxes need both of its halves. */
const GAS_BOOKS: [string, Leg[], number][] = [
  ["one short", [legOf("call", 3_000, -1)], 4_500],
  ["condor", shortsAndLongs([2_700, 3_300], [2_400, 3_600]), 17_000],
  ["condor and a call", shortsAndLongs([2_700, 3_300, 3_900], [2_400, 3_600]), 12_500],
  ["eight shorts", shortsAndLongs([2_400, 2_600, 2_800, 3_000, 3_200, 3_400, 3_600, 3_800], []), 13_500],
  ["four spreads", shortsAndLongs([2_400, 2_800, 3_200, 3_600], [2_600, 3_000, 3_400, 3_800]), 33_000],
];

function shortsAndLongs(shorts: readonly number[], longs: readonly number[]): Leg[] {
  const sided = (strikes: readonly number[], size: number): Leg[] =>
    strikes.map((strike) => legOf(strike > 3_000 ? "call" : "put", strike, size));
  return [...sided(shorts, -1), ...sided(longs, 1)];
}

function usualCase(kind: CollateralKind, legs: readonly Leg[]): Case {
  return {
    legs,
    terms: { kind, unitDecimals: 6, capBps: 10_000n },
    band: { price: 3_000_00000000n, low: 2_990_00000000n, high: 3_010_00000000n },
    initialShockBps: 2_500n,
    maintenanceShockBps: 1_500n,
    initialFloorBps: 1_200n,
    maintenanceFloorBps: 900n,
    volatilityBps: 12_000n,
    secondsLeft: 30n * 86_400n,
    multiplierBps: 10_000n,
    addOnBps: 0n,
  };
}

/** Eight legs of the largest size, all short or every other one, at the ends of prices, strikes and parameters. */
function largestCases(): Case[] {
  const cases: Case[] = [];
  for (const kind of ["quote", "coin"] as const) {
    for (const price of [1n, LARGEST_PRICE]) {
      for (const isCall of [false, true]) {
        for (const longs of [0, 1]) {
          cases.push({
            legs: Array.from({ length: 8 }, (_, i) => ({
              strike: i < 4 ? LARGEST_STRIKE : 1n,
              isCall,
              size: i % 2 < longs ? LARGEST_SIZE : -LARGEST_SIZE,
            })),
            terms: { kind, unitDecimals: 9, capBps: 20_000n },
            band: { price, low: price === 1n ? 1n : price / 2n, high: price },
            initialShockBps: 9_000n,
            maintenanceShockBps: 9_000n,
            initialFloorBps: 10_000n,
            maintenanceFloorBps: 10_000n,
            volatilityBps: (1n << 32n) - 1n,
            secondsLeft: (1n << 40n) - 1n,
            multiplierBps: 65_535n,
            addOnBps: 10_000n,
          });
        }
      }
    }
  }
  return cases;
}

async function compare(bench: MarginBench, cases: readonly Case[]): Promise<void> {
  const answers = await bench.answers(cases);
  for (const [index, given] of cases.entries()) {
    const answer = answers[index]!;
    const scenarios = [answer.initialScenario, answer.maintenanceScenario];
    const onChain = [
      ...scenarios.flatMap(({ low, high, timeValue }) => [low, high, timeValue]),
      ...[answer.initial, answer.maintenance].flatMap(({ cost, maximumLoss, amount }) => [cost, maximumLoss, amount]),
      answer.marks.full,
      answer.marks.half,
      answer.owed,
      answer.due,
      answer.owedUp,
      answer.dueDown,
    ];
    assert.deepEqual(onChain, answerOf(given), `book ${index}`);
  }
}

describe("margin libraries", () => {
  let bench: MarginBench;

  before(async () => {
    bench = await MarginBench.create();
  });

  it("agree with their model bit for bit, and covered means cash of at least the requirement", async () => {
    await compare(bench, randomCases(1, BOOKS));
  });

  it("do not overflow with every input at its largest", async () => {
    await compare(bench, largestCases());
  });

  it("agree with a hundred-digit reference to the last unit, requirements up and dues down", () => {
    for (const [index, given] of randomCases(2, REFERENCE_BOOKS).entries()) {
      const reference = referenceOf(given);
      const { legs, terms, band } = given;
      const initial = calculateRequirement(legs, terms, initialOf(given));
      const maintenance = calculateRequirement(legs, terms, maintenanceOf(given));
      const marks = calculateMarks(legs, terms, band.price, maintenanceOf(given).timeValue);
      const { owed, due } = numerators(legs, terms, band.price);
      isRoundedUp(initial.amount, reference.initial, `initial margin of book ${index}`);
      isRoundedUp(maintenance.amount, reference.maintenance, `maintenance margin of book ${index}`);
      isRoundedUp(initial.maximumLoss, reference.maximumLoss, `maximum loss of book ${index}`);
      isRoundedUp(marks.full, reference.mark, `M of book ${index}`);
      isRoundedUp(marks.half, reference.halfMark, `M₀ of book ${index}`);
      isRoundedUp(toUnitsUp(owed, terms, band.price), reference.owed, `owed by book ${index}`);
      assert.equal(toUnitsDown(due, terms, band.price), floorOf(reference.due), `due to book ${index}`);
    }
  });

  it("round time value up at every age and volatility, and never beyond 1", async () => {
    const books = new RandomBooks(3);
    const times = [0n, 1n, 60n, 86_400n, 7_776_000n, (1n << 40n) - 1n];
    for (let i = 0; i < 300; ++i) times.push(books.logBetween(1n, 7_776_000n));
    const volatilities = times.map(() => books.logBetween(1n, (1n << 32n) - 1n));
    const onChain = await bench.harness.timeValues(volatilities, times);
    const reference = new ReferenceBook([], { kind: "quote", unitDecimals: 6, capBps: 10_000n });
    for (const [index, time] of times.entries()) {
      const expected = BigInt(reference.timeValue(volatilities[index]!, time).times(1e9).toFixed(0));
      assert.equal(onChain[index], expected, `contract, ${time} s at ${volatilities[index]} bps`);
      assert.equal(timeValueUp(volatilities[index]!, time), expected, `model, ${time} s`);
    }
    assert.equal(timeValueUp(10_000n, 0n), 0n, "nothing at the expiry");
    assert.equal(timeValueUp(28_000n, 90n * 86_400n), 556_151_158n, "0.4 · 2.8 · √(90/365), up");
  });

  it("check a book within its gas", async function () {
    if (isCounting) return this.skip();
    for (const [name, legs, most] of GAS_BOOKS) {
      for (const kind of ["quote", "coin"] as const) {
        const given = usualCase(kind, legs);
        const { amount } = calculateRequirement(legs, given.terms, initialOf(given));
        const { isCovered, used } = await bench.harness.gasOfCheck(solidityCase(given), amount);
        assert.isTrue(isCovered, `${name}, ${kind}: covered by what is required`);
        assert.isAtMost(Number(used), most, `${name}, ${kind}`);
      }
    }
  });

  it("count ledger units with at most nine decimals", () => {
    assert.deepEqual([6, 8, 9, 18].map(unitDecimals), [6, 8, 9, 9]);
  });
});

describe("explanation of a requirement", () => {
  it("holds every term, and the terms give the amount", () => {
    const rules = new Set<string>();
    for (const given of randomCases(4, 300)) {
      const scenario = initialOf(given);
      const { legs, terms } = given;
      const told = explainRequirement(legs, terms, scenario);
      const required = calculateRequirement(legs, terms, scenario);
      assert.deepInclude(told, { ...required }, "same amounts");
      assert.equal(told.maximumLoss, max(0n, ...told.maximumLossPoints.map(({ loss }) => loss)), "maximum loss");
      assert.equal(told.stress, max(...told.points.map(({ loss }) => loss)), "stress");

      const rebuilt = (max(told.stress, told.floor) * scenario.multiplierBps) / 10_000n + told.addOn;
      const slack = told.cost - rebuilt; // roundings of terms that the requirement does not make
      if (told.notional > 0n) assert.isTrue(slack >= -3n && slack <= 3n, `cost from its terms, off by ${slack}`);
      for (const { loss, legs: parts } of [...told.points, ...told.maximumLossPoints]) {
        const sum = parts.reduce((total, part) => total + part, 0n);
        assert.isTrue(sum >= loss && sum - loss < BigInt(parts.length), "legs add up to the loss");
      }
      rules.add(told.rule);
    }
    assert.sameMembers([...rules], ["nothing", "stress", "floor", "maximumLoss"], "every rule decided some book");
  });
});

function isRoundedUp(actual: bigint, expected: Decimal, label: string): void {
  assert.equal(actual, BigInt(expected.toDecimalPlaces(60).ceil().toFixed(0)), label);
}

function floorOf(value: Decimal): bigint {
  return BigInt(value.toDecimalPlaces(60).floor().toFixed(0));
}

function max(...values: bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most));
}

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { Explanation, PointLoss } from "../../../scripts/model/clearing/explainRequirement.ts";
import { explainRequirement } from "../../../scripts/model/clearing/explainRequirement.ts";
import type { CostTermsStructOutput, ILens, WorstPointStructOutput } from "../../../typechain-types/periphery/Lens.ts";
import { Failure, Mode, PRICE, readingAt } from "../clearing/ClearingBench.ts";
import {
  everySeriesOnce,
  heldBook,
  mirroredScenarios,
  modelLegs,
  randomReading,
  termsOf,
} from "../clearing/heldBook.ts";
import { RandomBooks } from "../clearing/randomBooks.ts";
import { lensOnHouse } from "./PeripheryBench.ts";

const UNIT = 10n ** 6n;
const BPS = 10_000n;
const KINDS = ["low", "high", "strike", "cap", "zero", "infinity"] as const;
const RULES = ["nothing", "stress", "floor", "maximumLoss"] as const;
const WITHOUT_BOUND = (1n << 256n) - 1n;

type Explained = ILens.MarginExplanationStructOutput;

describe("Lens: why a requirement is what it is", () => {
  for (const kind of ["quote", "coin"] as const) {
    it(`the terms add up to IM and MM to the last unit, and are the mirror's (${kind}, 300 random books)`, async () => {
      const { bench, lens } = await lensOnHouse();
      const books = new RandomBooks(kind === "quote" ? 401 : 402);
      const market = kind === "quote" ? bench.quoteMarket : bench.coinMarket;
      const seen = new Set<string>();
      for (let book = 0; book < 300; ++book) {
        const reading = randomReading(books);
        await bench.risk.set(reading);
        const legs = heldBook(books, reading.price);
        const told = await lens.explainLegs(market, bench.expiry, legs);
        const { initial, maintenance } = mirroredScenarios(kind, reading, told.requirement.secondsLeft);
        const held = modelLegs(legs);
        const label = `book ${book}`;
        expectRecombined(told, label);
        const mirrored = explainRequirement(held, termsOf(kind), initial);
        expectMirrored(told.initial, mirrored, `${label}, IM`);
        expectMirrored(told.maintenance, explainRequirement(held, termsOf(kind), maintenance), `${label}, MM`);
        expectPoint(told.maximumLoss, mirrored.maximumLossPoints, `${label}, maximum loss`);
        seen.add(`rule ${told.initial.rule}`);
        seen.add(`maximum loss ${told.maximumLoss.kind}`);
        if (told.initial.worst.legs.length > 0) seen.add(`stress ${told.initial.worst.kind}`);
      }
      const whole = ["rule 0", "rule 1", "rule 2", "rule 3", "stress 0", "stress 1", "stress 2", "stress 3"];
      const ends = ["maximum loss 2", "maximum loss 3", "maximum loss 4", "maximum loss 5"];
      expect([...seen], "every rule and every kind of price came up").to.include.members([...whole, ...ends]);
    });
  }

  it("shows a book: one short put, term by term, in dollars", async () => {
    const { bench, lens } = await lensOnHouse();
    const writer = await bench.account(1);
    const book = bench.bookId(writer.address);
    await bench.house.connect(writer).fund(book, 2_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs({ strike: 3000, isCall: false, size: 1 }), writer.address);
    const told = await lens.explainMargin(book);
    const { cash } = await bench.house.book(book);
    const { initial, requirement } = told;

    expect(requirement.reading.price).to.equal(3_000n * PRICE);
    expect([requirement.reading.low, requirement.reading.high]).to.deep.equal([2_997n * PRICE, 3_003n * PRICE]);
    expect(requirement.initialScenario.low, "band and 25 % below").to.equal(2_247n * PRICE);
    expect([KINDS[Number(initial.worst.kind)], initial.worst.price]).to.deep.equal(["low", 2_247n * PRICE]);
    const [leg] = initial.worst.legs;
    expect(leg!.payoff / initial.worst.denominator, "3,000 less 2,247").to.equal(753n * UNIT);
    expect(leg!.cut, "far from its cap").to.equal(0n);
    const { timeValue } = requirement.initialScenario;
    expect(leg!.timeValue * 10n ** 9n, "TV of the price").to.equal(
      initial.worst.denominator * 2_247n * UNIT * timeValue,
    );
    expect(initial.floorUp, "12 % of 3,000").to.equal(360n * UNIT);
    expect(initial.notionalUp).to.equal(3_000n * UNIT);
    expect(told.initialExcess).to.equal(cash - requirement.initial.amount);
    expect(told.maintenanceExcess).to.equal(cash - requirement.maintenance.amount);
    expect([KINDS[Number(told.maximumLoss.kind)], told.maximumLoss.lossUp]).to.deep.equal(["zero", 3_000n * UNIT]);
  });

  it("shows factor and add-on in initial margin alone", async () => {
    const { bench, lens } = await lensOnHouse();
    await bench.risk.set(readingAt(3000, { mode: Mode.Cautious, multiplierBps: 12_500n, addOnBps: 500n }));
    const legs = [{ strike: 30_000_000n, isCall: true, size: -2n * UNIT }];
    const told = await lens.explainLegs(bench.quoteMarket, bench.expiry, legs);
    expect(told.initial.addOnUp, "5 % of 6,000 dollars").to.equal(300n * UNIT);
    expect(told.maintenance.addOn).to.equal(0n);
    expect(told.requirement.initialScenario.multiplierBps).to.equal(12_500n);
    expectRecombined(told, "cautious");
  });

  it("explains maximum loss where there is no price, and says so, whatever fails", async () => {
    const { bench, lens } = await lensOnHouse();
    const writer = await bench.account(1);
    const book = bench.bookId(writer.address);
    await bench.house.connect(writer).fund(book, 10_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs({ strike: 3000, isCall: true, size: 1 }), writer.address);
    await bench.marks.setFailure(true, true);
    for (const [name, failure] of Object.entries(Failure)) {
      if (failure === Failure.None) continue;
      await bench.risk.fail(failure);
      const told = await lens.explainMargin(book);
      expect(told.requirement.hasPrice, name).to.equal(false);
      expect(told.requirement.reading.mode, name).to.equal(Mode.Halted);
      for (const terms of [told.initial, told.maintenance]) {
        expect([terms.amount, RULES[Number(terms.rule)], terms.worst.legs.length], name).to.deep.equal([
          3_000n * UNIT,
          "maximumLoss",
          0,
        ]);
      }
      const { kind, price, lossUp } = told.maximumLoss;
      expect([KINDS[Number(kind)], price, lossUp], name).to.deep.equal(["infinity", WITHOUT_BOUND, 3_000n * UNIT]);
      expect(told.initialExcess, name).to.equal(told.cash - 3_000n * UNIT);
    }
    await bench.risk.fail(Failure.None);
    await bench.risk.set(readingAt(3000, { age: 86_401n }));
    const stale = await lens.explainMargin(book);
    expect(RULES[Number(stale.initial.rule)], "older than a day").to.equal("maximumLoss");
    expect(RULES[Number(stale.maintenance.rule)], "nobody pays for an outage with his book").to.not.equal(
      "maximumLoss",
    );
  });

  it("adds up legs of one series, refuses more than eight and sizes that no book can hold", async () => {
    const { bench, lens } = await lensOnHouse();
    const put = { strike: 30_000_000n, isCall: false, size: -3n * UNIT };
    const told = await lens.explainLegs(bench.quoteMarket, bench.expiry, [
      put,
      { ...put, size: UNIT },
      { ...put, isCall: true, size: UNIT },
      { ...put, isCall: true, size: -UNIT },
    ]);
    expect(told.legs.map(({ size, isCall }) => [size, isCall])).to.deep.equal([[-2n * UNIT, false]]);
    const nine = Array.from({ length: 9 }, (_, index) => ({ ...put, strike: put.strike + BigInt(index) }));
    await expect(lens.explainLegs(bench.quoteMarket, bench.expiry, nine)).to.be.revertedWithCustomError(
      lens,
      "Lens_TooManyLegs",
    );
    for (const size of [1n << 86n, -(1n << 86n), (1n << 95n) - 1n]) {
      await expect(
        lens.explainLegs(bench.quoteMarket, bench.expiry, [{ ...put, size }]),
        `${size}`,
      ).to.be.revertedWithCustomError(lens, "Lens_SizeTooLarge");
    }
    await expect(lens.explainLegs(9n, bench.expiry, [put])).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_UnknownMarket",
    );
  });

  it("holds for the largest books that can be", async () => {
    const { bench, lens } = await lensOnHouse();
    const books = new RandomBooks(403);
    for (const market of [bench.quoteMarket, bench.coinMarket]) {
      for (let book = 0; book < 60; ++book) {
        const { legs, band } = books.extreme();
        await bench.risk.set(
          readingAt(1, { ...band, volatilityBps: 40_000n, addOnBps: 1_000n, multiplierBps: 65_535n }),
        );
        expectRecombined(await lens.explainLegs(market, bench.expiry, everySeriesOnce(legs)), `book ${book}`);
      }
    }
  });

  it("tells prices apart that rounding makes equal: tiny books under a large factor", async () => {
    const { bench, lens } = await lensOnHouse();
    const books = new RandomBooks(404);
    for (const market of [bench.quoteMarket, bench.coinMarket]) {
      for (let book = 0; book < 100; ++book) {
        const reading = { ...randomReading(books), multiplierBps: 65_535n };
        await bench.risk.set(reading);
        const legs = everySeriesOnce(books.legs(reading.price, () => books.between(-3n, 3n) || 1n));
        expectRecombined(await lens.explainLegs(market, bench.expiry, legs), `book ${book}`);
      }
    }
  });

  it("stays far below the gas of a transaction for eight legs", async () => {
    const { bench, lens } = await lensOnHouse();
    const legs = Array.from({ length: 8 }, (_, index) => ({
      strike: 26_000_000n + 1_000_000n * BigInt(index),
      isCall: index % 2 === 0,
      size: (index % 3 === 0 ? 1n : -1n) * UNIT,
    }));
    const gas = await lens.explainLegs.estimateGas(bench.quoteMarket, bench.expiry, legs);
    expect(gas < 2_000_000n, `${gas}`).to.equal(true);
  });
});

/** Everything adds up inside, and to what the Clearinghouse says. */
function expectRecombined(told: Explained, label: string): void {
  const { initial, maintenance, requirement, maximumLoss } = told;
  for (const [terms, scenario, said, name] of [
    [initial, requirement.initialScenario, requirement.initial, "IM"],
    [maintenance, requirement.maintenanceScenario, requirement.maintenance, "MM"],
  ] as const) {
    const at = `${label}, ${name}`;
    expect([terms.cost, terms.amount], at).to.deep.equal([said.cost, said.amount]);
    if (terms.worst.legs.length === 0) continue;
    expectSums(terms.worst, at);
    const { denominator, loss } = terms.worst;
    const charged = loss > terms.floor ? loss : terms.floor;
    const cost = ceilDiv(charged * scenario.multiplierBps + terms.addOn * BPS, denominator * BPS);
    expect(cost, `${at}: cost of its terms`).to.equal(said.cost);
  }
  expectSums(maximumLoss, `${label}, maximum loss`);
  const most = maximumLoss.lossUp > 0n ? maximumLoss.lossUp : 0n;
  expect(most, `${label}: maximum loss`).to.equal(requirement.initial.maximumLoss);
}

function expectSums(worst: WorstPointStructOutput, label: string): void {
  let sum = 0n;
  for (const { payoff, timeValue, cut, total, totalUp } of worst.legs) {
    expect(payoff + timeValue + cut, `${label}: parts of a leg`).to.equal(total);
    expect(totalUp, `${label}: a leg rounded up`).to.equal(ceilDiv(total, worst.denominator));
    expect(timeValue >= 0n && (payoff < 0n ? cut >= 0n : true), `${label}: signs`).to.equal(true);
    sum += total;
  }
  expect(sum, `${label}: the legs are the loss`).to.equal(worst.loss);
  expect(worst.lossUp, `${label}: the loss rounded up`).to.equal(ceilDiv(worst.loss, worst.denominator));
}

function expectMirrored(terms: CostTermsStructOutput, mirrored: Explanation, label: string): void {
  if (terms.worst.legs.length === 0) {
    expect(mirrored.notional, `${label}: no shorts`).to.equal(0n);
    expect(mirrored.amount, label).to.equal(0n);
    return;
  }
  expect([terms.cost, terms.amount, terms.notionalUp, terms.floorUp, terms.addOnUp], label).to.deep.equal([
    mirrored.cost,
    mirrored.amount,
    mirrored.notional,
    mirrored.floor,
    mirrored.addOn,
  ]);
  expect(terms.worst.lossUp, `${label}: stress`).to.equal(mirrored.stress);
  expectPoint(terms.worst, mirrored.points, label);
  if (mirrored.stress !== mirrored.floor) expect(RULES[Number(terms.rule)], label).to.equal(mirrored.rule);
}

/** The mirror looked there too, found the same for every leg, and nothing worse anywhere. */
function expectPoint(worst: WorstPointStructOutput, points: readonly PointLoss[], label: string): void {
  const kind = KINDS[Number(worst.kind)];
  const isOfLeg = kind === "strike" || kind === "cap";
  const point = points.find(({ at, leg }) => at === kind && (!isOfLeg || leg === Number(worst.leg)));
  expect(point, `${label}: ${kind}`).to.not.equal(undefined);
  expect(worst.price, `${label}: price`).to.equal(point!.price ?? WITHOUT_BOUND);
  expect(worst.lossUp, `${label}: loss`).to.equal(point!.loss);
  expect(
    worst.legs.map(({ totalUp }) => totalUp),
    `${label}: legs`,
  ).to.deep.equal([...point!.legs]);
  for (const other of points) expect(other.loss <= worst.lossUp, `${label}: ${other.at} is worse`).to.equal(true);
}

function ceilDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value > 0n && quotient * divisor !== value ? quotient + 1n : quotient;
}

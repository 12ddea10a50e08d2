// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { playAdversaries } from "./playAdversaries.ts";
import type { Played } from "./playAdversaries.ts";

const PATIENCE_MS = 600_000;

/** Nobody but the adversaries, and whom they need. */
const world = (text: string): string => `
version: 1
gas: [[0, 1]]
${text}`;

/** Nothing comes through to the chain while the price falls by 16 %; an expiry is an hour after the start. */
const OUTAGE = `
chain: { blockTime: 24s, start: 2026-01-02T07:00:00Z }
feeds: [{ id: ETH-USD, path: [[0, 3000], [6, 3000], [7, 2520], [90, 2520, 0.9]] }]
validators: { count: 4 }
seed: 5`;

const AS_DESIGNED = world(`
name: as-designed
duration: 66m
${OUTAGE}
faults:
  - { type: relayer.silent, target: all, at: 4m, for: 13m }
actors:
  writers: { count: 0 }
  buyers: { count: 1 }
  liquidators: { count: 1 }
  providers: { count: 0 }
  adversaries:
    - { strategy: interestCap, capital: 50000 }
    - { strategy: stalePrice, capital: 8000 }
    - { strategy: selfLiquidation, capital: 50000 }
    - { strategy: runBeforeLoss, capital: 50000 }
    - { strategy: breakerTripper, capital: 50000 }
    - { strategy: colludingThird, capital: 20000 }
    - { strategy: staleQuote, capital: 20000 }
`);

const SILENT_WITNESSES = world(`
name: silent-witnesses
duration: 66m
${OUTAGE}
faults:
  - { type: relayer.silent, target: all, at: 4m, for: 13m }
  - { type: witness.silent, target: all, at: 4m, for: 13m }
actors:
  writers: { count: 0 }
  buyers: { count: 1 }
  liquidators: { count: 0 }
  providers: { count: 1 }
  adversaries: [{ strategy: staleQuote, capital: 20000 }]
`);

const THIN_MARGINS = world(`
name: thin-margins
duration: 94m
${OUTAGE}
faults:
  - { type: relayer.silent, target: all, at: 4m, for: 13m }
  - { type: witness.silent, target: all, at: 4m, for: 13m }
actors:
  writers: { count: 0 }
  buyers: { count: 0 }
  liquidators: { count: 0 }
  providers: { count: 0 }
  adversaries:
    - { strategy: stalePrice, capital: 50000 }
    - { strategy: selfLiquidation, capital: 50000 }
    - { strategy: runBeforeLoss, capital: 50000 }
params:
  margin.quote.initialShockBps: 500
  margin.quote.initialFloorBps: 100
  margin.quote.maintenanceShockBps: 100
  margin.quote.maintenanceFloorBps: 50
`);

const MOST_KEYS = world(`
name: most-keys
duration: 67m
seed: 6
chain: { blockTime: 24s, start: 2026-01-02T07:00:00Z }
feeds: [{ id: ETH-USD, path: [[0, 3000], [67, 3000, 0.6]] }]
validators: { count: 4 }
actors:
  writers: { count: 0 }
  buyers: { count: 1 }
  liquidators: { count: 0 }
  providers: { count: 0 }
  adversaries: [{ strategy: colludingThird, capital: 20000, keys: 3 }]
`);

const TWO_FIFTHS = world(`
name: two-fifths
duration: 107m
seed: 7
chain: { blockTime: 30s, start: 2026-01-02T06:20:00Z }
feeds: [{ id: ETH-USD, path: [[0, 3000], [3, 3000], [48, 1950], [107, 1950, 0.6]] }]
validators: { count: 5 }
actors:
  writers: { count: 0 }
  buyers: { count: 0 }
  liquidators: { count: 1 }
  providers: { count: 0 }
  adversaries: [{ strategy: breakerTripper, capital: 100000, keys: 2 }]
`);

const profitOf = ({ accounts }: Played, name: string): number => accounts.get(name)!.profit;
const eventsOf = ({ events }: Played, kind: string): Played["events"] =>
  events.filter((event) => event["kind"] === kind);

describe("Adversaries on a chain with all programs", function () {
  this.timeout(PATIENCE_MS);

  describe("as the protocol is designed, while relayers are silent in a fall of 16 %", () => {
    const careful = [1, 2, 3, 4, 5, 6].map((number) => `adversary-${number}`);
    let played: Played;

    before(async () => {
      played = await playAdversaries(AS_DESIGNED);
    });

    it("who takes from the protocol finds nothing that pays, and gains nothing", () => {
      for (const name of careful) expect(profitOf(played, name), name).to.equal(0);
      expect(played.attempts.filter(({ actor }) => careful.includes(actor))).to.deep.equal([]);
      expect(eventsOf(played, "insuranceSetAside").length, "one expiry").to.equal(1);
    });

    it("who sells at the old price is closed out by the witness, and makes what a first block of the fall is worth", () => {
      expect(profitOf(played, "adversary-7")).to.be.below(100);
    });
  });

  describe("with margins of a fifth of the design's, and witnesses that are silent too", () => {
    let played: Played;

    before(async () => {
      played = await playAdversaries(THIN_MARGINS);
    });

    it("who opens at the old price walks away with insurance", () => {
      expect(profitOf(played, "adversary-1")).to.be.greaterThan(10_000);
    });

    it("who bids for his own book is paid by insurance for it", () => {
      expect(profitOf(played, "adversary-2")).to.be.greaterThan(10_000);
      const [bid] = eventsOf(played, "bidFilled");
      expect(bid!["into"]).to.match(/^adversary-2\//);
      expect(Number(bid!["drawn"])).to.be.greaterThan(0);
    });

    it("who would run before the loss has given his notice, and stays to bear it", () => {
      expect(played.attempts.filter(({ actor }) => actor === "adversary-3")).to.deep.equal([]);
      const given = eventsOf(played, "insuranceFunded").filter(({ caller }) => caller === "InsuranceFund0");
      expect(
        given.map(({ amount }) => amount),
        "what he put in",
      ).to.deep.equal(["50000000000"]);
      expect(eventsOf(played, "insuranceWithdrawn"), "is still there").to.deep.equal([]);
    });
  });

  it("who sells at the old price gains what a buyer loses who bids by the chain alone, while no witness speaks", async () => {
    const played = await playAdversaries(SILENT_WITNESSES);
    const gain = profitOf(played, "adversary-1");
    expect(gain).to.be.greaterThan(1_000);
    expect(-gain - profitOf(played, "buyer-1"), "nobody else pays; these are fees").to.be.within(0, 100);
  });

  it("who holds the keys of three in four settles what he sold 7 % off, and wins what his buyer loses", async () => {
    const played = await playAdversaries(MOST_KEYS);
    const gain = profitOf(played, "adversary-1");
    expect(gain).to.be.greaterThan(1_000);
    expect(profitOf(played, "buyer-1")).to.be.lessThan(-gain);
    const [settled] = eventsOf(played, "expirySettled");
    expect(Number(settled!["price"]) / 1e8 / 3_000).to.be.within(0.92, 0.94);
  });

  it("who holds the keys of two in five keeps his book from liquidators in a crash, and wins from insurance", async () => {
    const played = await playAdversaries(TWO_FIFTHS);
    expect(profitOf(played, "adversary-1")).to.be.greaterThan(10_000);
    expect(eventsOf(played, "bidFilled"), "nobody may take it over").to.deep.equal([]);
    const drawn = eventsOf(played, "bookSettled").reduce((sum, event) => sum + Number(event["drawn"]), 0);
    expect(drawn / 1e6).to.be.greaterThan(profitOf(played, "adversary-1"));
  });
});

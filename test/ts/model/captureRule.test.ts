// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { CAPTURE_RULES } from "../../../scripts/model/slashing/captureRules.ts";
import type { CaptureRules } from "../../../scripts/model/slashing/captureRules.ts";
import { backsMedian, findCaptures } from "../../../scripts/model/slashing/findCaptures.ts";
import type { WitnessStep, WitnessTape } from "../../../scripts/model/slashing/findCaptures.ts";

const PRICE = 3_000n * 10n ** 8n;
const FALSE_PRICE = (PRICE * 112n) / 100n;
const ROUND_SECONDS = 15;
/** Rounds: honest from the first, false from here on, for half an hour. */
const FIRST = 1_000_000;
const FALSE_FROM = FIRST + 400;
const FALSE_ROUNDS = 120;
const HEARTBEAT = 3_600;

const secondOf = (round: number): number => round * ROUND_SECONDS;

/** One round a minute, off from there on for half an hour, or for good. */
function mediansOf(priceAt = (_round: number): bigint => FALSE_PRICE, rounds = FALSE_ROUNDS) {
  return Array.from({ length: 300 }, (_, minute) => FIRST + minute * 4).map((round) => {
    const isFalse = round >= FALSE_FROM && round < FALSE_FROM + rounds;
    return { round, price: isFalse ? priceAt(round) : PRICE };
  });
}

/** A witness that says something every twenty minutes from two hours before the rounds until long after, never the same twice. */
function witnessOf(priceAt = (_second: number): bigint => PRICE, every = 1_200, isRepeating = false): WitnessTape {
  const steps: WitnessStep[] = [];
  for (let since = secondOf(FIRST) - 7_200; since < secondOf(FIRST) + 36_000; since += every)
    steps.push({ since, price: priceAt(since) + BigInt(isRepeating ? 0 : steps.length % 2) });
  return { heartbeatSeconds: HEARTBEAT, steps };
}

const find = (
  witnesses: readonly WitnessTape[] = [witnessOf(), witnessOf()],
  medians = mediansOf(),
  changed: Partial<CaptureRules> = {},
) => findCaptures(medians, witnesses, { ...CAPTURE_RULES, ...changed });

const finds = (...given: Parameters<typeof find>): boolean => find(...given).length > 0;

describe("the rule of captures", () => {
  it("finds a captured stretch, and nothing beside it", () => {
    const spans = find();
    expect(spans.length).to.be.above(0);
    for (const { first, last } of spans) {
      expect(first).to.be.at.least(FALSE_FROM);
      expect(last).to.be.below(FALSE_FROM + FALSE_ROUNDS);
      expect(last - first).to.be.within(40, 63);
    }
  });

  it("has its proof when both witnesses have said two hours more", () => {
    const [earliest] = find().map(({ provenAt }) => provenAt);
    const end = secondOf(FALSE_FROM + 40) + 7_200;
    expect(earliest).to.be.within(end + 1, end + 1_200);
  });

  it("finds nothing while the witnesses follow the price: an honest crash", () => {
    const crashAt = secondOf(FALSE_FROM);
    const follow = (second: number): bigint => (second < crashAt ? PRICE : FALSE_PRICE);
    expect(finds([witnessOf(follow), witnessOf(follow)], mediansOf(undefined, Infinity))).to.equal(false);
  });

  it("finds nothing when a witness lags a crash and catches up; without the hours around it would blame the honest", () => {
    const caughtUpAt = secondOf(FALSE_FROM + 100);
    const late = (second: number): bigint => (second < caughtUpAt ? PRICE : FALSE_PRICE);
    const witnesses = [witnessOf(late, 300), witnessOf(late, 300)];
    const crash = mediansOf(undefined, Infinity);
    expect(finds(witnesses, crash)).to.equal(false);
    expect(finds(witnesses, crash, { steadySeconds: 0 })).to.equal(true);
  });

  it("needs every published median false", () => {
    const near = (round: number): bigint => (round % 40 === 0 ? (PRICE * 108n) / 100n : FALSE_PRICE);
    expect(finds(undefined, mediansOf(near))).to.equal(false);
    expect(finds(undefined, mediansOf(near), { offPercent: 7 })).to.equal(true);
  });

  it("needs two witnesses near each other", () => {
    const other = witnessOf(() => (PRICE * 102n) / 100n);
    expect(finds([witnessOf()])).to.equal(false);
    expect(finds([witnessOf(), other])).to.equal(false);
    expect(finds([witnessOf(), other, witnessOf()]), "any two of three").to.equal(true);
  });

  it("needs them alive: no price of theirs older than their heartbeat", () => {
    const slow = witnessOf(undefined, HEARTBEAT + 1);
    expect(finds([witnessOf(), slow])).to.equal(false);
    expect(finds([witnessOf(), witnessOf(undefined, HEARTBEAT)])).to.equal(true);
  });

  it("needs no more of their rounds than a proof may have", () => {
    const quick = witnessOf(undefined, 60);
    expect(finds([witnessOf(), quick])).to.equal(false);
    expect(finds([witnessOf(), quick], undefined, { mostWitnessRounds: 300 })).to.equal(true);
  });

  it("disbelieves witnesses that repeat themselves", () => {
    const repeating = witnessOf(undefined, undefined, true);
    expect(finds([witnessOf(), repeating])).to.equal(false);
    expect(finds([witnessOf(), repeating], undefined, { mostRepeats: 300 })).to.equal(true);
  });

  it("holds those to a median who signed within 2 % of it", () => {
    expect(backsMedian((FALSE_PRICE * 102n) / 100n, FALSE_PRICE, CAPTURE_RULES)).to.equal(true);
    expect(backsMedian((FALSE_PRICE * 1_021n) / 1_000n, FALSE_PRICE, CAPTURE_RULES)).to.equal(false);
    expect(backsMedian(0n, FALSE_PRICE, CAPTURE_RULES), "abstained").to.equal(false);
  });
});

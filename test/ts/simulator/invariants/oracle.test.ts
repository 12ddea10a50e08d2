// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { Level } from "../../../../scripts/model/risk/types.ts";
import { honestRange } from "../../../../scripts/simulator/invariants/s05HonestRange.ts";
import { onePrice } from "../../../../scripts/simulator/invariants/s06OnePrice.ts";
import { settledOnce } from "../../../../scripts/simulator/invariants/s07Settlement.ts";
import { honestStake } from "../../../../scripts/simulator/invariants/s08HonestStake.ts";
import { modeEdges } from "../../../../scripts/simulator/invariants/s09Modes.ts";
import type { BlockSight, RelaySight } from "../../../../scripts/simulator/record/sights.ts";
import {
  BLOCK_SECONDS,
  calmContext,
  calmFeed,
  calmSight,
  eventOf,
  EXPIRY,
  firstWrong,
  MARKET,
  roundOf,
} from "./calmSight.ts";

const PRICES = [2_999n, 3_000n, 3_001n, 3_600n];
const oneLiar = () => calmContext({ isByzantine: (validator) => validator === "validator-4" });
const twoLiars = () => calmContext({ isByzantine: (validator) => /[34]$/.test(validator) });
const withRounds = (...relays: RelaySight[]): BlockSight => calmSight(0, { relays });

/** A feed's mode block by block. @param level Stored signal. */
function modes(steps: readonly (readonly [blocks: number, mode: Level, level: Level])[]): BlockSight[] {
  const all = steps.flatMap(([blocks, mode, level]) => Array.from({ length: blocks }, () => ({ mode, level })));
  return all.map(({ mode, level }, block) => calmSight(block, { feeds: [calmFeed({ mode, level, age: 0 })] }));
}

/** So many blocks as a time takes. */
const lasting = (minutes: number): number => (minutes * 60) / BLOCK_SECONDS;

describe("safety of prices, stake and modes, judged", () => {
  it("S5 sees a price above every honest report", () => {
    expect(firstWrong(honestRange(), [withRounds(roundOf(PRICES, 3_001n))], oneLiar)).to.equal(undefined);
    const wrong = firstWrong(honestRange(), [withRounds(roundOf(PRICES, 3_002n))], oneLiar);
    expect(wrong?.detail).to.contain("is not between 299900000000 and 300100000000");
  });

  it("S5 promises nothing once a third of the weight lies", () => {
    expect(firstWrong(honestRange(), [withRounds(roundOf(PRICES, 3_500n))], twoLiars)).to.equal(undefined);
  });

  it("S6 sees a round that comes twice", () => {
    const round = roundOf(PRICES, 3_000n);
    const next = { ...round, round: round.round + 1n };
    expect(firstWrong(onePrice(), [withRounds(round), withRounds(next)])).to.equal(undefined);
    expect(firstWrong(onePrice(), [withRounds(round), withRounds(round)])?.block).to.equal(1);
  });

  it("S6 sees a version that drops a signer", () => {
    const first = roundOf(PRICES, 3_000n, { signers: 7n });
    const version = (signers: bigint) => roundOf(PRICES, 3_000n, { signers, isUpgrade: true });
    expect(firstWrong(onePrice(), [withRounds(first, version(15n))])).to.equal(undefined);
    expect(firstWrong(onePrice(), [withRounds(first, version(11n))])?.detail).to.contain("from signers 7 to 11");
    expect(firstWrong(onePrice(), [withRounds(first, version(7n))])?.block).to.equal(0);
  });

  it("S7 sees a price that is written twice, too early, or is not the mean of its window", () => {
    const mark = eventOf("oracle", "MarkKept", { feed: 0n, boundary: EXPIRY, sum: 1_800_000n, coverage: 1_800n });
    const settled = (price: bigint, rung = 1n) =>
      eventOf("house", "ExpirySettled", { market: MARKET, expiry: EXPIRY, price, rung });
    const at = (after: number, ...events: BlockSight["events"]): BlockSight =>
      calmSight(0, { events, timestamp: Number(EXPIRY) + after });
    expect(firstWrong(settledOnce(), [at(120, mark, settled(1_000n))])).to.equal(undefined);
    expect(firstWrong(settledOnce(), [at(119, mark, settled(1_000n))])?.detail).to.contain("after 119 s");
    expect(firstWrong(settledOnce(), [at(120, mark, settled(1_001n))])?.detail).to.contain("the mean is 1000");
    expect(firstWrong(settledOnce(), [at(90_000, mark, settled(1_000n, 5n))])?.detail).to.contain("a line was drawn");
    const again = [at(120, mark, settled(1_000n)), at(132, settled(1_000n))];
    expect(firstWrong(settledOnce(), again)?.detail).to.contain("priced again");
  });

  it("S8 sees stake that an honest validator lost", () => {
    const opened = eventOf("slasher", "CaseOpened", { validatorId: 2n, fault: 1n });
    const slashed = eventOf("registry", "BondSlashed", { validatorId: 2n, amount: 5n });
    const sights = [calmSight(0, { events: [opened] }), calmSight(1, { events: [slashed] })];
    expect(firstWrong(honestStake(), sights)?.detail).to.equal("validator-2 is honest and lost 5 for deviation");
    const guilty = () => calmContext({ isHonestLoss: () => false });
    expect(firstWrong(honestStake(), sights, guilty)).to.equal(undefined);
  });

  it("S9 lets a halt end step by step, each after its dwell", () => {
    const path = modes([
      [1, "normal", "normal"],
      [1, "halted", "halted"],
      [lasting(30), "halted", "normal"],
      [lasting(15), "recovery", "normal"],
      [1, "normal", "normal"],
    ]);
    expect(firstWrong(modeEdges(), path)).to.equal(undefined);
  });

  it("S9 sees a halt that ends in Normal at once, or a block too early", () => {
    const jump = modes([
      [2, "halted", "halted"],
      [1, "normal", "normal"],
    ]);
    expect(firstWrong(modeEdges(), jump)?.detail).to.contain("after halted was true");
    const early = modes([
      [1, "halted", "halted"],
      [lasting(30) - 2, "halted", "normal"],
      [1, "recovery", "normal"],
    ]);
    expect(firstWrong(modeEdges(), early)?.block).to.equal(lasting(30) - 1);
  });

  it("S9 sees a mode that is looser than its signal or the age of its price", () => {
    expect(firstWrong(modeEdges(), modes([[1, "cautious", "reduceOnly"]]))?.detail).to.contain("signal reduceOnly");
    const old = calmSight(0, { feeds: [calmFeed({ age: 601 })] });
    expect(firstWrong(modeEdges(), [old])?.detail).to.contain("a price of 601 s");
  });

  it("S9 leaves what age or a guardian tightened free to go at once", () => {
    const path = modes([
      [1, "halted", "normal"],
      [1, "normal", "normal"],
    ]);
    expect(firstWrong(modeEdges(), path)).to.equal(undefined);
  });
});

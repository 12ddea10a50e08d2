// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { bidPremium } from "../../../../scripts/simulator/agents/buying/bidPremium.ts";
import { decideVaultBid } from "../../../../scripts/simulator/agents/buying/decideVaultBid.ts";
import { dustSize } from "../../../../scripts/simulator/agents/DustOpener.ts";
import { decideProvider } from "../../../../scripts/simulator/agents/providing/decideProvider.ts";
import type { ProviderSight } from "../../../../scripts/simulator/agents/providing/decideProvider.ts";
import { isPushDue } from "../../../../scripts/simulator/agents/witness/isPushDue.ts";
import { decideWriter, isLeaving } from "../../../../scripts/simulator/agents/writing/decideWriter.ts";
import type { WriterSight } from "../../../../scripts/simulator/agents/writing/decideWriter.ts";
import { onGrid, splitOpening } from "../../../../scripts/simulator/agents/writing/planOpening.ts";

const POLICY = { deviationBps: 50, heartbeatSeconds: 3_600 };
const TEMPER = { topUpPercent: 120n, exitPercent: 10 };
const CALM: WriterSight = {
  cash: 2_000n,
  maintenance: 1_000n,
  maximumLoss: 9_000n,
  maximumDefund: 500n,
  free: 10_000n,
  reserve: 3_000n,
  longs: 0n,
};
const STAY = { exit: 10, way: 0 };
const INSIDE: ProviderSight = {
  shares: 100n,
  redeemable: 0n,
  joinable: 0n,
  pending: 0n,
  cancelled: 0n,
  canLeaveInKind: true,
  isRunning: false,
};
const TERMS = { kind: "quote", unitDecimals: 6, capBps: 10_000n } as const;
const ATM = { price: 3_000n * 10n ** 8n, volatilityBps: 8_000n, secondsLeft: 86_400n };
const SHORT = { strike: 30_000_000n, isCall: true, size: -2_000_000n };
const FAR = { strike: 33_000_000n, isCall: true, size: 2_000_000n };

describe("Decisions of a scenario's people", () => {
  it("a witness publishes when the price moved by its deviation or its heartbeat is over, not before", () => {
    const last = { price: 10_000n, seconds: 100 };
    expect(isPushDue(undefined, last, POLICY)).to.equal(true);
    expect(isPushDue(last, { price: 10_049n, seconds: 200 }, POLICY)).to.equal(false);
    expect(isPushDue(last, { price: 9_950n, seconds: 200 }, POLICY)).to.equal(true);
    expect(isPushDue(last, { price: 10_000n, seconds: 3_700 }, POLICY)).to.equal(true);
  });

  it("a writer whose book falls under his threshold tops it up out of what he has and would still risk", () => {
    const thin = { ...CALM, cash: 1_100n };
    expect(decideWriter(thin, TEMPER, STAY)).to.deep.equal({ kind: "fund", amount: 220n });
    expect(decideWriter({ ...thin, reserve: 50n }, TEMPER, STAY)).to.deep.equal({ kind: "fund", amount: 50n });
    expect(decideWriter({ ...thin, reserve: 0n }, TEMPER, STAY)).to.equal(undefined);
  });

  it("a writer leaves at as many looks as his temper says, and at the others whatever he could take out stays", () => {
    const looks = Array.from({ length: 100 }, (_, exit) => ({ exit, way: 1 }));
    expect(looks.filter((dice) => isLeaving(TEMPER, dice)).length).to.equal(10);
    for (const dice of looks) {
      const act = decideWriter(CALM, TEMPER, dice);
      expect(act?.kind, `${dice.exit}`).to.equal(isLeaving(TEMPER, dice) ? "defund" : undefined);
    }
  });

  it("nobody puts more than maximum loss behind a book", () => {
    const funded = { ...CALM, cash: 1_100n, maximumLoss: 1_150n };
    expect(decideWriter(funded, TEMPER, STAY)).to.deep.equal({ kind: "fund", amount: 50n });
    expect(decideWriter({ ...funded, maximumLoss: 1_100n }, TEMPER, STAY)).to.equal(undefined);
  });

  it("a writer leaves with a part in each way that is open to him, when the dice say so", () => {
    const leave = (way: number, longs = 0n) => decideWriter({ ...CALM, longs }, TEMPER, { exit: 9, way });
    expect(leave(0)).to.deep.equal({ kind: "withdraw", amount: 1_000n });
    expect(leave(1)).to.deep.equal({ kind: "defund", amount: 400n });
    expect(leave(2)).to.deep.equal({ kind: "withdraw", amount: 1_000n });
    expect(leave(2, 40n)).to.deep.equal({ kind: "burn", size: 10n });
    expect(decideWriter(CALM, TEMPER, STAY)).to.equal(undefined);
  });

  it("a provider stays unless the dice say so, and leaves with half; in a run he leaves with everything, at once", () => {
    expect(decideProvider(INSIDE, { leave: 2, way: 0 })).to.equal(undefined);
    expect(decideProvider(INSIDE, { leave: 1, way: 50 })).to.deep.equal({ kind: "request", shares: 50n });
    expect(decideProvider(INSIDE, { leave: 1, way: 49 })).to.deep.equal({ kind: "inKind", shares: 50n });
    const run = { ...INSIDE, isRunning: true };
    expect(decideProvider(run, { leave: 99, way: 99 })).to.deep.equal({ kind: "inKind", shares: 100n });
    const ofFund = { ...run, canLeaveInKind: false };
    expect(decideProvider(ofFund, { leave: 99, way: 0 })).to.deep.equal({ kind: "request", shares: 100n });
  });

  it("a provider fetches first what is his; in a run he takes back a deposit that nobody took yet", () => {
    const dice = { leave: 0, way: 0 };
    expect(decideProvider({ ...INSIDE, redeemable: 7n }, dice)).to.deep.equal({ kind: "fetch", shares: 7n });
    expect(decideProvider({ ...INSIDE, joinable: 8n }, dice)).to.deep.equal({ kind: "join", assets: 8n });
    const waiting = { ...INSIDE, shares: 0n, pending: 9n };
    expect(decideProvider(waiting, dice)).to.equal(undefined);
    expect(decideProvider({ ...waiting, isRunning: true }, dice)).to.deep.equal({ kind: "cancel" });
    expect(decideProvider({ ...waiting, cancelled: 9n }, dice)).to.deep.equal({ kind: "fetchCancelled" });
  });

  it("the smallest book's margin is just worth a liquidation, whatever an option costs", () => {
    for (const cost of [7n, 333_333_333n, 10n ** 12n]) {
      const size = dustSize(cost, 50_000_000n);
      expect(size * cost >= 50_000_000n * 1_000_000n).to.equal(true);
      expect((size - 1n) * cost < 52_500_000n * 1_000_000n).to.equal(true);
    }
  });

  it("strikes are moved to the market's grid, and never below its first", () => {
    const strikes = [29_760_000n, 100n].map((strike) => ({ ...SHORT, strike }));
    expect(onGrid(strikes, 500_000n).map(({ strike }) => strike)).to.deep.equal([30_000_000n, 500_000n]);
  });

  it("of a single short the writer keeps a tenth to close with; a spread is sold whole", () => {
    const naked = splitOpening([SHORT]);
    expect(naked.size).to.equal(1_800_000n);
    expect(naked.kept).to.deep.equal([{ ...SHORT, size: 200_000n }]);
    const spread = splitOpening([SHORT, FAR]);
    expect(spread.size).to.equal(2_000_000n);
    expect(spread.kept).to.deep.equal([]);
    expect(spread.ratios.map(({ ratio }) => ratio)).to.deep.equal([-1n, 1n]);
  });

  it("a buyer pays less than he thinks it worth, less for a spread than for its short, and never less than nothing", () => {
    const fair = bidPremium([SHORT], TERMS, ATM, 0n);
    expect(bidPremium([SHORT], TERMS, ATM, 500n)).to.equal((fair * 95n) / 100n);
    expect(bidPremium([SHORT, FAR], TERMS, ATM, 0n) < fair).to.equal(true);
    expect(bidPremium([{ ...SHORT, size: 2_000_000n }], TERMS, ATM, 0n)).to.equal(0n);
  });

  it("a bidder pays a vault once its price is under what the options are worth to him less his discount", () => {
    const offer = { worth: 1_000n, purse: 5_000n };
    expect(decideVaultBid({ ...offer, premium: 951n }, 500n)).to.equal(undefined);
    expect(decideVaultBid({ ...offer, premium: 950n }, 500n)).to.equal(950n);
  });

  it("the price may rise by a hundredth until his bid is in a block, as far as he would pay", () => {
    expect(decideVaultBid({ worth: 1_000n, purse: 5_000n, premium: 500n }, 500n)).to.equal(505n);
    expect(decideVaultBid({ worth: 1_000n, purse: 503n, premium: 500n }, 500n)).to.equal(503n);
  });

  it("nobody bids with what he does not have, nor for options that have no price", () => {
    expect(decideVaultBid({ worth: 1_000n, purse: 499n, premium: 500n }, 500n)).to.equal(undefined);
    expect(decideVaultBid({ worth: 1_000n, purse: 499n, premium: 0n }, 500n)).to.equal(undefined);
  });
});

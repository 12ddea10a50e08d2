// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { comingLoss, planRun } from "../../../../../scripts/simulator/agents/adversaries/planRun.ts";
import { fallen, PRICE, TERMS, USD } from "./shortsSight.ts";

const INVESTED = 50_000n * USD;
const ALL = 300_000n * USD;
const LOSS = 60_000n * USD;
/** His shares asked to leave; the notice is over where they are claimable. */
const waiting = { shares: 0n, claimable: 0n, worth: 0n, insurance: ALL, loss: LOSS };
const free = { ...waiting, claimable: 5n, worth: INVESTED };

describe("Who leaves insurance before others lose", () => {
  it("asks to leave as soon as he is in, for asking costs nothing", () => {
    expect(planRun({ ...waiting, shares: 5n, loss: 0n })).to.deep.equal({ kind: "request", shares: 5n });
  });

  it("finds nothing to gain while the notice runs", () => {
    expect(planRun(waiting)).to.equal(undefined);
  });

  it("leaves his part of the loss to others where there is no notice", () => {
    expect(planRun(free)).to.deep.equal({ kind: "leave", shares: 5n, profit: 10_000n * USD });
  });

  it("stays where nothing comes beyond what is reserved: leaving does not pay that out", () => {
    expect(planRun({ ...free, loss: 0n })).to.equal(undefined);
  });

  const move = { terms: TERMS, openNotional: 100_000_000n, price: PRICE, venues: fallen(30n), marginBps: 2_500n };

  it("sees a loss where venues are further away than margin covers, for all that is open", () => {
    expect(comingLoss(move)).to.equal(50_000n * USD);
    expect(comingLoss({ ...move, venues: fallen(25n) })).to.equal(0n);
    expect(comingLoss({ ...move, venues: 0n })).to.equal(0n);
  });

  it("reckons it in coins where coins insure", () => {
    const coin = { kind: "coin", unitDecimals: 9, capBps: 10_000n } as const;
    expect(comingLoss({ ...move, terms: coin, price: 2_500n * 10n ** 8n, venues: 1_750n * 10n ** 8n })).to.equal(
      20n * 10n ** 9n,
    );
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { storyText } from "../../../../scripts/simulator/story/storyText.ts";
import type { StoryEvent } from "../../../../scripts/simulator/story/StoryEvent.ts";
import { tellHours } from "../../../../scripts/simulator/story/tellHours.ts";
import { plainSummary } from "../study/plainSummary.ts";

/** 2026-01-09 07:30 UTC. */
const START = 1_767_943_800;
const NAMES = { markets: ["ETH-USD/USDC", "ETH-USD/ETH"] };

function told(...events: StoryEvent[]): string[] {
  return tellHours(events, START, NAMES).map((line) => line.trim());
}

describe("A run in words", () => {
  it("hours are those of the clock, in their order, with what is counted first", () => {
    const round = (at: number, price: string): StoryEvent => ({
      at,
      kind: "roundAccepted",
      prices: { "ETH-USD": price },
    });
    expect(
      told(
        round(0, "300000000000"),
        { at: 60, kind: "quoteFilled" },
        round(1_799, "310050000000"),
        round(1_800, "310000000000"),
      ),
    ).to.deep.equal([
      "07:00  ETH-USD 3,000 to 3,100.5, 2 rounds, 1 sale of options",
      "08:00  ETH-USD 3,100 to 3,100, 1 round",
    ]);
  });

  it("faults, and what becomes of who lied", () => {
    expect(
      told(
        { at: 60, kind: "faultBegin", fault: "liar", type: "oracle.value", targets: ["validator-2"] },
        { at: 120, kind: "caseOpened", reporter: "keeper-1", validatorId: "2", fault: "1" },
        { at: 120, kind: "bondSlashed", validatorId: "2", amount: "5000000000", bond: "95000000000" },
        { at: 120, kind: "stateChanged", validatorId: "2", newState: "3" },
      ).slice(1),
    ).to.deep.equal([
      "07:31  fault begins: liar (oracle.value at validator-2)",
      "07:32  keeper-1 shows evidence against validator-2: prices far off",
      "07:32  validator-2 loses 5,000 of its bond; 95,000 are left",
      "07:32  validator-2 is jailed",
    ]);
  });

  it("modes, expiries and auctions", () => {
    expect(
      told(
        { at: 0, kind: "modeChanged", feed: "ETH-USD", from: "normal", to: "halted", cause: "average30m" },
        { at: 0, kind: "expirySettled", market: "2", price: "304525408333", rung: "1" },
        { at: 0, kind: "epochStarted", of: "OptionsVault0", strike: "33500000", volatilityBps: "7819" },
        { at: 0, kind: "optionsSold", of: "OptionsVault0", buyer: "buyer-1", size: "1500000", volatilityBps: "9000" },
      ).slice(1),
    ).to.deep.equal([
      "07:30  ETH-USD goes from normal to halted (average30m)",
      "07:30  the options of ETH-USD/ETH end at 3,045.25, by rung 1 of the ladder",
      "07:30  OptionsVault0 begins a week: strike 3,350, volatility 78.19 %",
      "07:30  buyer-1 buys 1.5 options of OptionsVault0 at a volatility of 90 %",
    ]);
  });

  it("the verdict comes first, then what did not hold", () => {
    const invariants = [
      { id: "S1", held: true, checks: 2_000 },
      { id: "S5", held: false, checks: 2_000, firstViolation: { block: 7, detail: "too far" } },
    ];
    const summary = plainSummary({ verdict: "broken", invariants });
    const expectations = [{ key: "liquidations.count", held: false, wanted: "at least 1", given: "0" }];
    const lines = storyText({ summary, expectations, hours: [], accounts: [] }).split("\n");
    expect(lines[0]).to.match(/: broken \(/);
    expect(lines.slice(2, 5)).to.deep.equal([
      "  Promises: 1 of 2 held, looked at 4,000 times.",
      "  BROKEN  S5 in block 7: too far",
      "  BROKEN  liquidations.count is 0, expected at least 1",
    ]);
  });

  it("accounts are shown with the sum of their results", () => {
    const account = (name: string, profit: number) => ({ account: name, values: new Map([["profit", profit]]) });
    const accounts = [account("buyer-1", -12.5), account("writer-1", 12.5)];
    const text = storyText({ summary: plainSummary({}), expectations: [], hours: [], accounts });
    expect(text).to.match(/\n {2}buyer-1 .* -12\.5\n/);
    expect(text).to.match(/\n {2}sum {2,}0\n/);
  });
});

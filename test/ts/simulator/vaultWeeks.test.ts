// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { EpochRecord } from "../../../scripts/simulator/backtest/BacktestRecord.ts";
import { boundaryBefore } from "../../../scripts/model/vaults/vaultCalendar.ts";
import { checkVaults } from "../../../scripts/simulator/checkVaults.ts";
import { CRASH_MS } from "../../../scripts/simulator/DemoPlan.ts";
import { summarizeVaults } from "../../../scripts/simulator/summarize.ts";
import { vaultHtml } from "../../../scripts/simulator/vaultHtml.ts";
import { HOLDERS, planMoney, rallyEvents, WEEKS } from "../../../scripts/simulator/VaultPlan.ts";
import { vaultTable } from "../../../scripts/simulator/vaultTable.ts";
import type {
  HoldingsRecord,
  InKindRecord,
  VaultStoryRecord,
  VaultWeeksRecord,
} from "../../../scripts/simulator/VaultWeeksRecord.ts";
import { vaultStory, vaultWeeksRecord } from "./vaultWeeksRecord.ts";

const ROLLED = "Both vaults roll through two weeks, and buyers come to each auction";
const CASH =
  "Vaults: cash at the end of an epoch is what it began with, and premium, less fees, assignment, duties and what left in kind";
const KEPT = "Vaults: an epoch begins with all that the one before left";
const PAID = "Vaults: buyers are paid what the vault was assigned";
const PAYOFF = "The vaults' options cost what their payoff says";
const HOLDINGS = "Shares at their price and claims are all that a vault holds";
const IN_KIND = "Who leaves in kind takes the same margin per option that stays";
const PROFITS = "Profits of depositors, buyers and rollers add up to zero less fees";
const EXITS = "Everybody can leave a vault";
const EMPTY = "A vault that everybody left is empty";

function broken(change: Partial<VaultWeeksRecord>): string[] {
  return checkVaults(vaultWeeksRecord(change))
    .filter(({ held }) => !held)
    .map(({ name }) => name);
}

function brokenBy(change: Partial<VaultStoryRecord>): string[] {
  return broken({ vaults: [vaultStory(change)] });
}

function withEpoch(index: number, change: (epoch: EpochRecord) => Partial<EpochRecord>): Partial<VaultStoryRecord> {
  const { vault } = vaultStory();
  const epochs = vault.epochs.map((each, place) => (place === index ? { ...each, ...change(each) } : each));
  return { vault: { ...vault, epochs } };
}

function withHoldings(index: number, change: (seen: HoldingsRecord) => Partial<HoldingsRecord>) {
  const holdings = vaultStory().holdings.map((each, place) => (place === index ? { ...each, ...change(each) } : each));
  return { holdings };
}

function withBook(side: "staying" | "leaving", change: Partial<InKindRecord["staying"]>): Partial<VaultStoryRecord> {
  const { inKind } = vaultStory();
  return { inKind: { ...inKind, [side]: { ...inKind[side], ...change } } };
}

describe("verdicts of the vaults' weeks", () => {
  it("hold for a record in which everything held, and each looked at something", () => {
    for (const { name, held, checks, detail } of checkVaults(vaultWeeksRecord())) {
      assert.isTrue(held, `${name}: ${detail}`);
      assert.isAbove(checks, 0, name);
    }
  });

  it("all break for a record of nothing", () => {
    const nothing = vaultWeeksRecord({ vaults: [], exits: { attempted: 0, refused: 0 } });
    for (const { name, held } of checkVaults(nothing)) assert.isFalse(held, name);
  });

  it("break when a week has no epoch, no buyer came, or every option went the same way", () => {
    const { vault } = vaultStory();
    assert.include(brokenBy({ vault: { ...vault, epochs: vault.epochs.slice(1) } }), ROLLED);
    assert.include(brokenBy(withEpoch(0, () => ({ sales: [] }))), ROLLED);
    assert.include(brokenBy(withEpoch(1, () => ({ assigned: 0n }))), ROLLED);
    assert.include(brokenBy(withEpoch(0, () => ({ assigned: 1n }))), ROLLED);
  });

  it("break when a unit that left in kind is missing from the cash of its epoch", () => {
    const change = withEpoch(0, ({ inKind }) => ({ inKind: { ...inKind, cash: inKind.cash - 2n } }));
    assert.deepEqual(brokenBy(change), [CASH]);
  });

  it("break when an epoch does not begin with what joined, or with what did not leave", () => {
    assert.deepEqual(brokenBy(withEpoch(0, ({ after }) => ({ after: { ...after, joined: 0n } }))), [KEPT]);
    assert.deepEqual(brokenBy(withEpoch(1, () => ({ before: { joined: 0n, left: 1n } }))), [KEPT]);
  });

  it("break when options cost more than their payoff, or a book that left in kind was charged for nothing", () => {
    assert.include(
      brokenBy(withEpoch(1, (each) => ({ assigned: each.assigned + 3n, redeemed: each.redeemed + 3n }))),
      PAYOFF,
    );
    const charged = withEpoch(0, ({ inKind }) => ({ inKind: { ...inKind, assigned: 5n } }));
    assert.deepEqual(brokenBy(charged), [PAID, PAYOFF, PROFITS]);
  });

  it("know the payoff of a call in coins from that of a put in dollars", () => {
    const calls = (strike: bigint): Partial<VaultStoryRecord> => {
      const { vault } = vaultStory();
      const [first, second] = vault.epochs;
      const epochs = [
        { ...first!, strike: 30_000_000n },
        { ...second!, strike, settledPrice: 300_000_000_000n },
      ];
      return { vault: { ...vault, isCall: true, unitDecimals: 9, epochs } };
    };
    assert.deepEqual(brokenBy(calls(27_000_000n)), [], "a tenth of each coin");
    assert.deepEqual(brokenBy(calls(27_000_100n)), [PAYOFF]);
  });

  it("break when a vault holds a few units more or less than shares and claims are worth", () => {
    assert.deepEqual(brokenBy(withHoldings(0, ({ free }) => ({ free: free - 2n }))), [HOLDINGS]);
    assert.deepEqual(brokenBy(withHoldings(0, ({ free }) => ({ free: free + 8n }))), [HOLDINGS]);
    assert.deepEqual(brokenBy(withHoldings(1, ({ held }) => ({ held: held - 1n }))), [HOLDINGS]);
    assert.deepEqual(brokenBy(withHoldings(0, ({ known }) => ({ known: known - 6n }))), [HOLDINGS]);
    assert.deepEqual(brokenBy(withHoldings(0, ({ known }) => ({ known: known + 1n }))), [HOLDINGS]);
  });

  it("break when a leaver takes more or less cash per option than stays, or too little for the options", () => {
    const { leaving } = vaultStory().inKind;
    const fair = leaving.cash;
    assert.deepEqual(brokenBy(withBook("leaving", { cash: fair + fair / 1_000_000n })), [IN_KIND]);
    assert.deepEqual(brokenBy(withBook("leaving", { cash: fair - fair / 1_000_000n })), [IN_KIND]);
    assert.deepEqual(brokenBy(withBook("leaving", { maximumLoss: fair + 1n })), [IN_KIND]);
    assert.deepEqual(brokenBy(withBook("staying", { maximumLoss: 10n ** 12n })), [IN_KIND]);
    assert.deepEqual(brokenBy(withBook("leaving", { cash: 0n, shorts: 0n, maximumLoss: 0n })), [IN_KIND]);
  });

  it("break when somebody has a unit more than others lost", () => {
    const { accounts } = vaultStory();
    const richer = accounts.map((each, index) => (index === 2 ? { ...each, end: each.end + 1n } : each));
    assert.deepEqual(brokenBy({ accounts: richer }), [PROFITS]);
  });

  it("break when an exit is refused", () => {
    assert.deepEqual(broken({ exits: { attempted: 9, refused: 1 } }), [EXITS]);
  });

  it("break when money or shares stay in a vault that everybody left", () => {
    assert.include(brokenBy(withHoldings(2, ({ free }) => ({ free: free + 9n }))), EMPTY);
    assert.include(brokenBy(withHoldings(2, () => ({ held: 7n }))), EMPTY);
    assert.deepEqual(brokenBy(withHoldings(2, () => ({ shares: 7n }))), [EMPTY]);
    assert.deepEqual(brokenBy(withHoldings(2, () => ({ claims: 1n }))), [EMPTY]);
  });
});

describe("the vaults' weeks as text and as a page", () => {
  const record = vaultWeeksRecord();
  const summaries = summarizeVaults(record);

  it("show premium, assignment and the price of a share", () => {
    const [summary] = summaries;
    assert.equal(summary!.premium, 1_500);
    assert.equal(summary!.assigned, 1_000);
    assert.lengthOf(summary!.points, 3);
    assert.isAbove(summary!.points[1]!.share, 1, "premium alone");
    assert.isBelow(summary!.points[2]!.share, summary!.points[1]!.share, "assignment");
  });

  it("name every sale, and what everybody gained to the last unit", () => {
    const text = vaultTable(record, summaries);
    assert.match(text, /2026-01-09 09:10 +quin +20\.00 +119\.0 % +1000\.00/);
    assert.match(text, /gained: nia [+−]\d+\.\d{6}, omar/);
    const page = vaultHtml(record, summaries);
    assert.include(page, "Weekly &lt;puts&gt;");
    assert.include(page, "<svg");
    assert.include(page, "0 of 9 exits were refused");
    assert.include(page, '<td class="number">20.00</td>');
  });
});

describe("plan of the vaults' weeks", () => {
  it("has the price double in the second week, away from both boundaries", () => {
    const boundaryMs = (boundaryBefore(CRASH_MS / 1000n) + 604_800n) * 1000n;
    const events = rallyEvents(boundaryMs);
    const factor = events.reduce((product, { bps }) => (product * bps) / 10_000, 1);
    assert.approximately(factor, 2, 0.02);
    for (const { atMs } of events) {
      assert.isTrue(atMs > boundaryMs + 8n * 86_400_000n && atMs < boundaryMs + 13n * 86_400_000n, `${atMs}`);
      assert.equal(atMs % 1_000n, 0n, "prices move by the second");
    }
    assert.isAbove(Number(boundaryMs), Number(CRASH_MS), "the crash is over");
  });

  it("lets every buyer of a week wait for a price of the auction, the first at the highest", () => {
    for (const week of WEEKS) {
      assert.isNotEmpty(week);
      const limits = week.map(({ limitPercent }) => limitPercent);
      assert.deepEqual(
        limits,
        [...limits].sort((a, b) => (a > b ? -1 : 1)),
      );
      for (const limit of limits) assert.isTrue(limit >= 105n && limit < 150n, `${limit}`);
    }
    for (const isCall of [true, false]) {
      const { deposits } = planMoney(isCall);
      for (const name of HOLDERS) assert.isTrue(deposits[name] > 0n, name);
    }
  });
});

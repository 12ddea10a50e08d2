// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { potKey } from "../../../../scripts/model/clearing/clearingLedger.ts";
import type { JudgeContext } from "../../../../scripts/simulator/invariants/Invariant.ts";
import { pricesLand } from "../../../../scripts/simulator/invariants/l1Prices.ts";
import { booksAreDealtWith } from "../../../../scripts/simulator/invariants/l2Liquidations.ts";
import { seriesSettle } from "../../../../scripts/simulator/invariants/l3Settlement.ts";
import { normalReturns } from "../../../../scripts/simulator/invariants/l4Recovery.ts";
import { queuesEnd } from "../../../../scripts/simulator/invariants/l5Queues.ts";
import { restartsResume } from "../../../../scripts/simulator/invariants/l6Restarts.ts";
import { Panel } from "../../../../scripts/simulator/invariants/judge.ts";
import type { BlockSight, UnhealthySight, WorkSight } from "../../../../scripts/simulator/record/sights.ts";
import type { FaultType } from "../../../../scripts/simulator/scenario/faultTypes.ts";
import {
  BLOCK_SECONDS,
  calmContext,
  calmFeed,
  calmLedger,
  calmSight,
  eventOf,
  EXPIRY,
  firstWrong,
  MARKET,
  roundOf,
  WRITER_BOOK,
} from "./calmSight.ts";

const HOUR = 3_600;
const lasting = (seconds: number): number => seconds / BLOCK_SECONDS;
const short: UnhealthySight = {
  id: WRITER_BOOK,
  isFlagged: false,
  isShort: true,
  isFlaggable: true,
  mode: "normal",
  phase: "none",
  isHeld: false,
  paysForGas: true,
  isInsolvent: false,
};
const blocks = (count: number, of: (block: number) => Partial<BlockSight>): BlockSight[] =>
  Array.from({ length: count }, (_, block) => calmSight(block, of(block)));

/** Nothing but a round at first, then prices that grow old. */
function silence(count: number): BlockSight[] {
  return blocks(count, (block) => ({
    relays: block === 0 ? [roundOf([3_000n, 3_000n, 3_000n, 3_000n], 3_000n)] : [],
    feeds: [calmFeed({ age: 290 + block * BLOCK_SECONDS })],
  }));
}

const withFault = (type: FaultType, forSeconds: number | null = HOUR): JudgeContext =>
  calmContext({
    scenario: {
      ...calmContext().scenario,
      faults: [
        {
          name: "f",
          family: type.split(".")[0],
          type,
          target: "all",
          atSeconds: 0,
          forSeconds: forSeconds ?? undefined,
          with: {},
        },
      ],
    } as never,
  });

describe("liveness, judged", () => {
  it("L1 sees that no price lands when it is due", () => {
    expect(firstWrong(pricesLand(), silence(lasting(84)))).to.equal(undefined);
    expect(firstWrong(pricesLand(), silence(lasting(120)))?.detail).to.contain("no round for");
  });

  it("L1 sees a move that nobody brings", () => {
    const moved = blocks(lasting(120), (block) => ({
      relays: block === 0 ? [roundOf([3_000n, 3_000n, 3_000n, 3_000n], 3_000n)] : [],
      feeds: [calmFeed({ truth: 302_000_000_000n })],
    }));
    expect(firstWrong(pricesLand(), moved)?.detail).to.contain("no round for");
  });

  it("L1 promises nothing while the network is down, or a third of the weight", () => {
    expect(firstWrong(pricesLand(), silence(lasting(600)), () => withFault("net.delay"))).to.equal(undefined);
    const running = new Set(["validator-1", "validator-2", "relayer-1"]);
    expect(firstWrong(pricesLand(), silence(lasting(600)), () => calmContext({ running }))).to.equal(undefined);
    expect(firstWrong(pricesLand(), silence(lasting(600)), () => withFault("venue.outage"))).not.to.equal(undefined);
  });

  it("L1 is promised again soon after a reorganisation, which takes no time", () => {
    const atOnce = withFault("chain.reorg", null);
    expect(firstWrong(pricesLand(), silence(lasting(180)), () => atOnce)).to.equal(undefined);
    expect(firstWrong(pricesLand(), silence(lasting(600)), () => atOnce)?.detail).to.contain("no round for");
  });

  it("L2 sees a book that waits longer than its mode allows", () => {
    const waiting = (seconds: number, mode: UnhealthySight["mode"]): BlockSight[] =>
      blocks(lasting(seconds) + 1, () => ({ unhealthy: [{ ...short, mode }] }));
    expect(firstWrong(booksAreDealtWith(), waiting(588, "normal"))).to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), waiting(624, "cautious"))).not.to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), waiting(3_588, "reduceOnly"))).to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), waiting(3_624, "reduceOnly"))).not.to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), waiting(36_000, "halted"))).to.equal(undefined);
  });

  it("L2 counts from the block in which a book was found, not from the one before it", () => {
    const found = (after: number): BlockSight[] => [
      calmSight(0, { seconds: 0 }),
      calmSight(1, { seconds: 590, unhealthy: [short] }),
      calmSight(2, { seconds: 590 + after, unhealthy: [short] }),
    ];
    expect(firstWrong(booksAreDealtWith(), found(600))).to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), found(601))?.detail).to.contain("waits for its first bid");
  });

  it("L2 asks of nobody to pay more for gas than a bid can bring: its clock stands meanwhile", () => {
    const waiting = (paid: number): BlockSight[] =>
      blocks(lasting(7_200), (block) => ({ unhealthy: [{ ...short, paysForGas: block < lasting(paid) }] }));
    expect(firstWrong(booksAreDealtWith(), waiting(588))).to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), waiting(624))).not.to.equal(undefined);
  });

  it("L2 gives a book that owes more than it has its whole auction", () => {
    const waiting = (seconds: number): BlockSight[] =>
      blocks(lasting(seconds) + 1, () => ({ unhealthy: [{ ...short, isInsolvent: true }] }));
    expect(firstWrong(booksAreDealtWith(), waiting(4_188))).to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), waiting(4_224))).not.to.equal(undefined);
  });

  it("L2 waits for a bid, not for a flag", () => {
    const bid = eventOf("house", "BidFilled", { id: WRITER_BOOK });
    const flagged = (isBid: boolean): BlockSight[] =>
      blocks(lasting(1_200), (block) => ({
        unhealthy: [{ ...short, isFlagged: true, isFlaggable: false }],
        events: isBid && block === 10 ? [bid] : [],
      }));
    expect(firstWrong(booksAreDealtWith(), flagged(true))).to.equal(undefined);
    expect(firstWrong(booksAreDealtWith(), flagged(false))?.detail).to.contain("waits for its first bid");
  });

  it("L3 sees an expiry without a price a week later", () => {
    const week = 7 * 24 * HOUR;
    const at = (after: number, price = 0n): BlockSight => {
      const ledger = calmLedger();
      if (price !== 0n) ledger.pots.set(potKey(MARKET, EXPIRY), { price } as never);
      return calmSight(0, { timestamp: Number(EXPIRY) + after, ledger });
    };
    expect(firstWrong(seriesSettle(), [at(week)])).to.equal(undefined);
    expect(firstWrong(seriesSettle(), [at(week + HOUR + 1)])?.detail).to.contain("has no price");
    expect(firstWrong(seriesSettle(), [at(week + HOUR + 1, 1n)])).to.equal(undefined);
  });

  it("L4 sees a mode that does not end", () => {
    const cautious = (hours: number): BlockSight =>
      calmSight(0, { seconds: hours * HOUR, feeds: [calmFeed({ mode: "cautious" })] });
    expect(firstWrong(normalReturns(), [cautious(0), cautious(36)])).to.equal(undefined);
    expect(firstWrong(normalReturns(), [cautious(0), cautious(37)])?.detail).to.contain("is in cautious");
    const tripped = calmSight(0, { seconds: 10 * HOUR, feeds: [calmFeed({ mode: "cautious", level: "cautious" })] });
    expect(firstWrong(normalReturns(), [tripped, cautious(37)])).to.equal(undefined);
  });

  it("L4 waits for what heals, not for what stays", () => {
    const cautious = [0, 37].map((hours) =>
      calmSight(0, { seconds: hours * HOUR, feeds: [calmFeed({ mode: "cautious" })] }),
    );
    const after = (fault: JudgeContext) => firstWrong(normalReturns(), cautious, () => fault);
    expect(after(withFault("market.gap", null))?.detail).to.contain("is in cautious");
    expect(after(withFault("admin.governanceGone", null))?.detail).to.contain("is in cautious");
    expect(after(withFault("witness.silent", null))).to.equal(undefined);
    expect(after(withFault("witness.silent", 12 * HOUR))).to.equal(undefined);
  });

  it("L5 sees a queue that grows hour after hour", () => {
    const queue = (grows: boolean): BlockSight[] =>
      Array.from({ length: 9 }, (_, hour) => {
        const unhealthy = Array.from({ length: grows ? hour + 1 : 5 }, (__, index) => ({
          ...short,
          id: BigInt(index),
        }));
        return calmSight(0, { seconds: hour * HOUR, unhealthy });
      });
    expect(firstWrong(queuesEnd(), queue(false))).to.equal(undefined);
    expect(firstWrong(queuesEnd(), queue(true))?.detail).to.contain("1, 2, 3");
  });

  it("L6 sees a program that does not come back within a minute", () => {
    const sights = blocks(12, () => ({}));
    const { running, answering } = calmContext();
    const without = (names: ReadonlySet<string>) => new Set([...names].filter((name) => name !== "keeper-1"));
    const down = (block: number): JudgeContext =>
      block === 0
        ? calmContext({ running: without(running), answering: without(answering) })
        : calmContext({ answering: without(answering) });
    const back = (block: number): JudgeContext => (block < 5 ? down(block) : calmContext());
    expect(firstWrong(restartsResume(), sights, back)).to.equal(undefined);
    expect(firstWrong(restartsResume(), sights, down)?.detail).to.contain("keeper-1 does not answer");
  });

  it("L6 sees a program that repeats what it had done before it was started again", () => {
    const job: WorkSight = {
      hash: "0x1",
      actor: "keeper-1",
      to: "0x2",
      input: "0x3",
      isReverted: false,
      gasUsed: 1,
      feeWei: 1n,
    };
    const repeats = (isReverted: boolean): BlockSight[] => [
      calmSight(0, { work: [job] }),
      calmSight(1),
      calmSight(2, { work: [{ ...job, isReverted }] }),
    ];
    const stopped = (block: number): JudgeContext =>
      block === 0 ? calmContext({ running: new Set(["relayer-1"]) }) : calmContext();
    expect(firstWrong(restartsResume(), repeats(false), stopped)).to.equal(undefined);
    expect(firstWrong(restartsResume(), repeats(true), stopped)?.detail).to.contain("repeated in 0x1");
    expect(firstWrong(restartsResume(), repeats(true))).to.equal(undefined);
  });
});

describe("a panel of judges", () => {
  it("keeps the first violation, tells it once and goes on counting", () => {
    const panel = new Panel([{ id: "S0", check: ({ number }) => (number >= 101 ? `wrong in ${number}` : undefined) }]);
    const told = [0, 1, 2].flatMap((block) => panel.judge(calmSight(block), calmContext()));
    expect(told).to.deep.equal([{ id: "S0", block: 101, detail: "wrong in 101" }]);
    const firstViolation = { block: 101, detail: "wrong in 101" };
    expect(panel.verdicts()).to.deep.equal([{ id: "S0", held: false, checks: 3, firstViolation }]);
  });

  it("counts what cannot be judged as a violation", () => {
    const check = (): never => {
      throw new Error("no such market");
    };
    const [violation] = new Panel([{ id: "S0", check }]).judge(calmSight(), calmContext());
    expect(violation?.detail).to.contain("no such market");
  });
});

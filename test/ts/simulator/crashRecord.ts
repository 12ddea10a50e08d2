// SPDX-License-Identifier: MIT
import type { Level, Phase } from "../../../scripts/model/risk/types.ts";
import type { CrashRecord, LiquidationRecord, ModeSample } from "../../../scripts/simulator/CrashRecord.ts";
import type { RoundRecord } from "../../../scripts/simulator/DemoRecord.ts";

const USD = 1_000_000n;
const OPTION = 1_000_000n;
const PRICE = 300_000_000_000n;
/** 2026-01-07 14:45 UTC. */
export const FELL_FROM = 1_767_797_100n;
export const FAULTS_END = FELL_FROM + 6_000n;
const MEMBERS = ["ada", "ben", "cyd", "dov", "eve", "hal", "ivy"];
export const CRASH_LIARS = ["cyd", "ivy"];

function sample(after: bigint, percent: bigint, mode: Level, phase: Phase, causes: readonly string[]): ModeSample {
  const truth = (PRICE * percent) / 100n;
  return { at: FELL_FROM + after, truth, published: truth + 10n, mode, phase, causes };
}

const samples: readonly ModeSample[] = [
  sample(-300n, 100n, "normal", "none", []),
  sample(2_550n, 86n, "cautious", "none", ["30 min average"]),
  sample(4_430n, 72n, "reduceOnly", "none", ["30 min average", "12 h average"]),
  sample(5_430n, 55n, "halted", "none", ["30 min average"]),
  sample(7_500n, 55n, "reduceOnly", "closed", ["12 h average"]),
  sample(14_000n, 55n, "recovery", "ramp", []),
  sample(31_500n, 55n, "normal", "none", []),
];

function round(index: bigint): RoundRecord {
  const price = PRICE - index * 100_000_000n;
  return {
    round: FELL_FROM / 15n + 4n * index,
    setId: 3n,
    delaySeconds: 6,
    relayer: "relayer-1",
    gasUsed: 200_000n,
    published: [price],
    truth: [price],
    signed: MEMBERS.map((validator, place) => ({
      validator,
      prices: [CRASH_LIARS.includes(validator) ? (PRICE * 105n) / 100n : price + BigInt(place - 2) * 1_000n],
      onChain: true,
    })),
    clean: true,
    divergent: false,
    quarantined: false,
    lying: CRASH_LIARS,
  };
}

export function act(change: Partial<LiquidationRecord>): LiquidationRecord {
  return {
    at: FELL_FROM + 2_700n,
    kind: "bid",
    book: "thin writer",
    mode: "cautious",
    cashBefore: 8_000n * USD,
    cash: 5_000n * USD,
    shortsBefore: 10n * OPTION,
    shorts: 5n * OPTION,
    trueMaintenance: 9_000n * USD,
    paid: 2_900n * USD,
    drawn: 0n,
    toInsurance: 50n * USD,
    toFlagger: 50n * USD,
    isOver: true,
    ...change,
  };
}

const unpaid = { paid: 0n, toInsurance: 0n, toFlagger: 0n };
const late = { book: "late <writer>", cashBefore: 4_000n * USD, trueMaintenance: 8_000n * USD };

/** A quarter of a book that cannot pay, then the rest. */
const liquidations: readonly LiquidationRecord[] = [
  act({ ...unpaid, kind: "flag", cash: 8_000n * USD, shorts: 10n * OPTION, isOver: false }),
  act({}),
  act({ ...late, ...unpaid, kind: "flag", cash: late.cashBefore, shorts: 10n * OPTION, isOver: false }),
  act({
    ...late,
    ...unpaid,
    mode: "reduceOnly",
    cash: 3_000n * USD,
    shorts: 7_500_000n,
    paid: 1_000n * USD,
    drawn: 300n * USD,
    isOver: false,
  }),
  act({
    ...late,
    ...unpaid,
    cashBefore: 3_000n * USD,
    shortsBefore: 7_500_000n,
    cash: USD,
    shorts: 0n,
    paid: 3_000n * USD,
    drawn: 900n * USD,
  }),
];

/** A record of a crash in which everything held; `change` breaks what a test wants broken. */
export function crashRecord(change: Partial<CrashRecord> = {}): CrashRecord {
  return {
    feed: "ETH",
    members: MEMBERS,
    liars: CRASH_LIARS,
    fellFrom: FELL_FROM,
    faultsEnd: FAULTS_END,
    expiry: FELL_FROM + 62_100n,
    samples,
    rounds: Array.from({ length: 5 }, (_, index) => round(BigInt(index))),
    liquidations,
    refusedActs: 0,
    books: [
      { name: "funded writer", isFunded: true, isFlagged: false, cash: 15_000n, maintenance: 9_000n, shorts: OPTION },
      { name: "thin writer", isFunded: false, isFlagged: false, cash: 5_000n, maintenance: 5_000n, shorts: OPTION },
      { name: "late <writer>", isFunded: false, isFlagged: false, cash: 1n, maintenance: 0n, shorts: 0n },
    ],
    openings: samples.map(({ at, mode, phase }) => ({
      at,
      mode,
      phase,
      refusal: mode === "reduceOnly" || mode === "halted" ? "Clearinghouse_OpeningClosed" : "",
    })),
    openedAgain: true,
    exits: samples.map(({ mode }) => ({ mode, attempted: 4, refused: 0 })),
    money: {
      symbol: "USDC",
      unitDecimals: 6,
      insuranceStart: 250_000n * USD,
      insuranceEnd: 248_850n * USD,
      othersStart: 85n,
      othersEnd: 85n,
      openInterest: 30n * OPTION,
      settlementPrice: (PRICE * 55n) / 100n,
      tranche: 0n,
      claimsUp: 9_000n,
      collected: 9_000n,
      drawnAtExpiry: 0n,
      shortage: 0n,
      held: 248_900n * USD,
      owed: 248_900n * USD,
    },
    ...change,
  };
}

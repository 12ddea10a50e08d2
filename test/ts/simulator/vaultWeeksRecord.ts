// SPDX-License-Identifier: MIT
import type { EpochRecord } from "../../../scripts/simulator/backtest/BacktestRecord.ts";
import type {
  HoldingsRecord,
  VaultStoryRecord,
  VaultWeeksRecord,
} from "../../../scripts/simulator/VaultWeeksRecord.ts";

const USD = 1_000_000n;
const OPTION = 1_000_000n;
/** Of a ledger unit at par, and the virtual ones. */
const SHARES = 1_000_000n;
const FEE = USD;
const DEPOSIT = 110_000n * USD;
const ADDED = 10_000n * USD;
const PRICE = 300_000_000_000n;
const WEEK = 604_800n;
/** 2026-01-09 08:00 UTC. */
const FROM = 1_767_945_600n;

const [SOLD_FIRST, PREMIUM_FIRST, DUTY_FIRST] = [20n * OPTION, 1_000n * USD, 500_000n];
const [SOLD_SECOND, PREMIUM_SECOND, DUTY_SECOND] = [10n * OPTION, 500n * USD, 250_000n];
const ASSIGNED = 1_000n * USD;

// The first week: all join at par, one leaves in kind, one asks to leave, one adds.
const supply = DEPOSIT * SHARES;
const [asking, taking] = [30_000n * USD * SHARES, 20_000n * USD * SHARES];
const bookCash = DEPOSIT + PREMIUM_FIRST - FEE;
const takenCash = (bookCash * taking) / (supply + SHARES);
const takenShorts = (SOLD_FIRST * taking) / (supply + SHARES);
const idleFirst = bookCash - takenCash - 2n * DUTY_FIRST;
const priceFirst = { units: idleFirst + 1n, shares: supply - taking + SHARES };
const leftFirst = (asking * priceFirst.units) / priceFirst.shares;
const joining = (ADDED * priceFirst.shares) / priceFirst.units;
const supplyFirst = supply - taking - asking + joining;

// The second: the puts are exercised, and whoever is left leaves.
const cashSecond = idleFirst + ADDED - leftFirst;
const idleSecond = cashSecond + PREMIUM_SECOND - FEE - ASSIGNED - 2n * DUTY_SECOND;
const priceSecond = { units: idleSecond + 1n, shares: supplyFirst + SHARES };
const leftSecond = (supplyFirst * priceSecond.units) / priceSecond.shares;

function epoch(change: Partial<EpochRecord>): EpochRecord {
  return {
    expiry: FROM + WEEK,
    strike: 25_000_000n,
    startPrice: PRICE,
    volatilityBps: 8_000n,
    cash: DEPOSIT,
    before: { joined: DEPOSIT, left: 0n },
    startPaid: 0n,
    sales: [],
    closedLooks: 0,
    looks: 3,
    settledPrice: PRICE,
    assigned: 0n,
    inKind: { cash: takenCash, assigned: 0n },
    redeemed: 0n,
    closePaid: DUTY_FIRST,
    ...priceFirst,
    after: { joined: ADDED, left: leftFirst },
    spot: PRICE,
    ...change,
  };
}

function sale(at: bigint, size: bigint, premium: bigint): EpochRecord["sales"][number] {
  return { at, buyer: "quin", size, premium, fee: FEE, volatilityBps: 11_900n };
}

const epochs: readonly EpochRecord[] = [
  epoch({ sales: [sale(FROM + 4_200n, SOLD_FIRST, PREMIUM_FIRST)] }),
  epoch({
    expiry: FROM + 2n * WEEK,
    cash: cashSecond,
    before: { joined: 0n, left: 0n },
    startPaid: DUTY_FIRST,
    sales: [sale(FROM + WEEK + 25_000n, SOLD_SECOND, PREMIUM_SECOND)],
    settledPrice: 240_000_000_000n,
    assigned: ASSIGNED,
    inKind: { cash: 0n, assigned: 0n },
    redeemed: ASSIGNED,
    closePaid: DUTY_SECOND,
    ...priceSecond,
    after: { joined: 0n, left: leftSecond },
    spot: 240_000_000_000n,
  }),
];

const empty: HoldingsRecord = {
  at: FROM + 2n * WEEK + 900n,
  free: idleSecond - leftSecond + DUTY_SECOND,
  startPay: DUTY_SECOND,
  held: 0n,
  claims: 0n,
  shares: 0n,
  known: 0n,
  requests: 6n,
};

const holdings: readonly HoldingsRecord[] = [
  {
    at: FROM + WEEK + 900n,
    free: cashSecond + DUTY_FIRST,
    startPay: DUTY_FIRST,
    held: leftFirst,
    claims: leftFirst,
    shares: supplyFirst,
    known: supplyFirst,
    requests: 5n,
  },
  { ...empty, held: leftSecond, claims: leftSecond },
  empty,
];

/** One vault in which everything held; `change` breaks what a test wants broken. */
export function vaultStory(change: Partial<VaultStoryRecord> = {}): VaultStoryRecord {
  const brought = 1_000_000n * USD;
  const account = (name: string, start: bigint, end: bigint) => ({ name, role: "depositor", start, end }) as const;
  return {
    vault: { name: "Weekly <puts>", symbol: "bPUT", isCall: false, unitDecimals: 6, missed: 0, epochs },
    holdings,
    inKind: {
      name: "pia",
      staying: { cash: bookCash - takenCash, shorts: SOLD_FIRST - takenShorts, maximumLoss: 50_000n * USD },
      leaving: { cash: takenCash, shorts: takenShorts, maximumLoss: 10_000n * USD },
    },
    accounts: [
      account("nia", 70_000n * USD, leftSecond),
      account("omar", 30_000n * USD, leftFirst),
      account("pia", 20_000n * USD, takenCash),
      { name: "quin", role: "buyer", start: brought, end: brought - PREMIUM_FIRST - PREMIUM_SECOND + ASSIGNED },
      { name: "roller", role: "roller", start: 0n, end: 2n * DUTY_FIRST + DUTY_SECOND },
    ],
    ...change,
  };
}

/** Two weeks of vaults in which everything held; `change` breaks what a test wants broken. */
export function vaultWeeksRecord(change: Partial<VaultWeeksRecord> = {}): VaultWeeksRecord {
  return {
    from: FROM,
    startPrice: PRICE,
    vaults: [vaultStory()],
    exits: { attempted: 9, refused: 0 },
    ...change,
  };
}

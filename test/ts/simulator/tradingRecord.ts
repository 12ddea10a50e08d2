// SPDX-License-Identifier: MIT
import type { RoundRecord } from "../../../scripts/simulator/DemoRecord.ts";
import type { AccountRecord, MarketRecord, TradingRecord } from "../../../scripts/simulator/TradingRecord.ts";

const USD = 1_000_000n;
const COIN = 1_000_000_000n;
const OPTION = 1_000_000n;
const PRICE = 308_000_000_000n;
/** 2026-01-07 08:00 UTC. */
export const EXPIRY = 1_767_772_800n;
const WINDOW_SECONDS = 1_800n;
const MEMBERS = ["ada", "ben", "cyd", "dov", "hal", "ivy"];
const SILENT = "dov";

const strike = (dollars: bigint): bigint => dollars * 10_000n;

/** Five calls at 3,000 pay 400 dollars at 3,080: premium 200, fee 3, one tip of 1. */
const usdMarket: MarketRecord = {
  number: 1n,
  symbol: "USDC",
  kind: "quote",
  unitDecimals: 6,
  capBps: 10_000n,
  tip: USD,
  price: PRICE,
  rung: 1n,
  delaySeconds: 135,
  coverage: 1_800n,
  feesCharged: 3n * USD,
  settlementTip: USD,
  insuranceStart: 250_000n * USD,
  insuranceEnd: 250_001n * USD + 200_000n,
  drawn: 0n,
  shortage: 0n,
  rewards: 800_000n,
  rewardsCounted: 800_000n,
  collected: 400n * USD,
  redeemed: 400n * USD,
  claimsUp: 400n * USD,
  owed: 250_001n * USD + 200_000n,
  held: 250_001n * USD + 200_000n,
  roundings: 2,
};

/** Ten coin calls at 3,050 pay 10 · (1 − 3050/3080) coins, which is no whole number of units. */
const coinMarket: MarketRecord = {
  ...usdMarket,
  number: 2n,
  symbol: "WETH",
  kind: "coin",
  unitDecimals: 9,
  tip: 300_000n,
  feesCharged: 2_000_000n,
  settlementTip: 300_000n,
  insuranceStart: 85n * COIN,
  insuranceEnd: 85n * COIN + 800_000n,
  rewards: 900_000n,
  rewardsCounted: 900_000n,
  collected: 97_402_598n,
  redeemed: 97_402_597n,
  claimsUp: 97_402_598n,
  owed: 85n * COIN + 800_001n,
  held: 85n * COIN + 800_001n,
};

function account(
  name: string,
  market: bigint,
  start: bigint,
  profit: bigint,
  traded: Pick<AccountRecord, "premium" | "fees" | "legs">,
): AccountRecord {
  return { name, market, start, end: start + profit, ...traded, left: 0n };
}

const usdCall = { strike: strike(3_000n), isCall: true, size: 5n * OPTION };
const coinCall = { strike: strike(3_050n), isCall: true, size: 10n * OPTION };
const short = (leg: typeof usdCall): typeof usdCall => ({ ...leg, size: -leg.size });

const accounts: readonly AccountRecord[] = [
  account("naked writer", 1n, 20_000n * USD, -204n * USD, {
    premium: 200n * USD,
    fees: 3n * USD,
    legs: [short(usdCall)],
  }),
  account("call buyer", 1n, 2_000n * USD, 200n * USD, { premium: -200n * USD, fees: 0n, legs: [usdCall] }),
  account("covered writer", 2n, 12n * COIN, 90_000_000n - 2_300_000n - 97_402_598n, {
    premium: 90_000_000n,
    fees: 2_000_000n,
    legs: [short(coinCall)],
  }),
  account("coin buyer", 2n, 2n * COIN, 97_402_597n - 90_000_000n, {
    premium: -90_000_000n,
    fees: 0n,
    legs: [coinCall],
  }),
];

function round(index: bigint): RoundRecord {
  return {
    round: (EXPIRY - WINDOW_SECONDS) / 15n + 4n * index,
    setId: 2n,
    delaySeconds: 6,
    relayer: "relayer-1",
    gasUsed: 200_000n,
    published: [PRICE],
    truth: [PRICE],
    signed: MEMBERS.filter((name) => name !== SILENT).map((validator) => ({
      validator,
      prices: [PRICE],
      onChain: true,
    })),
    clean: true,
    divergent: false,
    quarantined: false,
    lying: [],
  };
}

/** A record of trading and an expiry in which everything held; `change` breaks what a test wants broken. */
export function tradingRecord(change: Partial<TradingRecord> = {}): TradingRecord {
  const samples = (count: bigint, step: bigint) =>
    Array.from({ length: Number(count) }, (_, index) => ({
      at: EXPIRY - (count - BigInt(index)) * step,
      price: PRICE,
    }));
  return {
    tradedAt: EXPIRY - 82_680n,
    expiry: EXPIRY,
    silent: SILENT,
    members: MEMBERS,
    markets: [usdMarket, coinMarket],
    accounts,
    settlerEnds: [2n * USD, 600_000n],
    series: [
      { name: "ETH 3000", market: 1n, openInterest: usdCall.size, longs: usdCall.size, shorts: usdCall.size },
      {
        name: "ETH 3050 & <coin>",
        market: 2n,
        openInterest: coinCall.size,
        longs: coinCall.size,
        shorts: coinCall.size,
      },
    ],
    condor: {
      refusal: "Clearinghouse_InsufficientCash",
      legsAfterRefusal: 0,
      makerLegs: 4,
      takerLegs: 4,
    },
    rounds: Array.from({ length: 30 }, (_, index) => round(BigInt(index))),
    day: samples(92n, 900n),
    window: samples(120n, 15n),
    opens: { attempted: 5, refused: 1 },
    exits: { attempted: 12, refused: 0 },
    ...change,
  };
}

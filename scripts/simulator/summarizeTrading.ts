// SPDX-License-Identifier: MIT
import { RUNGS } from "../model/clearing/settlementLadder.ts";
import type { DemoSummary } from "./summarize.ts";
import type { MarketRecord, TradingRecord } from "./TradingRecord.ts";

const PRICE_ONE = 1e8;
const SIZE_ONE = 1e6;
/** Debt that came up elsewhere, USD. */
export interface OtherDebt {
  /** By insurance, and by nobody. */
  readonly paid: number;
  readonly unpaid: number;
  readonly notional: number;
}

/** The part of a summary that trading and its expiry fill, other debt counted in. Money in USD at the settlement price. */
export function summarizeTrading(
  record: TradingRecord,
  other: OtherDebt = { paid: 0, unpaid: 0, notional: 0 },
): Pick<DemoSummary, "badDebt" | "insurance" | "settlement" | "exits" | "opens"> {
  const { markets, series, exits, opens } = record;
  const dollars = (of: (market: MarketRecord) => bigint): number =>
    cents(markets.reduce((sum, market) => sum + usd(of(market), market), 0));
  const open = series.reduce((sum, { openInterest }) => sum + Number(openInterest) / SIZE_ONE, 0);
  const absolute = cents(dollars(({ drawn, shortage }) => drawn + shortage) + other.paid + other.unpaid);
  const notional = (open * Number(markets[0]?.price ?? 0n)) / PRICE_ONE + other.notional;
  return {
    badDebt: {
      absolute,
      shareOfOpenInterest: notional === 0 ? 0 : absolute / notional,
      afterInsurance: cents(dollars(({ shortage }) => shortage) + other.unpaid),
    },
    insurance: {
      start: dollars(({ insuranceStart }) => insuranceStart),
      low: dollars(({ insuranceStart, insuranceEnd }) =>
        insuranceStart < insuranceEnd ? insuranceStart : insuranceEnd,
      ),
      end: dollars(({ insuranceEnd }) => insuranceEnd),
    },
    settlement: {
      series: series.length,
      rungs: rungsOf(record),
      delaySeconds: { max: Math.max(0, ...markets.map(({ delaySeconds }) => delaySeconds)) },
      haircuts: markets
        .filter(({ collected, claimsUp }) => collected < claimsUp)
        .map(({ collected, claimsUp }) => Number(claimsUp - collected) / Number(claimsUp)),
    },
    exits,
    opens,
  };
}

function rungsOf({ markets, series }: TradingRecord): Record<string, number> {
  const rungs: Record<string, number> = {};
  for (const { number, rung } of markets) {
    const name = RUNGS[Number(rung)] ?? "unknown";
    rungs[name] = (rungs[name] ?? 0) + series.filter(({ market }) => market === number).length;
  }
  return rungs;
}

function usd(amount: bigint, { kind, unitDecimals, price }: MarketRecord): number {
  const whole = Number(amount) / 10 ** unitDecimals;
  return kind === "quote" ? whole : (whole * Number(price)) / PRICE_ONE;
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

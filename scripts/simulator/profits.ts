// SPDX-License-Identifier: MIT
import { numerators, toUnitsDown, toUnitsUp } from "../model/clearing/payoff.ts";
import type { Terms } from "../model/clearing/types.ts";
import type { AccountRecord, MarketRecord, TradingRecord } from "./TradingRecord.ts";
import { SETTLER } from "./TradingPlan.ts";

/** One line of the table: what somebody has more than before, in ledger units. */
export interface ProfitRow {
  readonly name: string;
  readonly profit: bigint;
  /** Where it comes from; nothing for those who did not trade. */
  readonly premium?: bigint;
  readonly fees?: bigint;
  readonly payoff?: bigint;
}

/** A market's table. Its rows add up to 0. */
export interface ProfitTable {
  readonly market: MarketRecord;
  readonly rows: readonly ProfitRow[];
  readonly total: bigint;
}

/** Every account of every market, and beside them whoever earns fees: nothing may come from nowhere. Pure. */
export function profitTables(record: TradingRecord): ProfitTable[] {
  return record.markets.map((market) => {
    const traders = record.accounts
      .filter(({ market: number }) => number === market.number)
      .map((account) => ({
        name: account.name,
        profit: account.end - account.start,
        premium: account.premium,
        fees: -account.fees - tipsOf(account, market),
        payoff: payoffOf(account, market),
      }));
    const rows: ProfitRow[] = [
      ...traders,
      { name: SETTLER, profit: settlerEnd(record, market) },
      { name: "insurance", profit: market.insuranceEnd - market.insuranceStart },
      { name: "validators, relayers", profit: market.rewardsCounted },
      { name: "dust", profit: market.held - market.insuranceEnd },
    ];
    return { market, rows, total: rows.reduce((sum, { profit }) => sum + profit, 0n) };
  });
}

/** What an account should have at the end by the formulas: debts rounded up, claims down. */
export function expectedEnd(account: AccountRecord, market: MarketRecord): bigint {
  return account.start + account.premium - account.fees - tipsOf(account, market) + payoffOf(account, market);
}

/** What settling everybody's books and the expiry earned. Tips are paid in the market's own token. */
export function expectedTips(record: TradingRecord, market: MarketRecord): bigint {
  const inMarket = record.accounts.filter(({ market: number }) => number === market.number);
  return inMarket.reduce((sum, account) => sum + tipsOf(account, market), market.settlementTip);
}

/** Whoever settled began with nothing. */
export function settlerEnd(record: TradingRecord, market: MarketRecord): bigint {
  return record.settlerEnds[Number(market.number) - 1] ?? 0n;
}

/** A book with shorts leaves one of its two tips to whoever settles it. */
function tipsOf({ legs }: AccountRecord, { tip }: MarketRecord): bigint {
  return legs.some(({ size }) => size < 0n) ? tip : 0n;
}

function payoffOf({ legs }: AccountRecord, market: MarketRecord): bigint {
  const terms: Terms = { kind: market.kind, unitDecimals: market.unitDecimals, capBps: market.capBps };
  const { owed, due } = numerators(legs, terms, market.price);
  return owed > due ? -toUnitsUp(owed - due, terms, market.price) : toUnitsDown(due - owed, terms, market.price);
}

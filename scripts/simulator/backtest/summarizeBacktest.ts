// SPDX-License-Identifier: MIT
import type { Verdict } from "../verdict.ts";
import { verdict } from "../verdict.ts";
import type { BacktestRecord, EpochRecord, VaultRecord } from "./BacktestRecord.ts";

const SHARES_PER_UNIT = 1e6;
const PRICE_ONE = 1e8;
const BPS = 10_000n;
const RESERVE_BPS = 10_500n;
const HIGH_BPS = 15_000n;

/** Price of a share, and what plain holding came to, both 1 at the start. */
export interface WeekPoint {
  readonly week: number;
  /** In the vault's own collateral. */
  readonly share: number;
  /** The same in dollars. */
  readonly shareInDollars: number;
  /** The collateral itself, held, in dollars. */
  readonly holding: number;
}

/** What one vault came to. Shares of one unless said otherwise. */
export interface VaultSummary {
  readonly symbol: string;
  readonly epochs: number;
  readonly missed: number;
  /** Epochs in which nobody bought. */
  readonly unsold: number;
  /** In whole collateral. */
  readonly premium: number;
  readonly assigned: number;
  readonly costs: number;
  /** Of the price of a share, in the vault's own collateral. */
  readonly gained: number;
  /** Deepest fall of the price of a share from its best, in the vault's own collateral. */
  readonly drawdown: number;
  readonly points: readonly WeekPoint[];
}

/** What a backtest came to. */
export interface BacktestSummary {
  readonly seed: number;
  readonly weeks: number;
  readonly rounds: number;
  readonly vaults: readonly VaultSummary[];
  readonly verdict: "held" | "broken";
}

export function summarizeBacktest(record: BacktestRecord, verdicts: readonly Verdict[]): BacktestSummary {
  const { seed, weeks, rounds } = record;
  return {
    seed,
    weeks,
    rounds,
    vaults: record.vaults.map((vault) => summarizeVault(vault, Number(record.startPrice))),
    verdict: verdicts.every(({ held }) => held) ? "held" : "broken",
  };
}

/** @param start True price when the first epoch began, 8 decimals. */
export function summarizeVault(
  { symbol, isCall, unitDecimals, epochs, missed }: VaultRecord,
  start: number,
): VaultSummary {
  const whole = (units: bigint): number => Number(units) / 10 ** unitDecimals;
  const points: WeekPoint[] = [{ week: 0, share: 1, shareInDollars: 1, holding: 1 }];
  let best = 1;
  let drawdown = 0;
  for (const [index, { units, shares, spot }] of epochs.entries()) {
    const share = (Number(units) / Number(shares)) * SHARES_PER_UNIT;
    const holding = isCall ? Number(spot) / start : 1;
    points.push({ week: index + 1, share, shareInDollars: share * holding, holding });
    best = Math.max(best, share);
    drawdown = Math.max(drawdown, 1 - share / best);
  }
  return {
    symbol,
    epochs: epochs.length,
    missed,
    unsold: epochs.filter(({ sales }) => sales.length === 0).length,
    premium: whole(sum(epochs.map(premiumOf))),
    assigned: whole(sum(epochs.map(({ assigned }) => assigned))),
    costs: whole(sum(epochs.map(costsOf))),
    gained: points.at(-1)!.share - 1,
    drawdown,
    points,
  };
}

/** What had to hold in every epoch of every vault. */
export function checkBacktest({ vaults }: Pick<BacktestRecord, "vaults">): Verdict[] {
  const all = vaults.flatMap(({ symbol, epochs }) =>
    epochs.map((epoch, index) => ({ symbol, epoch, next: epochs[index + 1] })),
  );
  const lost = all.filter(({ epoch }) => distance(epoch.units - 1n, expectedCash(epoch)) > 1n);
  const kept = all.filter(({ epoch, next }) => next !== undefined && next.cash !== handedOn(epoch, next));
  const flows = all.flatMap(({ epoch, next }) => (next === undefined ? [] : [epoch.after, next.before]));
  const moved = flows.some(({ joined, left }) => joined !== 0n || left !== 0n);
  const short = all.filter(({ epoch }) => !isPaid(epoch));
  const sales = all.flatMap(({ symbol, epoch }) => epoch.sales.map((sale) => ({ symbol, epoch, sale })));
  const looks = all.reduce((total, { epoch }) => total + epoch.looks, 0);
  const cheap = sales.filter(({ epoch, sale }) => {
    const least = (epoch.volatilityBps * RESERVE_BPS) / BPS;
    return sale.volatilityBps < least || sale.volatilityBps > (epoch.volatilityBps * HIGH_BPS) / BPS + 1n;
  });
  return [
    verdict(
      "cash at the end of an epoch is what it began with, and premium, less fees, assignment and duties",
      all.length,
      lost.map(({ symbol, epoch }) => `${symbol} ${epoch.expiry}: ${epoch.units - 1n}, not ${expectedCash(epoch)}`),
      `${all.length} epochs, to the last unit`,
    ),
    verdict(
      "an epoch begins with all that the one before left",
      all.length,
      kept.map(({ symbol, epoch, next }) => `${symbol} ${epoch.expiry}: ${next!.cash}, not ${handedOn(epoch, next!)}`),
      moved ? "less what left and with what joined between them" : "nobody joined or left",
    ),
    verdict(
      "buyers are paid what the vault was assigned",
      all.length,
      short.map(({ symbol, epoch }) => `${symbol} ${epoch.expiry}: ${epoch.redeemed} of ${epoch.assigned}`),
      `assigned in ${all.filter(({ epoch }) => epoch.assigned > 0n).length} of ${all.length} epochs`,
    ),
    verdict(
      "nothing is sold below the reserve volatility or above the high one",
      looks,
      cheap.map(({ symbol, sale }) => `${symbol}: ${sale.volatilityBps} bps`),
      `${sales.length} sales in ${looks} visits of buyers`,
    ),
  ];
}

/** Each buyer's receipt rounds down by less than a unit. */
function isPaid(epoch: EpochRecord): boolean {
  const [assigned, paid] = [epoch.assigned, epoch.redeemed];
  return paid <= assigned && assigned - paid <= BigInt(epoch.sales.length + 1);
}

/** The closer's pay is set aside again for the next start. */
function expectedCash(epoch: EpochRecord): bigint {
  return epoch.cash + premiumOf(epoch) - epoch.assigned - costsOf(epoch);
}

/** What is there for the next epoch. */
function handedOn({ units, after }: EpochRecord, { before }: EpochRecord): bigint {
  return units - 1n + after.joined - after.left + before.joined - before.left;
}

function premiumOf({ sales }: EpochRecord): bigint {
  return sum(sales.map(({ premium }) => premium));
}

function costsOf({ sales, closePaid }: EpochRecord): bigint {
  return sum(sales.map(({ fee }) => fee)) + 2n * closePaid;
}

function distance(left: bigint, right: bigint): bigint {
  return left > right ? left - right : right - left;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** Dollars of a price. */
export function dollarsOf(price: bigint): number {
  return Number(price) / PRICE_ONE;
}

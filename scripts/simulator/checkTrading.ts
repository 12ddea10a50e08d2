// SPDX-License-Identifier: MIT
import { expectedEnd, expectedTips, profitTables, settlerEnd } from "./profits.ts";
import { distanceBps } from "./summarize.ts";
import type { TradingRecord, TruthSample } from "./TradingRecord.ts";
import { verdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Furthest a settlement price may be from the mean of the true price over the same half hour. */
const SETTLEMENT_LIMIT_BPS = 10;
/** Four fifths of a half hour. */
const COVERED_SECONDS = 1_440n;
/** First rung of the ladder: the clean, covered half hour. */
const WINDOW_RUNG = 1n;
/** A price is there this soon after the expiry when nothing but a validator is missing. */
const DELAY_LIMIT_SECONDS = 600;
const CONDOR_LEGS = 4;

/** Judges trading, the expiry and everybody's way out by the record alone. */
export function checkTrading(record: TradingRecord): Verdict[] {
  return [
    checkSeries(record),
    checkCondor(record),
    checkSilence(record),
    checkSettlement(record),
    checkRungs(record),
    checkZeroSum(record),
    checkFormulas(record),
    checkFees(record),
    checkCustody(record),
    checkDust(record),
    checkExits(record),
  ];
}

/** Mean of the samples, rounded down. */
export function meanOf(samples: readonly TruthSample[]): bigint {
  return samples.reduce((sum, { price }) => sum + price, 0n) / BigInt(samples.length || 1);
}

/** S2. */
function checkSeries({ series }: TradingRecord): Verdict {
  const found = series
    .filter(({ openInterest, longs, shorts }) => longs !== shorts || shorts !== openInterest)
    .map(({ name, longs, shorts, openInterest }) => `${name}: ${longs} long, ${shorts} short, ${openInterest} open`);
  return verdict("Every series has as many longs as shorts", series.length, found, `${series.length} series`, "S2");
}

function checkCondor({ condor }: TradingRecord): Verdict {
  const { refusal, legsAfterRefusal, makerLegs, takerLegs } = condor;
  const found = [
    ...(refusal === "" ? ["it was filled although one side had no cash"] : []),
    ...(legsAfterRefusal === 0 ? [] : [`${legsAfterRefusal} legs after a refusal`]),
    ...[makerLegs, takerLegs].filter((legs) => legs !== CONDOR_LEGS).map((legs) => `a side has ${legs} legs`),
  ];
  return verdict("A condor fills whole or not at all", 2, found, `refused (${refusal}), then 4 legs on both sides`);
}

/** One validator signs nothing, all the others every round, and the half hour is covered. */
function checkSilence({ rounds, silent, members, markets, expiry }: TradingRecord): Verdict {
  const others = members.filter((name) => name !== silent);
  const found: string[] = [];
  if (!members.includes(silent)) found.push(`${silent} has no seat`);
  for (const { round, signed } of rounds) {
    const names = signed.map(({ validator }) => validator);
    if (names.includes(silent)) found.push(`${silent} signed round ${round}`);
    const missing = others.filter((name) => !names.includes(name));
    if (missing.length !== 0) found.push(`${missing.join(", ")} missing in round ${round}`);
  }
  for (const { symbol, coverage } of markets)
    if (coverage < COVERED_SECONDS) found.push(`${symbol}: ${coverage} of 1800 s covered before ${expiry}`);
  const detail = `${rounds.length} rounds by ${others.length} of ${members.length}, ${markets[0]?.coverage ?? 0} of 1800 s covered`;
  return verdict(`An expiry needs no ${silent}`, rounds.length, found, detail);
}

function checkSettlement({ markets, window }: TradingRecord): Verdict {
  const mean = meanOf(window);
  const far = (price: bigint): number => (mean === 0n ? Infinity : distanceBps(price, mean));
  const found = markets
    .filter(({ price }) => far(price) > SETTLEMENT_LIMIT_BPS)
    .map(({ symbol, price }) => `${symbol}: ${price} is ${far(price)} bps from ${mean}`);
  const worst = Math.max(0, ...markets.map(({ price }) => far(price)));
  return verdict(
    "The settlement price is the true mean of the last half hour",
    markets.length,
    found,
    `${worst} bps off, limit ${SETTLEMENT_LIMIT_BPS}`,
  );
}

/** L3, on the first rung and soon. */
function checkRungs({ markets, series }: TradingRecord): Verdict {
  const found = markets.flatMap(({ symbol, rung, price, delaySeconds }) => [
    ...(price === 0n ? [`${symbol} has no price`] : []),
    ...(rung === WINDOW_RUNG ? [] : [`${symbol} was priced by rung ${rung}`]),
    ...(delaySeconds <= DELAY_LIMIT_SECONDS ? [] : [`${symbol} waited ${delaySeconds} s`]),
  ]);
  const slowest = Math.max(0, ...markets.map(({ delaySeconds }) => delaySeconds));
  const detail = `${series.length} series on the first rung, ${slowest} s after the expiry`;
  return verdict("Every expired series settles", series.length, found, detail, "L3");
}

function checkZeroSum(record: TradingRecord): Verdict {
  const tables = profitTables(record);
  const found = tables
    .filter(({ total }) => total !== 0n)
    .map(({ market, total }) => `${market.symbol}: ${total} units from nowhere`);
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  return verdict("Profits add up to zero less fees", rows, found, `${rows} rows, to the last unit`);
}

/** Every account has what premiums, fees and payoffs say, computed apart from the contracts. */
function checkFormulas(record: TradingRecord): Verdict {
  const found = record.accounts.flatMap((account) => {
    const market = record.markets.find(({ number }) => number === account.market);
    if (market === undefined) return [`${account.name} trades in no market`];
    const expected = expectedEnd(account, market);
    return account.end === expected ? [] : [`${account.name} has ${account.end}, not ${expected}`];
  });
  const detail = `${record.accounts.length} accounts, to the last unit`;
  return verdict("Everybody is paid what the formulas say", record.accounts.length, found, detail);
}

/** Mint fees end with insurance, rewards and the tip for pricing; the other tips come from the books. */
function checkFees(record: TradingRecord): Verdict {
  const found = record.markets.flatMap((market) => {
    const { symbol, feesCharged, settlementTip, insuranceStart, insuranceEnd, drawn, rewards, rewardsCounted } = market;
    const toInsurance = insuranceEnd - insuranceStart + drawn;
    const tips = expectedTips(record, market);
    return [
      ...(feesCharged === toInsurance + rewards + settlementTip
        ? []
        : [`${symbol}: ${feesCharged} charged, ${toInsurance} + ${rewards} + ${settlementTip} arrived`]),
      ...(toInsurance * 5n >= feesCharged * 2n ? [] : [`${symbol}: insurance got ${toInsurance} of ${feesCharged}`]),
      ...(rewardsCounted === rewards ? [] : [`${symbol}: the pot counted ${rewardsCounted} of ${rewards}`]),
      ...(settlerEnd(record, market) === tips
        ? []
        : [`${symbol}: ${tips} of tips, ${settlerEnd(record, market)} earned`]),
    ];
  });
  return verdict(
    "Fees reach insurance, validators and the settler",
    record.markets.length * 4,
    found,
    "40 : 60, exactly",
  );
}

/** S1: with everybody gone, what is owed is the insurance and what rounding left. */
function checkCustody({ markets }: TradingRecord): Verdict {
  const found = markets.flatMap(({ symbol, held, owed, insuranceEnd, collected, redeemed }) => [
    ...(held === owed ? [] : [`${symbol}: ${held} held, ${owed} owed`]),
    ...(owed === insuranceEnd + collected - redeemed
      ? []
      : [`${symbol}: ${owed} owed, not ${insuranceEnd} of insurance and ${collected - redeemed} of dust`]),
  ]);
  return verdict("The Clearinghouse holds what it owes", markets.length * 2, found, "to the last unit", "S1");
}

/** S13: rounding leaves less than a unit per payment, and never less than nothing. */
function checkDust({ markets }: TradingRecord): Verdict {
  const found = markets
    .map((market) => ({ ...market, dust: market.collected - market.redeemed }))
    .filter(({ dust, roundings }) => dust < 0n || dust > BigInt(roundings))
    .map(({ symbol, dust, roundings }) => `${symbol}: ${dust} units left by ${roundings} payments`);
  const detail = markets
    .map(({ symbol, collected, redeemed }) => `${collected - redeemed} units of ${symbol}`)
    .join(", ");
  return verdict("Rounding favours nobody", markets.length, found, `${detail} stay behind`, "S13");
}

/** S14: everybody could leave, and did. */
function checkExits({ exits, accounts }: TradingRecord): Verdict {
  const found = [
    ...(exits.refused === 0 ? [] : [`${exits.refused} of ${exits.attempted} refused`]),
    ...accounts.filter(({ left }) => left !== 0n).map(({ name, left }) => `${name} left ${left} behind`),
  ];
  return verdict("Everybody can leave", exits.attempted, found, `${exits.attempted} exits, none refused`, "S14");
}

// SPDX-License-Identifier: MIT
import type { Level } from "../model/risk/types.ts";
import { LEVELS } from "../model/risk/types.ts";
import type { CrashRecord } from "./CrashRecord.ts";
import type { DemoSummary } from "./summarize.ts";

const PRICE_ONE = 1e8;
const SIZE_ONE = 1e6;

/** The part of a summary that only the crash fills. Money in USD at the settlement price. */
export function summarizeCrash(record: CrashRecord): Pick<DemoSummary, "liquidations" | "modes" | "recoverySeconds"> {
  const { samples, liquidations, faultsEnd, money } = record;
  const flags = liquidations.filter(({ kind }) => kind === "flag");
  const taken = liquidations.reduce((sum, { shortsBefore, shorts }) => sum + shortsBefore - shorts, 0n);
  const back = samples.find(({ at, mode }) => at >= faultsEnd && mode === "normal");
  return {
    liquidations: {
      count: liquidations.filter(({ kind }) => kind === "bid").length,
      notional: cents((Number(taken) / SIZE_ONE) * (Number(money.settlementPrice) / PRICE_ONE)),
      wrongful: flags.filter(({ cashBefore, trueMaintenance }) => cashBefore >= trueMaintenance).length,
    },
    modes: { secondsIn: secondsIn(record), transitions: transitionsOf(record) },
    recoverySeconds: back === undefined ? -1 : Number(back.at - faultsEnd),
  };
}

/** What insurance paid in the crash, and what it could not; and the open interest it came from, all in USD. */
export function crashDebt({ liquidations, money }: CrashRecord): { paid: number; unpaid: number; notional: number } {
  const dollars = (amount: bigint): number => cents(Number(amount) / 10 ** money.unitDecimals);
  const drawn = liquidations.reduce((sum, act) => sum + act.drawn, 0n) + money.drawnAtExpiry;
  return {
    paid: dollars(drawn),
    unpaid: dollars(money.shortage),
    notional: (Number(money.openInterest) / SIZE_ONE) * (Number(money.settlementPrice) / PRICE_ONE),
  };
}

/** From sample to sample, the earlier one's mode. */
function secondsIn({ samples }: CrashRecord): Readonly<Record<Level, number>> {
  const seconds: Record<Level, number> = { normal: 0, cautious: 0, recovery: 0, reduceOnly: 0, halted: 0 };
  for (const [index, { at }] of samples.entries()) {
    const before = samples[index - 1];
    if (before !== undefined) seconds[before.mode] += Number(at - before.at);
  }
  return Object.fromEntries(LEVELS.map((mode) => [mode, seconds[mode]])) as Record<Level, number>;
}

function transitionsOf({ samples, feed }: CrashRecord): DemoSummary["modes"]["transitions"] {
  return samples.flatMap(({ at, mode, causes }, index) => {
    const from = samples[index - 1]?.mode;
    return from === undefined || from === mode
      ? []
      : [{ at: Number(at), feed, from, to: mode, cause: causes.join(", ") }];
  });
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

// SPDX-License-Identifier: MIT
import { PRICE_DECIMALS } from "../model/constants.ts";
import { formatDecimal } from "../model/formatDecimal.ts";
import type { CrashRecord, LiquidationRecord } from "./CrashRecord.ts";

const COLUMNS = ["cash before", "cash after", "puts before", "puts after", "from insurance"];
const NAME_WIDTH = 16;
const NUMBER_WIDTH = 15;
const SIZE_DECIMALS = 6;
const SHOWN_DECIMALS = 2;

/** The crash as printed text: how the breaker moved, and every act of liquidation. Pure. */
export function crashTable(record: CrashRecord): string {
  const { samples, liquidations, money } = record;
  const moves = samples.filter(({ mode, phase }, index) => {
    const before = samples[index - 1];
    return mode !== before?.mode || phase !== before.phase;
  });
  const head = COLUMNS.map((name) => name.padStart(NUMBER_WIDTH)).join("");
  return [
    "  How the breaker moved",
    ...moves.map(({ at, mode, phase, published, causes }) => {
      const price = formatDecimal(published, PRICE_DECIMALS, SHOWN_DECIMALS).padStart(9);
      const state = phase === "none" ? mode : `${mode}, ${phase}`;
      return `  ${clock(at)} ${price} USD  ${state.padEnd(22)}${causes.join(", ")}`.trimEnd();
    }),
    "",
    `  ${"Liquidations".padEnd(NAME_WIDTH + 27)}${head}`,
    ...liquidations.map((act) => line(act, money.unitDecimals)),
    "",
  ].join("\n");
}

function line(act: LiquidationRecord, decimals: number): string {
  const amounts = [act.cashBefore, act.cash].map((amount) => formatDecimal(amount, decimals, SHOWN_DECIMALS));
  const sizes = [act.shortsBefore, act.shorts].map((size) => formatDecimal(size, SIZE_DECIMALS, SHOWN_DECIMALS));
  const drawn = act.drawn === 0n ? "" : formatDecimal(act.drawn, decimals, SHOWN_DECIMALS);
  const cells = [...amounts, ...sizes, drawn].map((text) => text.padStart(NUMBER_WIDTH)).join("");
  return `  ${clock(act.at)}  ${act.kind.padEnd(7)}${act.mode.padEnd(12)}${act.book.padEnd(NAME_WIDTH)}${cells}`.trimEnd();
}

/** "14:45". */
export function clock(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(11, 16);
}

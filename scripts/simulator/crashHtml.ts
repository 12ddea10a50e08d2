// SPDX-License-Identifier: MIT
import { formatDecimal } from "../model/formatDecimal.ts";
import type { Level } from "../model/risk/types.ts";
import { clock } from "./crashTable.ts";
import type { CrashRecord, LiquidationRecord, ModeSample } from "./CrashRecord.ts";
import { escapeHtml, plotSvg } from "./plotSvg.ts";
import type { Plot, PlotSeries, PlotSpan } from "./plotSvg.ts";

const PRICE_ONE = 1e8;
const PLOT_HEIGHT = 320;
const MINUTE = 60n;
const SIZE_DECIMALS = 6;
const SHOWN_DECIMALS = 2;
/** What people read for each mode. */
const MODE_NAMES: Readonly<Record<Level, string>> = {
  normal: "Normal",
  cautious: "Cautious",
  recovery: "Recovery",
  reduceOnly: "ReduceOnly",
  halted: "Halted",
};

/** The chapter of a report about the crash: the price with the strip of modes under it, and every act of liquidation. */
export function crashHtml(record: CrashRecord): string {
  const { members, liars, liquidations, exits, openings } = record;
  const refused = openings.filter(({ refusal }) => refusal !== "").length;
  const tried = exits.reduce((sum, { attempted }) => sum + attempted, 0);
  const stopped = exits.reduce((sum, each) => sum + each.refused, 0);
  const plot = pricePlot(record);
  const keys = [
    ...plot.series.map(({ label, className }) => `<span class="key ${className}"></span>${label}`),
    ...Object.entries(MODE_NAMES).map(([mode, name]) => `<span class="key ${mode}"></span>${name}`),
  ];
  return [
    `<p>The price falls by almost half in an hour and a half while ${escapeHtml(liars.join(" and "))}, two of ` +
      `${members.length} validators, go on signing what it was. ${refused} of ${openings.length} openings were refused, ` +
      `and ${stopped} of ${tried} exits.</p>`,
    `<figure><p class="legend">${keys.join(" ")}</p>${plotSvg(plot)}<figcaption>True price and published median over ` +
      `the day, and under them the mode of the breaker.</figcaption></figure>`,
    liquidationTable(liquidations, record.money.unitDecimals),
  ].join("");
}

/** Minutes since the first sample shown, so that time runs evenly; the calm before the fall is cut to an hour. */
function pricePlot({ samples, fellFrom }: CrashRecord): Plot {
  const shown = samples.filter(({ at }) => at >= fellFrom - 60n * MINUTE);
  const start = shown[0]?.at ?? 0n;
  const minute = (at: bigint): number => Number((at - start) / MINUTE);
  const line = (label: string, className: string, of: (sample: ModeSample) => bigint): PlotSeries => ({
    label,
    className,
    kind: "line",
    points: shown.map((sample) => [minute(sample.at), Number(of(sample)) / PRICE_ONE] as const),
  });
  return {
    title: "price of ETH through the crash, and the mode of the breaker",
    unit: "USD",
    bands: [],
    breaks: [],
    height: PLOT_HEIGHT,
    axis: { name: "UTC", text: (index) => clock(start + BigInt(index) * MINUTE) },
    series: [
      line("true price", "truth", ({ truth }) => truth),
      line("published median", "median", ({ published }) => published),
    ],
    strip: stripOf(shown, minute),
  };
}

/** One span for every stretch of the same mode. */
function stripOf(samples: readonly ModeSample[], minute: (at: bigint) => number): PlotSpan[] {
  const starts = samples.filter(({ mode }, index) => index === 0 || mode !== samples[index - 1]!.mode);
  const last = samples.at(-1)?.at ?? 0n;
  return starts.map(({ mode, at, causes }, index) => ({
    label: `${MODE_NAMES[mode]} from ${clock(at)}${causes.length === 0 ? "" : `: ${causes.join(", ")}`}`,
    className: mode,
    from: minute(at),
    until: minute(starts[index + 1]?.at ?? last),
  }));
}

function liquidationTable(acts: readonly LiquidationRecord[], decimals: number): string {
  const money = (amount: bigint): string => formatDecimal(amount, decimals, SHOWN_DECIMALS);
  const size = (amount: bigint): string => formatDecimal(amount, SIZE_DECIMALS, SHOWN_DECIMALS);
  const number = (text: string): string => `<td class="number">${text}</td>`;
  const rows = acts.map((act) => {
    const cells = [
      money(act.cashBefore),
      money(act.cash),
      size(act.shortsBefore),
      size(act.shorts),
      act.kind === "bid" ? money(act.paid) : "",
      act.drawn === 0n ? "" : money(act.drawn),
      act.kind === "bid" ? money(act.toInsurance + act.toFlagger) : "",
    ].map(number);
    return `<tr><td>${clock(act.at)}</td><td>${act.kind}</td><td>${MODE_NAMES[act.mode]}</td><td>${escapeHtml(act.book)}</td>${cells.join("")}</tr>`;
  });
  const heads = ["", "Act", "Mode", "Book"].map((name) => `<th>${name}</th>`);
  const numbers = ["Cash before", "Cash after", "Puts before", "Puts after", "Paid", "Insurance", "Penalty"].map(
    (name) => `<th class="number">${name}</th>`,
  );
  return `<div class="scroll"><table><thead><tr>${heads.join("")}${numbers.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

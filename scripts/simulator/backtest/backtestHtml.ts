// SPDX-License-Identifier: MIT
import { escapeHtml, plotSvg } from "../plotSvg.ts";
import type { PlotSeries } from "../plotSvg.ts";
import { REPORT_STYLE } from "../reportStyle.ts";
import type { Verdict } from "../verdict.ts";
import type { BacktestRecord, EpochRecord, VaultRecord } from "./BacktestRecord.ts";
import { dollarsOf } from "./summarizeBacktest.ts";
import type { BacktestSummary, VaultSummary } from "./summarizeBacktest.ts";

const PLOT_HEIGHT = 280;
const STRIKE_ONE = 1e4;
const SIZE_ONE = 1e6;

/** What the page is made of. */
export interface BacktestReport {
  readonly record: BacktestRecord;
  readonly summary: BacktestSummary;
  readonly verdicts: readonly Verdict[];
  readonly command: string;
}

/** The report: one page without scripts and without a network. */
export function backtestHtml({ record, summary, verdicts, command }: BacktestReport): string {
  const broken = verdicts.filter(({ held }) => !held).length;
  const headline = broken === 0 ? "All checks held" : `${broken} of ${verdicts.length} checks did not hold`;
  const sections = [
    `<p class="verdict ${summary.verdict}"><strong>${headline}.</strong> ${record.vaults.length} vaults, ${record.weeks} weeks, ` +
      `${record.rounds} rounds; ETH from ${usd(record.startPrice)} to ${usd(record.endPrice)}. The market is drawn from seed ` +
      `${record.seed}: it shows how vaults behave, and promises nothing.</p>`,
    ...record.vaults.map((vault, index) => section(vault.name, vaultBody(vault, summary.vaults[index]!))),
    section("What had to hold", checks(verdicts)),
    section("Run it again", `<pre>${escapeHtml(command)}</pre>`),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Ballast vaults, ${record.weeks} weeks, seed ${record.seed}</title>
<style>${REPORT_STYLE}</style></head>
<body><main><h1>Ballast vaults, ${record.weeks} weeks</h1>${sections.join("\n")}</main></body></html>
`;
}

function section(title: string, body: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
}

/** What one vault came to: its numbers, its price of a share beside plain holding, and every epoch. */
export function vaultBody(vault: VaultRecord, summary: VaultSummary): string {
  const unit = vault.isCall ? "ETH" : "USD";
  const numbers = [
    ["premium", `${amount(summary.premium)} ${unit}`],
    ["assignment", `${amount(summary.assigned)} ${unit}`],
    ["fees and duties", `${amount(summary.costs)} ${unit}`],
    [`price of a share in ${unit}`, percent(summary.gained)],
    ["deepest fall of it", percent(-summary.drawdown)],
    [
      "in dollars, against holding",
      `${percent(last(summary).shareInDollars - 1)} / ${percent(last(summary).holding - 1)}`,
    ],
    ["epochs, unsold, missed", `${summary.epochs}, ${summary.unsold}, ${summary.missed}`],
  ];
  const list = numbers.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("");
  return `<dl class="numbers">${list}</dl>${plot(vault, summary)}${table(vault)}`;
}

function plot({ isCall }: VaultRecord, { points }: VaultSummary): string {
  const line = (label: string, className: string, of: (point: (typeof points)[number]) => number): PlotSeries => ({
    label,
    className,
    kind: "line",
    points: points.map((point) => [point.week, of(point) * 100] as const),
  });
  const series = [
    line(`share, in ${isCall ? "ETH" : "dollars"}`, "median", ({ share }) => share),
    ...(isCall
      ? [
          line("share, in dollars", "relayer", ({ shareInDollars }) => shareInDollars),
          line("plain holding, in dollars", "truth", ({ holding }) => holding),
        ]
      : [line("plain holding", "truth", ({ holding }) => holding)]),
  ];
  const keys = series.map(({ label, className }) => `<span class="key ${className}"></span>${label}`).join(" ");
  const svg = plotSvg({
    title: "price of a share and plain holding, 100 at the start",
    unit: "",
    series,
    bands: [],
    breaks: [],
    height: PLOT_HEIGHT,
    axis: { name: "week", text: (index) => String(index) },
  });
  return `<figure><p class="legend">${keys}</p>${svg}<figcaption>100 at the start, week by week.</figcaption></figure>`;
}

function table(vault: VaultRecord): string {
  const head = [
    "expires",
    "strike",
    "ETH at start",
    "volatility",
    "sold",
    "premium",
    "settled at",
    "assigned",
    "share",
  ];
  const rows = vault.epochs.map((epoch) => `<tr>${row(vault, epoch).map(cell).join("")}</tr>`).join("");
  return `<details><summary>Every epoch</summary><div class="scroll"><table><tr>${head
    .map((name) => `<th class="number">${name}</th>`)
    .join("")}</tr>${rows}</table></div></details>`;
}

function row({ unitDecimals }: VaultRecord, epoch: EpochRecord): string[] {
  const whole = (units: bigint): string => amount(Number(units) / 10 ** unitDecimals);
  const sold = epoch.sales.reduce((sum, { size }) => sum + size, 0n);
  const premium = epoch.sales.reduce((sum, sale) => sum + sale.premium, 0n);
  return [
    new Date(Number(epoch.expiry) * 1_000).toISOString().slice(0, 10),
    amount(Number(epoch.strike) / STRIKE_ONE),
    usd(epoch.startPrice),
    percent(Number(epoch.volatilityBps) / 1e4),
    amount(Number(sold) / SIZE_ONE),
    whole(premium),
    epoch.settledPrice === 0n ? "–" : usd(epoch.settledPrice),
    whole(epoch.assigned),
    ((Number(epoch.units) / Number(epoch.shares)) * 1e6).toFixed(5),
  ];
}

function cell(text: string): string {
  return `<td class="number">${escapeHtml(text)}</td>`;
}

function checks(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(
    ({ name, held, checks: looked, detail }) =>
      `<tr class="${held ? "held" : "broken"}"><td>${held ? "held" : "broken"}</td><td>${escapeHtml(name)}</td>` +
      `<td class="number">${looked}</td><td>${escapeHtml(detail)}</td></tr>`,
  );
  return `<div class="scroll"><table><tr><th></th><th>check</th><th class="number">looked</th><th>found</th></tr>${rows.join("")}</table></div>`;
}

function last({ points }: VaultSummary): VaultSummary["points"][number] {
  return points.at(-1)!;
}

function usd(price: bigint): string {
  return `$${dollarsOf(price).toFixed(2)}`;
}

function amount(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

function percent(share: number): string {
  return `${share < 0 ? "−" : ""}${Math.abs(share * 100).toFixed(2)} %`;
}

// SPDX-License-Identifier: MIT
import { PRICE_DECIMALS } from "../model/constants.ts";
import { formatDecimal } from "../model/formatDecimal.ts";
import { roundStartSeconds } from "../model/rounds.ts";
import { escapeHtml, plotSvg } from "./plotSvg.ts";
import type { Plot, PlotSeries } from "./plotSvg.ts";
import { profitTables } from "./profits.ts";
import type { ProfitTable } from "./profits.ts";
import { signed } from "./profitTable.ts";
import type { TradingRecord, TruthSample } from "./TradingRecord.ts";

const PRICE_ONE = 1e8;
const PLOT_HEIGHT = 260;

/** The chapter of a report about options and their expiry: prices, who traded what, and the profits. */
export function tradingHtml(record: TradingRecord): string {
  const { markets, silent, condor, exits, series } = record;
  const price = formatDecimal(markets[0]?.price ?? 0n, PRICE_DECIMALS, 2);
  return [
    `<p>Options on ETH in two markets, one held in dollars and one in coins, expire on ${timeText(record.expiry)} UTC while ` +
      `${escapeHtml(silent)} is silent. The expiry settles at ${price} USD, the mean of its last half hour, ` +
      `${markets[0]?.delaySeconds ?? 0} s later. The condor's four legs were refused whole (${escapeHtml(condor.refusal)}) ` +
      `while one side had no cash, then filled whole. ${exits.attempted} exits were tried, ${exits.refused} refused.</p>`,
    figure(windowPlot(record), "The last half hour: true price, published median, and the price of the settlement."),
    figure(dayPlot(record), "The true price from trading to expiry."),
    ...profitTables(record).map(profitHtml),
    `<p>${series.map(({ name }) => escapeHtml(name)).join(" · ")}</p>`,
  ].join("");
}

function profitHtml({ market, rows, total }: ProfitTable): string {
  const cell = (value: bigint | undefined): string =>
    `<td class="number">${value === undefined ? "" : signed(value, market.unitDecimals)}</td>`;
  const lines = rows.map(
    ({ name, premium, fees, payoff, profit }) =>
      `<tr><td>${escapeHtml(name)}</td>${[premium, fees, payoff, profit].map(cell).join("")}</tr>`,
  );
  const head = [market.symbol, "Premium", "Fees and tips", "Payoff", "Profit"].map(
    (name, index) => `<th${index === 0 ? "" : ' class="number"'}>${escapeHtml(name)}</th>`,
  );
  const sum = `<tr><td>together</td><td></td><td></td><td></td>${cell(total)}</tr>`;
  return `<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}${sum}</tbody></table></div>`;
}

function windowPlot({ window, rounds, markets }: TradingRecord): Plot {
  const seconds = rounds.map(({ round, published }) => ({ at: roundStartSeconds(round), price: published[0]! }));
  const medianAt = (at: bigint): bigint | undefined => seconds.findLast((round) => round.at <= at)?.price;
  const settled = markets[0]?.price;
  return {
    ...frame("price of ETH in the last half hour before the expiry", window),
    series: [
      line("true price", "truth", window, ({ price }) => price),
      line("published median", "median", window, ({ at }) => medianAt(at)),
      line("settlement price", "double", window, () => settled),
    ],
  };
}

function dayPlot({ day }: TradingRecord): Plot {
  return {
    ...frame("price of ETH from trading to expiry", day),
    series: [line("true price", "truth", day, ({ price }) => price)],
  };
}

function frame(title: string, samples: readonly TruthSample[]): Omit<Plot, "series"> {
  const axis = { name: "UTC", text: (index: number) => timeText(samples[index]?.at ?? 0n).slice(11) };
  return { title, unit: "USD", bands: [], breaks: [], height: PLOT_HEIGHT, axis };
}

function line(
  label: string,
  className: string,
  samples: readonly TruthSample[],
  of: (sample: TruthSample) => bigint | undefined,
): PlotSeries {
  const points = samples.map((sample, index): readonly [number, number | undefined] => {
    const price = of(sample);
    return [index, price === undefined ? undefined : Number(price) / PRICE_ONE];
  });
  return { label, className, kind: "line", points };
}

function figure(plot: Plot, caption: string): string {
  const keys = plot.series.map(({ label, className }) => `<span class="key ${className}"></span>${label}`);
  return `<figure><p class="legend">${keys.join(" ")}</p>${plotSvg(plot)}<figcaption>${caption}</figcaption></figure>`;
}

/** "2026-01-07 08:00". */
function timeText(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ");
}

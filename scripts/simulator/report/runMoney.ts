// SPDX-License-Identifier: MIT
import { barsSvg } from "./barsSvg.ts";
import type { BarGroup } from "./barsSvg.ts";
import { plotSvg } from "../plotSvg.ts";
import { percent } from "../study/print/textTable.ts";
import { measured, money, whole } from "./numberText.ts";
import { figureHtml, legendHtml, listHtml, numbersHtml, tableHtml } from "./page.ts";
import { bandsOf } from "./runPrices.ts";
import type { AccountLine, RunMaterial } from "./RunMaterial.ts";
import { timeAxis, timeText } from "./timeAxis.ts";

/** Ends of the classes of health; what is above the last is a class of its own. */
const HEALTH_ENDS = [0.5, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3] as const;
/** Columns of accounts.csv, and what they are called and drawn in. */
const HEALTHS = [
  { column: "healthBefore", label: "before: with the first shorts", className: "honest" },
  { column: "worstHealth", label: "at the worst moment", className: "bad" },
  { column: "healthAfter", label: "after: at the end", className: "median" },
] as const;
const WORST = 10;
const LATENCY_CLASSES = 12;

/** How healthy accounts were before, at the worst moment and after. */
export function healthHtml(run: RunMaterial): string {
  const counted = HEALTHS.map((one) => ({ ...one, values: valuesOf(run.accounts, one.column) }));
  const known = counted.filter(({ values }) => values.length > 0);
  const shorts = shortsHtml(run);
  if (known.length === 0) return listHtml(["No account was in need of margin, or accounts.csv is missing."]) + shorts;
  const groups = [...HEALTH_ENDS, Infinity].map((end, place): BarGroup => {
    const from = HEALTH_ENDS[place - 1] ?? -Infinity;
    return {
      name: end === Infinity ? `≥ ${from}` : `< ${end}`,
      bars: known.map(({ label, className, values }) => {
        const count = values.filter((value) => value >= from && value < end).length;
        return { label: `${label}: ${count}`, className, to: count, text: count === 0 ? "" : String(count) };
      }),
    };
  });
  const title = "Accounts by health, before and after";
  const below = known.map(
    ({ label, values }) => `${label}, ${values.filter((value) => value < 1).length} of ${values.length}`,
  );
  const caption = `Cash over maintenance at the true price, of an account's weakest book. Short of maintenance (below 1): ${below.join("; ")}. Accounts without shorts have none, and neither have those whose books were emptied by the end.`;
  const legend = legendHtml(known.map(({ className, label }) => [className, label] as const));
  return legend + figureHtml(barsSvg(title, groups), { name: title, caption }) + shorts;
}

function shortsHtml({ series, summary, windows }: RunMaterial): string {
  const lines = [
    { column: "booksShort", label: "short of maintenance", className: "bad" },
    { column: "booksFlagged", label: "in liquidation", className: "median" },
  ].flatMap(({ column, label, className }) => {
    const found = series.find(({ name }) => name === column);
    return found === undefined ? [] : [{ label, className, kind: "line" as const, points: found.points }];
  });
  if (lines.length === 0) return "";
  const title = "Books short of maintenance at the true price, and books in liquidation, over time";
  const plot = plotSvg({
    title,
    unit: "books",
    series: lines,
    bands: bandsOf(windows, summary.simulatedSeconds),
    breaks: [],
    height: 220,
    axis: timeAxis(summary.simulatedSeconds),
  });
  return figureHtml(plot, { name: title, caption: "Red: short of maintenance. Blue: in liquidation. Shaded: faults." });
}

/** How soon liquidations came, and whether they were just. */
export function liquidationsHtml({ summary: { liquidations }, firstBids }: RunMaterial): string {
  const { count, notional, wrongful, missed, lowestPaidShare, latencyBlocks } = liquidations;
  const numbers = numbersHtml([
    ["Liquidations", whole(count)],
    ["Notional", money(notional)],
    ["Wrongful", whole(wrongful)],
    ["Missed", whole(missed)],
    ["Least given for what was paid", lowestPaidShare === null ? "nothing sold" : percent(lowestPaidShare)],
    ["Latency, median", `${measured(latencyBlocks.p50)} blocks`],
    ["95 in 100 within", `${measured(latencyBlocks.p95)} blocks`],
    ["Slowest", `${measured(latencyBlocks.max)} blocks`],
  ]);
  const meaning = listHtml([
    "Latency is from the block in which a book fell below maintenance to the first bid.",
    "Given for what was paid: the mark of what the bids of a liquidation took over, at the true price, over what they were paid; fair is 100 %.",
    "Wrongful: liquidated while the book met maintenance at the true price with the band of allowed error. Missed: short for longer than its mode allows, and not liquidated.",
  ]);
  if (firstBids.length === 0) return numbers + meaning;
  const longest = firstBids.reduce((most, { blocks }) => Math.max(most, blocks), 0);
  const width = Math.max(1, Math.ceil((longest + 1) / LATENCY_CLASSES));
  const groups = Array.from({ length: Math.ceil((longest + 1) / width) }, (_, place): BarGroup => {
    const [from, to] = [place * width, (place + 1) * width - 1];
    const found = firstBids.filter(({ blocks }) => blocks >= from && blocks <= to).length;
    const name = from === to ? String(from) : `${from}–${to}`;
    return {
      name,
      bars: [
        { label: `${name} blocks: ${found}`, className: "median", to: found, text: found === 0 ? "" : String(found) },
      ],
    };
  });
  const title = "Liquidations by blocks from the flag to the first bid";
  const caption = `Books that were flagged and found a bidder: ${firstBids.length}; the slowest after ${longest} blocks.`;
  return numbers + figureHtml(barsSvg(title, groups), { name: title, caption }) + meaning;
}

/** Who paid for what books could not: cash, insurance with the backstop, and those who won. */
export function lossesHtml(run: RunMaterial): string {
  const { badDebt, insurance, settlement } = run.summary;
  const covered = Math.max(0, badDebt.absolute - badDebt.afterInsurance);
  const left = badDebt.afterInsurance;
  const groups: BarGroup[] = [
    {
      name: "beyond cash",
      bars: [
        { label: "owed beyond the books' cash", className: "bad", to: badDebt.absolute, text: money(badDebt.absolute) },
      ],
    },
    {
      name: "insurance, backstop",
      bars: [
        {
          label: "paid by insurance and backstop",
          className: "median",
          from: left,
          to: left + covered,
          text: money(covered),
        },
      ],
    },
    { name: "haircut", bars: [{ label: "left for those who won", className: "bad", to: left, text: money(left) }] },
  ];
  const title = "Loss waterfall: beyond the books' cash, paid by insurance and backstop, left as a haircut";
  const caption = `${money(badDebt.absolute)} beyond the cash of the books (${percent(badDebt.shareOfOpenInterest)} of the largest open interest); insurance and backstop paid ${money(covered)}; ${money(left)} was left.`;
  const drawn =
    badDebt.absolute === 0
      ? listHtml(["No book owed more than its cash."])
      : figureHtml(barsSvg(title, groups), { name: title, caption });
  const haircuts = settlement.haircuts;
  const table = tableHtml({
    caption: "What stood behind the books, and how expiries ended.",
    heads: ["What", "#Value"],
    rows: [
      ["Insurance at the start", money(insurance.start)],
      ["Insurance at its lowest", money(insurance.low)],
      ["Insurance at the end", money(insurance.end)],
      ["Expiries settled", whole(settlement.series)],
      [
        "Settled by",
        Object.entries(settlement.rungs)
          .map(([rung, count]) => `${rung} ${count}`)
          .join(", ") || "none",
      ],
      ["Longest from expiry to price", timeText(settlement.delaySeconds.max)],
      ["Settlements with a haircut", whole(haircuts.length)],
      [
        "Largest haircut",
        haircuts.length === 0 ? "none" : percent(haircuts.reduce((most, cut) => Math.max(most, cut), 0)),
      ],
    ],
  });
  return drawn + table + reservesHtml(run);
}

function reservesHtml({ series, summary, windows }: RunMaterial): string {
  return ["insurance", "openInterest"]
    .flatMap((column) => series.filter(({ name }) => name === column))
    .map(({ name, points }) => {
      const title = name === "insurance" ? "Insurance over time" : "Open interest over time";
      const plot = plotSvg({
        title,
        unit: "USD",
        series: [{ label: title, className: "median", kind: "line", points }],
        bands: bandsOf(windows, summary.simulatedSeconds),
        breaks: [],
        height: 180,
        axis: timeAxis(summary.simulatedSeconds),
      });
      return figureHtml(plot, { name: title, caption: `${title}, at the true price.` });
    })
    .join("");
}

/** What the work of keepers, relayers and liquidators cost and brought. */
export function keepersHtml({ summary: { keepers, slashing } }: RunMaterial): string {
  const numbers = numbersHtml([
    ["Transactions", whole(keepers.attempts)],
    ["Reverted", whole(keepers.reverts)],
    ["Gas used", whole(keepers.gasUsed)],
    ["Profit after gas", money(keepers.profit)],
    ["Longest backlog", whole(keepers.backlogPeak)],
  ]);
  const words = listHtml([
    "Relayers, keepers and liquidators together; a profit below zero means that rewards did not pay their gas.",
  ]);
  if (slashing.events.length === 0) return numbers + words;
  const table = tableHtml({
    caption: "Stake that was taken.",
    heads: ["#At", "Validator", "For", "#Amount"],
    rows: slashing.events.map(({ at, validator, fault, amount }) => [timeText(at), validator, fault, money(amount)]),
  });
  return numbers + words + table;
}

/** The ten that did worst: by health where it is known, then by profit. */
export function worstAccountsHtml({ accounts, accountColumns }: RunMaterial): string {
  if (accounts.length === 0) return listHtml(["accounts.csv is missing or empty."]);
  const worst = [...accounts].sort((one, other) => orderOf(one, "profit") - orderOf(other, "profit")).slice(0, WORST);
  const weakest = [...accounts]
    .filter(({ values }) => values.get("worstHealth") !== undefined)
    .sort((one, other) => orderOf(one, "worstHealth") - orderOf(other, "worstHealth"))
    .slice(0, WORST);
  const table = (caption: string, rows: readonly AccountLine[]): string =>
    tableHtml({
      caption,
      heads: ["Account", ...accountColumns.map((name) => `#${name}`)],
      rows: rows.map(({ account, values }) => [account, ...accountColumns.map((name) => measured(values.get(name)))]),
      hasRowHeads: true,
    });
  const byProfit = table(`The ${worst.length} largest losses of ${accounts.length} accounts. Money in USD.`, worst);
  return weakest.length === 0
    ? byProfit
    : byProfit + table("The lowest health: cash over maintenance at the true price.", weakest);
}

function orderOf({ values }: AccountLine, column: string): number {
  return values.get(column) ?? Infinity;
}

function valuesOf(accounts: readonly AccountLine[], column: string): number[] {
  return accounts.flatMap(({ values }) => values.get(column) ?? []);
}

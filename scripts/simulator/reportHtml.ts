// SPDX-License-Identifier: MIT
import { crashHtml } from "./crashHtml.ts";
import type { Verdict } from "./verdict.ts";
import type { DemoRecord, RoundRecord, SignedPrice } from "./DemoRecord.ts";
import { escapeHtml, plotSvg } from "./plotSvg.ts";
import type { Plot, PlotBand, PlotSeries } from "./plotSvg.ts";
import { REPORT_STYLE } from "./reportStyle.ts";
import { errorOfRound, tokens } from "./summarize.ts";
import type { DemoSummary } from "./summarize.ts";
import { tradingHtml } from "./tradingHtml.ts";
import { vaultHtml } from "./vaultHtml.ts";

const PRICE_ONE = 1e8;
const BPS = 10_000;
const BAND_CLASSES = { silent: "silent", relayer: "relayer", liar: "liar", "double voter": "double" } as const;

/** Heads of columns of numbers. */
const NUMBERS = new Set(["Tokens", "Bond before", "Bond after", "Rewards", "Error, bps", "Delay, s", "Gas"]);

/** Everything the page is made of. */
export interface ReportInput {
  readonly record: DemoRecord;
  readonly verdicts: readonly Verdict[];
  readonly summary: DemoSummary;
  readonly command: string;
}

/** The report: one page without scripts, without a network, for any width and for light and dark. */
export function reportHtml(input: ReportInput): string {
  const { record, verdicts, summary } = input;
  const broken = verdicts.filter(({ held }) => !held);
  const headline =
    broken.length === 0 ? "All checks held" : `${broken.length} of ${verdicts.length} checks did not hold`;
  const sections = [
    `<p class="verdict ${summary.verdict}"><strong>${headline}.</strong> ${escapeHtml(sentence(record, summary))}</p>`,
    keyNumbers(record, summary),
    section("What happened", `${timeline(record)}`),
    section("Prices", plots(record)),
    section("Options and their expiry", tradingHtml(record.trading)),
    section("A crash", crashHtml(record.crash)),
    section("Two weeks of the options vaults", vaultHtml(record.vaults, summary.vaults)),
    section("What had to hold", checks(verdicts)),
    section("Who lost what", losses(record)),
    section("Validators", validators(record)),
    section("Rounds", rounds(record)),
    section("Run it again", reproduce(input)),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Ballast demonstration, seed ${record.seed}</title>
<style>${REPORT_STYLE}</style></head>
<body><main><h1>Ballast demonstration</h1>${sections.join("\n")}</main></body></html>
`;
}

function section(title: string, body: string): string {
  return `<section><h2>${title}</h2>${body}</section>`;
}

function sentence({ validators: everybody }: DemoRecord, { price, slashing }: DemoSummary): string {
  const standbys = everybody.filter(({ role }) => role === "standby").length;
  return (
    `${everybody.length - standbys} validators with ${standbys} standbys, two relayers and a market ran as separate programs for ${price.rounds} rounds. ` +
    `One validator went silent, one signed its prices × 1.6, one signed two vectors per round. ` +
    `The published price was never more than ${price.errorBps.max} bps from the true one; ` +
    `the faulty lost ${shown(slashing.byzantine)} tokens, the honest ${shown(slashing.honest)}. ` +
    `Options were written, bought and settled on these prices, and every profit is somebody's loss or a fee. ` +
    `Then the price fell by almost half while two of seven lied. On the morning after, two options vaults began their weeks.`
  );
}

function keyNumbers(
  { rounds: all, feeds, relays, bountyPaid, bondDecimals }: DemoRecord,
  { price, simulatedSeconds, slashing }: DemoSummary,
): string {
  const landed = all.map(({ gasUsed }) => Number(gasUsed));
  const gasPerFeed =
    landed.length === 0 ? 0 : Math.round(landed.reduce((a, b) => a + b, 0) / landed.length / feeds.length);
  const cells: readonly (readonly [string, string])[] = [
    ["Rounds landed", String(price.rounds)],
    ["Error, mean / worst", `${price.errorBps.mean} / ${price.errorBps.max} bps`],
    ["Gas per feed and round", gasPerFeed.toLocaleString("en")],
    ["Oldest price when it landed", `${price.stalenessSeconds.max} s`],
    ["Relays sent / reverted", `${relays.attempts} / ${relays.reverts}`],
    ["Tokens slashed", shown(slashing.byzantine)],
    ["Tokens paid for evidence", amountText(bountyPaid, bondDecimals)],
    ["Simulated time", `${(simulatedSeconds / 86_400).toFixed(1)} days`],
  ];
  return `<dl class="numbers">${cells.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>`;
}

function timeline({ happenings, rounds: all }: DemoRecord): string {
  const first = all[0]?.round ?? 0n;
  const rows = happenings.map(({ at, round, text }) => {
    const index = round - first + 1n;
    const where = index > 0n && index < 1_000n ? `, round ${index}` : "";
    return `<li><b>${clock(at)}</b>${where}: ${escapeHtml(text)}</li>`;
  });
  return `<ol class="timeline">${rows.join("")}</ol>`;
}

function clock(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days === 0 ? rest : `day ${days}, ${rest}`;
}

function plots(record: DemoRecord): string {
  return record.feeds
    .map((feed, slot) => {
      const zoomed = priceSeries(record, slot, true);
      const all = priceSeries(record, slot, false);
      const legend =
        `<p class="legend"><span class="key truth"></span>true price <span class="key median"></span>published median ` +
        `<span class="key honest"></span>honest validators <span class="key liar"></span>liar ` +
        `<span class="key double"></span>double voter's second vector</p>`;
      const frame = (series: PlotSeries[], title: string, height: number, unit: "bps" | "USD"): Plot => ({
        title: `${feed}: ${title}`,
        unit,
        series,
        bands: bandsOf(record),
        breaks: breaksOf(record),
        height,
      });
      const near = plotSvg(
        frame(zoomed, "distance of every honest price and of the median from the true price, by round", 380, "bps"),
      );
      const far = plotSvg(frame(all, "true price, every signed price and the median, by round", 260, "USD"));
      const open = slot === 0 ? " open" : "";
      return `<details${open}><summary>${feed} / USD</summary>${legend}<figure>${near}<figcaption>Distance from the true price, in basis points: every honest validator, the median, and the double voter's second vector. Shaded: faults.</figcaption></figure><figure>${far}<figcaption>Every signed price, the lies included, and the true price.</figcaption></figure></details>`;
    })
    .join("");
}

/** Every price by round: as it is, or as its distance from the truth, which leaves the lies out. */
function priceSeries({ rounds: all, validators: everybody }: DemoRecord, slot: number, zoomed: boolean): PlotSeries[] {
  const value = (price: bigint | undefined, { truth }: RoundRecord): number | undefined => {
    if (price === undefined || price === 0n) return undefined;
    return zoomed ? (Number(price - truth[slot]!) * BPS) / Number(truth[slot]!) : Number(price) / PRICE_ONE;
  };
  const line = (label: string, className: string, of: (round: RoundRecord) => bigint | undefined): PlotSeries => ({
    label,
    className,
    kind: "line",
    points: all.map((round, index) => [index, value(of(round), round)] as const),
  });
  const dots = (label: string, className: string, of: (round: RoundRecord) => readonly SignedPrice[]): PlotSeries => ({
    label,
    className,
    kind: "dots",
    points: all.flatMap((round, index) => of(round).map(({ prices }) => [index, value(prices[slot], round)] as const)),
  });
  const liars = new Set(everybody.filter(({ role }) => role === "liar").map(({ name }) => name));
  const lies = (round: RoundRecord): SignedPrice[] =>
    round.signed.filter(({ validator }) => liars.has(validator) && round.lying.includes(validator));
  const isLie = (round: RoundRecord, name: string): boolean => liars.has(name) && round.lying.includes(name);
  const honest = (round: RoundRecord, name: string): bigint | undefined =>
    isLie(round, name)
      ? undefined
      : round.signed.find(({ validator, onChain }) => validator === name && onChain)?.prices[slot];

  return [
    ...everybody.map(({ name }) => line(name, "honest", (round) => honest(round, name))),
    line("true price", "truth", ({ truth }) => truth[slot]),
    line("published median", "median", ({ published }) => published[slot]),
    dots("second vector", "double", (round) => round.signed.filter(({ onChain }) => !onChain)),
    ...(zoomed ? [] : [dots("× 1.6", "liar", lies)]),
  ];
}

function bandsOf({ windows, rounds: all }: DemoRecord): PlotBand[] {
  const indexOf = (round: bigint): number => {
    const index = all.findIndex((each) => each.round >= round);
    return index === -1 ? all.length : index;
  };
  return windows.map(({ label, kind, from, until }) => ({
    label,
    className: BAND_CLASSES[kind],
    from: indexOf(from),
    until: indexOf(until),
  }));
}

function breaksOf({ rounds: all, healedFrom }: DemoRecord): Plot["breaks"] {
  const at = all.findIndex(({ round }) => round >= healedFrom);
  return at > 0 ? [{ at, label: "next day, next set →" }] : [];
}

function checks(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(
    ({ name, invariant, held, detail }) =>
      `<tr class="${held ? "held" : "broken"}"><td>${held ? "held" : "broken"}</td><td>${escapeHtml(name)}</td><td>${invariant ?? ""}</td><td>${escapeHtml(detail)}</td></tr>`,
  );
  return table(["", "Check", "Invariant", "Found"], rows);
}

function losses({ losses: all, bondDecimals }: DemoRecord): string {
  const rows = all.map(
    ({ at, validator, fault, amount }) =>
      `<tr><td>${clock(at)}</td><td>${validator}</td><td>${fault}</td><td class="number">${amountText(amount, bondDecimals)}</td></tr>`,
  );
  return table(["When", "Who", "For", "Tokens"], rows);
}

function validators({ validators: all, bondDecimals }: DemoRecord): string {
  const rows = all.map(
    (each) =>
      `<tr><td>${each.name}</td><td>${each.role}</td><td>${each.domain}</td><td>${each.stateAtEpochClose}</td><td>${each.stateAtEnd}</td>` +
      [each.bondBefore, each.bondAfter, each.rewards]
        .map((amount) => `<td class="number">${amountText(amount, bondDecimals)}</td>`)
        .join("") +
      "</tr>",
  );
  return table(
    ["Name", "Role", "Domain", "After the epoch", "At the end", "Bond before", "Bond after", "Rewards"],
    rows,
  );
}

function rounds({ rounds: all }: DemoRecord): string {
  const rows = all.map((each, index) => {
    const signers = each.signed.filter(({ onChain }) => onChain).map(({ validator }) => validator);
    return `<tr><td>${index + 1}</td><td>${each.round}</td><td>${each.relayer}</td><td>${signers.join(" ")}</td><td class="number">${errorOfRound(each)}</td><td class="number">${each.delaySeconds}</td><td class="number">${Number(each.gasUsed).toLocaleString("en")}</td></tr>`;
  });
  const heads = ["", "Round", "Relayed by", "Signers", "Error, bps", "Delay, s", "Gas"];
  return `<details><summary>All ${all.length} rounds</summary>${table(heads, rows)}</details>`;
}

function reproduce({ command, summary }: ReportInput): string {
  return (
    `<p><code>${escapeHtml(command)}</code> plays exactly this again: same keys, same prices, same blocks. ` +
    `<code>summary.json</code> beside this page has no value that depends on the machine.</p>` +
    `<details><summary>summary.json</summary><pre>${escapeHtml(JSON.stringify(summary, null, 2))}</pre></details>`
  );
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((name) => `<th${NUMBERS.has(name) ? ' class="number"' : ""}>${name}</th>`).join("");
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function amountText(amount: bigint, decimals: number): string {
  return shown(tokens(amount, decimals));
}

function shown(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

// SPDX-License-Identifier: MIT
import { escapeHtml } from "../plotSvg.ts";
import { money, whole } from "./numberText.ts";
import { listHtml, numbersHtml, tableHtml } from "./page.ts";
import type { RunMaterial } from "./RunMaterial.ts";
import { timeText } from "./timeAxis.ts";

/** The verdict, what broke it first, and the one command that plays the run again. */
export function verdictHtml({ summary, expectations, replay, missing }: RunMaterial): string {
  const broken = summary.invariants.filter(({ held }) => !held);
  const unmet = expectations.filter(({ held }) => !held);
  const first = broken
    .flatMap(({ id, firstViolation }) => (firstViolation === undefined ? [] : [{ id, ...firstViolation }]))
    .sort((one, other) => one.block - other.block)[0];
  const what =
    summary.verdict === "held"
      ? `Held over ${whole(summary.blocks)} blocks. Invariants looked at: ${summary.invariants.filter(({ checks }) => checks > 0).length}. Expectations: ${expectations.length}.`
      : `Broken. ${[...broken.map(({ id }) => id), ...unmet.map(({ key }) => key)].join(", ")} did not hold.`;
  const where =
    first === undefined
      ? ""
      : `<br>First ${escapeHtml(first.id)}, in block ${first.block}: ${escapeHtml(first.detail)}`;
  return (
    `<p class="verdict ${summary.verdict}"><strong>${escapeHtml(what)}</strong>${where}<br>Play it again: <code>${escapeHtml(replay)}</code></p>` +
    (missing.length === 0
      ? ""
      : `<p class="faint">Not in the folder: ${missing.map(escapeHtml).join(", ")}. What they tell is left out.</p>`)
  );
}

/** What a reader looks for first. */
export function keyNumbersHtml({ summary }: RunMaterial): string {
  const { badDebt, liquidations, price, modes, exits, opens, slashing, simulatedSeconds, recoverySeconds } = summary;
  return numbersHtml([
    ["Simulated", timeText(simulatedSeconds)],
    ["Bad debt", money(badDebt.absolute)],
    ["After insurance", money(badDebt.afterInsurance)],
    ["Liquidations", `${whole(liquidations.count)} (${money(liquidations.notional)})`],
    ["Wrongful / missed", `${liquidations.wrongful} / ${liquidations.missed}`],
    ["Price error, mean / worst", `${price.errorBps.mean.toFixed(1)} / ${price.errorBps.max.toFixed(1)} bps`],
    ["Oldest price", timeText(price.stalenessSeconds.max)],
    ["False trips", whole(modes.falseTrips)],
    ["Openings refused", `${whole(opens.refused)} of ${whole(opens.attempted)}`],
    ["Exits refused", `${whole(exits.refused)} of ${whole(exits.attempted)}`],
    ["Stake lost, honest / byzantine", `${money(slashing.honest)} / ${money(slashing.byzantine)}`],
    ["Capture provable, honest / others", `${slashing.capture.honest} / ${slashing.capture.byzantine}`],
    [
      "Back to Normal",
      recoverySeconds === null ? "never" : recoverySeconds === 0 ? "at once" : `after ${timeText(recoverySeconds)}`,
    ],
  ]);
}

/** Every invariant, the broken first. */
export function invariantsHtml({ summary: { invariants } }: RunMaterial): string {
  if (invariants.length === 0)
    return listHtml(["No invariant was looked at: the verdict is that of the expectations."]);
  const sorted = [...invariants].sort((one, other) => Number(one.held) - Number(other.held));
  const table = tableHtml({
    caption: "Invariants, the broken first. What was never looked at is no evidence.",
    heads: ["Verdict", "Invariant", "#Checks", "First violation"],
    rows: sorted.map(({ held, id, checks, firstViolation }) => [
      held ? (checks === 0 ? { text: "not looked at", className: "faint" } : "held") : "broken",
      id,
      whole(checks),
      firstViolation === undefined ? "" : `block ${firstViolation.block}: ${firstViolation.detail}`,
    ]),
    rowClass: (row) => (sorted[row]!.held ? "held" : "broken"),
  });
  return table;
}

/** What the scenario expected of its summary. */
export function expectationsHtml({ expectations, missing }: RunMaterial): string {
  if (expectations.length === 0)
    return listHtml([
      missing.includes("verdicts.json") ? "Not recorded." : "The scenario expects nothing of its summary.",
    ]);
  return tableHtml({
    caption: "Expectations of the scenario over summary.json.",
    heads: ["Verdict", "Key", "Wanted", "Found"],
    rows: expectations.map(({ key, held, wanted, given }) => [held ? "held" : "broken", key, wanted, given]),
    rowClass: (row) => (expectations[row]!.held ? "held" : "broken"),
  });
}

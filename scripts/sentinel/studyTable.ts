// SPDX-License-Identifier: MIT
import type { AlarmJudgement, Judgement } from "../model/sentinel/study/judgeDetectors.ts";

/** A group of episodes and what the detectors are worth on it. */
export interface JudgedGroup {
  readonly title: string;
  readonly judgements: readonly Judgement[];
}

const HEADINGS = ["detector", "AUC", "Brier", "false/day", "foreseen", "recall (95 %)", "median lead", "p10 lead"];

/** What `npm run sentinel:fit` prints: each group twice, at equal budgets and at the thresholds that are shipped. Pure. */
export function studyTable(groups: readonly JudgedGroup[]): string {
  return groups
    .flatMap(({ title, judgements }) => [
      table(`${title}, threshold for two false alarms a day on these episodes`, judgements, ({ atBudget }) => atBudget),
      table(`${title}, threshold of the training families`, judgements, ({ asShipped }) => asShipped),
    ])
    .join("\n");
}

function table(
  title: string,
  judgements: readonly Judgement[],
  alarmsOf: (judgement: Judgement) => AlarmJudgement,
): string {
  const rows = judgements.map((judgement) => cellsOf(judgement, alarmsOf(judgement)));
  const all = [HEADINGS, HEADINGS.map(() => "---"), ...rows];
  const widths = HEADINGS.map((_, index) => Math.max(...all.map((row) => row[index]!.length)));
  const lines = all.map((row) => `| ${row.map((cell, index) => cell.padEnd(widths[index]!)).join(" | ")} |`);
  return `${title}\n\n${lines.join("\n")}\n`;
}

function cellsOf({ detector, area, brier }: Judgement, alarms: AlarmJudgement): string[] {
  const [low, high] = alarms.recallInterval.map((share) => (100 * share).toFixed(0));
  const recall = (100 * alarms.foreseen) / alarms.outages;
  return [
    detector,
    shown(area, 3),
    shown(brier, 4),
    alarms.falseAlarmsADay.toFixed(2),
    `${alarms.foreseen} of ${alarms.outages}`,
    alarms.outages === 0 ? "–" : `${recall.toFixed(0)} % (${low}–${high})`,
    seconds(alarms.medianLead),
    seconds(alarms.shortLead),
  ];
}

function shown(value: number | undefined, digits: number): string {
  return value === undefined ? "–" : value.toFixed(digits);
}

function seconds(value: number | undefined): string {
  return value === undefined ? "–" : `${value.toFixed(0)} s`;
}

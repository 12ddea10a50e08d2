// SPDX-License-Identifier: MIT
import { plotSvg } from "../plotSvg.ts";
import type { CalibrateResult } from "../study/calibrate.ts";
import type { CompareResult } from "../study/compareScenarios.ts";
import type { MonteCarloResult } from "../study/monteCarlo.ts";
import { rateText, seedsText, settingText, signed, USUAL_METRICS } from "../study/print/studyText.ts";
import { shown } from "../study/print/textTable.ts";
import type { ShrinkResult } from "../study/shrinkScenario.ts";
import { breakChapter } from "./breakChapter.ts";
import { figureHtml, foldHtml, legendHtml, listHtml, plainHtml, tableHtml } from "./page.ts";
import type { Chapter } from "./page.ts";
import { leadHtml } from "./studyLead.ts";
import type { StudyResult } from "./studyShapes.ts";
import { sweepChapter } from "./sweepChapter.ts";

const SPREAD = ["mean", "min", "p5", "p50", "p95", "p99", "max"] as const;
const WAY = 100;
const STEP = 20;
const SHOWN_POINTS = 60;
const LIMITS = {
  title: "What this does not show",
  body: listHtml([
    "Seeds vary what is left to chance: paths of generators and bridges, noise, who is hit, how people trade. The shape of the day and its faults are the scenario's, and no statement about how likely such a day is.",
    "Intervals are at 95 % and of chance alone; they do not cover what the model leaves out. The fast tier looks at no invariants.",
  ]),
};

/** The report of one study. Pure. */
export function studyChapter(result: StudyResult): Chapter {
  const chapter = chapterOf(result);
  return { ...chapter, sections: [...chapter.sections, LIMITS, ...reproduction(result)] };
}

/** Nothing for what was not made by a command. */
function reproduction({ command }: StudyResult): Chapter["sections"] {
  if (command === undefined) return [];
  const body = `<p>From the same folder, for any number of workers the same answer:</p>${plainHtml("The command", command)}`;
  return [{ title: "How to reproduce", body }];
}

function chapterOf(result: StudyResult): Chapter {
  switch (result.verb) {
    case "mc":
      return monteCarloChapter(result);
    case "sweep":
      return sweepChapter(result);
    case "break":
      return breakChapter(result);
    case "compare":
      return compareChapter(result);
    case "calibrate":
      return calibrateChapter(result);
    case "shrink":
      return shrinkChapter(result);
  }
}

function monteCarloChapter(result: MonteCarloResult): Chapter {
  const { scenario, seeds, target, verdict, failures, checkedInvariants, brokenInvariants, metrics, worst } = result;
  const words = { held: "Held.", broken: "Broken.", open: "Open: the runs are too few to say." };
  const usual = USUAL_METRICS.filter((metric) => metrics[metric] !== undefined);
  const others = Object.keys(metrics).filter((metric) => !usual.includes(metric));
  const table = (names: readonly string[]): string =>
    tableHtml({
      caption: "How each metric is spread over the runs; never is more than any number.",
      heads: ["Metric", ...SPREAD.map((name) => `#${name}`)],
      rows: names.map((metric) => [metric, ...SPREAD.map((name) => shown(metrics[metric]![name]))]),
      hasRowHeads: true,
    });
  const invariants =
    checkedInvariants === 0
      ? "No invariant was looked at."
      : brokenInvariants.length === 0
        ? `${checkedInvariants} invariants were looked at; all held.`
        : brokenInvariants
            .map(({ id, runs, firstSeed }) => `${id} broke in ${runs} runs, first with seed ${firstSeed}.`)
            .join(" ");
  return {
    title: `Monte Carlo of ${scenario}`,
    lead: leadHtml(verdict, `${words[verdict]} Failed ${rateText(failures)}.`, [
      target === undefined ? "A run fails when an invariant or an expectation of it does." : `Target: ${target}`,
      `${seedsText(seeds)}. ${invariants}`,
    ]),
    sections: [
      {
        title: "Metrics",
        body: table(usual) + (others.length === 0 ? "" : foldHtml(`${others.length} more metrics`, table(others))),
      },
      {
        title: "Worst seeds",
        body: tableHtml({
          caption: "The runs to look at first: play one of these seeds alone.",
          heads: ["#Seed", "Verdict", "Broken", "Values"],
          rows: worst.map(({ seed, failed, broken, values }) => [
            String(seed),
            failed ? "failed" : "held",
            broken.join(", "),
            Object.entries(values)
              .map(([metric, value]) => `${metric} ${shown(value)}`)
              .join(", "),
          ]),
          rowClass: (row) => (worst[row]!.failed ? "broken" : "held"),
        }),
      },
    ],
  };
}

function compareChapter({ first, second, seeds, target, failures, metrics }: CompareResult): Chapter {
  const differing = metrics.filter(
    ({ difference: { interval } }) => interval !== null && (interval[0] > 0 || interval[1] < 0),
  );
  const only = (found: readonly number[], name: string): string =>
    found.length === 0
      ? ""
      : `Failed only in ${name}: seeds ${found.slice(0, 20).join(", ")}${found.length > 20 ? "…" : ""}.`;
  const table = tableHtml({
    caption:
      "Second minus first, paired by seed, with the bootstrap interval of the mean at 95 %. Where it holds no zero, the row is marked.",
    heads: ["Metric", "#A", "#B", "#B − A", "95 % interval", "#Higher", "#Lower", "#Equal"],
    rows: metrics.map(({ metric, first: before, second: after, difference }) => [
      metric,
      shown(before),
      shown(after),
      difference.mean === null ? "never" : signed(difference.mean),
      difference.interval === null ? "–" : difference.interval.map(signed).join(" to "),
      String(difference.higher),
      String(difference.lower),
      String(difference.equal),
    ]),
    hasRowHeads: true,
    rowClass: (row) => (differing.includes(metrics[row]!) ? "front" : ""),
  });
  return {
    title: `${first} and ${second} compared`,
    lead: leadHtml("open", `${differing.length} of ${metrics.length} metrics that changed differ beyond chance.`, [
      `A is ${first}: failed ${rateText(failures.first)}.`,
      `B is ${second}: failed ${rateText(failures.second)}.`,
      only(failures.onlyFirst, "A"),
      only(failures.onlySecond, "B"),
      `${seedsText(seeds)}, the same for both. ${target === undefined ? "" : `Target: ${target}`}`,
    ]),
    sections: [
      { title: "Differences", body: metrics.length === 0 ? listHtml(["No metric differs with any seed."]) : table },
    ],
  };
}

function calibrateChapter(result: CalibrateResult): Chapter {
  const { scenario, seeds, targets, axes, objectives, points, front } = result;
  const eligible = points.filter(({ broken }) => broken.length === 0);
  const reasons = [...new Set(points.flatMap(({ broken }) => broken))].map(
    (reason) => `${reason}: ${points.filter(({ broken }) => broken.includes(reason)).length} of the settings`,
  );
  const table = tableHtml({
    caption: `The front: none of these is beaten in all of ${objectives.join(", ")}. Means over the seeds.`,
    heads: [...axes.map(({ path }) => `#${path}`), ...objectives.map((name) => `#${name}`), "Played again"],
    rows: front.slice(0, SHOWN_POINTS).map((place) => {
      const { settings, objectives: values, confirmed } = points[place]!;
      return [...settings.map(settingText), ...values.map(shown), confirmed ? "yes" : "no"];
    }),
  });
  return {
    title: `Calibration of ${scenario}`,
    lead: leadHtml(
      front.length === 0 ? "broken" : "held",
      front.length === 0 ? "No setting may be chosen." : `Settings that no other beats: ${front.length}.`,
      [
        `${points.length} settings tried, ${seedsText(seeds)} each; ${eligible.length} keep what must hold.`,
        targets.length === 0 ? "" : `Must hold, beside the invariants: ${targets.join("; ")}`,
      ],
    ),
    sections: [
      { title: "Front", body: frontHtml(result) + (front.length === 0 ? "" : table) },
      { title: "What ruled settings out", body: listHtml(reasons.length === 0 ? ["Nothing."] : reasons) },
    ],
  };
}

function frontHtml({ objectives, points, front }: CalibrateResult): string {
  const known = points.flatMap(({ broken, objectives: [x, y] }, place) =>
    x === null || y === null || x === undefined || y === undefined ? [] : [{ x, y, place, isOut: broken.length > 0 }],
  );
  if (known.length === 0) return "";
  const [low, high] = known.reduce(
    ([least, most], { x }) => [Math.min(least, x), Math.max(most, x)],
    [Infinity, -Infinity],
  );
  const way = (x: number): number => (high === low ? WAY / 2 : ((x - low) / (high - low)) * WAY);
  const dots = (label: string, className: string, chosen: typeof known) => ({
    label,
    className,
    kind: "dots" as const,
    points: chosen.map(({ x, y }) => [way(x), y] as const),
  });
  const isBest = new Set(front);
  const best = known.filter(({ place }) => isBest.has(place));
  const title = `${objectives[1] ?? ""} against ${objectives[0] ?? ""}`;
  const plot = plotSvg({
    title,
    unit: "",
    series: [
      dots(
        "ruled out",
        "honest",
        known.filter(({ isOut }) => isOut),
      ),
      dots(
        "beaten",
        "median",
        known.filter(({ isOut, place }) => !isOut && !isBest.has(place)),
      ),
      dots("front", "liar", best),
    ],
    bands: [],
    breaks: [],
    height: 320,
    axis: { name: "", step: STEP, text: (share) => shown(low + (share / WAY) * (high - low)) },
  });
  const legend = legendHtml([
    ["liar", "front"],
    ["median", "beaten by another"],
    ["honest", "ruled out"],
  ]);
  return (
    legend +
    figureHtml(plot, {
      name: title,
      caption: `Across: ${objectives[0] ?? ""}. Up: ${objectives[1] ?? ""}. Less is better of both.`,
    })
  );
}

function shrinkChapter({ scenario, seed, failure, runs, changes, document }: ShrinkResult): Chapter {
  return {
    title: `${scenario}, made smaller`,
    lead: leadHtml("broken", `Still breaks ${failure}.`, [`Seed ${seed}, ${runs} runs.`]),
    sections: [
      {
        title: "What could be left out",
        body: tableHtml({
          caption: "Counts before and after.",
          heads: ["What", "#Before", "#After"],
          rows: changes.map(({ path, from, to }) => [path, shown(from), shown(to)]),
          hasRowHeads: true,
        }),
      },
      { title: "What is left", body: plainHtml("The smaller scenario", JSON.stringify(document, null, 2)) },
    ],
  };
}

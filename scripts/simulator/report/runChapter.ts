// SPDX-License-Identifier: MIT
import { escapeHtml } from "../plotSvg.ts";
import { whole } from "./numberText.ts";
import { foldHtml, listHtml, plainHtml, tableHtml } from "./page.ts";
import type { Chapter } from "./page.ts";
import type { RunMaterial } from "./RunMaterial.ts";
import { healthHtml, keepersHtml, liquidationsHtml, lossesHtml, worstAccountsHtml } from "./runMoney.ts";
import { pricesHtml } from "./runPrices.ts";
import { expectationsHtml, invariantsHtml, keyNumbersHtml, verdictHtml } from "./runVerdict.ts";

/** The report of one run. Pure. */
export function runChapter(run: RunMaterial): Chapter {
  const { scenario, seed } = run.summary;
  return {
    title: `${scenario}, seed ${seed}`,
    lead: verdictHtml(run) + keyNumbersHtml(run),
    sections: [
      { title: "Expectations", body: expectationsHtml(run) },
      { title: "Invariants", body: invariantsHtml(run) },
      { title: "Prices, faults and modes", body: pricesHtml(run) },
      { title: "Health", body: healthHtml(run) },
      { title: "Liquidations", body: liquidationsHtml(run) },
      { title: "Losses", body: lossesHtml(run) },
      { title: "Keepers", body: keepersHtml(run) },
      { title: "Worst accounts", body: worstAccountsHtml(run) },
      { title: "What this does not show", body: methodHtml(run) },
      { title: "How to reproduce", body: reproduceHtml(run) },
    ],
  };
}

function methodHtml({ summary }: RunMaterial): string {
  const unseen = summary.invariants.filter(({ checks }) => checks === 0).map(({ id }) => id);
  return listHtml([
    "One seed is one draw: these numbers have no interval. How often such a day ends so is asked of many seeds with ballast simulate mc, which gives one.",
    "Judges see the true price and every block; agents and programs see what an endpoint shows them and their own state.",
    "Errors are against the true price at the block's time; health is at the true price; money is in USD at the true price of its moment.",
    ...(unseen.length === 0 ? [] : [`Not looked at in this run: ${unseen.join(", ")}.`]),
    "The price path and the faults are the scenario's: stylised, not drawn from how likely they are. People trade by simple rules and do not learn.",
    "Not modelled: bidding for a place in a block, other protocols on the same chain, and trading that the protocol's own liquidations cause in the market of the coin.",
  ]);
}

function reproduceHtml({ replay, manifest, summary, eventCounts, folder, document }: RunMaterial): string {
  const facts = tableHtml({
    caption: "What decides the outcome; the same give the same bytes of summary.json and events.jsonl.",
    heads: ["What", "Value"],
    rows: [
      ["seed", String(summary.seed)],
      ...manifest.filter(([key]) => key !== "seed").map(([key, value]) => [key, value]),
    ],
    hasRowHeads: true,
  });
  const counts = [...eventCounts].sort(([, one], [, other]) => other - one);
  const events = tableHtml({
    caption: "Lines of events.jsonl by kind.",
    heads: ["Kind", "#Lines"],
    rows: counts.map(([kind, count]) => [kind, whole(count)]),
  });
  return (
    `<p><code>${escapeHtml(replay)}</code></p>${facts}` +
    (counts.length === 0 ? "" : foldHtml("What happened how often", events)) +
    (document === undefined ? "" : foldHtml("The scenario", plainHtml("The scenario", document))) +
    foldHtml("summary.json", plainHtml(`summary.json of ${folder}`, JSON.stringify(summary, null, 2)))
  );
}

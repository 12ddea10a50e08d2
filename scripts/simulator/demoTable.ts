// SPDX-License-Identifier: MIT
import { crashTable } from "./crashTable.ts";
import type { DemoRecord } from "./DemoRecord.ts";
import { profitTable } from "./profitTable.ts";
import { tokens } from "./summarize.ts";
import { vaultTable } from "./vaultTable.ts";
import type { DemoResult } from "./writeDemo.ts";

/** What a demonstration prints at its end. */
export function demoTable(record: DemoRecord, { summary, verdicts }: DemoResult): string {
  const { price, keepers } = summary;
  const landedGas = record.rounds.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
  const perFeed = record.rounds.length === 0 ? 0 : Number(landedGas) / record.rounds.length / record.feeds.length;
  const facts: readonly (readonly [string, string])[] = [
    ["rounds landed", `${price.rounds}`],
    ["price error", `mean ${price.errorBps.mean} bps, worst ${price.errorBps.max} bps against the true path`],
    ["gas", `${Math.round(perFeed).toLocaleString("en")} per feed and round, ${record.feeds.length} feeds`],
    ["relays", `${keepers.attempts} sent, ${keepers.reverts} reverted`],
    ["simulated", `${(summary.simulatedSeconds / 86_400).toFixed(1)} days in ${summary.blocks} blocks`],
  ];
  const lost = summary.slashing.events.map(({ validator, fault, amount }) => [
    validator,
    `${money(amount)} tokens  ${fault}`,
  ]);
  const bounty = `${money(tokens(record.bountyPaid, record.bondDecimals))} tokens  to whoever showed the evidence`;
  const judged = verdicts.map(({ name, held, detail }) => `  ${held ? "held  " : "BROKEN"}  ${name}: ${detail}`);

  return [
    "",
    ...facts.map(([name, value]) => `  ${name.padEnd(14)}${value}`),
    "",
    "  Who lost what",
    ...lost.map(([name, value]) => `  ${name!.padEnd(14)}${value}`),
    `  ${"bounty".padEnd(14)}${bounty}`,
    "",
    profitTable(record.trading),
    crashTable(record.crash),
    vaultTable(record.vaults, summary.vaults),
    ...judged,
    "",
  ].join("\n");
}

function money(amount: number): string {
  return amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).padStart(10);
}

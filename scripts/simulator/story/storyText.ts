// SPDX-License-Identifier: MIT
import type { AccountLine, ExpectationLine } from "../report/RunMaterial.ts";
import type { RunSummary } from "../record/RunSummary.ts";
import { textTable } from "../study/print/textTable.ts";
import { amount } from "./sentenceOf.ts";

/** What is told of a run. */
export interface Story {
  readonly summary: RunSummary;
  readonly expectations: readonly ExpectationLine[];
  /** Lines of what happened. */
  readonly hours: readonly string[];
  readonly accounts: readonly AccountLine[];
}

const HOUR = 3_600;
/** Of an account, and how the table calls them. */
const COLUMNS = [
  ["deposits", "put in"],
  ["bookCash", "in books"],
  ["freeBalance", "free"],
  ["profit", "result"],
] as const;

/** A run for people: what held, what happened, what it came to, and who has what. Pure. */
export function storyText({ summary, expectations, hours, accounts }: Story): string {
  const { scenario, seed, blocks, simulatedSeconds, verdict } = summary;
  return [
    `${scenario}, seed ${seed}: ${verdict} (${blocks} blocks, ${(simulatedSeconds / HOUR).toFixed(1)} h)`,
    "",
    ...promisesOf(summary),
    ...expectations.map(({ key, wanted, given, held }) => {
      return `  ${held ? "held  " : "BROKEN"}  ${key} is ${given}, expected ${wanted}`;
    }),
    "",
    "  What happened (UTC):",
    ...hours.map((line) => `  ${line}`),
    "",
    "  What it came to:",
    ...outcomesOf(summary).map((line) => `  ${line}`),
    "",
    "  Accounts in the Clearinghouse, USD at the true price:",
    textTable(["account", ...COLUMNS.map(([, name]) => name)], [...accounts.map(cellsOf), sumOf(accounts)]),
  ].join("\n");
}

function promisesOf({ invariants }: RunSummary): string[] {
  const broken = invariants.filter(({ held }) => !held);
  const looks = invariants.reduce((sum, { checks }) => sum + checks, 0);
  return [
    `  Promises: ${invariants.length - broken.length} of ${invariants.length} held, looked at ${amount(looks)} times.`,
    ...broken.map(({ id, firstViolation }) => {
      return `  BROKEN  ${id} in block ${firstViolation?.block}: ${firstViolation?.detail}`;
    }),
  ];
}

function outcomesOf({
  price,
  slashing,
  liquidations,
  badDebt,
  insurance,
  settlement,
  opens,
  exits,
  keepers,
  invariants,
}: RunSummary): string[] {
  const rungs = Object.entries(settlement.rungs).map(([rung, count]) => `${count} by rung ${rung}`);
  const backing = invariants.find(({ id }) => id === "S1");
  return [
    `prices: ${amount(price.rounds)} rounds, ${amount(price.errorBps.mean)} bps off the truth on average, 99 % within ` +
      `${amount(price.errorBps.p99)}, the oldest ${amount(price.stalenessSeconds.max)} s`,
    `stake: ${amount(slashing.byzantine)} taken from who lied or failed, ${amount(slashing.honest)} from the honest`,
    `liquidations: ${liquidations.count} books sold, whole or in part, ${liquidations.wrongful} wrongful, ${liquidations.missed} missed; ` +
      `bad debt ${amount(badDebt.absolute)}, ${amount(badDebt.afterInsurance)} after insurance`,
    `insurance: ${amount(insurance.start)} at the start, ${amount(insurance.low)} at least, ${amount(insurance.end)} in the end`,
    `series settled: ${settlement.series}${rungs.length === 0 ? "" : ` (${rungs.join(", ")})`}`,
    `openings: ${opens.attempted} tried, ${opens.refused} refused; exits: ${exits.attempted} tried, ${exits.refused} refused`,
    `keepers: ${amount(keepers.attempts)} transactions, ${keepers.reverts} reverted, profit ${amount(keepers.profit)}`,
    ...(backing === undefined
      ? []
      : [
          `ledger: what everybody is owed was ${backing.held ? "" : "NOT "}covered, token by token, in ${amount(backing.checks)} looks`,
        ]),
  ];
}

function cellsOf({ account, values }: AccountLine): string[] {
  return [account, ...COLUMNS.map(([column]) => amount(values.get(column) ?? 0))];
}

/** What one gains another loses: nothing, but for cents that every account is rounded to. */
function sumOf(accounts: readonly AccountLine[]): string[] {
  const results = accounts.reduce((sum, { values }) => sum + (values.get("profit") ?? 0), 0);
  const cents = Number(results.toFixed(2));
  return ["sum", ...COLUMNS.map(([column]) => (column === "profit" ? amount(cents === 0 ? 0 : cents) : ""))];
}

// SPDX-License-Identifier: MIT
import { BPS } from "../model/constants.ts";
import type { Level } from "../model/risk/types.ts";
import { summarizeVault } from "./backtest/summarizeBacktest.ts";
import type { VaultSummary } from "./backtest/summarizeBacktest.ts";
import type { Verdict } from "./verdict.ts";
import type { DemoRecord, RoundRecord } from "./DemoRecord.ts";
import { crashDebt, summarizeCrash } from "./summarizeCrash.ts";
import { summarizeTrading } from "./summarizeTrading.ts";
import type { Attempts } from "./TradingRecord.ts";
import type { VaultWeeksRecord } from "./VaultWeeksRecord.ts";

/** `summary.json`: the part of the simulator's summary that a demonstration can fill. Amounts in whole bond tokens. */
export interface DemoSummary {
  readonly scenario: string;
  readonly seed: number;
  readonly blocks: number;
  readonly simulatedSeconds: number;
  readonly verdict: "held" | "broken";
  readonly invariants: readonly {
    readonly id: string;
    readonly held: boolean;
    readonly checks: number;
    readonly firstViolation?: { readonly block: number; readonly detail: string };
  }[];
  /** In USD at the settlement price, as is insurance. */
  readonly badDebt: {
    readonly absolute: number;
    readonly shareOfOpenInterest: number;
    readonly afterInsurance: number;
  };
  readonly insurance: { readonly start: number; readonly low: number; readonly end: number };
  readonly price: {
    readonly errorBps: { readonly mean: number; readonly p99: number; readonly max: number };
    readonly stalenessSeconds: { readonly p99: number; readonly max: number };
    readonly rounds: number;
    readonly quarantined: number;
    readonly divergent: number;
  };
  /** Bids, what they took over in USD, and flags of books that had maintenance margin at the true price. */
  readonly liquidations: { readonly count: number; readonly notional: number; readonly wrongful: number };
  /** Of the crash; times in unix seconds. */
  readonly modes: {
    readonly secondsIn: Readonly<Record<Level, number>>;
    readonly transitions: readonly {
      readonly at: number;
      readonly feed: string;
      readonly from: Level;
      readonly to: Level;
      readonly cause: string;
    }[];
  };
  readonly settlement: {
    readonly series: number;
    /** Series by the rung of the ladder that priced them. */
    readonly rungs: Readonly<Record<string, number>>;
    readonly delaySeconds: { readonly max: number };
    /** Share of claims that was not paid, by market that has any. */
    readonly haircuts: readonly number[];
  };
  readonly vaults: readonly VaultSummary[];
  readonly exits: Attempts;
  readonly opens: Attempts;
  readonly slashing: {
    readonly honest: number;
    readonly byzantine: number;
    readonly events: readonly {
      readonly at: number;
      readonly validator: string;
      readonly fault: string;
      readonly amount: number;
    }[];
  };
  readonly keepers: { readonly attempts: number; readonly reverts: number; readonly gasUsed: number };
  /** From the last fault to Normal; −1 when it never came. */
  readonly recoverySeconds: number;
}

const ERROR_DECIMALS = 100n;

/** Distance of two prices in basis points, hundredths kept, rounded up. */
export function distanceBps(price: bigint, truth: bigint): number {
  const distance = price > truth ? price - truth : truth - price;
  return Number((distance * BPS * ERROR_DECIMALS + truth - 1n) / truth) / Number(ERROR_DECIMALS);
}

/** Largest error of a round over its feeds. */
export function errorOfRound({ published, truth }: RoundRecord): number {
  return Math.max(...published.map((price, feed) => distanceBps(price, truth[feed]!)));
}

/** Amount of bond tokens as a number, to read and to draw. */
export function tokens(amount: bigint, decimals: number): number {
  return Number(amount) / 10 ** decimals;
}

/** Value below which a share of all values lies; the largest when there are few. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Makes the summary of a record. Pure: the same record gives the same bytes. */
export function summarize(record: DemoRecord, verdicts: readonly Verdict[]): DemoSummary {
  const { seed, blocks, simulatedSeconds, losses, bondDecimals, relays, validators, trading } = record;
  const rounds = [...record.rounds, ...trading.rounds];
  const errors = rounds.flatMap(({ published, truth }) =>
    published.map((price, feed) => distanceBps(price, truth[feed]!)),
  );
  const delays = rounds.map(({ delaySeconds }) => delaySeconds);
  const roles = new Map(validators.map(({ name, role }) => [name, role]));
  const isHonest = (name: string): boolean => roles.get(name) === "honest" || roles.get(name) === "standby";
  const lost = (honest: boolean): number =>
    tokens(
      losses.filter(({ validator }) => isHonest(validator) === honest).reduce((sum, { amount }) => sum + amount, 0n),
      bondDecimals,
    );

  return {
    scenario: "demo",
    seed,
    blocks,
    simulatedSeconds,
    verdict: verdicts.every(({ held }) => held) ? "held" : "broken",
    invariants: invariantsOf(verdicts),
    ...summarizeTrading(trading, crashDebt(record.crash)),
    vaults: summarizeVaults(record.vaults),
    exits: added(trading.exits, ...record.crash.exits, record.vaults.exits),
    opens: added(trading.opens, opensOf(record)),
    ...summarizeCrash(record.crash),
    price: {
      errorBps: { mean: rounded(mean(errors)), p99: percentile(errors, 0.99), max: Math.max(0, ...errors) },
      stalenessSeconds: { p99: percentile(delays, 0.99), max: Math.max(0, ...delays) },
      rounds: rounds.length,
      quarantined: rounds.filter(({ quarantined }) => quarantined).length,
      divergent: rounds.filter(({ divergent }) => divergent).length,
    },
    slashing: {
      honest: lost(true),
      byzantine: lost(false),
      events: losses.map(({ at, validator, fault, amount }) => ({
        at,
        validator,
        fault,
        amount: tokens(amount, bondDecimals),
      })),
    },
    keepers: { attempts: relays.attempts, reverts: relays.reverts, gasUsed: Number(relays.gasUsed) },
  };
}

/** What each vault came to, beside plain holding from the first start on. */
export function summarizeVaults({ vaults, startPrice }: VaultWeeksRecord): VaultSummary[] {
  return vaults.map(({ vault }) => summarizeVault(vault, Number(startPrice)));
}

/** What was tried in the crash, and the opening that was sent after it. */
function opensOf({ crash: { openings, openedAgain } }: DemoRecord): Attempts {
  const refused = openings.filter(({ refusal }) => refusal !== "").length + (openedAgain ? 0 : 1);
  return { attempted: openings.length + 1, refused };
}

function added(...all: readonly Attempts[]): Attempts {
  const sum = (of: (each: Attempts) => number): number => all.reduce((total, each) => total + of(each), 0);
  return { attempted: sum(({ attempted }) => attempted), refused: sum(({ refused }) => refused) };
}

/** One entry per invariant, in the order of their first check. */
function invariantsOf(verdicts: readonly Verdict[]): DemoSummary["invariants"] {
  const named = verdicts.filter(({ invariant }) => invariant !== undefined);
  return [...new Set(named.map(({ invariant }) => invariant!))].map((id) => {
    const about = named.filter(({ invariant }) => invariant === id);
    const first = about.find(({ held }) => !held);
    return {
      id,
      held: first === undefined,
      checks: about.reduce((sum, { checks }) => sum + checks, 0),
      ...(first !== undefined && { firstViolation: { block: first.block ?? 0, detail: first.detail } }),
    };
  });
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

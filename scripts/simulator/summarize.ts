// SPDX-License-Identifier: MIT
import { BPS } from "../model/constants.ts";
import type { Verdict } from "./checkDemo.ts";
import type { DemoRecord, RoundRecord } from "./DemoRecord.ts";

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
  readonly price: {
    readonly errorBps: { readonly mean: number; readonly p99: number; readonly max: number };
    readonly stalenessSeconds: { readonly p99: number; readonly max: number };
    readonly rounds: number;
    readonly quarantined: number;
    readonly divergent: number;
  };
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
  const { seed, blocks, simulatedSeconds, rounds, losses, bondDecimals, relays, validators } = record;
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
    invariants: verdicts
      .filter(({ invariant }) => invariant !== undefined)
      .map(({ invariant, held, checks, detail, block }) => ({
        id: invariant!,
        held,
        checks,
        ...(!held && { firstViolation: { block: block ?? 0, detail } }),
      })),
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

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

// SPDX-License-Identifier: MIT
import { crashRecord } from "./crashRecord.ts";
import { tradingRecord } from "./tradingRecord.ts";
import { vaultWeeksRecord } from "./vaultWeeksRecord.ts";
import type { DemoRecord, RoundRecord, ValidatorRecord } from "../../../scripts/simulator/DemoRecord.ts";

const TOKEN = 1_000_000n;
const BOND = 100_000n * TOKEN;
export const FIRST_ROUND = 1_000n;
const ROUNDS = 24;
const NAMES = ["ada", "ben", "cyd", "dov", "eve", "fay", "gus"];
const NEXT_SET = ["ada", "ben", "cyd", "dov", "hal", "ivy"];
const PRICE = 300_000_000_000n;

function round(index: number, healed: boolean): RoundRecord {
  const liar = !healed && index >= 14 && index < 18;
  const signers = healed ? NEXT_SET : NAMES.filter((name) => name !== "eve" || index < 6);
  return {
    round: FIRST_ROUND + BigInt(index) + (healed ? 5_000n : 0n),
    setId: healed ? 2n : 1n,
    delaySeconds: 3,
    relayer: "relayer-1",
    gasUsed: 200_000n,
    published: [PRICE + 10n],
    truth: [PRICE],
    signed: signers.map((validator, place) => ({
      validator,
      prices: [validator === "fay" && liar ? (PRICE * 16n) / 10n : PRICE + BigInt(place) * 5n],
      onChain: true,
    })),
    clean: true,
    divergent: false,
    quarantined: false,
    lying: liar ? ["fay"] : [],
  };
}

function validator(name: string): ValidatorRecord {
  const roles: Readonly<Record<string, ValidatorRecord["role"]>> = {
    eve: "silent",
    fay: "liar",
    gus: "double voter",
    hal: "standby",
    ivy: "standby",
  };
  const lost: Readonly<Record<string, bigint>> = { eve: 100n, fay: 23_370n, gus: 47_860n };
  const states: Readonly<Record<string, string>> = { eve: "jailed", fay: "jailed", gus: "tombstoned" };
  return {
    name,
    role: roles[name] ?? "honest",
    domain: "north",
    bondBefore: BOND,
    bondAfter: BOND - (lost[name] ?? 0n) * TOKEN,
    frozenAfter: 0n,
    stateAtEpochClose: states[name] ?? "active",
    stateAtEnd: name === "gus" ? "tombstoned" : "active",
    rewards: 0n,
  };
}

/** A record of a demonstration in which everything held; `change` breaks what a test wants broken. */
export function demoRecord(change: Partial<DemoRecord> = {}): DemoRecord {
  const epoch = Array.from({ length: ROUNDS }, (_, index) => round(index, false));
  const healed = Array.from({ length: 3 }, (_, index) => round(index, true));
  return {
    seed: 1,
    feeds: ["ETH"],
    bondDecimals: 6,
    plannedRounds: ROUNDS,
    expectedRounds: epoch.map((each) => each.round),
    rounds: [...epoch, ...healed],
    validators: [...NAMES, "hal", "ivy"].map(validator),
    losses: [
      { at: 270, validator: "fay", fault: "deviation", amount: 5_000n * TOKEN },
      { at: 270, validator: "gus", fault: "equivocation", amount: 5_000n * TOKEN },
      { at: 86_412, validator: "eve", fault: "downtime", amount: 100n * TOKEN },
      { at: 1_263_612, validator: "fay", fault: "deviation, correlated part", amount: 18_370n * TOKEN },
      { at: 1_263_612, validator: "gus", fault: "equivocation, correlated part", amount: 42_860n * TOKEN },
    ],
    happenings: [{ at: 100, round: FIRST_ROUND, text: "something & <something> else" }],
    windows: [
      { label: "eve silent", kind: "silent", from: FIRST_ROUND + 6n, until: FIRST_ROUND + 24n },
      { label: "relayer-1 down", kind: "relayer", from: FIRST_ROUND + 8n, until: FIRST_ROUND + 10n },
      { label: "fay × 1.6", kind: "liar", from: FIRST_ROUND + 14n, until: FIRST_ROUND + 18n },
    ],
    nextSet: NEXT_SET,
    healedFrom: FIRST_ROUND + 5_000n,
    trading: tradingRecord(),
    crash: crashRecord(),
    vaults: vaultWeeksRecord(),
    bountyPaid: 7_133n * TOKEN,
    escrowHeld: 64_197n * TOKEN,
    unaccounted: 0n,
    blocks: 600,
    simulatedSeconds: 1_263_615,
    relays: { attempts: 27, reverts: 0, gasUsed: 5_400_000n },
    ...change,
  };
}

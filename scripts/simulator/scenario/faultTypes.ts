// SPDX-License-Identifier: MIT
/** What becomes of a price at its source. Prices in USD with 8 decimals. */
export type PriceChange =
  | { readonly change: "multiply"; readonly by: number }
  | { readonly change: "add"; readonly price: bigint }
  | { readonly change: "set"; readonly price: bigint }
  /** The price of the fault's first second goes on, with fresh times. */
  | { readonly change: "stuck" };

/** The same of a validator, which can err in more ways. */
export type ReportChange =
  | PriceChange
  /** A share of the price that the error grows by in an hour; negative downwards. */
  | { readonly change: "drift"; readonly perHour: number }
  | { readonly change: "clamp"; readonly low: bigint; readonly high: bigint }
  /** Powers of ten that the decimal point is off by. */
  | { readonly change: "decimals"; readonly shift: number };

/** Nothing to say beyond the type. */
export type Nothing = Readonly<Record<string, never>>;

/** Words for a target. Quantities draw from the population of the fault's family; kinds name all of theirs. */
export const TARGET_QUANTITIES = ["all", "one", "minority", "f", "f+1", "majority"] as const;
export const TARGET_KINDS = ["validators", "relayers", "keepers"] as const;
export type TargetWord = (typeof TARGET_QUANTITIES)[number] | (typeof TARGET_KINDS)[number];
/** A name such as `validator-3`, or an index into the family's population, from 0. */
export type TargetMember = string | number;
/** A number is a quantity: so many, drawn by lot. */
export type Target = TargetWord | number | readonly TargetMember[];

/** Where a keeper crashes in the life of an intent. */
export const CRASH_POINTS = ["beforeIntent", "afterIntent", "signed", "sent", "mined"] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What every type of fault is told, durations in seconds. */
export interface FaultDetails {
  /** Messages arrive so much later (median and jitter around it), and this share of them never. */
  "net.delay": { readonly medianSeconds: number; readonly jitterSeconds: number; readonly loss: number };
  "net.duplicate": Nothing;
  "net.reorder": Nothing;
  /** Members of different groups do not reach each other: their members, or how many validators are drawn for each. */
  "net.partition": { readonly groups: readonly (readonly TargetMember[])[] | readonly number[] };
  "rpc.refuse": Nothing;
  "rpc.hang": Nothing;
  "rpc.error": Nothing;
  "rpc.stale": { readonly blocks: number };
  "rpc.lie": Nothing;
  "rpc.omitLogs": Nothing;
  "rpc.dropTx": Nothing;
  "rpc.unknownOutcome": Nothing;
  "chain.halt": { readonly backfill: boolean };
  "chain.reorg": { readonly depth: number };
  "chain.finalityStall": Nothing;
  "chain.gasSpike": { readonly gwei: number };
  "chain.fullBlocks": Nothing;
  "chain.clockLag": { readonly lagSeconds: number };
  /** Whose transactions are left out. */
  "chain.censor": { readonly who: Target };
  "venue.outage": Nothing;
  "venue.value": PriceChange;
  "oracle.silent": Nothing;
  "oracle.value": ReportChange;
  "oracle.equivocate": Nothing;
  "oracle.replay": Nothing;
  "oracle.futureDate": Nothing;
  "oracle.garbage": Nothing;
  /** Negative: the clock is behind. */
  "oracle.clockSkew": { readonly skewSeconds: number };
  "oracle.keyStolen": Nothing;
  "relayer.silent": Nothing;
  /** Sends the smallest bundle that counts, of the highest or lowest prices. */
  "relayer.subset": { readonly aim: "high" | "low" };
  "relayer.withhold": { readonly ageSeconds: number };
  "relayer.spam": Nothing;
  "witness.silent": Nothing;
  "witness.value": PriceChange;
  /** Never shows less than this. */
  "witness.floor": { readonly price: bigint };
  "validator.crash": Nothing;
  /** Down for the fault's time, then back with this disk; `old` is the disk as it was at the start. */
  "validator.restart": { readonly disk: "kept" | "lost" | "old" };
  "validator.unbond": Nothing;
  "validator.leave": Nothing;
  /** Without a point it crashes at once. */
  "keeper.crash": { readonly point: CrashPoint | undefined };
  "keeper.slow": Nothing;
  "keeper.outOfGas": Nothing;
  "keeper.race": Nothing;
  "keeper.malicious": Nothing;
  "admin.guardianStolen": Nothing;
  "admin.guardianGone": Nothing;
  "admin.governanceGone": Nothing;
  "admin.setSource": { readonly multiply: number };
  "admin.setParameter": { readonly name: string; readonly multiply: number };
  /** The true price is multiplied for the fault's time. */
  "market.gap": { readonly multiply: number };
  "market.liquidity": { readonly multiply: number };
  "market.vaultRun": Nothing;
  "market.insuranceDrain": Nothing;
  "market.dustBooks": { readonly count: number };
  "sentinel.stuckHigh": Nothing;
  "sentinel.stuckLow": Nothing;
  "sentinel.flapping": Nothing;
}

export type FaultType = keyof FaultDetails;
/** The part before the dot. */
export type FamilyOf<Type extends string> = Type extends `${infer Family}.${string}` ? Family : never;
export type FaultFamily = FamilyOf<FaultType>;

/** A fault as it is to be injected; narrows by `type`. */
export type Fault<Type extends FaultType = FaultType> = Type extends FaultType
  ? {
      /** Unique in the scenario; its random choices are drawn under this name. By default type and number: `net.delay-1`. */
      readonly name: string;
      readonly family: FamilyOf<Type>;
      readonly type: Type;
      readonly target: Target;
      /** Seconds from the scenario's start. */
      readonly atSeconds: number;
      /** Undefined: until the end. */
      readonly forSeconds: number | undefined;
      readonly with: FaultDetails[Type];
    }
  : never;

// SPDX-License-Identifier: MIT
import { z } from "zod";

import { CRASH_POINTS, TARGET_KINDS, TARGET_QUANTITIES } from "../faultTypes.ts";
import type { FaultDetails, FaultType, Target, TargetMember } from "../faultTypes.ts";
import { choice, duration, flag, list, map, number, price, text, whole } from "./basics.ts";
import { factor, priceChangeShape, reportChangeShape } from "./priceChangeShape.ts";

const MOST_MEMBERS = 256;
const member = z.union([text(60, "a name"), whole(0, 9_999)], {
  error: "expected a name such as validator-3, or an index from 0",
}) as z.ZodType<TargetMember>;
const members = list(member, 1, MOST_MEMBERS, "names or indices");

/** Whom a fault hits. */
export const targetShape: z.ZodType<Target> = z.union(
  [choice([...TARGET_QUANTITIES, ...TARGET_KINDS]), whole(1, MOST_MEMBERS), members],
  {
    error: `expected one of ${[...TARGET_QUANTITIES, ...TARGET_KINDS].join(", ")}, how many, or a list of names or indices`,
  },
);

const nothing = map({});
const groups = z.union(
  [list(members, 2, 32, "groups of names or indices"), list(whole(1, MOST_MEMBERS), 2, 32, "numbers of validators")],
  { error: "expected two or more groups: lists of names or indices, or how many validators each has" },
);
const share = number(0, 1);

/** What each type of fault is told in `with`. */
export const FAULT_DETAILS: { readonly [Type in FaultType]: z.ZodType<FaultDetails[Type]> } = {
  "net.delay": map({
    median: duration("0s", "30d").prefault("0s"),
    jitter: duration("0s", "30d").prefault("0s"),
    loss: share.default(0),
  })
    .refine(({ median, jitter, loss }) => median + jitter + loss > 0, {
      error: "delays nothing and loses nothing; give median, jitter or loss",
    })
    .transform(({ median, jitter, loss }) => ({ medianSeconds: median, jitterSeconds: jitter, loss })),
  "net.duplicate": nothing,
  "net.reorder": nothing,
  "net.partition": map({ groups }),
  "rpc.refuse": nothing,
  "rpc.hang": nothing,
  "rpc.error": nothing,
  "rpc.stale": map({ blocks: whole(1, 100_000) }),
  "rpc.lie": nothing,
  "rpc.omitLogs": nothing,
  "rpc.dropTx": nothing,
  "rpc.unknownOutcome": nothing,
  "chain.halt": map({ backfill: flag().default(false) }),
  "chain.reorg": map({ depth: whole(1, 256) }),
  "chain.finalityStall": nothing,
  "chain.gasSpike": map({ gwei: number(0, 1_000_000) }),
  "chain.fullBlocks": nothing,
  "chain.clockLag": map({ lag: duration("1s", "30d") }).transform(({ lag }) => ({ lagSeconds: lag })),
  "chain.censor": map({ who: targetShape }),
  "venue.outage": nothing,
  "venue.value": priceChangeShape,
  "oracle.silent": nothing,
  "oracle.value": reportChangeShape,
  "oracle.equivocate": nothing,
  "oracle.replay": nothing,
  "oracle.futureDate": nothing,
  "oracle.garbage": nothing,
  "oracle.clockSkew": map({ skew: duration("-1d", "1d") }).transform(({ skew }) => ({ skewSeconds: skew })),
  "oracle.keyStolen": nothing,
  "relayer.silent": nothing,
  "relayer.subset": map({ aim: choice(["high", "low"]) }),
  "relayer.withhold": map({ age: duration("1s", "1d") }).transform(({ age }) => ({ ageSeconds: age })),
  "relayer.spam": nothing,
  "witness.silent": nothing,
  "witness.value": priceChangeShape,
  "witness.floor": map({ at: price() }).transform(({ at }) => ({ price: at })),
  "validator.crash": nothing,
  "validator.restart": map({ disk: choice(["kept", "lost", "old"]).default("kept") }),
  "validator.unbond": nothing,
  "validator.leave": nothing,
  "keeper.crash": map({ point: choice(CRASH_POINTS).optional() }).transform(({ point }) => ({ point })),
  "keeper.slow": nothing,
  "keeper.outOfGas": nothing,
  "keeper.race": nothing,
  "keeper.malicious": nothing,
  "admin.guardianStolen": nothing,
  "admin.guardianGone": nothing,
  "admin.governanceGone": nothing,
  "admin.setSource": map({ multiply: factor }),
  "admin.setParameter": map({ name: text(100, "a parameter's dotted name"), multiply: factor }),
  "market.gap": map({ multiply: factor }),
  "market.liquidity": map({ multiply: number(0, 1_000) }),
  "market.vaultRun": nothing,
  "market.insuranceDrain": nothing,
  "market.dustBooks": map({ count: whole(1, 10_000) }),
  "sentinel.stuckHigh": nothing,
  "sentinel.stuckLow": nothing,
  "sentinel.flapping": nothing,
};

export const FAULT_TYPES = Object.keys(FAULT_DETAILS) as FaultType[];

/** Happen at once and stay: `for` only says how long they are told, and waited for, as a fault. */
export const INSTANT_FAULTS: readonly FaultType[] = ["chain.reorg", "market.dustBooks", "market.insuranceDrain"];
/** Nobody comes back from these; the same of their `for`. */
export const ENDLESS_FAULTS: readonly FaultType[] = ["admin.guardianGone", "admin.governanceGone", "validator.unbond"];

/** A fault of a type as it stands in a file. */
export function faultShape<Type extends FaultType>(type: Type) {
  return map({
    type: z.literal(type),
    name: text(60, "a name").optional(),
    target: targetShape.default("all"),
    at: duration("0s", "400d").prefault("0s"),
    for: duration("1s", "400d").optional(),
    with: FAULT_DETAILS[type].prefault({} as never),
  });
}

/** Of one file. */
export const MOST_FAULTS = 1_000;

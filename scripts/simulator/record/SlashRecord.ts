// SPDX-License-Identifier: MIT
import type { WorldEvent } from "../world/BlockWatch.ts";
import type { CaptureRecord } from "./CaptureRecord.ts";
import { cents } from "./dollars.ts";
import type { RunSummary } from "./RunSummary.ts";
import type { BlockSight } from "./sights.ts";

/** Faults in the order of the Slasher's enumeration. */
const FAULTS = ["equivocation", "deviation", "futureDating", "downtime", "capture"] as const;
const BOND_DIGITS = 1e6;

/** Stake that was taken. */
export interface StakeLoss {
  readonly validator: string;
  readonly fault: string;
  /** Bond units. */
  readonly amount: bigint;
}

/** Stake lost in a list of events. Cases name their fault before they take. @param nameOf By the registry's number. */
export function stakeLosses(
  events: readonly WorldEvent[],
  nameOf: (id: bigint) => string,
  faults: Map<bigint, string>,
): StakeLoss[] {
  const losses: StakeLoss[] = [];
  for (const { contract, name, args } of events) {
    if (name === "CaseOpened") faults.set(args.validatorId as bigint, FAULTS[Number(args.fault)]!);
    if (name === "DowntimeFaulted") faults.set(args.validatorId as bigint, "downtime");
    if (contract !== "registry" || name !== "BondSlashed") continue;
    const id = args.validatorId as bigint;
    losses.push({ validator: nameOf(id), fault: faults.get(id) ?? "unknown", amount: args.amount as bigint });
  }
  return losses;
}

/** Who lost how much of his bond, and for what. */
export class SlashRecord {
  readonly #isHonest: (loss: StakeLoss) => boolean;
  readonly #nameOf: (id: bigint) => string;
  readonly #captures: CaptureRecord;
  readonly #seen: {
    /** By the registry's number, what a validator is accused of. */
    readonly faults: Map<bigint, string>;
    readonly events: RunSummary["slashing"]["events"][number][];
    honest: number;
    byzantine: number;
  } = { faults: new Map(), events: [], honest: 0, byzantine: 0 };

  constructor(isHonest: (loss: StakeLoss) => boolean, nameOf: (id: bigint) => string, captures: CaptureRecord) {
    this.#isHonest = isHonest;
    this.#nameOf = nameOf;
    this.#captures = captures;
  }

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  see({ events, seconds }: Pick<BlockSight, "events" | "seconds">): void {
    for (const loss of stakeLosses(events, this.#nameOf, this.#seen.faults)) {
      const { validator, fault, amount } = loss;
      const dollars = Number(amount) / BOND_DIGITS;
      if (this.#isHonest(loss)) this.#seen.honest += dollars;
      else this.#seen.byzantine += dollars;
      this.#seen.events.push({ at: seconds, validator, fault, amount: cents(dollars) });
    }
  }

  get summary(): RunSummary["slashing"] {
    const { honest, byzantine, events } = this.#seen;
    const capture = this.#captures.judge();
    return { honest: cents(honest), byzantine: cents(byzantine), capture, events: [...events] };
  }
}

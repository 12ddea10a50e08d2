// SPDX-License-Identifier: MIT
import { emptyLedger } from "../../model/clearing/clearingLedger.ts";
import type { ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import { JournalMap } from "./JournalMap.ts";
import type { EntryChange } from "./JournalMap.ts";

type LedgerKey = bigint | string;

/** A map of the ledger by its name. */
export type MapName = Exclude<keyof ClearingLedger, "rewardPot">;

/** A change of a ledger. */
export interface LedgerChange extends EntryChange<LedgerKey> {
  readonly map: MapName;
}

/** A ledger that can tell what changed in it. */
export interface JournaledLedger {
  readonly ledger: ClearingLedger;
  /** Does something to the ledger and tells what that changed. Where it throws, the ledger is of no use any more. */
  record(work: () => void): LedgerChange[];
  /** Puts an entry in its place, or takes it out. */
  restore(map: MapName, key: LedgerKey, value: unknown): void;
}

/** An empty ledger. @param rewardPot See {@link emptyLedger}. */
export function journaledLedger(rewardPot: string): JournaledLedger {
  const given = emptyLedger(rewardPot);
  const names = Object.keys(given).filter((name): name is MapName => name !== "rewardPot");
  const maps = new Map(names.map((map) => [map, new JournalMap<LedgerKey, unknown>()]));
  // Every map of an empty ledger is replaced by one of the same name, which holds what the ledger puts there.
  const ledger = { ...given, ...Object.fromEntries(maps) } as unknown as ClearingLedger;
  return {
    ledger,
    record(work) {
      for (const entries of maps.values()) entries.begin();
      work();
      return [...maps].flatMap(([map, entries]) => entries.end().map((change) => ({ map, ...change })));
    },
    restore(map, key, value) {
      if (value === undefined) maps.get(map)!.delete(key);
      else maps.get(map)!.set(key, value);
    },
  };
}

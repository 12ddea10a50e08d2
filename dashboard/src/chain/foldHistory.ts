// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../../scripts/model/constants.ts";
import type { GuardianAct, History, LevelChange, Round } from "../model/happenings.ts";
import type { Happening } from "./LogTail.ts";
import { tellHappening } from "./tellHappening.ts";
import type { Places } from "./Places.ts";

/** Arguments of the Clearinghouse's events that name a book. */
const BOOK_FIELDS = ["id", "newId", "makerBook", "takerBook", "into"] as const;
const MOST_TOLD = 60;

/** Sorts events by what they say. @param happenings Newest first. */
export function foldHistory(happenings: readonly Happening[], places: Places, fromBlock: bigint): History {
  const rounds: Round[] = [];
  const seen = new Set<bigint>();
  const books = new Set<bigint>();
  for (const { address, name, args, transaction } of happenings) {
    if (address === places.oracle.address && (name === "RoundAccepted" || name === "RoundUpgraded")) {
      const round = args["round"] as bigint;
      if (seen.has(round)) continue; // an upgrade says all of it again
      seen.add(round);
      rounds.push({
        round,
        at: round * ROUND_SECONDS,
        setId: args["setId"] as bigint,
        signers: args["signers"] as bigint,
        prices: [...(args["prices"] as Iterable<bigint>)],
        transaction,
      });
    }
    if (address === places.house.address)
      for (const field of BOOK_FIELDS) {
        const id = fieldOf(args, field);
        if (typeof id === "bigint" && id >> 96n !== 0n) books.add(id);
      }
  }
  const told = happenings.flatMap((one) => tellHappening(one, places) ?? []).slice(0, MOST_TOLD);
  return { fromBlock, rounds, levels: levelsOf(happenings), guardian: guardianOf(happenings), books: [...books], told };
}

function levelsOf(happenings: readonly Happening[]): LevelChange[] {
  return happenings
    .filter(({ name }) => name === "LevelChanged")
    .map(({ args }) => ({
      feed: Number(args["feed"]),
      at: (args["round"] as bigint) * ROUND_SECONDS,
      oldLevel: args["oldLevel"] as bigint,
      newLevel: args["newLevel"] as bigint,
      cause: args["cause"] as bigint,
    }));
}

function guardianOf(happenings: readonly Happening[]): GuardianAct[] {
  return happenings
    .filter(({ name }) => name === "Guarded")
    .map(({ args, block }) => ({
      feeds: args["feeds"] as bigint,
      level: args["level"] as bigint,
      until: args["until"] as bigint,
      block,
    }));
}

/** ethers throws for names that an event does not have. */
function fieldOf(args: Happening["args"], name: string): unknown {
  return (args.toObject() as Record<string, unknown>)[name];
}

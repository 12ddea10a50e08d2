// SPDX-License-Identifier: MIT
import { allRead, mapRead } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import { SOURCES, witnessOf } from "../model/feed.ts";
import type { Feed } from "../model/feed.ts";
import type { Page } from "./Page.ts";
import type { Places } from "./Places.ts";

/** Every feed of the oracle, with what the breaker makes of it. */
export function readFeeds(page: Page, { oracle, risk, feeds }: Places, now: bigint): () => readonly Read<Feed>[] {
  const told = feeds.map((name, index) => {
    const feed = BigInt(index);
    const asked = [
      page.ask(oracle, "tryReadRisk", [feed]),
      page.ask(oracle, "metrics", [feed]),
      page.ask(oracle, "riskWords", [feed]),
      page.ask(risk, "standOf", [feed]),
    ] as const;
    return (): Read<Feed> =>
      mapRead(
        allRead(asked[0](), asked[1](), asked[2](), asked[3]()),
        ([{ reading }, metrics, { witness }, stand]) => ({
          index,
          name,
          price: reading.price,
          low: reading.low,
          high: reading.high,
          age: reading.age,
          source: SOURCES[Number(reading.source)] ?? "none",
          dispersionPpm: reading.dispersionPpm,
          level: metrics.level,
          isNew: metrics.isNew,
          isPending: metrics.pending,
          isDivergent: metrics.divergent,
          quorumStreak: metrics.quorumStreak,
          since: {
            cautious: metrics.sinceCautious,
            recovery: metrics.sinceRecovery,
            reduceOnly: metrics.sinceReduceOnly,
            halted: metrics.sinceHalted,
          },
          mode: stand.mode,
          phase: stand.phase,
          capBps: stand.capBps,
          dwell: { cautious: stand.dwellCautious, reduceOnly: stand.dwellReduceOnly, halted: stand.dwellHalted },
          witness: witnessOf(witness, now),
        }),
      );
  });
  return () => told.map((tell) => tell());
}

// SPDX-License-Identifier: MIT
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import { maximumLossUp } from "../../model/clearing/margin.ts";
import { opens } from "../../model/risk/modeMachine.ts";
import { ROUND_SECONDS } from "../../model/constants.ts";
import type { BlockSight, FeedSight } from "../record/sights.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import type { Invariant } from "./Invariant.ts";

/** Age from which no mode lets requirements rise, heartbeats. */
const OLDEST_HEARTBEATS = 4;

/** S4: nothing is opened, and nobody takes out more than a book has beyond its maximum loss, on a price too old for it. */
export function freshPrices(): Invariant {
  const memory = {
    /** When the price of each slot was seen, unix seconds. */
    observed: new Map<number, number>(),
    before: [] as readonly FeedSight[],
  };
  return {
    id: "S4",
    memory,
    check(sight, { heartbeat }) {
      const { observed, before } = memory;
      let wrong: string | undefined;
      for (const event of sight.events) {
        follow(event, sight, observed);
        const slot = riskTakenOn(event, sight);
        if (slot === undefined) continue;
        const age = sight.timestamp - (observed.get(slot) ?? sight.timestamp);
        const stances = [before[slot], sight.feeds[slot]].filter((feed) => feed !== undefined);
        const isOpen = stances.some(({ mode, phase }) => opens({ mode, phase, capBps: 0n }));
        if (age > OLDEST_HEARTBEATS * heartbeat) wrong ??= `${event.name} on a price of ${age} s`;
        if (!isOpen) wrong ??= `${event.name} in ${stances.at(-1)?.mode}`;
      }
      for (const { slot, age } of sight.feeds) observed.set(slot, sight.timestamp - age);
      memory.before = sight.feeds;
      return wrong;
    },
  };
}

/** A round that published a price made it younger. */
function follow({ contract, name, args }: WorldEvent, { relays }: BlockSight, observed: Map<number, number>): void {
  if (contract !== "oracle" || (name !== "RoundAccepted" && name !== "RoundUpgraded")) return;
  const relay = relays.find(({ round }) => round === args.round);
  relay?.prices.forEach((price, slot) => {
    if (price !== 0n && !relay.quarantined.has(slot)) observed.set(slot, Number(relay.round * ROUND_SECONDS));
  });
}

/** Slot of the feed whose price an event took risk on; undefined when it took none. */
function riskTakenOn({ contract, name, args }: WorldEvent, { ledger }: BlockSight): number | undefined {
  if (contract !== "house") return undefined;
  const id = (name === "QuoteFilled" ? args.makerBook : args.id) as bigint;
  const isOpening = name === "Minted" || (name === "QuoteFilled" && args.makerFee + args.takerFee !== 0n);
  const isLeaving = name === "Defunded" || name === "LongWithdrawn";
  if (!isOpening && !isLeaving) return undefined;
  const market = ledger.markets.get(bookParts(id).market)!;
  const slot = Number(market.feed);
  if (isOpening) return slot;
  const book = ledger.books.get(id);
  if (book === undefined || book.status !== "healthy") return undefined;
  return book.cash < maximumLossUp(book.legs, market.terms) ? slot : undefined;
}

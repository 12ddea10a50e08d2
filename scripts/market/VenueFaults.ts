// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BPS } from "../model/constants.ts";
import type { MarketVenue, TapeTrade } from "./VenueTape.ts";
import { MARKET_VENUES } from "./VenueTape.ts";

const fault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  /** Answers 503. */
  z.strictObject({ kind: z.literal("outage") }),
  /** Takes the request and never answers. */
  z.strictObject({ kind: z.literal("hang") }),
  /** Answers something that is not JSON. */
  z.strictObject({ kind: z.literal("garbage") }),
  /** Multiplies prices by bps / 10,000. */
  z.strictObject({ kind: z.literal("scale"), bps: z.int().min(1).max(100_000_000) }),
  /** No trade after this moment: the same price with the same old time. */
  z.strictObject({
    kind: z.literal("frozen"),
    atMs: z
      .string()
      .regex(/^\d{1,18}$/)
      .transform(BigInt),
  }),
]);

/** What to do to a venue, as the administrative page takes it. */
export const faultRequestShape = z.strictObject({ venue: z.enum(MARKET_VENUES), fault });

/** A venue's present fault. */
export type VenueFault = z.output<typeof fault>;

/** Faults of the venues, set by tests and demonstrations. */
export class VenueFaults {
  readonly #faults = new Map<MarketVenue, VenueFault>();

  set(venue: MarketVenue, given: VenueFault): void {
    this.#faults.set(venue, given);
  }

  of(venue: MarketVenue): VenueFault {
    return this.#faults.get(venue) ?? { kind: "none" };
  }

  /** Time up to which the venue's tape is visible. */
  visibleUntil(venue: MarketVenue, nowMs: bigint): bigint {
    const given = this.of(venue);
    return given.kind === "frozen" && given.atMs < nowMs ? given.atMs : nowMs;
  }

  bend(venue: MarketVenue, trade: TapeTrade): TapeTrade {
    const given = this.of(venue);
    return given.kind === "scale" ? { ...trade, price: (trade.price * BigInt(given.bps)) / BPS } : trade;
  }
}

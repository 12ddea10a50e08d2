// SPDX-License-Identifier: MIT
import type { Transport } from "../chain/Transport.ts";

/** A venue's latest trade of one market. */
export interface Trade {
  /** In the market's quote currency, 8 decimals, rounded down. */
  readonly price: bigint;
  /** Unix milliseconds, as the venue dates the trade. */
  readonly tradedAtMs: bigint;
}

/** Which market of which venue to ask for. */
export interface TradeQuery {
  readonly baseUrl: string;
  /** The venue's own name of the market. */
  readonly symbol: string;
  readonly timeoutMs: number;
}

/** Reads the latest trade in one venue's public REST format. */
export type TradeReader = (transport: Transport, query: TradeQuery) => Promise<Trade>;

// SPDX-License-Identifier: MIT
import type { QuotedMarket } from "../scripts/model/trading/judgeQuote.ts";
import type { Address } from "./addresses.ts";
import type { Lens } from "./generated/contracts.ts";

/** What the model needs of a market, and by what names others know it. */
export interface Market extends QuotedMarket {
  readonly market: bigint;
  /** Its name in quotes. */
  readonly marketHash: string;
  readonly collateral: Address;
  /** Slot of the price oracle. */
  readonly feed: bigint;
}

/** Reads a market by its number, the first is 1. */
export async function readMarket(lens: Lens, market: bigint): Promise<Market> {
  const { marketHash, params, parameters, state } = await lens.marketOverview(market);
  const { capBps, strikeStep, mintFee, tip, dust } = parameters;
  const kind = params.kind === 0n ? "quote" : "coin";
  return {
    market,
    marketHash,
    collateral: params.collateral as Address,
    feed: params.feed,
    terms: { kind, unitDecimals: Number(state.unitDecimals), capBps },
    strikeStep,
    mintFee,
    tip,
    dust,
    isSunset: state.isSunset,
  };
}

// SPDX-License-Identifier: MIT
import { capOf } from "../model/market.ts";
import type { Market } from "../model/market.ts";
import { allRead, mapRead } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { Page } from "./Page.ts";
import type { Places } from "./Places.ts";

const DAY = 86_400n;
const EXPIRY_SECOND = 28_800n;

/** Every market, with what its risk contract says of the next expiry. */
export function readMarkets(page: Page, { lens, house, markets, feeds }: Places, now: bigint): () => Read<Market>[] {
  const expiry = ((now - EXPIRY_SECOND) / DAY + 1n) * DAY + EXPIRY_SECOND;
  const told = markets.map(({ number, feed, token }) => {
    const overview = page.ask(lens, "marketOverview", [number]);
    const answer = page.ask(house, "readingOf", [number, expiry]);
    return (): Read<Market> =>
      mapRead(allRead(overview(), answer()), ([{ params, parameters, state }, [hasPrice, reading]]) => {
        const kind = params.kind === 0n ? "quote" : "coin";
        const unitDecimals = Number(state.unitDecimals);
        const cap = { insurance: state.insurance, unitDecimals, kind, price: reading.price } as const;
        return {
          number,
          kind,
          symbol: token.symbol,
          unitDecimals,
          capBps: parameters.capBps,
          feed,
          feedName: feeds[feed] ?? `feed ${feed}`,
          insurer: params.insurer,
          mode: reading.mode,
          opens: reading.opens && !state.isSunset,
          isSunset: state.isSunset,
          hasPrice,
          price: reading.price,
          multiplierBps: reading.multiplierBps,
          addOnBps: reading.addOnBps,
          volatilityBps: reading.volatilityBps,
          openNotional: state.openNotional,
          ...capOf({ ...cap, lossShareBps: reading.lossShareBps, notionalCap: reading.notionalCap }),
          insurance: state.insurance,
          reserved: state.reserved,
        };
      });
  });
  return () => told.map((tell) => tell());
}

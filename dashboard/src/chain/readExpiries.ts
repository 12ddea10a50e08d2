// SPDX-License-Identifier: MIT
import type { Expiry } from "../model/expiry.ts";
import { mapRead } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { Page } from "./Page.ts";
import type { Places } from "./Places.ts";

const PHASES = ["nothing", "open", "closed", "priced"] as const;

/** Expiries with their series. */
export function readExpiries(
  page: Page,
  { lens }: Places,
  wanted: readonly { readonly market: bigint; readonly expiry: bigint }[],
): () => Read<Expiry>[] {
  const told = wanted.map(({ market, expiry }) => {
    const answer = page.ask(lens, "expiryOverview", [market, expiry]);
    return (): Read<Expiry> =>
      mapRead(answer(), ({ state, indexWad, series }) => ({
        market,
        expiry,
        phase: PHASES[Number(state.phase)] ?? "nothing",
        isFinal: state.isFinal,
        openNotional: state.openNotional,
        price: state.price,
        rung: Number(state.rung),
        indexWad,
        drawn: state.drawn,
        series: series.map(({ series: { strike, isCall, openInterest }, payoff }) => ({
          strike,
          isCall,
          openInterest,
          payoff,
        })),
      }));
  });
  return () => told.map((tell) => tell());
}

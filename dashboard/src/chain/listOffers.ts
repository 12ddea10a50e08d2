// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { HOLDS_SECONDS } from "../../../scripts/trade/findOffers.ts";
import { seriesOffers } from "../model/offers.ts";
import type { SeriesOffer } from "../model/offers.ts";
import { mapRead, unread } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { ActPlace } from "./actParts.ts";
import { Page } from "./Page.ts";
import { readOffers } from "./readOffers.ts";

/** What the board shows for sale in a market, at a block. Nothing of it is looked up in the chain yet: that is done before buying. */
export async function listOffers(
  place: ActPlace,
  market: bigint,
  at: { readonly timestamp: bigint; readonly price: bigint },
): Promise<Read<readonly SeriesOffer[]>> {
  try {
    const page = new Page();
    const told = page.ask(place.places.lens, "marketOverview", [market]);
    const [offers] = await Promise.all([
      readOffers(place, market, undefined, at.timestamp),
      page.read(place.endpoint, place.blockHash),
    ]);
    const taker = { owner: place.account, until: at.timestamp + HOLDS_SECONDS, price: at.price };
    return mapRead(told(), ({ marketHash }) => seriesOffers(offers, marketHash.toLowerCase(), taker));
  } catch (error) {
    if (error instanceof BallastError) return unread("missing", `${error.message}.`);
    throw error;
  }
}

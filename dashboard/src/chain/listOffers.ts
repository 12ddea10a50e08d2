// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { HOLDS_SECONDS } from "../../../scripts/trade/findOffers.ts";
import { seriesOffers } from "../model/offers.ts";
import type { SeriesOffer, Side } from "../model/offers.ts";
import { mapRead, unread } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { ActPlace } from "./actParts.ts";
import { Page } from "./Page.ts";
import { readOffers } from "./readOffers.ts";

/** What the board shows of a market at a price. Nothing of it is looked up in the chain yet: that is done before an act. */
export async function listOffers(
  place: ActPlace,
  market: bigint,
  price: bigint,
  side: Side,
): Promise<Read<readonly SeriesOffer[]>> {
  try {
    const page = new Page();
    const told = page.ask(place.places.lens, "marketOverview", [market]);
    const [offers] = await Promise.all([
      readOffers(place, market, undefined, place.block.timestamp),
      page.read(place.endpoint, place.block.hash),
    ]);
    const taker = { owner: place.account, until: place.block.timestamp + HOLDS_SECONDS, price };
    return mapRead(told(), ({ marketHash }) => seriesOffers(offers, marketHash.toLowerCase(), taker, side));
  } catch (error) {
    if (error instanceof BallastError) return unread("missing", `${error.message}.`);
    throw error;
  }
}

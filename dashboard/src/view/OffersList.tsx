// SPDX-License-Identifier: MIT
import { useEffect, useState } from "preact/hooks";

import type { Market } from "../model/market.ts";
import { moneyOf } from "../model/money.ts";
import type { SeriesOffer, Side } from "../model/offers.ts";
import type { Read } from "../model/Read.ts";
import type { SeenBlock } from "../model/snapshot.ts";
import { shown } from "../model/units.ts";
import { Moment, Table, Unread } from "./parts.tsx";

/** Asks the board what it shows of a market at a block. */
export type ListOffers = (
  market: bigint,
  block: SeenBlock,
  price: bigint,
  side: Side,
) => Promise<Read<readonly SeriesOffer[]>>;

const SHOWN = 24;
const WORDS = {
  asks: {
    what: "What is for sale",
    name: "For sale",
    each: "One costs",
    caption: "For sale on the board",
    empty: "Nobody sells an option of this market on the board now.",
  },
  bids: {
    what: "What is bid for",
    name: "Bid for",
    each: "One brings",
    caption: "Bid for on the board",
    empty: "Nobody bids for an option of this market on the board now.",
  },
} as const;

/** What makers sell or buy on the board, anew with every block; choosing one fills the form. */
export function OffersList(given: {
  readonly market: Market;
  readonly block: SeenBlock;
  readonly side: Side;
  readonly list: ListOffers;
  readonly choose: (offer: SeriesOffer) => void;
}) {
  const { market, block, side, list, choose } = given;
  const words = WORDS[side];
  const [told, tell] = useState<Read<readonly SeriesOffer[]> | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    void list(market.number, block, market.price, side).then((answer) => {
      if (isWanted) tell(answer);
    });
    return () => {
      isWanted = false;
    };
  }, [market.number, block.hash]);
  if (told === undefined) return <p class="empty offers">Asking the board …</p>;
  if (told.kind === "unread")
    return (
      <div class="offers">
        <Unread what={words.what} text={told.text} />
      </div>
    );
  const columns = [
    { label: words.name, show: (one: SeriesOffer) => <Choice offer={one} choose={choose} /> },
    { label: "Expiry", show: ({ expiry }: SeriesOffer) => <Moment at={expiry} /> },
    {
      label: `${words.each}, ${market.symbol}`,
      isNumber: true,
      show: ({ price }: SeriesOffer) => moneyOf(market, price),
    },
    { label: "Options", isNumber: true, show: ({ available }: SeriesOffer) => shown(available, 6) },
  ];
  const more = told.value.length - SHOWN;
  return (
    <div class="offers">
      <Table
        caption={words.caption}
        columns={columns}
        rows={told.value.slice(0, SHOWN)}
        keyOf={({ expiry, strike, isCall }) => `${expiry} ${strike} ${isCall}`}
        empty={words.empty}
      />
      {more > 0 && <p class="note">{more} more of later expiries are not listed; they can be typed.</p>}
    </div>
  );
}

function Choice({ offer, choose }: { readonly offer: SeriesOffer; readonly choose: (offer: SeriesOffer) => void }) {
  return (
    <button type="button" class="pick" onClick={() => choose(offer)}>
      {shown(offer.strike, 4, offer.strike % 10_000n === 0n ? 0 : 2)} {offer.isCall ? "call" : "put"}
    </button>
  );
}

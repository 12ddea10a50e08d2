// SPDX-License-Identifier: MIT
import { useEffect, useState } from "preact/hooks";

import { seriesName } from "../../../scripts/trade/legName.ts";
import type { BookHealth } from "../model/book.ts";
import { greeksOf } from "../model/greeks.ts";
import type { MarginStory, MarginTerm } from "../model/margin.ts";
import type { Market } from "../model/market.ts";
import { moneyOf } from "../model/money.ts";
import type { Read } from "../model/Read.ts";
import { shown, shownBps, shownPrice } from "../model/units.ts";
import { Unread } from "./parts.tsx";

/** Reads why a book must hold what it must, at a block. */
export type Explain = (id: bigint, blockHash: string) => Promise<Read<MarginStory>>;

const STALE = 2n ** 255n;

/** The two margins of a book, each term of them beside the other. */
export function MarginPanel(given: {
  readonly book: BookHealth;
  readonly market: Market | undefined;
  readonly blockHash: string;
  readonly explain: Explain;
}) {
  const { book, market, blockHash, explain } = given;
  const [told, tell] = useState<Read<MarginStory> | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    void explain(book.id, blockHash).then((answer) => {
      if (isWanted) tell(answer);
    });
    return () => {
      isWanted = false;
    };
  }, [book.id, blockHash]);
  if (told === undefined) return <p class="empty">Asking the lens why …</p>;
  if (told.kind === "unread") return <Unread what="The margin of this book" text={told.text} />;
  const story = told.value;
  const money = (amount: bigint): string => (amount >= STALE ? "not measured" : moneyOf(market, amount));
  const rows: readonly (readonly [string, (term: MarginTerm) => string])[] = [
    ["Prices looked at", ({ low, high }) => (high === 0n ? "–" : `${shownPrice(low)} to ${shownPrice(high)}`)],
    [
      "Worst of them",
      ({ worstPrice, worstAt }) =>
        worstPrice === 0n || worstPrice >= STALE ? worstAt : `${shownPrice(worstPrice)}, ${worstAt}`,
    ],
    ["Stress there", ({ stress }) => money(stress)],
    ["Floor", ({ floor, floorBps }) => `${money(floor)}, ${shownBps(floorBps, 0)} of shorts`],
    ["Factor", ({ multiplierBps }) => `× ${shown(multiplierBps, 4, 2)}`],
    ["Sentinel add-on", ({ addOn }) => money(addOn)],
    ["Cost", ({ cost }) => money(cost)],
    ["Required", ({ amount, rule }) => `${money(amount)}, by ${rule}`],
  ];
  return (
    <div class="margin">
      <h3>
        Why it must hold this much{" "}
        <span class="muted">
          {market === undefined ? "" : `in ${market.symbol}`} · maximum loss {money(story.maximumLoss)}
        </span>
      </h3>
      {!story.hasPrice && <p class="note">There is no price: both margins are maximum loss.</p>}
      <table>
        <caption class="unseen">Terms of initial and maintenance margin</caption>
        <thead>
          <tr>
            <th scope="col">Term</th>
            <th scope="col">Initial, to open</th>
            <th scope="col">Maintenance, to keep</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, show]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label="Initial">{show(story.initial)}</td>
              <td data-label="Maintenance">{show(story.maintenance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>What each leg adds to the stress</h3>
      <ul class="legs">
        {story.legs.map((leg, index) => (
          <li key={`${leg.strike} ${leg.isCall}`}>
            <span>
              {leg.size < 0n ? "short" : "long"} {shown(leg.size < 0n ? -leg.size : leg.size, 6, 2)} ×{" "}
              {seriesName({ ...leg, expiry: book.expiry })}
            </span>
            <span class="number">{money(story.initial.byLeg[index] ?? 0n)}</span>
            <span class="number">{money(story.maintenance.byLeg[index] ?? 0n)}</span>
          </li>
        ))}
      </ul>
      {story.hasPrice && market !== undefined && <Moves story={story} market={market} />}
    </div>
  );
}

/** Greeks of the book's legs. */
function Moves({ story, market }: { readonly story: MarginStory; readonly market: Market }) {
  const told = greeksOf(story.legs, market, story);
  const facts = [
    ["Worth", told.worth, "by the model at 80 % a year"],
    ["Delta", told.delta, "for a price 1 % higher"],
    ["Gamma", told.gamma, "more of it for the next 1 %"],
    ["Vega", told.vega, "for a volatility a point higher"],
    ["Theta", told.theta, "for a day that passes"],
  ] as const;
  return (
    <>
      <h3>How its worth moves</h3>
      <dl class="facts greeks">
        {facts.map(([name, amount, note]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{moneyOf(market, amount)}</b>
              <span class="note">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

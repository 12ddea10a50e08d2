// SPDX-License-Identifier: MIT
import { auctionCurve } from "../model/auctionCurve.ts";
import type { Auction, BookHealth } from "../model/book.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shortAddress, shownShare, shownSpan } from "../model/units.ts";
import type { Vault, VaultEpoch } from "../model/vault.ts";
import { marketOf, moneyOf } from "./BooksPanel.tsx";
import { Meter, Panel } from "./parts.tsx";

const WIDTH = 240;
const HEIGHT = 64;
const ALL = 10n ** 18n;

/** Everything that is on sale: books in liquidation, whose payment rises, and the options of vaults, whose price falls. */
export function AuctionsPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const books = snapshot.books.flatMap((one) => (one.kind === "read" ? one.value : []));
  const running = books.flatMap((book) =>
    book.auction === undefined || book.isExpired ? [] : [{ book, auction: book.auction }],
  );
  const vaults = snapshot.vaults?.kind === "read" ? snapshot.vaults.value : [];
  const selling = vaults.flatMap((vault) => (vault.epoch?.isSelling === true ? [{ vault, epoch: vault.epoch }] : []));
  return (
    <Panel id="auctions" title="Auctions">
      {running.length + selling.length === 0 && <p class="empty">Nothing is auctioned now.</p>}
      {running.map(({ book, auction }) => (
        <BookAuction key={String(book.id)} book={book} auction={auction} snapshot={snapshot} />
      ))}
      {selling.map(({ vault, epoch }) => (
        <VaultAuction key={vault.address} vault={vault} epoch={epoch} />
      ))}
    </Panel>
  );
}

function BookAuction(given: { readonly book: BookHealth; readonly auction: Auction; readonly snapshot: Snapshot }) {
  const { book, auction, snapshot } = given;
  const market = marketOf(snapshot, book.market);
  const money = (amount: bigint): string => `${moneyOf(market, amount)} ${market?.symbol ?? ""}`;
  return (
    <article class="card">
      <h3>
        {shortAddress(book.owner)}{" "}
        <span class="muted">
          market {String(book.market)}, {auction.phase}
        </span>
      </h3>
      <Curve auction={auction} cash={book.cash} />
      <p>
        {money(auction.payment)} for all of it after {shownSpan(auction.elapsed)} of bids, at most{" "}
        {shownShare(Number((auction.largestShare * 10_000n) / ALL) / 10_000)} at once.
      </p>
      <p class="note">
        It ends when the book holds {money(auction.target)}; it holds {money(book.cash)}.
      </p>
    </article>
  );
}

function Curve({ auction, cash }: { readonly auction: Auction; readonly cash: bigint }) {
  const points = auctionCurve(auction, cash);
  const last = points.at(-1)!;
  const most = Math.max(...points.map(({ payment }) => payment), 1);
  const x = (seconds: number): number => (Math.min(seconds, last.seconds) / last.seconds) * WIDTH;
  const y = (payment: number): number => HEIGHT - 4 - (payment / most) * (HEIGHT - 12);
  const line = points.map(({ seconds, payment }) => `${x(seconds)} ${y(payment)}`).join("L");
  return (
    <svg
      class="curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label="What a bidder gets rises with bid time"
    >
      <path class="line" d={`M${line}`} />
      <circle cx={x(Number(auction.elapsed))} cy={y(Number(auction.payment))} r={4} />
    </svg>
  );
}

function VaultAuction({ vault, epoch }: { readonly vault: Vault; readonly epoch: VaultEpoch }) {
  const share = Number(epoch.elapsed) / Math.max(Number(epoch.auctionSeconds), 1);
  return (
    <article class="card">
      <h3>
        {vault.name} <span class="muted">sells options at a falling price</span>
      </h3>
      <Meter share={share} label={`${shownShare(share)} of the auction’s time is over`} />
      <p class="note">
        {shownSpan(epoch.elapsed)} of {shownSpan(epoch.auctionSeconds)}, in Normal mode with prices
      </p>
    </article>
  );
}

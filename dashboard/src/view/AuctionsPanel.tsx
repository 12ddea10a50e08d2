// SPDX-License-Identifier: MIT
import { auctionCurve } from "../model/auctionCurve.ts";
import type { Auction, BookHealth } from "../model/book.ts";
import type { Market } from "../model/market.ts";
import { marketOf, moneyOf } from "../model/money.ts";
import { elapsedOf, premiumCurve } from "../model/premiumCurve.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shortAddress, shown, shownBps, shownShare, shownSpan } from "../model/units.ts";
import type { Vault, VaultEpoch } from "../model/vault.ts";
import { Panel } from "./parts.tsx";

const WIDTH = 320;
const HEIGHT = 84;
const EDGE = 6;
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
        <VaultAuction key={vault.address} vault={vault} epoch={epoch} snapshot={snapshot} />
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
      <Curve
        points={auctionCurve(auction, book.cash).map(({ seconds, payment }) => ({ seconds, amount: payment }))}
        now={{ seconds: Number(auction.elapsed), amount: Number(auction.payment) }}
        label="What a bidder gets rises with bid time"
      />
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

/** A line from left to right, and where it is now. */
function Curve(given: {
  readonly points: readonly CurvePlace[];
  readonly now: CurvePlace;
  readonly label: string;
  readonly isGood?: boolean;
}) {
  const { points, now, label, isGood = false } = given;
  const last = points.at(-1)!;
  const most = Math.max(...points.map(({ amount }) => amount), now.amount, 1);
  const x = (seconds: number): number => EDGE + (Math.min(seconds / last.seconds, 1) || 0) * (WIDTH - 2 * EDGE);
  const y = (amount: number): number => HEIGHT - EDGE - (amount / most) * (HEIGHT - 2 * EDGE);
  const line = points.map(({ seconds, amount }) => `${x(seconds).toFixed(1)} ${y(amount).toFixed(1)}`).join("L");
  return (
    <svg class={isGood ? "curve good" : "curve"} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path class="ground" d={`M0 ${HEIGHT - EDGE}H${WIDTH}`} />
      <path class="line" d={`M${line}`} />
      <circle cx={x(now.seconds).toFixed(1)} cy={y(now.amount).toFixed(1)} r={4} />
    </svg>
  );
}

/** A point of a curve: seconds of the auction's clock, ledger units. */
interface CurvePlace {
  readonly seconds: number;
  readonly amount: number;
}

function VaultAuction(given: { readonly vault: Vault; readonly epoch: VaultEpoch; readonly snapshot: Snapshot }) {
  const { vault, epoch, snapshot } = given;
  const market = marketOf(snapshot, vault.market);
  const curve = market === undefined ? undefined : curveOf(vault, epoch, market, snapshot);
  const elapsed = elapsedOf(epoch);
  const money = (units: number): string => moneyOf(market, BigInt(Math.round(units)));
  const [first, last] = [curve?.points[0], curve?.points.at(-1)];
  return (
    <article class="card">
      <h3>
        {vault.name} <span class="muted">sells options at a falling price</span>
      </h3>
      {curve === undefined || first === undefined || last === undefined ? (
        <p class="figure none">Nobody knows the premium now.</p>
      ) : (
        <>
          <p class="figure" aria-live="off">
            {money(curve.premium)}{" "}
            <small>
              {market?.symbol} for one {shown(epoch.strike, 4, 0)} {vault.isCall ? "call" : "put"}
            </small>
          </p>
          <Curve
            points={curve.points}
            now={{ seconds: elapsed, amount: curve.premium }}
            label={`The premium falls from ${money(first.amount)} to ${money(last.amount)}; it is ${money(curve.premium)} now`}
            isGood
          />
          <p>
            It began at {money(first.amount)} and ends at {money(last.amount)} if the price stays; it asks for a
            volatility of {shownBps(epoch.volatilityBps, 0)} a year. {shown(epoch.available, 6)} are left.
          </p>
        </>
      )}
      <p class="note">
        {shownSpan(BigInt(elapsed))} of {shownSpan(epoch.auctionSeconds)} are over, in Normal mode with prices
      </p>
    </article>
  );
}

/** Premium of one option in ledger units, now and over the auction's clock. */
function curveOf(vault: Vault, epoch: VaultEpoch, { unitDecimals }: Market, { block }: Snapshot) {
  const premium = epoch.premium / vault.tokenPerUnit;
  const secondsLeft = epoch.expiry > block.timestamp ? epoch.expiry - block.timestamp : 0n;
  const points = premiumCurve({ ...epoch, isCall: vault.isCall, unitDecimals, premium, secondsLeft });
  if (points === undefined) return undefined;
  return { premium: Number(premium), points: points.map(({ seconds, premium: amount }) => ({ seconds, amount })) };
}

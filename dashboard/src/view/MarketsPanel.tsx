// SPDX-License-Identifier: MIT
import { explainMode } from "../model/explainMode.ts";
import type { ModeStory } from "../model/explainMode.ts";
import type { Market } from "../model/market.ts";
import { valueOr } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shown, shownBps, shownDollars, shownPrice, shownShare } from "../model/units.ts";
import { Meter, Mode, Panel, Since, Unread } from "./parts.tsx";

/** Markets: what they allow, why, and how much is open against what may be. */
export function MarketsPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  return (
    <Panel id="markets" title="Markets" wide>
      <div class="cards">
        {snapshot.markets.map((one, index) => (
          <MarketCard key={index} one={one} number={index + 1} snapshot={snapshot} />
        ))}
      </div>
    </Panel>
  );
}

function storyOf(market: Market, snapshot: Snapshot): ModeStory | undefined {
  const feed = snapshot.feeds[market.feed];
  if (feed === undefined || feed.kind === "unread") return undefined;
  const history = valueOr(snapshot.history, undefined);
  return explainMode({
    feed: feed.value,
    mode: market.mode,
    heartbeat: snapshot.heartbeat,
    now: snapshot.block.timestamp,
    stakeLossBps: snapshot.set.kind === "read" ? snapshot.set.value.stakeLossBps : 0n,
    levels: history?.levels ?? [],
    guardian: history?.guardian ?? [],
  });
}

function MarketCard(given: { readonly one: Read<Market>; readonly number: number; readonly snapshot: Snapshot }) {
  const { one, number, snapshot } = given;
  if (one.kind === "unread") return <Unread what={`Market ${number}`} text={one.text} />;
  const market = one.value;
  const story = storyOf(market, snapshot);
  const share = market.cap === 0n ? 0 : Number((market.openNotional * 10_000n) / market.cap) / 10_000;
  const money = (units: bigint): string => `${shown(units, market.unitDecimals, 2)} ${market.symbol}`;
  return (
    <article class="card">
      <header>
        <h3>
          {market.feedName} <span class="muted">paid in {market.symbol}</span>
        </h3>
        <Mode mode={market.mode} />
      </header>
      <p class="figure">{market.hasPrice ? <>${shownPrice(market.price)}</> : <span class="muted">no price</span>}</p>
      <p class="why">{whyText(market, story)}</p>
      {story?.since !== undefined && market.mode !== 0n && (
        <p class="note">
          for <Since at={story.since} />
        </p>
      )}
      <dl class="facts">
        <div>
          <dt>Open, of what may be</dt>
          <dd>
            {shownDollars(market.openNotional)} <span class="muted">of {shownDollars(market.cap)}</span>
            <Meter
              share={share}
              isBad={share > 1}
              label={`${shownShare(share)} of the cap, which ${market.capBy} sets, is used`}
            />
          </dd>
        </div>
        <div>
          <dt>Insurance</dt>
          <dd>
            {money(market.insurance)}
            {market.reserved > 0n && <span class="muted"> · {money(market.reserved)} reserved</span>}
          </dd>
        </div>
        <div>
          <dt>Initial margin</dt>
          <dd>
            × {shown(market.multiplierBps, 4, 2)}
            {market.addOnBps > 0n && ` + ${shownBps(market.addOnBps)} sentinel`}
            <span class="muted"> · volatility {shownBps(market.volatilityBps, 0)}</span>
          </dd>
        </div>
      </dl>
    </article>
  );
}

function whyText(market: Market, story: ModeStory | undefined): string {
  if (market.isSunset) return "In sunset: nothing opens any more; everything else goes on.";
  const opens = market.opens ? "Options open." : "Nothing opens; every exit is open.";
  if (story === undefined || story.causes.length === 0) return opens;
  return `${opens} ${story.causes.map((cause) => cause.charAt(0).toUpperCase() + cause.slice(1)).join("; ")}.`;
}

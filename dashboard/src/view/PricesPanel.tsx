// SPDX-License-Identifier: MIT
import { useState } from "preact/hooks";

import { explainMode } from "../model/explainMode.ts";
import { SOURCE_WORDS } from "../model/feed.ts";
import type { Feed } from "../model/feed.ts";
import { valueOr } from "../model/Read.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shown, shownPrice, shownSpan } from "../model/units.ts";
import { Mode, Panel, Table, Unread } from "./parts.tsx";
import { PriceChart } from "./PriceChart.tsx";
import { PriceStrip } from "./PriceStrip.tsx";

/** Feeds: price, band, who signed what, and how old it is. */
export function PricesPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const [chosen, choose] = useState(0);
  const feeds = snapshot.feeds.flatMap((one) => (one.kind === "read" ? [one.value] : []));
  const missing = snapshot.feeds.find(({ kind }) => kind === "unread");
  const history = valueOr(snapshot.history, undefined);
  const columns = [
    { label: "Feed", show: (feed: Feed) => <NameOf feed={feed} isChosen={feed.index === chosen} choose={choose} /> },
    { label: "Price", isNumber: true, show: ({ price }: Feed) => (price === 0n ? "–" : shownPrice(price)) },
    {
      label: "Band, and what each signed",
      show: (feed: Feed) => <PriceStrip feed={feed} signed={signedOf(feed, snapshot)} />,
    },
    { label: "Age", isNumber: true, show: ({ age, price }: Feed) => (price === 0n ? "–" : shownSpan(age)) },
    {
      label: "Dispersion",
      isNumber: true,
      show: ({ dispersionPpm }: Feed) => `${shown(dispersionPpm, 2, 1)} bps`,
    },
    { label: "Source", show: ({ source }: Feed) => SOURCE_WORDS[source] },
    { label: "Mode", show: (feed: Feed) => <FeedMode feed={feed} snapshot={snapshot} /> },
  ];
  const note =
    snapshot.set.kind === "read"
      ? `Signed weight, moving average: ${shown(snapshot.set.value.signedWeightEmaBps, 2, 1)} %`
      : undefined;
  return (
    <Panel id="prices" title="Prices" note={note} wide>
      {missing?.kind === "unread" && <Unread what="A feed" text={missing.text} />}
      <Table
        caption="Feeds"
        columns={columns}
        rows={feeds}
        keyOf={({ name }) => name}
        empty="The oracle has no feed."
      />
      {snapshot.lastPrices.kind === "unread" && (
        <Unread what="What each validator signed" text={snapshot.lastPrices.text} />
      )}
      {history !== undefined && history.rounds.length > 1 && <PriceChart rounds={history.rounds} feed={chosen} />}
    </Panel>
  );
}

function NameOf(given: { readonly feed: Feed; readonly isChosen: boolean; readonly choose: (feed: number) => void }) {
  const { feed, isChosen, choose } = given;
  return (
    <button type="button" class="pick" aria-pressed={isChosen} onClick={() => choose(feed.index)}>
      {feed.name}
    </button>
  );
}

function FeedMode({ feed, snapshot }: { readonly feed: Feed; readonly snapshot: Snapshot }) {
  const history = valueOr(snapshot.history, undefined);
  const { causes } = explainMode({
    feed,
    mode: feed.mode,
    heartbeat: snapshot.heartbeat,
    now: snapshot.block.timestamp,
    stakeLossBps: snapshot.set.kind === "read" ? snapshot.set.value.stakeLossBps : 0n,
    levels: history?.levels ?? [],
    guardian: history?.guardian ?? [],
  });
  return (
    <>
      <Mode mode={feed.mode} />
      {causes.length > 0 && <span class="cause">{causes.join("; ")}</span>}
    </>
  );
}

function signedOf({ index }: Feed, { lastPrices }: Snapshot): bigint[] {
  if (lastPrices.kind === "unread") return [];
  return [...lastPrices.value.bySeat.values()].flatMap((prices) => {
    const price = prices[index] ?? 0n;
    return price === 0n ? [] : [price];
  });
}

// SPDX-License-Identifier: MIT
import { RUNG_WORDS } from "../model/expiry.ts";
import type { Expiry } from "../model/expiry.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shown, shownDollars, shownPrice, shownShare } from "../model/units.ts";
import { Moment, Panel, Table, Unread } from "./parts.tsx";

const WAD = 10n ** 18n;

/** Expiries: what is open, and how those that are over were settled. */
export function ExpiriesPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const missing = snapshot.expiries.find(({ kind }) => kind === "unread");
  const rows = snapshot.expiries.flatMap((one) => (one.kind === "read" ? [one.value] : []));
  const columns = [
    { label: "Expiry", show: ({ expiry }: Expiry) => <Moment at={expiry} /> },
    { label: "Market", isNumber: true, show: ({ market }: Expiry) => String(market) },
    { label: "Phase", show: (one: Expiry) => phaseText(one, snapshot.block.timestamp) },
    { label: "Open", isNumber: true, show: ({ openNotional }: Expiry) => shownDollars(openNotional) },
    { label: "Series", isNumber: true, show: ({ series }: Expiry) => <SeriesList series={series} /> },
    { label: "Settled at", isNumber: true, show: ({ price }: Expiry) => (price === 0n ? "–" : shownPrice(price)) },
    {
      label: "Rung",
      show: ({ rung }: Expiry) => (rung === 0 ? "–" : `${rung} · ${RUNG_WORDS[rung] ?? "unknown"}`),
    },
    {
      label: "Index",
      isNumber: true,
      show: ({ indexWad, price }: Expiry) => (price === 0n ? "–" : indexText(indexWad)),
    },
  ];
  return (
    <Panel id="expiries" title="Expiries" wide>
      {missing?.kind === "unread" && <Unread what="Part of the expiries" text={missing.text} />}
      <Table
        caption="Expiries"
        columns={columns}
        rows={rows}
        keyOf={({ market, expiry }) => `${market} ${expiry}`}
        empty="No expiry of the last week or the next months has a book."
      />
    </Panel>
  );
}

function indexText(indexWad: bigint): string {
  return indexWad >= WAD ? "1" : shownShare(Number((indexWad * 1_000_000n) / WAD) / 1_000_000);
}

function phaseText({ phase, isFinal, expiry }: Expiry, now: bigint): string {
  if (phase === "priced") return isFinal ? "final" : "priced, books settle";
  if (expiry <= now) return "over, waits for its price";
  return phase === "nothing" ? "nothing opened" : "open";
}

function SeriesList({ series }: Pick<Expiry, "series">) {
  if (series.length === 0) return <>0</>;
  return (
    <details>
      <summary>{series.length}</summary>
      <ul class="plain">
        {series.map(({ strike, isCall, openInterest }) => (
          <li key={`${strike} ${isCall}`}>
            {shown(strike, 4, 0)} {isCall ? "call" : "put"} · {shown(openInterest, 6, 2)}
          </li>
        ))}
      </ul>
    </details>
  );
}

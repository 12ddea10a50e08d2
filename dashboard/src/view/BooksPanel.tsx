// SPDX-License-Identifier: MIT
import { useState } from "preact/hooks";

import { judgeBook } from "../model/book.ts";
import type { BookHealth } from "../model/book.ts";
import { marketOf, moneyOf } from "../model/money.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shortAddress } from "../model/units.ts";
import { MarginPanel } from "./MarginPanel.tsx";
import type { Explain } from "./MarginPanel.tsx";
import { Moment, Panel, Table, Unread } from "./parts.tsx";

const ORDER = ["auction", "short", "tight", "sound", "safe", "settled"] as const;

/** Books, those in trouble first; one of them explained term by term. */
export function BooksPanel({ snapshot, explain }: { readonly snapshot: Snapshot; readonly explain: Explain }) {
  const [chosen, choose] = useState<bigint | undefined>(undefined);
  const missing = snapshot.books.find(({ kind }) => kind === "unread");
  const books = snapshot.books
    .flatMap((one) => (one.kind === "read" ? one.value : []))
    .filter(({ cash, maximumLoss, state }) => state !== "settled" && (cash > 0n || maximumLoss > 0n))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || Number(a.expiry - b.expiry));
  const book = books.find(({ id }) => id === chosen);
  const money = (of: BookHealth, amount: bigint): string => moneyOf(marketOf(snapshot, of.market), amount);
  const columns = [
    {
      label: "Book",
      show: (one: BookHealth) => (
        <button
          type="button"
          class="pick"
          aria-expanded={one.id === chosen}
          onClick={() => choose(one.id === chosen ? undefined : one.id)}
        >
          {shortAddress(one.owner)}
          {one.subId > 0n && `·${one.subId}`}
        </button>
      ),
    },
    { label: "Market", isNumber: true, show: ({ market }: BookHealth) => String(market) },
    { label: "Expiry", show: ({ expiry }: BookHealth) => <Moment at={expiry} /> },
    { label: "Cash", isNumber: true, show: (one: BookHealth) => money(one, one.cash) },
    { label: "Initial", isNumber: true, show: (one: BookHealth) => money(one, one.initial) },
    { label: "Maintenance", isNumber: true, show: (one: BookHealth) => money(one, one.maintenance) },
    { label: "Maximum loss", isNumber: true, show: (one: BookHealth) => money(one, one.maximumLoss) },
    { label: "How it stands", show: (one: BookHealth) => <Health book={one} money={money} /> },
  ];
  const left = snapshot.booksLeft === 0 ? "" : ` ${snapshot.booksLeft} more were seen and are not read.`;
  const seen = snapshot.history.kind === "read" ? `touched since block ${snapshot.history.value.fromBlock}` : "";
  return (
    <Panel id="books" title="Books" note={`Books ${seen}, those in trouble first.${left}`} wide>
      {missing?.kind === "unread" && <Unread what="Part of the books" text={missing.text} />}
      <Table
        caption="Books"
        columns={columns}
        rows={books}
        keyOf={({ id }) => String(id)}
        empty="Nobody has a book now."
      />
      {book !== undefined && (
        <MarginPanel
          key={String(book.id)}
          book={book}
          market={marketOf(snapshot, book.market)}
          blockHash={snapshot.block.hash}
          explain={explain}
        />
      )}
    </Panel>
  );
}

function rankOf(book: BookHealth): number {
  return ORDER.indexOf(judgeBook(book).kind);
}

function Health(given: { readonly book: BookHealth; readonly money: (of: BookHealth, amount: bigint) => string }) {
  const { book, money } = given;
  const { kind, text, missing } = judgeBook(book);
  return (
    <>
      <span class={`health ${kind}`}>{text}</span>
      {missing > 0n && <span class="cause">{money(book, missing)} would mend it</span>}
    </>
  );
}

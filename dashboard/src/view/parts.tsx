// SPDX-License-Identifier: MIT
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { modeName } from "../../../scripts/model/trading/modeName.ts";
import { shownSpan } from "../model/units.ts";

/** A section of the page, found by its name. */
export function Panel(given: {
  readonly id: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <section id={given.id} class={given.wide === true ? "panel wide" : "panel"} aria-labelledby={`${given.id}-title`}>
      <header>
        <h2 id={`${given.id}-title`}>{given.title}</h2>
        {given.note !== undefined && <p class="note">{given.note}</p>}
      </header>
      {given.children}
    </section>
  );
}

/** One column of a table. */
export interface Column<Row> {
  readonly label: string;
  readonly isNumber?: boolean;
  readonly show: (row: Row) => ComponentChildren;
}

/** A table that becomes a list of cards where it does not fit. Rows keep their place in the page by their key. */
export function Table<Row>(given: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly empty: string;
}) {
  const { caption, columns, rows, keyOf, empty } = given;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ label, isNumber }) => (
            <th key={label} scope="col" class={isNumber === true ? "number" : undefined}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ label, isNumber, show }) => (
              <td key={label} data-label={label} class={isNumber === true ? "number" : undefined}>
                {show(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A mode with its colour; the word says it too. */
export function Mode({ mode }: { readonly mode: bigint }) {
  const name = modeName(mode);
  return <span class={`mode ${name.toLowerCase()}`}>{name === "ReduceOnly" ? "Reduce only" : name}</span>;
}

/** How much of a whole is used. */
export function Meter(given: { readonly share: number; readonly label: string; readonly isBad?: boolean }) {
  const width = `${Math.min(Math.max(given.share, 0), 1) * 100}%`;
  return (
    <span class={given.isBad === true ? "meter bad" : "meter"} role="img" aria-label={given.label}>
      <span style={{ width }} />
    </span>
  );
}

/** What could not be read, where it would stand. */
export function Unread({ what, text }: { readonly what: string; readonly text: string }) {
  return (
    <p class="unread">
      <strong>{what} cannot be read.</strong> {text}
    </p>
  );
}

/** Unix milliseconds of this machine, anew every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Time since a moment, unix seconds. */
export function Since({ at }: { readonly at: bigint }) {
  const now = BigInt(Math.floor(useNow() / 1_000));
  return <time dateTime={new Date(Number(at) * 1_000).toISOString()}>{shownSpan(now - at)}</time>;
}

/** A moment as people read it. */
export function Moment({ at }: { readonly at: bigint }) {
  const text = new Date(Number(at) * 1_000).toISOString();
  return <time dateTime={text}>{`${text.slice(0, 10)} ${text.slice(11, 16)}`}</time>;
}

// SPDX-License-Identifier: MIT
import { useState } from "preact/hooks";

import type { Told } from "../model/happenings.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { Panel, Unread } from "./parts.tsx";

const SHOWN = 14;

/** What happened lately, in words; each leads to its transaction where an explorer is known. */
export function EventsPanel({ snapshot, linkOf }: { readonly snapshot: Snapshot; readonly linkOf: LinkOf }) {
  const [isLong, setLong] = useState(false);
  const { history, block } = snapshot;
  if (history.kind === "unread")
    return (
      <Panel id="events" title="Events" wide>
        <Unread what="Events" text={history.text} />
      </Panel>
    );
  const { told, fromBlock } = history.value;
  return (
    <Panel id="events" title="Events" note={`Blocks ${fromBlock} to ${block.number}, newest first.`} wide>
      {told.length === 0 && <p class="empty">Nothing that is news.</p>}
      <ol class="events">
        {told.slice(0, isLong ? told.length : SHOWN).map((one) => (
          <li key={one.key}>
            <span class={`kind ${one.kind}`}>{one.kind}</span>
            <span>{one.text}</span>
            <Place one={one} link={linkOf(one.transaction)} />
          </li>
        ))}
      </ol>
      {told.length > SHOWN && (
        <button type="button" class="quiet" aria-expanded={isLong} onClick={() => setLong(!isLong)}>
          {isLong ? "fewer" : `all ${told.length}`}
        </button>
      )}
    </Panel>
  );
}

/** Where a transaction is shown; undefined where no explorer is known. */
export type LinkOf = (transaction: string) => string | undefined;

function Place({ one, link }: { readonly one: Told; readonly link: string | undefined }) {
  const text = `block ${one.block}`;
  if (link === undefined)
    return (
      <span class="muted" title={one.transaction}>
        {text}
      </span>
    );
  return (
    <a href={link} rel="noreferrer" target="_blank">
      {text}
    </a>
  );
}

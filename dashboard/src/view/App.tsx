// SPDX-License-Identifier: MIT
import type { Connection } from "../model/connection.ts";
import type { Sight, Snapshot } from "../model/snapshot.ts";
import { ActPanel } from "./ActPanel.tsx";
import type { Hands } from "./ActPanel.tsx";
import { AuctionsPanel } from "./AuctionsPanel.tsx";
import { BooksPanel } from "./BooksPanel.tsx";
import { EventsPanel } from "./EventsPanel.tsx";
import type { LinkOf } from "./EventsPanel.tsx";
import { ExpiriesPanel } from "./ExpiriesPanel.tsx";
import { InsurancePanel } from "./InsurancePanel.tsx";
import type { Explain } from "./MarginPanel.tsx";
import { MarketsPanel } from "./MarketsPanel.tsx";
import { Masthead } from "./Masthead.tsx";
import { PricesPanel } from "./PricesPanel.tsx";
import { TolerancePanel } from "./TolerancePanel.tsx";
import type { BondToken } from "./TolerancePanel.tsx";
import { ValidatorsPanel } from "./ValidatorsPanel.tsx";
import { VaultsPanel } from "./VaultsPanel.tsx";
import type { TokenOf } from "./VaultsPanel.tsx";
import { VerdictPanel } from "./VerdictPanel.tsx";

/** What never changes while one deployment is shown. */
export interface Ground {
  readonly connection: Connection;
  readonly bond: BondToken;
  readonly tokenOf: TokenOf;
  readonly linkOf: LinkOf;
  readonly explain: Explain;
  readonly hands: Hands;
}

/** The whole page: the verdict first, then what it rests on. */
export function App(given: {
  readonly sight: Sight;
  readonly ground: Ground | undefined;
  readonly onLeave: () => void;
}) {
  const { sight, ground, onLeave } = given;
  const last = sight.kind === "starting" ? undefined : sight.last;
  return (
    <>
      <a class="skip" href="#verdict">
        To the verdict
      </a>
      <Masthead sight={sight} chainId={ground?.connection.chainId} onLeave={onLeave} />
      <main id="verdict" class={sight.kind === "failed" ? "stale" : undefined}>
        <VerdictPanel sight={sight} />
        {last !== undefined && ground !== undefined && <Board snapshot={last} ground={ground} />}
      </main>
      <footer>
        <p>
          Read from a node, and nothing else. Prices in USD; times in UTC; amounts in the collateral of each market,
          rounded towards zero.
        </p>
      </footer>
    </>
  );
}

function Board({ snapshot, ground }: { readonly snapshot: Snapshot; readonly ground: Ground }) {
  return (
    <div class="board">
      <MarketsPanel snapshot={snapshot} />
      <PricesPanel snapshot={snapshot} />
      <TolerancePanel snapshot={snapshot} bond={ground.bond} />
      <AuctionsPanel snapshot={snapshot} />
      <BooksPanel snapshot={snapshot} explain={ground.explain} />
      <ExpiriesPanel snapshot={snapshot} />
      <VaultsPanel snapshot={snapshot} tokenOf={ground.tokenOf} />
      <InsurancePanel snapshot={snapshot} />
      <ValidatorsPanel snapshot={snapshot} bond={ground.bond} />
      <ActPanel snapshot={snapshot} hands={ground.hands} />
      <EventsPanel snapshot={snapshot} linkOf={ground.linkOf} />
    </div>
  );
}

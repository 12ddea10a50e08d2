// SPDX-License-Identifier: MIT
import { marketOf, moneyOf } from "../model/money.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shown, shownPrice } from "../model/units.ts";
import type { Vault } from "../model/vault.ts";
import { Moment, Panel, Unread } from "./parts.tsx";
import type { BondToken } from "./TolerancePanel.tsx";

/** Decimals of the collateral of a market, by its number. */
export type TokenOf = (market: bigint) => BondToken | undefined;

/** Vaults that write options by rule: what a share is worth, and what they do this week. */
export function VaultsPanel({ snapshot, tokenOf }: { readonly snapshot: Snapshot; readonly tokenOf: TokenOf }) {
  const { vaults } = snapshot;
  return (
    <Panel id="vaults" title="Vaults">
      {vaults === undefined && (
        <p class="empty">Nobody said where vaults are read: give the address of their lens beside the endpoint.</p>
      )}
      {vaults?.kind === "unread" && <Unread what="Vaults" text={vaults.text} />}
      {vaults?.kind === "read" && vaults.value.length === 0 && <p class="empty">There is no vault.</p>}
      {vaults?.kind === "read" &&
        vaults.value.map((vault) => (
          <VaultCard key={vault.address} vault={vault} snapshot={snapshot} token={tokenOf(vault.market)} />
        ))}
    </Panel>
  );
}

function VaultCard(given: {
  readonly vault: Vault;
  readonly snapshot: Snapshot;
  readonly token: BondToken | undefined;
}) {
  const { vault, snapshot, token } = given;
  const market = marketOf(snapshot, vault.market);
  const { epoch, waitingUnits } = vault;
  return (
    <article class="card">
      <header>
        <h3>
          {vault.name} <span class="muted">{vault.isCall ? "covered calls" : "cash-secured puts"}</span>
        </h3>
      </header>
      {vault.sharePriceWad === undefined ? (
        <p class="figure none">No share has a price yet.</p>
      ) : (
        <p class="figure">
          {shown(vault.sharePriceWad, 18, 6)} <small>{token?.symbol} a share</small>
        </p>
      )}
      <p class="note">
        Holds {token === undefined ? "–" : `${shown(vault.totalAssets, token.decimals, 2)} ${token.symbol}`}
        {waitingUnits > 0n && `, ${moneyOf(market, waitingUnits)} wait to join`}
        {vault.waitingShares > 0n && ", some wait to leave"}.
      </p>
      <p class="note">
        {epoch === undefined ? (
          vault.canStart ? (
            "Between two epochs: anyone may start the next."
          ) : (
            "Between two epochs."
          )
        ) : (
          <>
            Writes {vault.isCall ? "calls" : "puts"} at {shownPrice(epoch.strike * 10_000n)} until{" "}
            <Moment at={epoch.expiry} />
            {vault.canClose && "; the epoch is over and may be closed"}.
          </>
        )}
      </p>
    </article>
  );
}

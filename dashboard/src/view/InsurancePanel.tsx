// SPDX-License-Identifier: MIT
import type { Market } from "../model/market.ts";
import { moneyOf } from "../model/money.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { shortAddress, shownShare } from "../model/units.ts";
import { Meter, Panel, Table } from "./parts.tsx";

/** What stands behind each market's losses. */
export function InsurancePanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const rows = snapshot.markets.flatMap((one) => (one.kind === "read" ? [one.value] : []));
  const columns = [
    { label: "Market", show: ({ number, symbol }: Market) => `${number} · ${symbol}` },
    { label: "Insurance", isNumber: true, show: (one: Market) => moneyOf(one, one.insurance) },
    { label: "Reserved", isNumber: true, show: (one: Market) => <Reserved market={one} /> },
    { label: "Insurer", show: ({ insurer }: Market) => <span title={insurer}>{shortAddress(insurer)}</span> },
  ];
  return (
    <Panel id="insurance" title="Insurance" note="Each market’s own: what one loses, no other pays.">
      <Table
        caption="Insurance by market"
        columns={columns}
        rows={rows}
        keyOf={({ number }) => String(number)}
        empty="–"
      />
    </Panel>
  );
}

function Reserved({ market }: { readonly market: Market }) {
  const { insurance, reserved } = market;
  const share = insurance === 0n ? 0 : Number((reserved * 10_000n) / insurance) / 10_000;
  return (
    <>
      {moneyOf(market, reserved)} <Meter share={share} isBad={share > 0.5} label={`${shownShare(share)} is reserved`} />
    </>
  );
}

// SPDX-License-Identifier: MIT
import { participationOf } from "../model/participation.ts";
import { valueOr } from "../model/Read.ts";
import type { LastPrices, Snapshot } from "../model/snapshot.ts";
import { shortAddress, shown, shownPrice, shownShare } from "../model/units.ts";
import type { Validator, ValidatorSet } from "../model/validators.ts";
import { Panel, Table, Unread } from "./parts.tsx";
import type { BondToken } from "./TolerancePanel.tsx";

/** Validators: what they have at stake, how well they do, and what each signed last. */
export function ValidatorsPanel({ snapshot, bond }: { readonly snapshot: Snapshot; readonly bond: BondToken }) {
  const { set } = snapshot;
  if (set.kind === "unread")
    return (
      <Panel id="validators" title="Validators" wide>
        <Unread what="Validators" text={set.text} />
      </Panel>
    );
  return (
    <Panel id="validators" title="Validators" note={noteOf(set.value)} wide>
      <Table
        caption="Validators"
        columns={columnsOf(snapshot, set.value, bond)}
        rows={set.value.validators}
        keyOf={({ id }) => String(id)}
        empty="Nobody has bonded yet."
      />
    </Panel>
  );
}

function noteOf({ setId, activeWeight, nominalWeight, left }: ValidatorSet): string {
  const share = nominalWeight === 0n ? 0 : Number((activeWeight * 10_000n) / nominalWeight) / 10_000;
  const more = left === 0 ? "" : `; ${left} who left long ago are not shown`;
  return `Set ${setId}: ${shownShare(Math.min(share, 1))} of its nominal weight counts${more}`;
}

function columnsOf(snapshot: Snapshot, set: ValidatorSet, bond: BondToken) {
  const history = valueOr(snapshot.history, undefined);
  const seen =
    history === undefined
      ? undefined
      : participationOf(history.rounds, set.setId, snapshot.heartbeat, snapshot.block.timestamp);
  const last = valueOr(snapshot.lastPrices, undefined);
  const feeds = snapshot.feeds.flatMap((one) => (one.kind === "read" ? [one.value] : []));
  return [
    {
      label: "Validator",
      show: ({ id, signer }: Validator) => (
        <span title={signer}>
          {id} <span class="muted">{shortAddress(signer)}</span>
        </span>
      ),
    },
    { label: "State", show: ({ state }: Validator) => <span class={`state ${state}`}>{state}</span> },
    {
      label: "Weight",
      isNumber: true,
      show: ({ weight }: Validator) =>
        weight === 0n || set.activeWeight === 0n
          ? "–"
          : shownShare(Number((weight * 10_000n) / set.activeWeight) / 10_000),
    },
    {
      label: `Bond, ${bond.symbol}`,
      isNumber: true,
      show: ({ bond: own, frozen }: Validator) =>
        shown(own, bond.decimals, 0) + (frozen > 0n ? ` (${shown(frozen, bond.decimals, 0)} frozen)` : ""),
    },
    {
      label: "Reliability",
      isNumber: true,
      show: ({ reliability }: Validator) => (reliability === undefined ? "–" : reliability.toFixed(3)),
    },
    {
      label: "Signed, last day",
      isNumber: true,
      show: ({ seat }: Validator) => {
        const share = seat === undefined ? undefined : seen?.bySeat.get(seat);
        return share === undefined ? "–" : shownShare(share);
      },
    },
    { label: "Strikes", isNumber: true, show: ({ strikes }: Validator) => String(strikes) },
    ...feeds.map(({ index, name, price }) => ({
      label: name.split(" ")[0] ?? name,
      isNumber: true,
      show: ({ seat }: Validator) => <LastPrice last={last} seat={seat} feed={index} median={price} />,
    })),
  ];
}

/** What a validator signed in the latest round, and how far that is from the median. */
function LastPrice(given: {
  readonly last: LastPrices | undefined;
  readonly seat: number | undefined;
  readonly feed: number;
  readonly median: bigint;
}) {
  const { last, seat, feed, median } = given;
  const price = seat === undefined ? undefined : last?.bySeat.get(seat)?.[feed];
  if (price === undefined) return <>–</>;
  if (price === 0n) return <span class="muted">abstained</span>;
  const offBps = median === 0n ? 0n : ((price - median) * 100_000n) / median;
  return (
    <>
      {shownPrice(price)} <span class="muted">{offBps === 0n ? "±0" : shown(offBps, 1, 1)}</span>
    </>
  );
}

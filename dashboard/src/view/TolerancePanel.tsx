// SPDX-License-Identifier: MIT
import { participationOf } from "../model/participation.ts";
import { valueOr } from "../model/Read.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { quorumProbability, toleranceOf, withinRounds } from "../model/tolerance.ts";
import type { Tolerance } from "../model/tolerance.ts";
import { shown, shownDollars, shownShare, shownSpan } from "../model/units.ts";
import type { ValidatorSet } from "../model/validators.ts";
import { Panel, Unread } from "./parts.tsx";

const ROUNDS = 3;

/** What the set of validators withstands, and what it would cost to turn it. */
export function TolerancePanel({ snapshot, bond }: { readonly snapshot: Snapshot; readonly bond: BondToken }) {
  const { set } = snapshot;
  return (
    <Panel id="tolerance" title="Fault tolerance">
      {set.kind === "unread" ? (
        <Unread what="The set" text={set.text} />
      ) : (
        <Facts snapshot={snapshot} set={set.value} bond={bond} />
      )}
    </Panel>
  );
}

/** What bonds are paid in. */
export interface BondToken {
  readonly symbol: string;
  readonly decimals: number;
}

function Facts(given: { readonly snapshot: Snapshot; readonly set: ValidatorSet; readonly bond: BondToken }) {
  const { snapshot, set, bond } = given;
  const seats = set.validators.flatMap(({ seat, ...one }) =>
    seat === undefined || one.weight === 0n ? [] : [{ ...one, seat }],
  );
  const tolerance = toleranceOf(seats);
  if (tolerance === undefined) return <p class="empty">No validator has a seat whose weight counts.</p>;
  const money = (amount: bigint): string => `${shown(amount, bond.decimals, 0)} ${bond.symbol}`;
  return (
    <dl class="facts">
      <Fact
        name="Weight that can stall"
        value={peopleOf(tolerance.stall)}
        note={`whose silence leaves no quorum: ${shownShare(tolerance.stall.share)} of the weight`}
      />
      <Fact
        name="Weight that can capture"
        value={peopleOf(tolerance.capture)}
        note={`who choose the median with half of the weight: ${shownShare(tolerance.capture.share)}`}
      />
      <Fact
        name="Concentration"
        value={tolerance.concentration.toFixed(3)}
        note={`as if ${(1 / tolerance.concentration).toFixed(1)} of ${tolerance.members} were equal; largest domain ${shownShare(tolerance.largestDomain.share)}`}
      />
      <Fact
        name="Cost to corrupt"
        value={money(tolerance.cheapestCapture)}
        note={`at stake in the cheapest half, against ${shownDollars(openNotional(snapshot))} open`}
      />
      <Quorum snapshot={snapshot} set={set} seats={seats} tolerance={tolerance} />
    </dl>
  );
}

function Quorum(given: {
  readonly snapshot: Snapshot;
  readonly set: ValidatorSet;
  readonly seats: readonly { readonly seat: number; readonly weight: bigint }[];
  readonly tolerance: Tolerance;
}) {
  const { snapshot, set, seats } = given;
  const history = valueOr(snapshot.history, undefined);
  const seen =
    history === undefined
      ? undefined
      : participationOf(history.rounds, set.setId, snapshot.heartbeat, snapshot.block.timestamp);
  if (seen === undefined)
    return <Fact name="Quorum in the next three rounds" value="not known" note="no round of this set was seen" />;
  const once = quorumProbability(seats.map(({ seat, weight }) => ({ weight, signs: seen.bySeat.get(seat) ?? 0 })));
  return (
    <Fact
      name="Quorum in the next three rounds"
      value={shownShare(withinRounds(once, ROUNDS))}
      note={`each alone ${shownShare(once)}, if they fail apart from each other; ${seen.accepted} of ${seen.due} due rounds came in ${shownSpan(seen.seconds)}`}
    />
  );
}

function Fact({ name, value, note }: { readonly name: string; readonly value: string; readonly note: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <span class="note">{note}</span>
      </dd>
    </div>
  );
}

function peopleOf({ members }: { readonly members: number }): string {
  return `${members} ${members === 1 ? "validator" : "validators"}`;
}

function openNotional({ markets }: Snapshot): bigint {
  return markets.reduce((sum, one) => sum + (one.kind === "read" ? one.value.openNotional : 0n), 0n);
}

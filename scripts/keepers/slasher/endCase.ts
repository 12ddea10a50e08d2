// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { isAccepted } from "../../chain/isAccepted.ts";
import { ROUND_SECONDS } from "../../model/constants.ts";
import { roundAt } from "../../model/rounds.ts";
import { FUTURE_SECONDS } from "../../model/slashing/decideAccusations.ts";
import type { CaseStep, SlashCase } from "../../model/slashing/types.ts";
import type { EvidenceBook } from "./EvidenceBook.ts";
import { findWitness } from "./findWitness.ts";
import type { WitnessPlace } from "./findWitness.ts";

/** Contracts that proofs are read from, and the rounds a watcher saw. */
export interface EndPlace extends WitnessPlace {
  readonly book: Pick<EvidenceBook, "landedBetween">;
}

/**
 * The call to the Slasher that ends a case; undefined while the proof it needs is not there.
 * @param latestRound Newest accepted round: it may still change and proves nothing.
 * @throws BallastError when the chain cannot be read.
 */
export async function endCase(
  place: EndPlace,
  { kind, case: known }: CaseStep,
  latestRound: bigint,
  head: BlockFacts,
): Promise<string | undefined> {
  const { slasher } = place;
  switch (kind) {
    case "confirm": {
      const proof = await findWitness(place, known, head);
      return proof && slasher.encode("confirmDeviation", [known.id, proof.source, proof.roundId]);
    }
    case "convict":
      return conviction(place, known, latestRound, head);
    case "finalize":
    case "release":
      return slasher.encode(kind, [known.id]);
  }
}

/**
 * By the newest settled round that a quorum dated more than ten minutes before the accused one; whether that quorum had seen
 * the accusation the Slasher says.
 */
async function conviction(
  { agreed, slasher, book }: EndPlace,
  { id, key, openedAt }: SlashCase,
  latestRound: bigint,
  head: BlockFacts,
): Promise<string | undefined> {
  const limit = key - FUTURE_SECONDS / ROUND_SECONDS;
  const end = limit < latestRound ? limit : latestRound;
  const quorum = book.landedBetween(roundAt(openedAt * 1_000n), end);
  if (quorum === undefined) return undefined;
  const data = slasher.encode("convictFutureDating", [id, quorum]);
  return (await isAccepted(agreed, { to: slasher.address, data }, head)) ? data : undefined;
}

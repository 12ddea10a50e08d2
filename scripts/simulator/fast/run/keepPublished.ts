// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../../model/constants.ts";
import type { StepResult } from "../../../model/oracle/stepTypes.ts";
import type { FastWorld } from "./FastWorld.ts";

/**
 * Keeps what validators answer for: medians that a round published, with what each of them said.
 * @param outcomes By feed; undefined where the round could not speak.
 */
export function keepPublished(
  { feeds, captures, scenario }: FastWorld,
  round: number,
  outcomes: readonly (StepResult | undefined)[],
): void {
  const seconds = round * Number(ROUND_SECONDS) - scenario.chain.startAt;
  for (const [index, { id, model, sources, reports }] of feeds.entries()) {
    if (outcomes[index]?.outcome !== "published") continue;
    const signed = reports.map((price, seat) => [`validator-${seat + 1}`, BigInt(price)] as const);
    const truth = BigInt(sources.truthAt(seconds));
    captures.seeRound(id, { round, price: BigInt(model.feed.latest.price), signed, truth });
  }
}

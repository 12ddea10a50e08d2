// SPDX-License-Identifier: MIT
import { z } from "zod";

import { aggregatorInterface } from "../../chain/aggregatorInterface.ts";
import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { routerInterface } from "../../chain/routerInterface.ts";
import { BallastError } from "../../model/BallastError.ts";
import { roundStartSeconds } from "../../model/rounds.ts";
import { distancePpm } from "../../model/slashing/judgeDeviation.ts";
import type { SlashCase } from "../../model/slashing/types.ts";

/** A source and the number of its round. */
export type WitnessProof = readonly [sourceIndex: bigint, roundId: bigint];

/** Rounds of a source looked through, newest first. */
const LONGEST_LOOK = 64;
/** A witness within this of the median confirms it; parts per million. */
const AGREEMENT_PPM = 20_000n;
const sourceShape = z.object({ kind: z.bigint(), target: z.string(), heartbeat: z.bigint() });
const priceShape = z.object({ ok: z.boolean(), price: z.bigint(), updatedAt: z.bigint() });

/**
 * A round of a witness that was in force and fresh at the time of a deviation and near its median; undefined while there
 * is none. Only sources that keep their rounds themselves are looked through.
 */
export async function findWitness(
  agreed: AgreedChain,
  slasher: ContractReader,
  known: SlashCase,
  head: BlockFacts,
): Promise<WitnessProof | undefined> {
  const [[, pending], [routerAddress]] = await Promise.all([
    slasher.read("caseOf", [known.id], head),
    slasher.read("router", [], head),
  ]);
  const { feed, price: median } = z.object({ feed: z.bigint(), price: z.bigint() }).parse(pending.toObject());
  const router = new ContractReader(agreed, String(routerAddress), routerInterface);
  const count = z.bigint().parse((await router.read("sourceCount", [feed], head))[0]);
  const at = roundStartSeconds(known.key);
  for (let index = 0n; index < count; index++) {
    const { kind, target, heartbeat } = sourceShape.parse(
      (await router.read("sourceAt", [feed, index], head))[0].toObject(),
    );
    if (kind !== 0n) continue;
    const aggregator = new ContractReader(agreed, target, aggregatorInterface);
    const latest = await latestRound(aggregator, head);
    for (let back = 0n; back < LONGEST_LOOK && latest - back > 0n; back++) {
      const found = await router.read("tryPriceAt", [feed, index, latest - back, at], head);
      const { ok, price, updatedAt } = priceShape.parse(found.toObject());
      if (ok && at - updatedAt <= heartbeat && distancePpm(price, median) <= AGREEMENT_PPM)
        return [index, latest - back];
      if (updatedAt !== 0n && updatedAt <= at) break; // older rounds were not in force any more
    }
  }
  return undefined;
}

/** 0 when the source does not answer. */
async function latestRound(aggregator: ContractReader, head: BlockFacts): Promise<bigint> {
  try {
    return z.bigint().parse((await aggregator.read("latestRoundData", [], head))[0]);
  } catch (error) {
    if (error instanceof BallastError && ["callReverted", "contractMissing"].includes(error.code)) return 0n;
    throw error;
  }
}

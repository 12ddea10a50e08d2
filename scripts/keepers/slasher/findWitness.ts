// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { routerInterface } from "../../chain/routerInterface.ts";
import { roundStartSeconds } from "../../model/rounds.ts";
import { distancePpm } from "../../model/slashing/judgeDeviation.ts";
import type { SlashCase } from "../../model/slashing/types.ts";
import { SettlementReader } from "../settler/SettlementReader.ts";
import type { WitnessProof } from "../settler/SettlementReader.ts";

/** A witness within this of the median confirms it; parts per million. */
const AGREEMENT_PPM = 20_000n;
const pendingShape = z.object({ feed: z.bigint(), price: z.bigint() });
const priceShape = z.object({ ok: z.boolean(), price: z.bigint(), updatedAt: z.bigint() });

/** Contracts a confirmation is read from. */
export interface WitnessPlace {
  readonly agreed: AgreedChain;
  readonly slasher: ContractReader;
  readonly oracle: ContractReader;
}

/** A round of a witness that was in force and fresh at the time of a deviation and near its median; undefined while there is none. */
export async function findWitness(
  { agreed, slasher, oracle }: WitnessPlace,
  known: SlashCase,
  head: BlockFacts,
): Promise<WitnessProof | undefined> {
  const [[, pending], [routerAddress]] = await Promise.all([
    slasher.read("caseOf", [known.id], head),
    slasher.read("router", [], head),
  ]);
  const { feed, price: median } = pendingShape.parse(pending.toObject());
  const router = new ContractReader(agreed, String(routerAddress), routerInterface);
  const at = roundStartSeconds(known.key);
  for (const proof of await new SettlementReader(agreed, oracle).proofs(router, feed, at, head)) {
    const [found, [source]] = await Promise.all([
      router.read("tryPriceAt", [feed, proof.source, proof.roundId, at], head),
      router.read("sourceAt", [feed, proof.source], head),
    ]);
    const { ok, price, updatedAt } = priceShape.parse(found.toObject());
    const isFresh = at - updatedAt <= z.bigint().parse(source.heartbeat);
    if (ok && isFresh && distancePpm(price, median) <= AGREEMENT_PPM) return proof;
  }
  return undefined;
}

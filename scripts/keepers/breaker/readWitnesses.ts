// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import { aggregatorInterface } from "../../chain/aggregatorInterface.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { structShape } from "../../chain/structShape.ts";

/** A source as the router knows it. */
export interface WitnessSource {
  readonly index: number;
  /** 0 answers like Chainlink's. */
  readonly kind: bigint;
  readonly target: string;
  readonly decimals: bigint;
  readonly usableAt: bigint;
}

const sourceShape = structShape({ kind: z.bigint(), target: z.string(), decimals: z.bigint(), usableAt: z.bigint() });
const roundShape = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]);
const PRICE_DECIMALS = 8n;

/** The sources of a feed that may be used now and answer like Chainlink's. */
export async function readSources(router: ContractReader, feed: bigint, head: BlockFacts): Promise<WitnessSource[]> {
  const count = Number(z.bigint().parse((await router.read("sourceCount", [feed], head))[0]));
  const all = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      index,
      ...sourceShape.parse((await router.read("sourceAt", [feed, index], head))[0]),
    })),
  );
  return all.filter(({ kind, usableAt }) => kind === 0n && usableAt <= head.timestamp);
}

/** What those sources say now, 8 decimals; one that does not answer says nothing. */
export async function readWitnesses(
  agreed: AgreedChain,
  router: ContractReader,
  feed: bigint,
  head: BlockFacts,
): Promise<bigint[]> {
  const sources = await readSources(router, feed, head);
  const answers = await Promise.all(sources.map((source) => answerOf(agreed, source, head)));
  return answers.flatMap((answer) => answer ?? []);
}

async function answerOf(
  agreed: AgreedChain,
  { target, decimals }: WitnessSource,
  head: BlockFacts,
): Promise<bigint | undefined> {
  const contract = new ContractReader(agreed, target, aggregatorInterface);
  const found = await contract.tryRead("latestRoundData", [], head);
  if (found === undefined) return undefined; // a stranger's contract may refuse or be gone: then it says nothing
  const [, answer] = roundShape.parse([...found]);
  return answer > 0n ? (answer * 10n ** PRICE_DECIMALS) / 10n ** decimals : undefined;
}

// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import { aggregatorInterface } from "../../chain/aggregatorInterface.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { pythInterface } from "../../chain/pythInterface.ts";
import { structShape } from "../../chain/structShape.ts";

/** A source as the router knows it. */
export interface WitnessSource {
  readonly index: number;
  /** How it answers, see {@link WITNESS_KIND}. */
  readonly kind: bigint;
  readonly target: string;
  /** What it is asked for, of a Pyth contract. */
  readonly id: string;
  readonly decimals: bigint;
  readonly usableAt: bigint;
}

/** Numbered as in IWitnessRouter; others are unknown here. */
export const WITNESS_KIND = { aggregator: 0n, pyth: 1n } as const;

const whole = z.bigint();
const sourceShape = structShape({
  kind: whole,
  target: z.string(),
  id: z.string(),
  decimals: whole,
  usableAt: whole,
});
const roundShape = z.tuple([whole, whole, whole, whole, whole]);
const pythShape = structShape({ price: whole, expo: whole });
const PRICE_DECIMALS = 8n;
/** A stranger may name any exponent. */
const MOST_DECIMALS = 36n;

/** The sources of a feed that may be used now. */
export async function readSources(router: ContractReader, feed: bigint, head: BlockFacts): Promise<WitnessSource[]> {
  const count = Number(whole.parse((await router.read("sourceCount", [feed], head))[0]));
  const all = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      index,
      ...sourceShape.parse((await router.read("sourceAt", [feed, index], head))[0]),
    })),
  );
  return all.filter(({ usableAt }) => usableAt <= head.timestamp);
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

/** A stranger's contract may refuse or be gone: then it says nothing. */
async function answerOf(
  agreed: AgreedChain,
  { kind, target, id, decimals }: WitnessSource,
  head: BlockFacts,
): Promise<bigint | undefined> {
  if (kind === WITNESS_KIND.pyth) {
    const found = await new ContractReader(agreed, target, pythInterface).tryRead("getPriceUnsafe", [id], head);
    if (found === undefined) return undefined;
    const { price, expo } = pythShape.parse(found[0]);
    return scaled(price, expo);
  }
  const found = await new ContractReader(agreed, target, aggregatorInterface).tryRead("latestRoundData", [], head);
  if (found === undefined) return undefined;
  const [, answer] = roundShape.parse([...found]);
  return scaled(answer, -decimals);
}

/** value · 10^exponent with 8 decimals, rounded down; nothing where that is no price. */
function scaled(value: bigint, exponent: bigint): bigint | undefined {
  const shift = exponent + PRICE_DECIMALS;
  if (value <= 0n || shift < -MOST_DECIMALS || shift > MOST_DECIMALS) return undefined;
  return shift >= 0n ? value * 10n ** shift : value / 10n ** -shift;
}

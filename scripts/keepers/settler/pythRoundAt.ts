// SPDX-License-Identifier: MIT
import { AbiCoder, keccak256 } from "ethers";
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import type { ContractReader } from "../../chain/ContractReader.ts";

/** A Pyth source: what it said the router itself notes at each look. */
export interface PythSource {
  readonly agreed: AgreedChain;
  readonly router: ContractReader;
  readonly feed: bigint;
  readonly source: number;
}

/** Mapping of the numbers of notes in WitnessRouter's storage, by feed and source. */
const OBSERVED_SLOT = 2n;
/** Notes it keeps of a source. */
const KEPT = 256n;
const answerShape = z.object({ ok: z.boolean(), updatedAt: z.bigint() });

/**
 * Number of what the router noted of a source that was in force at `time`, unix seconds; undefined where none was, or none is
 * known to have followed it. Numbers rise with the time of publication, so it is found by halving.
 */
export async function pythRoundAt(place: PythSource, time: bigint, head: BlockFacts): Promise<bigint | undefined> {
  const { agreed, router, feed, source } = place;
  const at = async (number: bigint): Promise<z.output<typeof answerShape>> =>
    answerShape.parse((await router.read("tryPriceAt", [feed, source, number, time], head)).toObject());

  let high = await agreed.storage(router.address, slotOf(feed, source), head);
  let low = high > KEPT ? high - KEPT : 0n;
  while (high > low) {
    const middle = (low + high + 1n) / 2n;
    // What was noted of a source that stood in this one's place shows no time, and lies before.
    if ((await at(middle)).updatedAt <= time) low = middle;
    else high = middle - 1n;
  }
  return low !== 0n && (await at(low)).ok ? low : undefined;
}

function slotOf(feed: bigint, source: number): bigint {
  const outer = keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [feed, OBSERVED_SLOT]));
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [source, outer])));
}

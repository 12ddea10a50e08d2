// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import { aggregatorInterface } from "../../chain/aggregatorInterface.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { structShape } from "../../chain/structShape.ts";
import { readSources, WITNESS_KIND } from "../breaker/readWitnesses.ts";
import { pythRoundAt } from "./pythRoundAt.ts";

/** Where a witness's answer at an expiry lies. */
export interface WitnessProof {
  readonly source: number;
  readonly roundId: bigint;
}

const markShape = structShape({ coverage: z.bigint(), previousBoundary: z.bigint() });
const roundShape = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]);
const HALF_HOUR = 1_800n;
/** Marks of a week: no rung looks further. */
const MOST_MARKS = 400;
/** Low bits of a proxy's round number; those above name its phase. */
const PHASE_BITS = 64n;

/** Reads what calls about an expiry must point at. */
export class SettlementReader {
  readonly #agreed: AgreedChain;
  readonly #oracle: ContractReader;

  constructor(agreed: AgreedChain, oracle: ContractReader) {
    this.#agreed = agreed;
    this.#oracle = oracle;
  }

  /**
   * Boundary of the first covered half hour after an expiry; where none is covered, of the newest mark; 0 while there is no
   * mark after it. Marks are linked back from the newest.
   */
  async firstAfter(feed: bigint, expiry: bigint, head: BlockFacts): Promise<bigint> {
    const latest = await this.#oracle.tryRead("latestRoundData", [feed], head);
    if (latest === undefined) return 0n; // an oracle that fails has no marks; the ladder's last rung needs none
    const [, , , updatedAt] = roundShape.parse([...latest]);
    let boundary = updatedAt - (updatedAt % HALF_HOUR);
    let found = 0n;
    for (let steps = 0; boundary > expiry && steps < MOST_MARKS; steps++) {
      const [ok, answer] = await this.#oracle.read("tryMarkAt", [feed, boundary], head);
      if (ok !== true) {
        boundary -= HALF_HOUR; // the newest half hour may not be folded yet
        continue;
      }
      const { coverage, previousBoundary } = markShape.parse(answer);
      if (coverage !== 0n || found === 0n) found = boundary;
      boundary = previousBoundary;
    }
    return found;
  }

  /** Rounds of witnesses by which what they said at `time` can be proven. */
  async proofs(router: ContractReader, feed: bigint, time: bigint, head: BlockFacts): Promise<WitnessProof[]> {
    const sources = await readSources(router, feed, head);
    const found = await Promise.all(
      sources.map(async ({ index: source, kind, target }) => {
        const roundId =
          kind === WITNESS_KIND.pyth
            ? await pythRoundAt({ agreed: this.#agreed, router, feed, source }, time, head)
            : await this.#roundAt(new ContractReader(this.#agreed, target, aggregatorInterface), time, head);
        return roundId === undefined ? [] : { source, roundId };
      }),
    );
    return found.flat();
  }

  /** The last round of the source's phase that was updated at `time` or before, if a later one follows it. */
  async #roundAt(source: ContractReader, time: bigint, head: BlockFacts): Promise<bigint | undefined> {
    const newest = await this.#updatedAt(source, undefined, head);
    if (newest === undefined || newest.updatedAt <= time) return undefined;
    const first = ((newest.roundId >> PHASE_BITS) << PHASE_BITS) + 1n;
    let [low, high] = [first, newest.roundId]; // the answer is at `low` or above, and below `high`
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      const round = await this.#updatedAt(source, middle, head);
      // Where a round is missing none before it can be proven to be followed by the next.
      if (round !== undefined && round.updatedAt > time) high = middle;
      else low = middle;
    }
    const found = low === newest.roundId ? undefined : await this.#updatedAt(source, low, head);
    return found !== undefined && found.updatedAt <= time ? low : undefined;
  }

  async #updatedAt(
    source: ContractReader,
    round: bigint | undefined,
    head: BlockFacts,
  ): Promise<{ roundId: bigint; updatedAt: bigint } | undefined> {
    const call = round === undefined ? (["latestRoundData", []] as const) : (["getRoundData", [round]] as const);
    const answer = await source.tryRead(call[0], call[1], head);
    if (answer === undefined) return undefined;
    const [roundId, , , updatedAt] = roundShape.parse([...answer]);
    return updatedAt === 0n ? undefined : { roundId, updatedAt };
  }
}

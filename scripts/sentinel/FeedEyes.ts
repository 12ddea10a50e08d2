// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import { ContractReader } from "../chain/ContractReader.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import { seatsOf } from "../chain/OracleReader.ts";
import { ANCHOR_BLOCKS, ROUND_SECONDS, SEATS } from "../model/constants.ts";
import { feedFactsOf, missingShareOf, witnessGapOf } from "../model/sentinel/feedFacts.ts";
import type { Observation } from "../model/sentinel/observation.ts";
import type { Seat } from "../model/types.ts";
import type { HeardReports } from "./HeardReports.ts";
import type { RpcCounts } from "./RpcCounts.ts";

/** What a sentinel looks with. */
export interface EyesParts {
  readonly agreed: AgreedChain;
  readonly oracle: string;
  readonly heard: HeardReports;
  readonly counts: RpcCounts;
}

/** What all feeds of a look share. */
interface SetFacts {
  readonly setId: bigint;
  readonly mask: bigint;
  readonly activeWeight: bigint;
  readonly latestRound: bigint;
  readonly acceptedAt: bigint;
  readonly seats: readonly Seat[];
}

const healthShape = z.object({
  latestRound: z.bigint(),
  setId: z.bigint(),
  acceptedAt: z.bigint(),
  mask: z.bigint(),
  activeWeight: z.bigint(),
});
const wordsShape = z.object({ latest: z.bigint(), witness: z.bigint() });
const seatShape = z.object({ signer: z.string(), weight: z.bigint(), validatorId: z.bigint() });
const signersShape = z.object({ signers: z.bigint() });
const WEI_PER_GWEI = 1e9;
const PPM_PER_BPS = 100;
/** Only the newest set is needed, and the one before it while they change. */
const KEPT_SETS = 2;

/** Looks at feeds: the oracle at an agreed block, relayers' pages, and how the own endpoints did. */
export class FeedEyes {
  readonly #parts: EyesParts;
  readonly #oracle: ContractReader;
  readonly #sets = new Map<bigint, readonly Seat[]>();
  /** Who signed the newest accepted round that could be read. */
  #signers: { readonly round: bigint; readonly bits: bigint } | undefined;
  /** Newest quorum round seen, by feed. */
  readonly #quorumRounds = new Map<number, bigint>();

  constructor(parts: EyesParts) {
    this.#parts = parts;
    this.#oracle = new ContractReader(parts.agreed, parts.oracle, oracleInterface);
  }

  /**
   * Observations of the slot that just ended, by feed. What cannot be seen is left out of them.
   * @throws BallastError when the chain cannot be read: then there is nothing to see.
   */
  async look(
    feeds: readonly number[],
    slot: bigint,
    head: BlockFacts,
    nowMs: bigint,
  ): Promise<ReadonlyMap<number, Observation>> {
    const { agreed, heard, counts } = this.#parts;
    const set = await this.#set(head);
    const [signers, reports, fees] = await Promise.all([
      this.#signersOf(set.latestRound, head),
      heard.ofRound(slot, set.setId, set.seats),
      agreed.marketFees(head),
    ]);
    const weights = set.seats.map(({ weight }) => weight);
    const shareOf = (seats: readonly number[]): number | undefined =>
      missingShareOf(weights, seats, set.mask, set.activeWeight);
    const shared = {
      round: Number(slot),
      missingShare: signers === undefined ? undefined : shareOf(seatsOf(signers)),
      inclusionSeconds:
        set.latestRound === 0n ? undefined : Math.max(0, Number(set.acceptedAt - set.latestRound * ROUND_SECONDS)),
      baseFeeGwei: Number(fees.baseFeePerGas) / WEI_PER_GWEI,
      headAgeSeconds: Math.max(0, Number(nowMs - head.timestamp * 1000n) / 1000),
      ...counts.take(),
    };
    const entries = feeds.map(async (feed): Promise<readonly [number, Observation]> => {
      const priced = reports?.filter(({ prices }) => prices[feed] !== 0n).map(({ seat }) => seat);
      const unheardShare = priced === undefined ? undefined : shareOf(priced);
      return [feed, { ...shared, unheardShare, ...(await this.#feed(feed, head)) }];
    });
    return new Map(await Promise.all(entries));
  }

  async #feed(
    feed: number,
    head: BlockFacts,
  ): Promise<Pick<Observation, "latestRound" | "dispersionBps" | "witnessGapBps">> {
    const words = wordsShape.parse((await this.#oracle.read("riskWords", [feed], head)).toObject());
    const facts = feedFactsOf(words.latest, words.witness);
    // A witness's price or a majority's is no quorum's: the last of those counts on.
    if (facts.isQuorum) this.#quorumRounds.set(feed, facts.round);
    const latestRound = this.#quorumRounds.get(feed);
    return {
      latestRound: latestRound === undefined ? undefined : Number(latestRound),
      dispersionBps: facts.price === 0n ? undefined : facts.dispersionPpm / PPM_PER_BPS,
      witnessGapBps: witnessGapOf(facts),
    };
  }

  async #set(head: BlockFacts): Promise<SetFacts> {
    const [health] = await this.#oracle.read("health", [], head);
    const facts = healthShape.parse(health.toObject());
    const known = this.#sets.get(facts.setId);
    if (known !== undefined) return { ...facts, seats: known };

    const numbers = Array.from({ length: SEATS }, (_, seat) => seat);
    const read = numbers.map((seat) => this.#oracle.read("seatAt", [facts.setId, seat], head));
    const seats = (await Promise.all(read)).map((result) => seatShape.parse(result.toObject()));
    this.#sets.set(facts.setId, seats);
    for (const setId of [...this.#sets.keys()].slice(0, -KEPT_SETS)) this.#sets.delete(setId);
    return { ...facts, seats };
  }

  /** Who signed a round; undefined before the first one, and when its event is out of reach. */
  async #signersOf(round: bigint, head: BlockFacts): Promise<bigint | undefined> {
    if (round === 0n) return undefined;
    const names = ["RoundAccepted", "RoundUpgraded"].map((name) => oracleInterface.getEvent(name)!.topicHash);
    const topics = [names, null, `0x${round.toString(16).padStart(64, "0")}`];
    const from = head.number > ANCHOR_BLOCKS ? head.number - ANCHOR_BLOCKS : 0n;
    const filter = { address: this.#parts.oracle, topics };
    const newest = (await this.#parts.agreed.logs(filter, from, head.number)).at(-1);
    if (newest !== undefined) {
      const { signers } = signersShape.parse(oracleInterface.parseLog(newest)?.args.toObject());
      this.#signers = { round, bits: signers };
    }
    return this.#signers?.round === round ? this.#signers.bits : undefined;
  }
}

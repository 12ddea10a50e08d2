// SPDX-License-Identifier: MIT
import { keccak256 } from "ethers";
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import type { ContractReader } from "../../chain/ContractReader.ts";
import { isAccepted } from "../../chain/isAccepted.ts";
import { structShape } from "../../chain/structShape.ts";
import { wordOf } from "../../chain/wordOf.ts";
import { LEVELS } from "../../model/risk/types.ts";
import type { Duty, Job, KeeperView } from "../Duty.ts";
import { classOf } from "../dutyShape.ts";
import { unpaidJob } from "../unpaidJob.ts";
import type { BreakerConfig } from "./BreakerConfig.ts";
import {
  BID_CLOCK_SLOT,
  breakerOfWord,
  clearedLevels,
  MODE_SLOT,
  pokedOfWord,
  signalOfWords,
  STAKE_STEP_SLOT,
  stakeRefreshedAt,
} from "./breakerWords.ts";
import { decideLook, decidePoke, decideRefresh } from "./decideBreaker.ts";
import { readWitnesses } from "./readWitnesses.ts";

/** The contracts that are read and poked. */
export interface BreakerParts {
  readonly agreed: AgreedChain;
  readonly oracle: ContractReader;
  readonly risk: ContractReader;
  readonly registry: ContractReader;
  /** Without it witnesses are left to others. */
  readonly router: ContractReader | undefined;
}

const whole = z.bigint();
const wordsShape = z.tuple([whole, whole, whole, whole]);
const standShape = structShape({ mode: whole.transform((mode) => LEVELS[Number(mode)]!) });
/** A trip that is not noted soon is noted all the same, but dwells do not double. */
const PATIENCE_MS = 600_000n;
/** A look that was in vain, neither paid nor of any effect, is tried once more after so many seconds. */
const LOOK_AGAIN_SECONDS = 300n;
/** Mapping of the last paid looks in WitnessRouter's storage. */
const LAST_PAID_SLOT = 4n;
const MASK_32 = (1n << 32n) - 1n;
const MASK_64 = (1n << 64n) - 1n;

/**
 * Notes what the breaker would miss: trips that doubled dwells are counted by, levels seen clear, bid time, the end of a
 * guardian's halt, stake that left, and what witnesses say. No price and no mode waits for it, but clocks and repeats do.
 * What a poke would record is worked out from the contracts' own words: the views do not tell it.
 */
export class BreakerDuty implements Duty {
  readonly name = "breaker";
  readonly classes;
  readonly #parts: BreakerParts;

  constructor(parts: BreakerParts, { fees }: BreakerConfig) {
    this.#parts = parts;
    this.classes = [classOf("breaker", fees)];
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    const { head } = view;
    const count = whole.parse((await this.#parts.oracle.read("feedCount", [], head))[0]);
    const feeds = Array.from({ length: Number(count) }, (_, feed) => BigInt(feed));
    const [pokes, stake, looks] = await Promise.all([
      Promise.all(feeds.map((feed) => this.#poke(feed, view))),
      this.#stake(view),
      Promise.all(feeds.map((feed) => this.#look(feed, view))),
    ]);
    return [...pokes, stake, ...looks].flatMap((job) => job ?? []);
  }

  async #poke(feed: bigint, view: KeeperView): Promise<Job | undefined> {
    const { risk } = this.#parts;
    const { head } = view;
    const [mode, clock, words, stand] = await Promise.all([
      this.#storage(risk, MODE_SLOT + feed, head),
      this.#storage(risk, BID_CLOCK_SLOT + feed, head),
      this.#words(feed, head),
      risk.read("standOf", [feed], head),
    ]);
    const [latest, averages] = words;
    if (latest === 0n) return undefined;
    const breaker = breakerOfWord(mode);
    const poked = pokedOfWord(clock);
    const standing = { signal: signalOfWords(latest, averages), breaker, poked, mode: standShape.parse(stand[0]).mode };
    const reason = decidePoke(standing, head.timestamp);
    if (reason === undefined) return undefined;
    const key = `poke ${feed} ${reason} ${poked.at} ${clearedLevels(breaker)}`;
    return this.#job(key, risk, "poke", [feed], feed, view);
  }

  async #stake(view: KeeperView): Promise<Job | undefined> {
    const { risk, registry } = this.#parts;
    const { head } = view;
    const [mode, steppedAt, loss, on] = await Promise.all([
      this.#storage(risk, MODE_SLOT, head),
      this.#storage(risk, STAKE_STEP_SLOT, head),
      registry.read("stakeLossBps", [], head),
      risk.read("isStakeOn", [], head),
    ]);
    const noted = breakerOfWord(mode).stakeLevel;
    const refreshedAt = stakeRefreshedAt(mode);
    const standing = { noted, lossBps: whole.parse(loss[0]), steppedAt, refreshedAt, isOn: z.boolean().parse(on[0]) };
    if (!decideRefresh(standing, head.timestamp)) return undefined;
    return this.#job(`stake ${noted} ${refreshedAt}`, risk, "refreshStake", [], 8n, view);
  }

  async #look(feed: bigint, view: KeeperView): Promise<Job | undefined> {
    const { agreed, router } = this.#parts;
    if (router === undefined) return undefined;
    const { head, account } = view;
    const slot = BigInt(keccak256(`0x${wordOf(feed)}${wordOf(LAST_PAID_SLOT)}`));
    const [last, [latest], witnessesNow] = await Promise.all([
      this.#storage(router, slot, head),
      this.#words(feed, head),
      readWitnesses(agreed, router, feed, head),
    ]);
    const lookedAt = last >> 128n;
    const standing = {
      lookedAt,
      ownThen: (last >> 64n) & MASK_64,
      ownNow: latest & MASK_64,
      witnessThen: last & MASK_64,
      witnessesNow,
    };
    if (!decideLook(standing, head.timestamp)) return undefined;
    // Where no witness answers there is nothing to look at.
    const call = { from: account, to: router.address, data: router.encode("pokeWitness", [feed]) };
    if (!(await isAccepted(agreed, call, head))) return undefined;
    // A look that came too late to be paid leaves the last paid one as it was, and must not be the last: the next round may look
    // again, and where no round comes, when it is most needed, the time does.
    const round = (latest >> 64n) & MASK_32;
    const attempt = (head.timestamp - lookedAt) / LOOK_AGAIN_SECONDS;
    return this.#job(`look ${feed} ${last} ${round} ${attempt}`, router, "pokeWitness", [feed], 16n + feed, view);
  }

  #storage({ address }: ContractReader, slot: bigint, head: BlockFacts): Promise<bigint> {
    return this.#parts.agreed.storage(address, slot, head);
  }

  async #words(feed: bigint, head: BlockFacts): Promise<z.output<typeof wordsShape>> {
    return wordsShape.parse([...(await this.#parts.oracle.read("riskWords", [feed], head))]);
  }

  #job(
    key: string,
    contract: ContractReader,
    call: string,
    given: readonly unknown[],
    shareId: bigint,
    { head }: KeeperView,
  ): Job {
    const { name: className } = this.classes[0]!;
    const work = { key, className, to: contract.address, data: contract.encode(call, given) };
    return unpaidJob(work, shareId, head, PATIENCE_MS);
  }
}

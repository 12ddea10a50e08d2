// SPDX-License-Identifier: MIT
import { z } from "zod";

import { encodeCall } from "../../chain/abiText.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { riskInterface } from "../../chain/riskInterface.ts";
import type { ViewCall } from "../../chain/viewProgram.ts";
import { DWELLING, LEVELS, PHASES } from "../../model/risk/types.ts";
import { batchCalls, wordAt } from "../world/batchCalls.ts";
import type { BlockView } from "../world/BlockWatch.ts";
import { AddressBook } from "./AddressBook.ts";
import { BookCopies } from "./BookCopies.ts";
import { FlaggableReader } from "./FlaggableReader.ts";
import { HealthWatch } from "./HealthWatch.ts";
import { InterestReader } from "./InterestReader.ts";
import { ProbeReader } from "./ProbeReader.ts";
import { readPushes } from "./readPushes.ts";
import type { WitnessPlace } from "./readPushes.ts";
import { readSample } from "./readSample.ts";
import { Recall } from "./Recall.ts";
import type { Remembering } from "./Recall.ts";
import { RelayReader } from "./RelayReader.ts";
import type { Seen } from "./Seen.ts";
import type { BlockSight, FeedSight, TokenSight, WitnessSight, WorkSight } from "./sights.ts";

/** Told of each block in the order in which they came. */
export type SightObserver = (sight: BlockSight) => Promise<void> | void;

const transactionsShape = z.object({
  transactions: z.array(z.object({ hash: z.string(), from: z.string(), to: z.string().nullable(), input: z.string() })),
});
const receiptShape = z.object({ status: z.string(), gasUsed: z.string(), effectiveGasPrice: z.string() });
const BALANCE_OF = "0x70a08231";
const CALLS_PER_FEED = 2;
const CALLS_PER_TOKEN = 2;

/**
 * Looks at each block once for everybody who records or judges: what happened, what is owed, what is shown and what is true.
 * All views of a block go to the chain in one request.
 */
export class Lookout {
  readonly world: Seen;
  readonly book: AddressBook;
  /** Books against the true price. */
  readonly health: HealthWatch;
  readonly #observers: SightObserver[] = [];
  readonly #recall = new Recall();
  readonly #copies = new BookCopies();
  readonly #relays: RelayReader;
  readonly #interests: InterestReader;
  readonly #probes: ProbeReader;
  readonly #tokens: readonly string[];
  /** By address in small letters. */
  readonly #witnesses: ReadonlyMap<string, WitnessPlace>;
  #scales: readonly bigint[] = [];
  #height = -1;

  constructor(world: Seen) {
    this.world = world;
    this.book = new AddressBook(world);
    const { chain, room, scenario, watch, driver } = world;
    this.#relays = new RelayReader(chain.line, room.oracle.target as string, this.book, scenario.feeds.length);
    this.#interests = new InterestReader(chain.line, room.house.target as string);
    const vaults = room.vaults.map(({ target }) => target as string);
    this.#probes = new ProbeReader(chain.line, room.house.target as string, vaults);
    const heartbeat = Number(room.parameters.heartbeat);
    const flaggable = new FlaggableReader(chain.line, room.house.target as string, room.risk.target as string);
    this.health = new HealthWatch(world, heartbeat, flaggable);
    this.#tokens = [...watch.ledger.tokenDecimals.keys()];
    this.#witnesses = new Map(
      room.witnesses.flatMap((sources, slot) =>
        sources.map(({ target }, source) => [(target as string).toLowerCase(), { slot, source }] as const),
      ),
    );
    this.#copies.renew(watch.ledger);
    this.#recall.add(this.health);
    watch.observe((view) => this.#see(view));
    driver.onUndo((number) => this.#goBack(number));
  }

  observe(observer: SightObserver): void {
    this.#observers.push(observer);
  }

  /** What it knows of blocks that are taken back will be taken back too. */
  remember(one: Remembering): void {
    this.#recall.add(one);
  }

  /** Name of a validator by the registry's number. */
  validatorName(id: bigint): string {
    return this.#relays.validators.get(id) ?? `validator number ${id}`;
  }

  #goBack(number: number): void {
    this.#recall.goBack(number);
    this.#relays.forget();
  }

  async #see(view: BlockView): Promise<void> {
    const { deepestReorg } = this.world.driver;
    if (deepestReorg > 0) this.#recall.keep(view.number - 1, deepestReorg);
    const isReplaced = view.number <= this.#height;
    if (isReplaced) this.#copies.renew(view.ledger);
    this.#height = view.number;
    const before = this.#copies.take(view.events, view.ledger);
    const { hashes, inputs, pushes, work } = await this.#transactions(view);
    const sampled = this.#sampled(view);
    const answers = await batchCalls(this.world.chain.line, [...this.#views(), ...sampled.calls]);
    const { number, timestamp, seconds, events, ledger } = view;
    const feeds = this.#feeds(answers, seconds);
    const { unhealthy, flags } = await this.health.see({ view, before, feeds, isReplaced });
    const sight: BlockSight = {
      unhealthy,
      flags,
      number,
      timestamp,
      seconds,
      isReplaced,
      events,
      ledger,
      feeds,
      relays: await this.#relays.read(view, inputs),
      pushes,
      work,
      hashes,
      tokens: this.#balances(answers, view),
      before,
      sample: sampled.read(answers.at(-1)),
      interests: await this.#interests.read(view),
      probe: await this.#probes.probe(view),
    };
    for (const observer of this.#observers) await observer(sight);
  }

  #views(): ViewCall[] {
    const { room, scenario } = this.world;
    const [oracle, risk, house] = [room.oracle, room.risk, room.house].map(({ target }) => target as string);
    const feeds = scenario.feeds.flatMap((_, slot) => [
      { to: oracle!, data: encodeCall(oracleInterface, "readRisk", [slot]) },
      { to: risk!, data: encodeCall(riskInterface, "standOf", [slot]) },
    ]);
    const tokens = this.#tokens.flatMap((token) => [
      { to: token, data: `${BALANCE_OF}${house!.slice(2).toLowerCase().padStart(64, "0")}` },
      { to: house!, data: encodeCall(clearingInterface, "owed", [token]) },
    ]);
    return [...feeds, ...tokens];
  }

  #feeds(answers: readonly (string | undefined)[], seconds: number): FeedSight[] {
    return this.world.scenario.feeds.map(({ id }, slot) => {
      const reading = answers[CALLS_PER_FEED * slot]!;
      const stand = answers[CALLS_PER_FEED * slot + 1]!;
      const read = (position: number): number => Number(wordAt(reading, position));
      const stood = (position: number): number => Number(wordAt(stand, position));
      return {
        id,
        slot,
        truth: this.world.truth.priceAt(id, seconds),
        price: wordAt(reading, 0),
        low: wordAt(reading, 1),
        high: wordAt(reading, 2),
        age: read(3),
        level: LEVELS[read(4)]!,
        dispersionPpm: read(6),
        mode: LEVELS[stood(0)]!,
        phase: PHASES[stood(1)]!,
        dwells: {
          [DWELLING[0]]: stood(3),
          [DWELLING[1]]: stood(4),
          [DWELLING[2]]: stood(5),
        },
      };
    });
  }

  #balances(answers: readonly (string | undefined)[], { ledger }: BlockView): TokenSight[] {
    const first = CALLS_PER_FEED * this.world.scenario.feeds.length;
    if (this.#scales.length === 0)
      this.#scales = this.#tokens.map((token) => 10n ** larger(ledger.tokenDecimals.get(token)! - UNIT_DIGITS, 0n));
    return this.#tokens.map((token, index) => ({
      token,
      balance: wordAt(answers[first + CALLS_PER_TOKEN * index]!, 0),
      owed: wordAt(answers[first + CALLS_PER_TOKEN * index + 1]!, 0),
      scale: this.#scales[index]!,
    }));
  }

  /** One book in a block, all of them in turn. */
  #sampled({ number }: BlockView): ReturnType<typeof readSample> {
    const { ids } = this.#copies;
    const id = ids.length === 0 ? undefined : ids[number % ids.length];
    return readSample(this.world.room.house.target as string, id);
  }

  async #transactions({ number }: BlockView): Promise<{
    readonly hashes: readonly string[];
    readonly inputs: ReadonlyMap<string, string>;
    readonly pushes: readonly WitnessSight[];
    readonly work: readonly WorkSight[];
  }> {
    const { line } = this.world.chain;
    const block = await line.request("eth_getBlockByNumber", [`0x${number.toString(16)}`, true]);
    const { transactions } = transactionsShape.parse(block);
    const work: WorkSight[] = [];
    for (const { hash, from, to, input } of transactions) {
      const actor = this.book.nameOf(from);
      if (!this.book.isPaid(actor)) continue;
      const receipt = receiptShape.parse(await line.request("eth_getTransactionReceipt", [hash]));
      const gasUsed = Number(receipt.gasUsed);
      const feeWei = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice);
      const isReverted = receipt.status !== "0x1";
      work.push({ hash, actor, to: (to ?? "").toLowerCase(), input, isReverted, gasUsed, feeWei });
    }
    return {
      hashes: transactions.map(({ hash }) => hash),
      inputs: new Map(transactions.map(({ hash, input }) => [hash.toLowerCase(), input])),
      pushes: readPushes(transactions, this.#witnesses),
      work,
    };
  }
}

/** Decimals of a ledger unit at most. */
const UNIT_DIGITS = 9n;

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

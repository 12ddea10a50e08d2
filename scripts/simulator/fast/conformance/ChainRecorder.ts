// SPDX-License-Identifier: MIT
import { getBytes } from "ethers";
import type { Log, Provider } from "ethers";

import { clearingInterface } from "../../../chain/clearingInterface.ts";
import { decodeClearingEvents } from "../../../chain/decodeClearingEvents.ts";
import { oracleInterface } from "../../../chain/oracleInterface.ts";
import { riskInterface } from "../../../chain/riskInterface.ts";
import type { ClearingEvent } from "../../../model/clearing/clearingEvents.ts";
import { unitDecimals } from "../../../model/clearing/payoff.ts";
import { decodeRelay } from "../../../model/decodeRelay.ts";
import type { LocalRoom } from "../../deployLocal.ts";
import type {
  Observation,
  RecordedAct,
  RecordedBlock,
  RecordedSet,
  Recording,
  SeenBook,
  SeenFeed,
  SeenPot,
} from "./recording.ts";

const FLAGGED = 1n;
const SETTLED = 2n;

/** Reads back a chain run for the fast tier to replay: acts out of logs and calldata, what it led to out of views. */
export class ChainRecorder {
  readonly #provider: Provider;
  readonly #room: LocalRoom;
  readonly #slots: readonly number[];
  readonly #books = new Set<bigint>();
  readonly #pots = new Map<string, { readonly market: bigint; readonly expiry: bigint }>();
  /** Blocks in which reliabilities moved. */
  #epochsClosed: readonly number[] = [];
  #set: { readonly key: string; readonly facts: RecordedSet } | undefined;

  /** @param slots Feeds to compare. */
  constructor(provider: Provider, room: LocalRoom, slots: readonly number[]) {
    this.#provider = provider;
    this.#room = room;
    this.#slots = slots;
  }

  /**
   * Everything up to a block, from the deployment on: the fast tier begins with a feed that never had a price.
   * @param seesFrom Views are asked from this block on, in blocks in which something happened.
   */
  async record(toBlock: number, seesFrom: number): Promise<Recording> {
    const { oracle, risk, house, registry, parameters } = this.#room;
    const epochs = await registry.queryFilter(registry.filters.EpochClosed(), 0, toBlock);
    this.#epochsClosed = epochs.map(({ blockNumber }) => blockNumber);
    const address = [oracle, risk, house].map(({ target }) => target as string);
    const logs = await this.#provider.getLogs({ fromBlock: 0, toBlock, address });
    const blocks: RecordedBlock[] = [];
    for (const number of new Set(logs.map(({ blockNumber }) => blockNumber))) {
      const acts: RecordedAct[] = [];
      for (const log of logs.filter(({ blockNumber }) => blockNumber === number))
        acts.push(...(await this.#actsOf(log)));
      if (acts.length === 0) continue;
      const block = (await this.#provider.getBlock(number))!;
      const seen = number >= seesFrom ? await this.#observe(number) : undefined;
      blocks.push({ number, time: block.timestamp, acts, seen });
    }
    return {
      heartbeat: parameters.heartbeat,
      slots: this.#slots,
      blocks,
      markets: parameters.clearing.markets.map((market, index) => {
        const set = parameters.clearing.parameterSets[market.parameterSet]!;
        const wide = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, BigInt(value)]));
        return {
          id: BigInt(index + 1),
          kind: market.kind === "Quote" ? "quote" : "coin",
          feed: market.feed,
          parameters: {
            ...(wide as Record<keyof typeof set, bigint>),
            insurance: 0n, // what was paid in is an act
            unitDecimals: unitDecimals(market.collateralDecimals),
          },
        };
      }),
    };
  }

  async #actsOf(log: Log): Promise<RecordedAct[]> {
    const { oracle, risk } = this.#room;
    if (log.address === oracle.target) return this.#oracleActs(log);
    if (log.address === risk.target) {
      const event = riskInterface.parseLog(log);
      if (event?.name !== "FeedPoked") return [];
      return [{ act: "poke", feed: Number(event.args.feed), tripped: Number(event.args.tripped) }];
    }
    const acts: RecordedAct[] = [];
    for (const event of decodeClearingEvents([log])) {
      this.#note(event);
      const share = event.name === "BidFilled" ? await this.#shareOf(log, event.args.id) : undefined;
      acts.push({ act: "clearing", event, share });
    }
    return acts;
  }

  async #oracleActs(log: Log): Promise<RecordedAct[]> {
    const event = oracleInterface.parseLog(log);
    if (event?.name === "WitnessRecorded") {
      const [feed, price, observedAt, , agreed] = event.args;
      const { thresholdBps } = this.#room.parameters.feeds[Number(feed)]!.sources[0]!;
      const told = { price: Number(price), observedAt: Number(observedAt), agreed: agreed as boolean, thresholdBps };
      return [{ act: "witness", feed: Number(feed), ...told }];
    }
    if (event?.name !== "RoundAccepted" && event?.name !== "RoundUpgraded") return [];
    const transaction = (await this.#provider.getTransaction(log.transactionHash))!;
    const { round, reports } = decodeRelay(getBytes(oracleInterface.decodeFunctionData("relay", transaction.data)[0]));
    const set = await this.#setAt(log.blockNumber - 1);
    const bySeat = set.weights.map((_, seat) => reports.find((report) => report.seat === seat)?.prices);
    return [{ act: "relay", round: Number(round), isUpgrade: event.name === "RoundUpgraded", reports: bySeat, set }];
  }

  /** Weights and reliabilities of the current set; both change with its number or at the end of an epoch only. */
  async #setAt(blockTag: number): Promise<RecordedSet> {
    const { oracle } = this.#room;
    const health = await oracle.health({ blockTag });
    const epochs = this.#epochsClosed.filter((block) => block <= blockTag).length;
    const key = `${health.setId} ${health.activeWeight} ${epochs}`;
    if (this.#set?.key === key) return this.#set.facts;
    const weights: number[] = [];
    const reliability: number[] = [];
    for (let seat = 0; seat < this.#room.parameters.targetSize; seat += 1) {
      const { weight } = await oracle.seatAt(health.setId, seat, { blockTag });
      if (weight === 0n) break;
      weights.push(Number(weight));
      reliability.push(Number(await oracle.reliabilityOf(seat, { blockTag })));
    }
    const facts = {
      weights,
      reliability,
      active: Number(health.activeWeight),
      nominal: Number(health.nominalWeight),
    };
    this.#set = { key, facts };
    return facts;
  }

  /** What a bid asked for: it may be one of several calls of its transaction. */
  async #shareOf(log: Log, id: bigint): Promise<bigint | undefined> {
    const transaction = (await this.#provider.getTransaction(log.transactionHash))!;
    return sharesIn(transaction.data).find((bid) => bid.id === id)?.share;
  }

  #note(event: ClearingEvent): void {
    if (event.name === "Minted" || event.name === "Funded") this.#books.add(event.args.id);
    if (event.name === "BidFilled") this.#books.add(event.args.into);
    if (event.name === "QuoteFilled") this.#books.add(event.args.makerBook).add(event.args.takerBook);
    if (event.name !== "ExpirySettled") return;
    const { market, expiry } = event.args;
    this.#pots.set(`${market} ${expiry}`, { market, expiry });
  }

  async #observe(blockTag: number): Promise<Observation> {
    const feeds = await Promise.all(this.#slots.map((slot) => this.#seeFeed(slot, blockTag)));
    const books = await Promise.all([...this.#books].map((id) => this.#seeBook(id, blockTag)));
    const pots = await Promise.all([...this.#pots.values()].map((pot) => this.#seePot(pot, blockTag)));
    return { feeds, books: books.filter((book) => book !== undefined), pots };
  }

  async #seeFeed(slot: number, blockTag: number): Promise<SeenFeed> {
    const { oracle, risk } = this.#room;
    const words = await oracle.riskWords(slot, { blockTag });
    const { mode, phase } = await risk.standOf(slot, { blockTag });
    const bidTime = await risk.bidTime(slot, { blockTag });
    return { slot, latest: words.latest, averages: words.averages, mode: Number(mode), phase: Number(phase), bidTime };
  }

  async #seeBook(id: bigint, blockTag: number): Promise<SeenBook | undefined> {
    const { house } = this.#room;
    const { cash, state, legs } = await house.book(id, { blockTag });
    if (state === SETTLED || legs.length === 0) return undefined;
    const { initial, maintenance, hasPrice, settledPrice } = await house.requirement(id, { blockTag });
    if (!hasPrice || settledPrice !== 0n) return undefined;
    const auction = state === FLAGGED ? await house.auction(id, { blockTag }) : undefined;
    return {
      id,
      cash,
      initial: initial.amount,
      maintenance: maintenance.amount,
      maximumLoss: initial.maximumLoss,
      isLiquidatable: await house.isLiquidatable(id, { blockTag }),
      auction: auction && {
        elapsed: auction.elapsed,
        full: auction.full,
        half: auction.half,
        target: auction.target,
        payment: auction.payment,
        penalty: auction.penalty,
        largestShare: auction.largestShare,
      },
    };
  }

  async #seePot({ market, expiry }: { market: bigint; expiry: bigint }, blockTag: number): Promise<SeenPot> {
    const { price, rung, claims, collected } = await this.#room.house.expiryState(market, expiry, { blockTag });
    return { market, expiry, price, rung, claims, collected };
  }
}

/** Bids in a call of the Clearinghouse, those inside a multicall too. */
function sharesIn(data: string): { readonly id: bigint; readonly share: bigint }[] {
  const call = clearingInterface.parseTransaction({ data });
  if (call?.name === "multicall") return (call.args[0] as readonly string[]).flatMap(sharesIn);
  return call?.name === "bid" ? [{ id: call.args[0] as bigint, share: call.args[2] as bigint }] : [];
}

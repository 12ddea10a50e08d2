// SPDX-License-Identifier: MIT
import { keccak256, toBeHex } from "ethers";

import { encodeCall } from "../../chain/abiText.ts";
import type { AgreedChain } from "../../chain/AgreedChain.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { flashInterface } from "../../chain/flashInterface.ts";
import { LiquidationReader } from "../../chain/LiquidationReader.ts";
import type { AuctionFacts } from "../../chain/LiquidationReader.ts";
import { bookParts, keyOf, potKey } from "../../model/clearing/clearingLedger.ts";
import type { BookRecord, ClearingLedger, MarketRecord } from "../../model/clearing/clearingLedger.ts";
import { flagReward } from "../../model/clearing/flagReward.ts";
import { bookId } from "../../model/clearing/ids.ts";
import type { LiquidationReading } from "../../model/clearing/liquidationReading.ts";
import { calculateMarks } from "../../model/clearing/margin.ts";
import type { ActionClass, Work } from "../../model/intents/types.ts";
import { BlockPace } from "../BlockPace.ts";
import type { Duty, Job, JoinedCall, KeeperView } from "../Duty.ts";
import type { ProtocolIndex } from "../index/ProtocolIndex.ts";
import type { Offer } from "./closeWithQuotes.ts";
import { decideLiquidation } from "./decideLiquidation.ts";
import { bidGas, flagGas } from "./expectedGas.ts";
import { findUnhealthy } from "./findUnhealthy.ts";
import type { UnhealthyBook } from "./findUnhealthy.ts";
import { liquidatorClasses, manyFlags } from "./LiquidatorConfig.ts";
import type { LiquidatorAct, LiquidatorPolicy } from "./LiquidatorConfig.ts";
import { planFlash } from "./planFlash.ts";
import type { FlashPlan } from "./planFlash.ts";
import { sizeBid } from "./sizeBid.ts";
import type { BidPlan } from "./sizeBid.ts";
import { weiOf } from "./worth.ts";

/** Parts that a liquidator works with. */
export interface LiquidatorParts {
  readonly agreed: AgreedChain;
  readonly index: ProtocolIndex;
  /** The Clearinghouse. */
  readonly house: string;
  /** Where taken books may be closed at once. */
  readonly flash?: FlashParts;
}

/** What closing a book in the transaction that takes it needs. */
export interface FlashParts {
  readonly contract: string;
  /** Quotes of a market and expiry that are on boards now; none where boards do not answer. */
  offers(market: bigint, expiry: bigint): Promise<readonly Offer[]>;
}

/** A flagged book in hand. */
interface Auctioned {
  readonly id: bigint;
  readonly book: BookRecord;
  readonly market: MarketRecord;
  readonly reading: LiquidationReading;
  readonly auction: AuctionFacts;
}

type Call = Pick<Work, "to" | "data" | "expectedGas">;
type Readings = ReadonlyMap<string, LiquidationReading>;

/** Auctions read at once. */
const AT_ONCE = 32;
/** Bid seconds after which the backstop takes a book. */
const ABSORB_SECONDS = 7_200n;
/** From the block that a liquidator sees to the one that has its transaction: it looks once a block, and sends when that is over. */
const BLOCKS_TO_LAND = 2n;
/** A job is wanted for as long as it is on the list. */
const FOREVER_MS = BigInt(Number.MAX_SAFE_INTEGER);
const MASK_32 = (1n << 32n) - 1n;

/**
 * Flags books that are short of maintenance margin and takes flagged ones over with the account's own free balance, each into
 * a book of its own, at no less than they are worth. Which books are short is computed from the index for all of them; the
 * chain has the last word on each when its job is proposed.
 */
export class LiquidatorDuty implements Duty {
  readonly name = "liquidator";
  readonly classes: readonly ActionClass[];
  readonly #parts: LiquidatorParts;
  readonly #policy: LiquidatorPolicy;
  readonly #reader: LiquidationReader;
  readonly #pace = new BlockPace();
  /** USD per ether, 8 decimals: as last read, before that as configured. */
  #nativePrice: bigint;

  constructor(parts: LiquidatorParts, policy: LiquidatorPolicy) {
    this.#parts = parts;
    this.#policy = policy;
    this.#reader = new LiquidationReader(parts.agreed, parts.house);
    this.#nativePrice = policy.nativePrice;
    this.classes = liquidatorClasses(this.name, policy);
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    const { index } = this.#parts;
    await index.advance(view.head);
    const { ledger, unsettled } = index;
    const readings = await this.#readings(view);
    this.#nativePrice = this.#nativePriceIn(ledger, readings) ?? this.#nativePrice;
    const auctioned = await this.#auctioned(ledger, readings, view);
    // Bids first: they end a risk, and capital, not gas, is what limits them.
    const flashed = await this.#flashes(ledger, auctioned, view);
    const left = auctioned.filter(({ id }) => !flashed.has(id));
    const taken = [...flashed.values(), ...this.#bids(ledger, left, view.account)];
    // A flag reads the price of the block it lands in, older and less certain than the one seen here.
    const ahead = BLOCKS_TO_LAND * this.#pace.look(view.head);
    const unhealthy = findUnhealthy(ledger, unsettled.expiries(), readings, ahead);
    const flags = unhealthy.map((found) => this.#flag(ledger, found));
    return [...taken, ...flags, ...this.#chores(ledger, auctioned)];
  }

  /** Flags many books. One that somebody else flagged meanwhile is no failure; one that is healthy again fails all. */
  join(works: readonly Work[]): JoinedCall {
    const data = encode("multicall", [works.map((work) => work.data)]);
    return { className: manyFlags(this.name), to: this.#parts.house, data };
  }

  /** One reading for each expiry that is not over. */
  async #readings({ head }: KeeperView): Promise<Readings> {
    const open = [...this.#parts.index.unsettled.expiries()].filter(({ expiry }) => expiry > head.timestamp);
    const readings = new Map<string, LiquidationReading>();
    await Promise.all(
      open.map(async ({ market, expiry }) => {
        const reading = await this.#reader.read(market, expiry, head);
        if (reading !== undefined) readings.set(potKey(market, expiry), reading);
      }),
    );
    return readings;
  }

  #nativePriceIn({ markets }: ClearingLedger, readings: Readings): bigint | undefined {
    const feed = BigInt(this.#policy.nativeFeed ?? -1);
    return [...readings.values()].find(({ market }) => markets.get(market)!.feed === feed)?.latest.price;
  }

  /** Flagged books whose expiry has a price, as the contract sees them. */
  async #auctioned(ledger: ClearingLedger, readings: Readings, { head }: KeeperView): Promise<Auctioned[]> {
    const found: Auctioned[] = [];
    const flagged = [...ledger.auctions.keys()];
    for (let first = 0; first < flagged.length; first += AT_ONCE) {
      await Promise.all(
        flagged.slice(first, first + AT_ONCE).map(async (id) => {
          const parts = bookParts(id);
          const reading = readings.get(potKey(parts.market, parts.expiry));
          if (reading === undefined) return;
          const auction = await this.#reader.auction(id, head);
          if (!auction.isFlagged) return; // ended in the block between the index and this one
          const market = ledger.markets.get(parts.market)!;
          found.push({ id, book: ledger.books.get(id)!, market, reading, auction });
        }),
      );
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #flag(ledger: ClearingLedger, { id, book, reading }: UnhealthyBook): Job {
    const { terms, parameters } = ledger.markets.get(reading.market)!;
    const { price } = reading.latest;
    const { full } = calculateMarks(book.legs, terms, price, reading.maintenance.timeValue);
    const tip = book.tips === 2n ? parameters.tip : 0n;
    const reward = flagReward({ cash: book.cash, full, tip }, BigInt(this.#policy.auctionShareBps));
    const rewardWei = weiOf(reward, terms, price, this.#nativePrice);
    const call = { to: this.#parts.house, data: encode("flag", [id]), expectedGas: flagGas(book.legs.length) };
    return {
      ...this.#job("flag", id, `${flagsOf(ledger, id)}`, call, rewardWei),
      isRepeatable: true,
      isJoinable: true,
    };
  }

  /** Books that quotes close with a profit, by id: they need no capital for longer than a transaction. */
  async #flashes(
    ledger: ClearingLedger,
    auctioned: readonly Auctioned[],
    { head }: KeeperView,
  ): Promise<Map<bigint, Job>> {
    const { flash } = this.#parts;
    const jobs = new Map<bigint, Job>();
    if (flash === undefined) return jobs;
    const asked = new Map<string, Promise<readonly Offer[]>>();
    const offersOf = (market: bigint, expiry: bigint): Promise<readonly Offer[]> => {
      const key = potKey(market, expiry);
      const offers = asked.get(key) ?? flash.offers(market, expiry);
      asked.set(key, offers);
      return offers;
    };
    for (const found of auctioned) {
      if (!found.auction.isLiquidatable) continue;
      const { book, market, reading, auction } = found;
      const moment = {
        marketHash: market.marketHash,
        expiry: reading.expiry,
        time: head.timestamp,
        price: reading.latest.price,
        taker: flash.contract,
      };
      const terms = { legs: book.legs, terms: market.terms, tip: market.parameters.tip, initial: reading.initial };
      const inputs = { ...auction, ...terms, headroomBps: BigInt(this.#policy.headroomBps) };
      const plan = planFlash(inputs, await offersOf(reading.market, reading.expiry), moment);
      if (plan !== undefined) jobs.set(found.id, this.#liquidate(ledger, found, flash.contract, plan));
    }
    return jobs;
  }

  #liquidate(ledger: ClearingLedger, found: Auctioned, contract: string, plan: FlashPlan): Job {
    const { share, capital, profit } = plan;
    const fills = plan.fills.map(({ offer: { quote, signature }, amount }) => {
      return { quote, signature, takerOwner: contract, takerSubId: 0n, amount };
    });
    // Half of the profit may be lost to the price on the way; the other half is asked for.
    const given = { id: found.id, share, minimumPayment: 0n, capital, minimumProfit: profit / 2n, fills };
    const data = encodeCall(flashInterface, "liquidate", [given]);
    return this.#taking(ledger, found, { to: contract, data }, profit);
  }

  /** Bids in the order of what they bring in, for as long as the account has capital for them. */
  #bids(ledger: ClearingLedger, auctioned: readonly Auctioned[], account: string): Job[] {
    const gainOf = ({ auction }: Auctioned): bigint => auction.payment - auction.full;
    const wanted = auctioned
      .filter(({ book, auction }) => this.#act(book, auction) === "bid")
      .sort((a, b) => (gainOf(a) > gainOf(b) ? -1 : gainOf(a) < gainOf(b) ? 1 : 0));
    const spent = new Map<string, bigint>();
    return wanted.flatMap((found) => {
      const { token } = found.market;
      const used = spent.get(token) ?? 0n;
      const available = (ledger.freeBalances.get(keyOf(account, token)) ?? 0n) - used;
      const into = ownBook(found.id, account);
      const plan = this.#plan(ledger, found, into, available);
      if (plan === undefined) return [];
      spent.set(token, used + plan.funding);
      return [this.#bid(ledger, found, into, plan)];
    });
  }

  #plan(
    ledger: ClearingLedger,
    { book, market, reading, auction }: Auctioned,
    into: bigint,
    available: bigint,
  ): BidPlan | undefined {
    const taker = ledger.books.get(into) ?? { cash: 0n, tips: 0n, status: "healthy", legs: [] };
    if (taker.status !== "healthy") return undefined;
    return sizeBid({
      ...auction,
      legs: book.legs,
      into: taker,
      terms: market.terms,
      tip: market.parameters.tip,
      initial: reading.initial,
      available,
      marginBps: BigInt(this.#policy.minimumMarginBps),
      headroomBps: BigInt(this.#policy.headroomBps),
    });
  }

  #bid(ledger: ClearingLedger, found: Auctioned, into: bigint, plan: BidPlan): Job {
    const bid = encode("bid", [found.id, into, plan.share, plan.minimumPayment]);
    const data = plan.funding === 0n ? bid : encode("multicall", [[encode("fund", [into, plan.funding]), bid]]);
    const call = { to: this.#parts.house, data, expectedGas: bidGas(found.book.legs.length) };
    return this.#taking(ledger, found, call, plan.gain);
  }

  /** Takes a book, or part of it, in whichever way. */
  #taking(ledger: ClearingLedger, { id, book, market, reading }: Auctioned, call: Call, gain: bigint): Job {
    // Every bid leaves less of the book, so what is left of it names the bid.
    const left = book.legs.reduce((sum, { size }) => sum + (size < 0n ? -size : size), 0n);
    const rewardWei = weiOf(gain, market.terms, reading.latest.price, this.#nativePrice);
    // Done twice it takes a share that is still for sale, at a payment that is still worth it.
    return { ...this.#job("bid", id, `${flagsOf(ledger, id)} ${left}`, call, rewardWei), isRepeatable: true };
  }

  /** What pays nobody, where it is a must. */
  #chores(ledger: ClearingLedger, auctioned: readonly Auctioned[]): Job[] {
    const { unflag, absorb } = this.#policy;
    const jobs: Job[] = [];
    for (const { id, book, market, auction } of auctioned) {
      const flags = `${flagsOf(ledger, id)}`;
      const chore = (act: "unflag" | "absorb"): Job =>
        this.#job(act, id, flags, { to: this.#parts.house, data: encode(act, [id]) }, 0n);
      const isOld = auction.isLiquidatable && auction.elapsed >= ABSORB_SECONDS && market.tranche.amount > 0n;
      if (unflag.mustDo && this.#act(book, auction) === "unflag") jobs.push(chore("unflag"));
      if (absorb.mustDo && isOld) jobs.push(chore("absorb"));
    }
    return jobs;
  }

  #act({ cash }: BookRecord, auction: AuctionFacts): ReturnType<typeof decideLiquidation> {
    return decideLiquidation({ ...auction, cash }, BigInt(this.#policy.minimumMarginBps));
  }

  #job(act: LiquidatorAct, id: bigint, mark: string, call: Call, rewardWei: bigint): Job {
    const key = `${act} ${id} ${mark}`;
    const className = `${this.name} ${act}`;
    return { work: { key, className, ...call, rewardWei, deadlineMs: FOREVER_MS }, shareId: id };
  }
}

/** Book that takes over what is taken of another: one for each, so that no bid counts on another's cash. */
function ownBook(id: bigint, account: string): bigint {
  const { market, expiry } = bookParts(id);
  return bookId(account, market, expiry, BigInt(keccak256(toBeHex(id, 32))) & MASK_32);
}

/** A book may be flagged again: each time is work of its own. */
function flagsOf(ledger: ClearingLedger, id: bigint): bigint {
  return ledger.flags.get(id) ?? 0n;
}

function encode(name: string, given: readonly unknown[]): string {
  return encodeCall(clearingInterface, name, given);
}

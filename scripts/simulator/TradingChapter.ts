// SPDX-License-Identifier: MIT
import { isError } from "ethers";
import type { NonceManager, TransactionResponse } from "ethers";

import type { IClearingRecords } from "../../typechain-types/clearing/Clearinghouse.ts";
import { BallastError } from "../model/BallastError.ts";
import { bookId } from "../model/clearing/ids.ts";
import { clearingDomain, QUOTE_TYPES } from "../model/clearing/quoteTypedData.ts";
import type { DemoStage } from "./DemoStage.ts";
import { readTrading } from "./readTrading.ts";
import type { LiveAccount } from "./readTrading.ts";
import { COIN_MARKET, CONDOR_MAKER, CONDOR_TAKER, planTrading, SETTLER, USD_MARKET } from "./TradingPlan.ts";
import type { PlannedQuote, TradingPlan } from "./TradingPlan.ts";
import type { Attempts, CondorRecord, SeriesRecord, TradingRecord } from "./TradingRecord.ts";

/** Told of what happens, and of how far it is. */
export interface ChapterListener {
  readonly note: (text: string) => Promise<void>;
  readonly progress: (done: number, total: number, text: string) => void;
}

const DAY_SECONDS = 86_400n;
const EXPIRY_SECOND = 28_800n;
const WINDOW_SECONDS = 1_800n;
const MINUTE_MS = 60_000n;
/** Of the local network: uptime counts no more of a gap between rounds. */
export const HEARTBEAT_MS = 300_000n;
/** Grace of half an hour and a dwell of fifteen minutes after a day without prices; much longer where the price moves meanwhile. */
const RECOVERY_ROUNDS = 72n;
/** Rounds before the half hour counts: a gap ends with three of them. */
const ROUNDS_BEFORE = 2n;
const ROUNDS_AFTER = 3n;
const POKE_EVERY = 10n;
const GAS_LIMIT = 1_000_000n;
const FEED = 0n;
/** No price of the collateral's own. */
const NO_FEED = 15n;

/** Writers, buyers and a condor, then their expiry while a validator is silent, and everybody's way out. */
export class TradingChapter {
  readonly #stage: DemoStage;
  readonly #listener: ChapterListener;
  readonly #silent: string;
  readonly #accounts = new Map<string, LiveAccount>();
  #settler!: NonceManager;
  #plan!: TradingPlan;
  #expiry = 0n;
  #opens: Attempts = { attempted: 0, refused: 0 };
  #exits: Attempts = { attempted: 0, refused: 0 };

  /** `silent` is the member whose program ends before the last half hour. */
  constructor(stage: DemoStage, silent: string, listener: ChapterListener) {
    this.#stage = stage;
    this.#silent = silent;
    this.#listener = listener;
  }

  /** Plays it all. Prices must be fresh when it begins. */
  async play(members: readonly string[]): Promise<TradingRecord> {
    const { chain, clock, room } = this.#stage;
    await this.#recover();
    const tradedAt = (await clock.now()) / 1000n;
    this.#expiry = ((tradedAt - EXPIRY_SECOND) / DAY_SECONDS + 1n) * DAY_SECONDS + EXPIRY_SECOND;
    const { price } = await room.oracle.readRisk(FEED);
    this.#plan = planTrading(price, this.#expiry - tradedAt);
    const fromBlock = (await chain.provider.getBlockNumber()) + 1;

    await this.#openAccounts();
    const condor = await this.#trade();
    const series = await this.#series();
    const windowFrom = await this.#lastHalfHour();
    await this.#settle();
    await this.#leave();
    await this.#stage.startValidator(this.#silent, "honest");

    return readTrading(this.#stage, {
      accounts: [...this.#accounts.values()],
      plan: this.#plan,
      fromBlock,
      windowFrom,
      tradedAt,
      expiry: this.#expiry,
      silent: this.#silent,
      members,
      condor,
      series,
      opens: this.#opens,
      exits: this.#exits,
    });
  }

  /** After a day without prices the breaker stays closed for a while of uptime: a round a heartbeat, until it opens. */
  async #recover(): Promise<void> {
    const { clock, room } = this.#stage;
    const startMs = ((await clock.now()) / HEARTBEAT_MS + 1n) * HEARTBEAT_MS;
    let round = 0n;
    for (; !(await this.#isOpen()); round++) {
      if (round === RECOVERY_ROUNDS)
        throw new BallastError("stillClosed", "The breaker did not open", { context: { rounds: `${round}` } });
      await this.#stage.playRound(startMs + round * HEARTBEAT_MS, round % POKE_EVERY === 0n);
      this.#listener.progress(Number(round) + 1, Number(RECOVERY_ROUNDS), `recovery: round ${round + 1n}`);
    }
    const { capBps } = await room.risk.standOf(FEED);
    await this.#listener.note(
      `the breaker was closed for ${round} rounds after a day without prices; now options open under ` +
        `${Number(capBps) / 100} % of the cap, at 1.25 times the margin`,
    );
  }

  async #isOpen(): Promise<boolean> {
    const { reading } = await this.#stage.room.risk.tryRead(FEED, 0n, NO_FEED, 0n);
    return reading.opens;
  }

  /** Everybody brings tokens and deposits them all. */
  async #openAccounts(): Promise<void> {
    this.#listener.progress(0, 1, "writers and buyers deposit");
    const { chain, room, keys } = this.#stage;
    const house = await room.house.getAddress();
    this.#settler = await chain.fund(keys.of(SETTLER));
    const settling = { name: SETTLER, market: USD_MARKET, funds: 0n, inBook: 0n };
    for (const planned of [...this.#plan.accounts, settling]) {
      const key = keys.of(planned.name);
      const signer = planned.name === SETTLER ? this.#settler : await chain.fund(key);
      const book = bookId(key.address, planned.market, this.#expiry);
      this.#accounts.set(planned.name, { planned, key, signer, address: key.address, book });
    }

    const sent: TransactionResponse[] = [];
    for (const { planned, signer, address } of this.#accounts.values()) {
      if (planned.funds === 0n) continue;
      const token = room.collaterals[Number(planned.market) - 1]!;
      const amount = planned.funds * (await this.#scale(planned.market));
      const options = { gasLimit: GAS_LIMIT };
      sent.push(await token.connect(signer).mint(address, amount, options));
      sent.push(await token.connect(signer).approve(house, amount, options));
      sent.push(await room.house.connect(signer).deposit(token, planned.funds, address, options));
    }
    await this.#stage.land(sent);
  }

  /** The condor first while one side has no cash, then everything. */
  async #trade(): Promise<CondorRecord> {
    this.#listener.progress(0, 1, "writers and buyers trade");
    await this.#fundBooks((name) => name !== CONDOR_TAKER);
    const condorFill = await this.#fillOf(this.#plan.condor);
    const refusal = await this.#refusalOf(this.#of(CONDOR_TAKER), condorFill);
    const legsAfterRefusal = (await this.#legsOf(CONDOR_MAKER)) + (await this.#legsOf(CONDOR_TAKER));

    await this.#fundBooks((name) => name === CONDOR_TAKER);
    const { house } = this.#stage.room;
    const options = { gasLimit: GAS_LIMIT };
    const sent: TransactionResponse[] = [];
    for (const quote of [...this.#plan.quotes, this.#plan.condor])
      sent.push(await house.connect(this.#of(quote.taker).signer).fillQuotes([await this.#fillOf(quote)], options));
    sent.push(...(await this.#sendCoveredCall()));
    await this.#stage.land(sent);
    this.#opens = { attempted: this.#plan.quotes.length + 3, refused: 1 };

    const expiry = new Date(Number(this.#expiry) * 1000).toISOString().slice(0, 10);
    await this.#listener.note(
      `options of ${expiry} 08:00 are written and bought: a naked call, puts, a covered call in coins, and a condor of ` +
        `four legs between two books, refused whole (${refusal}) until both have cash`,
    );
    return {
      refusal,
      legsAfterRefusal,
      makerLegs: await this.#legsOf(CONDOR_MAKER),
      takerLegs: await this.#legsOf(CONDOR_TAKER),
    };
  }

  async #fundBooks(which: (name: string) => boolean): Promise<void> {
    const { house } = this.#stage.room;
    const sent: TransactionResponse[] = [];
    for (const { planned, signer, book } of this.#accounts.values())
      if (planned.inBook !== 0n && which(planned.name))
        sent.push(await house.connect(signer).fund(book, planned.inBook, { gasLimit: GAS_LIMIT }));
    await this.#stage.land(sent);
  }

  /** The buyer pays the premium into the writer's balance, and the writer mints to the buyer. */
  async #sendCoveredCall(): Promise<TransactionResponse[]> {
    const { house, collaterals } = this.#stage.room;
    const { writer, buyer, strike, size, premium } = this.#plan.coveredCall;
    const [seller, payer] = [this.#of(writer), this.#of(buyer)];
    const coin = collaterals[Number(COIN_MARKET) - 1]!;
    const options = { gasLimit: GAS_LIMIT };
    const paid = house.connect(payer.signer);
    // What was deposited at the beginning comes back to the wallet for it.
    return [
      await paid.withdraw(coin, premium, payer.address, options),
      await coin.connect(payer.signer).approve(house, premium * (await this.#scale(COIN_MARKET)), options),
      await paid.deposit(coin, premium, seller.address, options),
      await house.connect(seller.signer).mint(seller.book, [{ strike, isCall: true, size }], payer.address, options),
    ];
  }

  /** A maker's signed quote, and how much of it the taker takes. */
  async #fillOf(quote: PlannedQuote): Promise<IClearingRecords.FillStruct> {
    const { chain, clock, room } = this.#stage;
    const maker = this.#of(quote.maker);
    const signed = {
      maker: maker.address,
      taker: this.#of(quote.taker).address,
      marketHash: await this.#marketHash(maker.planned.market),
      expiry: this.#expiry,
      makerSubId: 0n,
      legs: [...quote.legs],
      premium: quote.premium,
      size: quote.size,
      minimumFill: quote.amount,
      nonce: 0n,
      deadline: (await clock.now()) / 1000n + 600n,
      spotLow: 0n,
      spotHigh: 0n,
    };
    const domain = clearingDomain(chain.chainId, await room.house.getAddress());
    const signature = await maker.key.signTypedData(domain, QUOTE_TYPES, signed);
    return { quote: signed, signature, takerOwner: signed.taker, takerSubId: 0n, amount: quote.amount };
  }

  async #marketHash(market: bigint): Promise<string> {
    const { house } = this.#stage.room;
    const [created] = await house.queryFilter(house.filters.MarketCreated(undefined, market));
    return created!.args.marketHash;
  }

  /** Name of the error with which a fill would fail; nothing is sent. */
  async #refusalOf({ signer }: LiveAccount, fill: IClearingRecords.FillStruct): Promise<string> {
    const { house } = this.#stage.room;
    try {
      await house.connect(signer).fillQuotes.staticCall([fill]);
      return "";
    } catch (error) {
      if (!isError(error, "CALL_EXCEPTION")) throw error;
      return error.revert?.name ?? house.interface.parseError(error.data ?? "0x")?.name ?? "unknown";
    }
  }

  async #legsOf(name: string): Promise<number> {
    return (await this.#stage.room.house.book(this.#of(name).book)).legs.length;
  }

  /** Open interest of every series, against the longs and shorts that people hold. */
  async #series(): Promise<SeriesRecord[]> {
    const { house } = this.#stage.room;
    const everybody = [...this.#accounts.values()];
    const records: SeriesRecord[] = [];
    for (const market of [USD_MARKET, COIN_MARKET]) {
      const books = await Promise.all(
        everybody.filter(({ planned }) => planned.market === market).map(({ book }) => house.book(book)),
      );
      for (const { seriesId: id, strike, isCall, openInterest } of await house.liveSeries(market, this.#expiry)) {
        const sizes = books.flatMap(({ legs }) =>
          legs.filter((leg) => leg.strike === strike && leg.isCall === isCall).map(({ size }) => size),
        );
        const tokens = await Promise.all(everybody.map(({ address }) => house.balanceOf(address, id)));
        const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
        records.push({
          name: await house.name(id),
          market,
          openInterest,
          longs: sum(sizes.filter((size) => size > 0n)) + sum(tokens),
          shorts: -sum(sizes.filter((size) => size < 0n)),
        });
      }
    }
    return records;
  }

  /** Nothing happens until the last half hour; then a round a minute, one validator silent. @returns Its first block. */
  async #lastHalfHour(): Promise<number> {
    const { chain } = this.#stage;
    const expiryMs = this.#expiry * 1000n;
    const startMs = expiryMs - WINDOW_SECONDS * 1000n;
    this.#listener.progress(0, 1, "the day until the expiry passes");
    await this.#stage.stop(this.#silent, "SIGKILL");
    await this.#listener.note(`${this.#silent}'s process is killed: five of six go on`);

    const minutes = WINDOW_SECONDS / 60n;
    const fromBlock = (await chain.provider.getBlockNumber()) + 1;
    const total = ROUNDS_BEFORE + minutes + ROUNDS_AFTER;
    for (let index = 0n; index < total; index++) {
      await this.#stage.playRound(startMs + (index - ROUNDS_BEFORE) * MINUTE_MS, index % POKE_EVERY === 0n);
      this.#listener.progress(Number(index) + 1, Number(total), `expiry: minute ${index + 1n} of ${total}`);
    }
    return fromBlock;
  }

  /** Somebody who is nobody in particular prices the expiries and settles every book. */
  async #settle(): Promise<void> {
    this.#listener.progress(1, 1, "the expiry is settled");
    const house = this.#stage.room.house.connect(this.#settler);
    const options = { gasLimit: GAS_LIMIT };
    await this.#tryOut([
      await house.settleExpiry(USD_MARKET, this.#expiry, 0, options),
      await house.settleExpiry(COIN_MARKET, this.#expiry, 0, options),
    ]);
    const books = [...this.#accounts.values()].map(({ book }) => book);
    await this.#tryOut([await house.settleBooks(books, { gasLimit: 4n * GAS_LIMIT })]);
    await this.#listener.note("anyone settles the expiry: the mean of its last half hour prices both markets");
  }

  /** Longs are redeemed, books emptied, balances withdrawn; fees go where they belong. */
  async #leave(): Promise<void> {
    const { house, pot, collaterals } = this.#stage.room;
    const options = { gasLimit: GAS_LIMIT };
    await this.#redeemAndDefund();
    const sent: TransactionResponse[] = [];
    for (const { signer, address } of this.#accounts.values()) {
      for (const token of collaterals) {
        const amount = await house.freeBalance(address, token);
        if (amount !== 0n) sent.push(await house.connect(signer).withdraw(token, amount, address, options));
      }
    }
    await this.#tryOut(sent);

    const feeCalls: TransactionResponse[] = [];
    for (const [index, token] of collaterals.entries()) {
      feeCalls.push(await house.connect(this.#settler).moveFees(index + 1, options));
      feeCalls.push(await house.connect(this.#settler).withdrawFor(token, options));
      feeCalls.push(await pot.connect(this.#settler).collect(token, options));
    }
    await this.#stage.land(feeCalls);
    await this.#listener.note("everybody redeems and withdraws; mint fees reach insurance, validators and relayers");
  }

  /** Tokens become receipts; receipts of books that were settled before the debtors are topped up. */
  async #redeemAndDefund(): Promise<void> {
    const { house } = this.#stage.room;
    const options = { gasLimit: GAS_LIMIT };
    const sent: TransactionResponse[] = [];
    for (const { planned, signer, address, book } of this.#accounts.values()) {
      const calls = house.connect(signer);
      const live = await house.liveSeries(planned.market, this.#expiry);
      const held = await Promise.all(live.map(({ seriesId }) => house.balanceOf(address, seriesId)));
      for (const [index, amount] of held.entries())
        if (amount !== 0n) sent.push(await calls.redeem(live[index]!.seriesId, amount, options));
      const { due } = await house.receiptOf(address, planned.market, this.#expiry);
      if (due !== 0n) sent.push(await calls.redeem(live[0]!.seriesId, 0n, options));
      const { cash } = await house.book(book);
      if (cash !== 0n) sent.push(await calls.defund(book, cash, address, options));
    }
    await this.#tryOut(sent);
  }

  /** Exits: what reverts is counted, not thrown. */
  async #tryOut(sent: readonly TransactionResponse[]): Promise<void> {
    const receipts = await this.#stage.landed(sent);
    const refused = receipts.filter(({ status }) => status !== 1).length;
    this.#exits = { attempted: this.#exits.attempted + sent.length, refused: this.#exits.refused + refused };
  }

  /** Token units in a ledger unit. */
  async #scale(market: bigint): Promise<bigint> {
    const decimals = await this.#stage.room.collaterals[Number(market) - 1]!.decimals();
    return decimals > 9n ? 10n ** (decimals - 9n) : 1n;
  }

  #of(name: string): LiveAccount {
    return this.#accounts.get(name)!;
  }
}

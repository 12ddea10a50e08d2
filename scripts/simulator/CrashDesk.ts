// SPDX-License-Identifier: MIT
import { isError } from "ethers";
import type { NonceManager, TransactionResponse } from "ethers";

import { bookId, seriesId } from "../model/clearing/ids.ts";
import { FUNDED_WRITER, LIQUIDATOR, OPENER, PUT_BUYER, SPREAD_WRITER, THIN_WRITER } from "./CrashPlan.ts";
import type { CrashPlan, PlannedPuts, PlannedWriter } from "./CrashPlan.ts";
import type { CrashMoney, ExitRecord, ModeSample, OpeningRecord } from "./CrashRecord.ts";
import type { DemoStage } from "./DemoStage.ts";
import { USD_MARKET } from "./TradingPlan.ts";

interface DeskAccount {
  readonly signer: NonceManager;
  readonly address: string;
  readonly book: bigint;
}

const GAS_LIMIT = 1_500_000n;
const OPTIONS = { gasLimit: GAS_LIMIT };
const PERCENT = 100n;
/** A strike has 4 decimals, a size 6, dollars 6. */
const STRIKE_ONE = 10_000n;
/** What moves in every try to leave: dollars, and a tenth of an option. */
const EXIT_UNITS = 1_000_000n;
const EXIT_SIZE = 100_000n;

/** Everybody with money in the chapter of the crash: who writes, buys, takes over, tries to open and leaves. */
export class CrashDesk {
  readonly openings: OpeningRecord[] = [];
  readonly exits: ExitRecord[] = [];
  readonly #stage: DemoStage;
  readonly #plan: CrashPlan;
  readonly #expiry: bigint;
  readonly #accounts = new Map<string, DeskAccount>();

  constructor(stage: DemoStage, plan: CrashPlan, expiry: bigint) {
    this.#stage = stage;
    this.#plan = plan;
    this.#expiry = expiry;
  }

  bookOf(name: string): bigint {
    return this.#of(name).book;
  }

  signerOf(name: string): NonceManager {
    return this.#of(name).signer;
  }

  /** All that is open, options with 6 decimals. */
  async openInterest(): Promise<bigint> {
    const series = await this.#stage.room.house.liveSeries(USD_MARKET, this.#expiry);
    return series.reduce((sum, { openInterest }) => sum + openInterest, 0n);
  }

  /** Everybody brings dollars and deposits them; liquidator and opener fill their books. */
  async openAccounts(): Promise<void> {
    const { chain, room, keys } = this.#stage;
    const { writers, liquidatorFunds, buyerFunds, openerFunds } = this.#plan;
    const funds: readonly (readonly [string, bigint])[] = [
      ...writers.map(({ name, funds: own }) => [name, own] as const),
      [LIQUIDATOR, liquidatorFunds],
      [PUT_BUYER, buyerFunds],
      [OPENER, openerFunds],
    ];
    const house = await room.house.getAddress();
    const token = room.collaterals[Number(USD_MARKET) - 1]!;
    const sent: TransactionResponse[] = [];
    for (const [name, amount] of funds) {
      const key = keys.of(name);
      const account = {
        signer: await chain.fund(key),
        address: key.address,
        book: bookId(key.address, USD_MARKET, this.#expiry),
      };
      this.#accounts.set(name, account);
      sent.push(await token.connect(account.signer).mint(account.address, amount, OPTIONS));
      sent.push(await token.connect(account.signer).approve(house, amount, OPTIONS));
      sent.push(await room.house.connect(account.signer).deposit(token, amount, account.address, OPTIONS));
    }
    await this.#stage.land(sent);
    await this.#stage.land([await this.#fund(LIQUIDATOR, liquidatorFunds), await this.#fund(OPENER, openerFunds)]);
  }

  /** Writers in their order: what one holds another has written before. The chapter is about margin: nobody asks a premium. */
  async write(): Promise<void> {
    for (const writer of this.#plan.writers) {
      if (writer.marginPercent === undefined) await this.#writeFunded(writer);
      else await this.#writeThin(writer, writer.marginPercent);
    }
  }

  /** Funds a book up to its maximum loss out of what its owner has left. */
  async saveItself(name: string): Promise<void> {
    const { house } = this.#stage.room;
    const [{ cash }, full] = await Promise.all([house.book(this.bookOf(name)), house.maxLoss(this.bookOf(name))]);
    if (cash < full) await this.#tryOut([await this.#fund(name, full - cash)], "reduceOnly");
  }

  /** Whether an opening would go through now; nothing is sent. */
  async tryOpening({ at, mode, phase }: ModeSample): Promise<void> {
    const { house } = this.#stage.room;
    const { signer, book, address } = this.#of(OPENER);
    let refusal = "";
    try {
      await house.connect(signer).mint.staticCall(book, [this.#legOf(this.#plan.opening)], address);
    } catch (error) {
      if (!isError(error, "CALL_EXCEPTION")) throw error;
      refusal = error.revert?.name ?? house.interface.parseError(error.data ?? "0x")?.name ?? "unknown";
    }
    this.openings.push({ at, mode, phase, refusal });
  }

  /** Sends the opening. @returns Whether it was mined. */
  async open(): Promise<boolean> {
    const { signer, book, address } = this.#of(OPENER);
    const calls = this.#stage.room.house.connect(signer);
    const [receipt] = await this.#stage.landed([
      await calls.mint(book, [this.#legOf(this.#plan.opening)], address, OPTIONS),
    ]);
    return receipt!.status === 1;
  }

  /** Money out of a balance, into and out of a book, and shorts closed against longs. */
  async tryExits({ mode }: ModeSample): Promise<void> {
    const { house, collaterals } = this.#stage.room;
    const token = collaterals[Number(USD_MARKET) - 1]!;
    const [buyer, writer] = [this.#of(PUT_BUYER), this.#of(FUNDED_WRITER)];
    const calls = house.connect(writer.signer);
    const { written } = this.#plan.writers[0]!;
    await this.#tryOut(
      [
        await house.connect(buyer.signer).withdraw(token, EXIT_UNITS, buyer.address, OPTIONS),
        await calls.fund(writer.book, EXIT_UNITS, OPTIONS),
        await calls.defund(writer.book, EXIT_UNITS, writer.address, OPTIONS),
        await calls.burn(writer.book, [this.#legOf({ ...written, size: EXIT_SIZE })], OPTIONS),
      ],
      mode,
    );
  }

  /** The expiry is priced, every book settled, every long redeemed and every balance taken home. */
  async settleAndLeave(): Promise<void> {
    const { house, collaterals } = this.#stage.room;
    const calls = house.connect(this.signerOf(LIQUIDATOR));
    const books = [...this.#accounts.values()].map(({ book }) => book);
    const options = { gasLimit: 4n * GAS_LIMIT };
    await this.#tryOut([await calls.settleExpiry(USD_MARKET, this.#expiry, 0, options)], "normal");
    const series = await house.liveSeries(USD_MARKET, this.#expiry);
    await this.#tryOut([await calls.settleBooks(books, options)], "normal");

    const sent: TransactionResponse[] = [];
    for (const { signer, address, book } of this.#accounts.values()) {
      for (const { seriesId: id } of series) {
        const amount = await house.balanceOf(address, id);
        if (amount !== 0n) sent.push(await house.connect(signer).redeem(id, amount, OPTIONS));
      }
      const { due } = await house.receiptOf(address, USD_MARKET, this.#expiry);
      if (due !== 0n) sent.push(await house.connect(signer).redeem(series[0]!.seriesId, 0n, OPTIONS));
      const { cash } = await house.book(book);
      if (cash !== 0n) sent.push(await house.connect(signer).defund(book, cash, address, OPTIONS));
    }
    await this.#tryOut(sent, "normal");
    const token = collaterals[Number(USD_MARKET) - 1]!;
    const taken: TransactionResponse[] = [];
    for (const { signer, address } of this.#accounts.values()) {
      const amount = await house.freeBalance(address, token);
      if (amount !== 0n) taken.push(await house.connect(signer).withdraw(token, amount, address, OPTIONS));
    }
    await this.#tryOut(taken, "normal");
  }

  /** What the chapter came to in money, read when everybody has left. */
  async money(
    known: Pick<CrashMoney, "insuranceStart" | "insuranceEnd" | "othersStart" | "othersEnd" | "openInterest">,
  ): Promise<CrashMoney> {
    const { house, collaterals } = this.#stage.room;
    const token = collaterals[Number(USD_MARKET) - 1]!;
    const [final, { amount }, settled] = await Promise.all([
      house.expiryState(USD_MARKET, this.#expiry),
      house.trancheOf(USD_MARKET),
      house.queryFilter(house.filters.BookSettled()),
    ]);
    const ours = [...this.#accounts.values()].map(({ book }) => book);
    const books = settled.filter(({ args }) => ours.includes(args.id));
    return {
      ...known,
      symbol: await token.symbol(),
      unitDecimals: Number(await token.decimals()),
      tranche: amount,
      settlementPrice: final.price,
      claimsUp: final.claimsUp,
      collected: final.collected,
      drawnAtExpiry: books.reduce((sum, { args }) => sum + args.drawn, 0n),
      shortage: books.reduce((sum, { args }) => sum + args.shortage, 0n),
      held: await token.balanceOf(house),
      owed: await house.owed(token),
    };
  }

  /** Puts for the buyer, for the spread that holds them, and one for itself to close again. */
  async #writeFunded({ name, written, funds }: PlannedWriter): Promise<void> {
    const { address, book, signer } = this.#of(name);
    const calls = this.#stage.room.house.connect(signer);
    const { held } = this.#plan.writers.find((writer) => writer.name === SPREAD_WRITER)!;
    const own = { ...written, size: written.size / 5n };
    const worst = [written, own, held!].reduce((sum, { strike, size }) => sum + (strike * size) / STRIKE_ONE, 0n);
    // A hundredth more pays fees and tips and is left to be taken out again.
    await this.#stage.land([
      await this.#fund(name, worst + worst / PERCENT < funds ? worst + worst / PERCENT : funds),
      await calls.mint(book, [this.#legOf(written)], this.#of(PUT_BUYER).address, OPTIONS),
      await calls.mint(book, [this.#legOf(own)], address, OPTIONS),
      await calls.mint(book, [this.#legOf(held!)], this.#of(SPREAD_WRITER).address, OPTIONS),
    ]);
  }

  async #writeThin({ name, written, held }: PlannedWriter, marginPercent: bigint): Promise<void> {
    const { house } = this.#stage.room;
    const { book, signer } = this.#of(name);
    const calls = house.connect(signer);
    if (held !== undefined) {
      const id = seriesId(USD_MARKET, this.#expiry, held.strike, false);
      await this.#stage.land([await calls.depositLong(book, id, held.size, OPTIONS)]);
    }
    const { missing } = await house.previewMint(book, [this.#legOf(written)]);
    await this.#stage.land([
      await this.#fund(name, (missing * marginPercent) / PERCENT),
      await calls.mint(book, [this.#legOf(written)], this.#of(PUT_BUYER).address, OPTIONS),
    ]);
  }

  async #fund(name: string, amount: bigint): Promise<TransactionResponse> {
    const { signer, book } = this.#of(name);
    return this.#stage.room.house.connect(signer).fund(book, amount, OPTIONS);
  }

  /** What reverts is counted, not thrown. */
  async #tryOut(sent: readonly TransactionResponse[], mode: ExitRecord["mode"]): Promise<void> {
    const receipts = await this.#stage.landed(sent);
    this.exits.push({ mode, attempted: sent.length, refused: receipts.filter(({ status }) => status !== 1).length });
  }

  #legOf({ strike, size }: PlannedPuts): { strike: bigint; isCall: boolean; size: bigint } {
    return { strike, isCall: false, size };
  }

  #of(name: string): DeskAccount {
    return this.#accounts.get(name)!;
  }
}

/** Books that a liquidator watches: all that were written. */
export function writersOf({ writers }: CrashPlan): string[] {
  return writers.map(({ name }) => name);
}

/** Who puts in the rest when the breaker is ReduceOnly. */
export const SAVES_ITSELF = THIN_WRITER;

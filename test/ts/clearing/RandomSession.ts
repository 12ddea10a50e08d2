// SPDX-License-Identifier: MIT
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { ClearingBench, DAY, Mode, OPTION, readingAt, STRIKE } from "./ClearingBench.ts";

const STRIKES = [2900, 3000, 3050, 3400] as const;
const ACTORS = [1, 2, 3, 4] as const;
const RIGHT_RECEIVE = 4n;

type Account = Awaited<ReturnType<ClearingBench["signer"]>>;

/** What one action does; it may be refused. */
type Action = () => Promise<unknown>;

/**
 * Four people doing anything with a Clearinghouse, the same for the same seed. Half of what they try is refused; who reads
 * the events afterwards must know the rest.
 */
export class RandomSession {
  readonly bench: ClearingBench;
  readonly books = new Set<bigint>();
  readonly actors: readonly Account[];
  readonly expiries: readonly bigint[];
  /** How often each action went through. */
  readonly done = new Map<string, number>();
  readonly #random: SeededRandom;
  #nonce = 0n;
  #bidTime = 1_000n;

  private constructor(bench: ClearingBench, actors: readonly Account[], seed: number) {
    this.bench = bench;
    this.actors = actors;
    this.expiries = [bench.expiry, bench.expiry + BigInt(DAY)];
    this.#random = new SeededRandom(seed);
  }

  static async create(seed: number, bench?: ClearingBench): Promise<RandomSession> {
    bench ??= await ClearingBench.create();
    const actors: Account[] = [];
    for (const index of ACTORS) actors.push(await bench.account(index));
    await bench.risk.set(readingAt(3000, { lossShareBps: 0n }));
    const session = new RandomSession(bench, actors, seed);
    for (const owner of actors) {
      for (const manager of actors) await bench.house.connect(owner).setManager(manager, RIGHT_RECEIVE);
    }
    return session;
  }

  /** `count` actions before the expiries, then the expiries, then `count / 2` more. */
  async run(count: number): Promise<void> {
    await this.trade(count);
    for (const expiry of this.expiries) {
      const price = 3_000 + Number(this.#below(1_500n)) - 600;
      await this.bench.mark(expiry, price);
    }
    await this.bench.at(this.expiries[1]! + 120n);
    await this.#act(count / 2, this.#closingActions());
  }

  /** `count` actions before the expiries. */
  async trade(count: number): Promise<void> {
    await this.#act(count, this.#tradingActions());
  }

  async #act(count: number, actions: Readonly<Record<string, Action>>): Promise<void> {
    const names = Object.keys(actions);
    for (let i = 0; i < count; i += 1) {
      const name = this.#oneOf(names);
      try {
        await actions[name]!();
        this.done.set(name, (this.done.get(name) ?? 0) + 1);
      } catch (error) {
        // Refused by name is part of the session; anything else is a mistake of the test.
        if (!/revert|Panic|Clearinghouse_|ERC6909|UNKNOWN_BOOK/.test(String(error))) throw error;
      }
    }
  }

  #tradingActions(): Readonly<Record<string, Action>> {
    const { bench } = this;
    const { house } = bench;
    return {
      ...this.#moneyActions(),
      mint: async () => {
        const [writer, to, id] = [this.#actor(), this.#actor(), this.#newBook()];
        const book = this.#bookOf(writer, id);
        const size = this.#between(1_000n, 8n * OPTION);
        await house.connect(writer).fund(book, this.#cashFor(book, size));
        await house.connect(writer).mint(book, [{ ...this.#series(), size }], to.address);
      },
      burn: async () => {
        const { id, owner, leg } = await this.#anyLeg();
        await house
          .connect(owner)
          .burn(id, [{ ...leg, size: this.#between(1n, leg.size < 0n ? -leg.size : leg.size) }]);
      },
      burnAll: async () => {
        const { id, owner, leg } = await this.#anyLeg();
        await house.connect(owner).burn(id, [{ ...leg, size: leg.size < 0n ? -leg.size : leg.size }]);
      },
      depositLong: async () => {
        const { owner, id, series, held } = await this.#anyLong();
        await house.connect(owner).depositLong(id, series, this.#between(1n, held));
      },
      withdrawLong: async () => {
        const { id, owner, leg } = await this.#anyLeg();
        const series = this.#seriesId(id, leg);
        await house.connect(owner).withdrawLong(id, series, this.#between(1n, leg.size), this.#actor());
      },
      transferLong: async () => {
        const { owner, series, held } = await this.#anyLong();
        await house.connect(owner).transfer(this.#actor(), series, this.#between(1n, held));
      },
      fillQuotes: async () => this.#fill(1),
      fillTwo: async () => this.#fill(2),
      fillAgain: async () => this.#fill(1, true),
      cancelQuotes: async () => house.connect(this.#actor()).cancelQuotes([this.#below(40n), this.#below(40n)]),
      cancelBefore: async () => house.connect(this.#actor()).cancelBefore(this.#below(3n)),
      setManager: async () => house.connect(this.#actor()).setManager(this.#actor(), RIGHT_RECEIVE + this.#below(4n)),
      transferBook: async () => {
        const { id, owner } = await this.#anyBook();
        const [to, subId] = [this.#actor(), this.#below(4n)];
        await house.connect(owner).transferBook(id, to, subId);
        this.#bookOf(to, id, subId);
      },
      changeRisk: async () => {
        const mode = this.#oneOf([Mode.Normal, Mode.Normal, Mode.Normal, Mode.Cautious, Mode.ReduceOnly]);
        const price = 2_400 + Number(this.#below(1_200n));
        await this.#tell(price, mode);
      },
      ...this.#liquidationActions(),
    };
  }

  /** Price and mode, and who may be liquidated then; bid time goes on by up to an hour. */
  async #tell(price: number, mode: bigint): Promise<void> {
    const reading = readingAt(price, { mode, opens: mode <= Mode.Cautious, lossShareBps: 0n });
    this.#bidTime += this.#below(3_600n);
    await this.bench.risk.set(reading);
    await this.bench.risk.setLiquidation({
      allowed: this.#oneOf([2n, 3n, 3n]),
      isPrimary: true,
      bidTime: this.#bidTime,
      earlierPrice: reading.price,
      earlierLow: reading.low,
      earlierHigh: reading.high,
    });
  }

  #liquidationActions(): Readonly<Record<string, Action>> {
    const { house } = this.bench;
    return {
      crash: async () => this.#tell(this.#oneOf([1_500, 2_000, 4_200, 5_500]), Mode.Normal),
      flag: async () => {
        for (const id of this.books) {
          if (await house.isLiquidatable(id)) {
            await house.connect(this.#actor()).flag(id);
            return;
          }
        }
        throw new Error("UNKNOWN_BOOK");
      },
      remark: async () => house.connect(this.#actor()).flag(await this.#flagged()),
      unflag: async () => house.connect(this.#actor()).unflag(await this.#flagged()),
      bid: async () => {
        const id = await this.#flagged();
        const bidder = this.#actor();
        const into = this.#bookOf(bidder, id, 7n + this.#below(2n));
        await house.connect(bidder).fund(into, this.#cashFor(into, 20n * OPTION));
        const share = this.#oneOf([10n ** 18n, 10n ** 18n, 3n * 10n ** 17n]);
        await house.connect(bidder).bid(id, into, share, 0n);
      },
      absorb: async () => {
        const id = await this.#flagged();
        await house.connect(this.#actor()).absorb(id);
      },
    };
  }

  async #flagged(): Promise<bigint> {
    for (const id of this.books) if ((await this.bench.house.book(id)).state === 1n) return id;
    throw new Error("UNKNOWN_BOOK");
  }

  #moneyActions(): Readonly<Record<string, Action>> {
    const { bench } = this;
    const { house } = bench;
    return {
      withdraw: async () => house.connect(this.#actor()).withdraw(this.#token(), this.#below(10n ** 9n), this.#actor()),
      fund: async () => {
        const { id } = await this.#anyBook();
        await house.connect(this.#actor()).fund(id, this.#between(1n, 10n ** 9n));
      },
      defund: async () => {
        const { id, owner } = await this.#anyBook();
        const { cash } = await house.book(id);
        await house.connect(owner).defund(id, this.#between(1n, cash), this.#actor());
      },
      splitBook: async () => {
        const { id, owner } = await this.#anyBook();
        const to = this.#actor();
        const target = await house.nextSplit(id, to);
        const denominator = this.#between(1n, 9n);
        await house.connect(owner).splitBook(id, to, this.#between(1n, denominator), denominator);
        this.books.add(target);
      },
      fundInsurance: async () => house.connect(this.#actor()).fundInsurance(this.#market(), this.#below(10n ** 9n)),
      lockTranche: async () => house.connect(this.#actor()).lockTranche(this.#market(), this.#between(1n, 10n ** 11n)),
      releaseTranche: async () =>
        house.connect(this.#actor()).releaseTranche(this.#market(), this.#between(1n, 10n ** 10n)),
      withdrawInsurance: async () =>
        house.withdrawInsurance(this.#market(), this.#below(5n * 10n ** 8n), this.#actor()),
      moveFees: async () => house.connect(this.#actor()).moveFees(this.#market()),
    };
  }

  #closingActions(): Readonly<Record<string, Action>> {
    const { house } = this.bench;
    return {
      ...this.#moneyActions(),
      settleExpiry: async () =>
        house.connect(this.#actor()).settleExpiry(this.#market(), this.#oneOf(this.expiries), 0n),
      settleBooks: async () => {
        const [first, second] = [await this.#anyBook(), await this.#anyBook()];
        await house.connect(this.#actor()).settleBooks([first.id, second.id]);
      },
      redeem: async () => {
        const { owner, series, held } = await this.#anyLong();
        await house.connect(owner).redeem(series, this.#between(1n, held));
      },
      topUp: async () => {
        const { id, owner } = await this.#anyBook();
        await house.connect(owner).redeem(this.#seriesId(id, this.#series()), 0n);
      },
    };
  }

  /** Fills one or two quotes; `again` repeats a part of one quote in a later call. */
  async #fill(count: number, again = false): Promise<void> {
    const { bench } = this;
    const taker = this.#actor();
    const fills = [];
    for (let i = 0; i < count; i += 1) {
      const maker = this.#actor();
      const market = this.#market();
      const expiry = this.#oneOf(this.expiries);
      const [makerSubId, takerSubId] = [this.#below(2n), this.#below(2n)];
      const makerBook = this.#register(bench.bookId(maker.address, makerSubId, market, expiry));
      const takerBook = this.#register(bench.bookId(taker.address, takerSubId, market, expiry));
      const size = this.#between(2_000n, 2n * OPTION);
      for (const [owner, book] of [[maker, makerBook] as const, [taker, takerBook] as const]) {
        await bench.house.connect(owner).fund(book, this.#cashFor(book, size));
      }
      const legs = Array.from({ length: Number(this.#between(1n, 2n)) }, () => ({
        ...this.#series(),
        ratio: this.#oneOf([-2n, -1n, 1n, 2n]),
      }));
      const quote = {
        maker: maker.address,
        taker: "0x0000000000000000000000000000000000000000",
        marketHash: market === bench.quoteMarket ? bench.quoteHash : bench.coinHash,
        expiry,
        makerSubId,
        legs,
        premium: this.#between(0n, 10n ** 7n) - 5n * 10n ** 6n,
        size,
        minimumFill: 1_000n,
        nonce: this.#nonce++,
        deadline: expiry,
        spotLow: 0n,
        spotHigh: 0n,
      };
      const amount = this.#between(1_000n, size / 2n);
      fills.push({ quote, signature: await bench.sign(maker, quote), takerOwner: taker.address, takerSubId, amount });
    }
    await bench.house.connect(taker).fillQuotes(fills);
    if (again) await bench.house.connect(taker).fillQuotes(fills);
  }

  #cashFor(book: bigint, size: bigint): bigint {
    const isQuote = ((book >> 64n) & 0xffffffffn) === this.bench.quoteMarket;
    const share = this.#oneOf([50n, 130n, 130n, 350n]);
    return isQuote ? size * 10n * share + 100_000_000n : size * 4n * share + 20_000_000n;
  }

  async #anyBook(): Promise<{ id: bigint; owner: Account }> {
    if (this.books.size === 0) throw new Error("UNKNOWN_BOOK");
    const id = this.#oneOf([...this.books]);
    const owner = this.actors.find(({ address }) => BigInt(address) === id >> 96n)!;
    return { id, owner };
  }

  async #anyLeg() {
    const { id, owner } = await this.#anyBook();
    const { legs } = await this.bench.house.book(id);
    if (legs.length === 0) throw new Error("UNKNOWN_BOOK");
    const { strike, isCall, size } = this.#oneOf([...legs]);
    return { id, owner, leg: { strike, isCall, size } };
  }

  /** Of the series somebody holds, with a book of the same market and expiry. */
  async #anyLong() {
    const owner = this.#actor();
    const id = this.#register(this.#bookOf(owner, this.#newBook()));
    for (const strike of STRIKES) {
      for (const isCall of [true, false]) {
        const series = this.#seriesId(id, { strike: BigInt(strike) * STRIKE, isCall });
        const held = await this.bench.house.balanceOf(owner, series);
        if (held !== 0n && this.#below(3n) !== 0n) return { owner, id, series, held };
      }
    }
    throw new Error("UNKNOWN_BOOK");
  }

  #bookOf(owner: Account, like: bigint, subId = like & 0xffffffffn): bigint {
    return this.#register((BigInt(owner.address) << 96n) | (((like >> 32n) & ((1n << 64n) - 1n)) << 32n) | subId);
  }

  #newBook(): bigint {
    return this.bench.bookId(this.actors[0]!.address, this.#below(2n), this.#market(), this.#oneOf(this.expiries));
  }

  #register(id: bigint): bigint {
    this.books.add(id);
    return id;
  }

  #seriesId(book: bigint, leg: { strike: bigint; isCall: boolean }): bigint {
    return (((book >> 32n) & ((1n << 64n) - 1n)) << 41n) | (leg.strike << 1n) | (leg.isCall ? 1n : 0n);
  }

  #series(): { strike: bigint; isCall: boolean } {
    return { strike: BigInt(this.#oneOf(STRIKES)) * STRIKE, isCall: this.#below(2n) === 1n };
  }

  #actor(): Account {
    return this.#oneOf(this.actors);
  }

  #market(): bigint {
    return this.#oneOf([this.bench.quoteMarket, this.bench.coinMarket]);
  }

  #token(): ClearingBench["dollar"] {
    return this.#oneOf([this.bench.dollar, this.bench.coin]);
  }

  #between(low: bigint, high: bigint): bigint {
    return high <= low ? low : low + this.#below(high - low + 1n);
  }

  #below(limit: bigint): bigint {
    return this.#random.below(limit);
  }

  #oneOf<T>(values: readonly T[]): T {
    return values[Number(this.#below(BigInt(values.length)))]!;
  }
}

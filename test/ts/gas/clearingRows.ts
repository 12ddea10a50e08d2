// SPDX-License-Identifier: MIT
import type { HDNodeWallet } from "ethers";
import { ZeroAddress } from "ethers";

import { ClearingBench, gasOf, OPTION, STRIKE } from "../clearing/ClearingBench.ts";
import { LiveRisk } from "../risk/LiveRisk.ts";
import type { GasRow } from "./rows.ts";

const DOLLAR = 10n ** 6n;
const STEP = 50;
const COUNTS = [1, 5, 8] as const;
type Figures = Readonly<Record<string, number>>;
type Account = Awaited<ReturnType<ClearingBench["signer"]>> & { signTypedData: HDNodeWallet["signTypedData"] };

/** Neighbouring strikes, puts below the price and calls above, bought and written in turn. */
function quoteLegs(count: number, lowest: number): { strike: bigint; isCall: boolean; ratio: bigint }[] {
  return Array.from({ length: count }, (_, index) => {
    const strike = lowest + STEP * index;
    return { strike: BigInt(strike) * STRIKE, isCall: strike >= 3000, ratio: index % 2 === 0 ? -1n : 1n };
  });
}

/** A market with insurance in which two others trade the same expiry already, so that its own words are written. */
export class Stage {
  readonly figures: Record<string, number> = {};
  bench!: ClearingBench;
  live!: LiveRisk;
  writer!: Account;
  buyer!: Account;
  private nonce = 0n;

  static async create(): Promise<Stage> {
    const stage = new Stage();
    stage.live = await LiveRisk.create(3_000);
    const { connection } = stage.live.oracle;
    stage.bench = await ClearingBench.create({ connection, risk: await stage.live.risk.getAddress() });
    await stage.bench.insure(2_000_000);
    [stage.writer, stage.buyer] = [await stage.bench.account(1), await stage.bench.account(2)];
    const other = await stage.bench.account(3);
    await stage.fund(other, 0n);
    await stage.live.refresh();
    const legs = stage.bench.legs({ strike: 2400, isCall: false, size: 1 });
    await stage.bench.house.connect(other).mint(stage.bench.bookId(other.address), legs, other.address);
    return stage;
  }

  house(account: Account): ClearingBench["house"] {
    return this.bench.house.connect(account);
  }

  async fund(account: Account, subId: bigint, dollars = 20_000n): Promise<bigint> {
    const id = this.bench.bookId(account.address, subId);
    await this.house(account).fund(id, dollars * DOLLAR);
    return id;
  }

  /** A maker's quote over `count` legs, and a taker's call that fills one option of it. */
  async quote(count: number, lowest: number, subId: bigint): Promise<() => Promise<number>> {
    const quote = {
      maker: this.writer.address,
      taker: ZeroAddress,
      marketHash: this.bench.quoteHash,
      expiry: this.bench.expiry,
      makerSubId: subId,
      legs: quoteLegs(count, lowest),
      premium: 100n * DOLLAR,
      size: 10n * OPTION,
      minimumFill: 0n,
      nonce: this.nonce++,
      deadline: this.bench.expiry,
      spotLow: 0n,
      spotHigh: 0n,
    };
    const signature = await this.bench.sign(this.writer, quote);
    const fill = { quote, signature, takerOwner: this.buyer.address, takerSubId: subId, amount: OPTION };
    return () => gasOf(this.house(this.buyer).fillQuotes([fill]));
  }

  async mints(): Promise<void> {
    const { bench, writer, buyer, figures } = this;
    const leg = bench.legs({ strike: 3000, isCall: true, size: 1 });
    const mint = (id: bigint): Promise<number> => gasOf(this.house(writer).mint(id, leg, buyer.address));
    const [first, second] = [await this.fund(writer, 1n), await this.fund(writer, 2n)];
    await this.live.refresh();
    figures["mint, new series and holder"] = await mint(first);
    figures["mint, first leg of a funded book"] = await mint(second);
    figures["mint, existing leg"] = await mint(first);
  }

  async fills(): Promise<void> {
    // The first fill of four nonces writes their word.
    const warm = await this.quote(1, 2500, 9n);
    await this.fund(this.writer, 9n);
    await this.fund(this.buyer, 9n);
    await this.live.refresh();
    await warm();
    for (const [index, count] of COUNTS.entries()) {
      const subId = BigInt(10 + index);
      await this.fund(this.writer, subId);
      await this.fund(this.buyer, subId);
      // Series of their own for each, so that all are new.
      const fill = await this.quote(count, 2600 + 1000 * (index % 2) + 500 * Math.floor(index / 2), subId);
      await this.live.refresh();
      this.figures[`fill ${count}, new legs and series`] = await fill();
      this.figures[`fill ${count}, existing legs, both books checked`] = await fill();
    }
  }

  async defunds(): Promise<void> {
    await this.live.refresh();
    for (const [count, subId] of [
      [1, 18n],
      [8, 19n],
    ] as const) {
      // Just above initial margin, far below maximum loss: the price is asked.
      const { id } = await this.shorts(count, subId, false);
      await this.live.refresh();
      const call = this.house(this.writer).defund(id, DOLLAR, this.writer.address);
      this.figures[`defund, ${count} ${count === 1 ? "leg" : "legs"}, initial margin checked`] = await gasOf(call);
    }
  }

  /** A book of `count` short calls with its initial margin, and one of the bidder's with the same legs, or empty. */
  async shorts(count: number, subId: bigint, holding: boolean): Promise<{ id: bigint; into: bigint }> {
    const { bench, writer, buyer } = this;
    const legs = bench.legs(
      ...Array.from({ length: count }, (_, index) => ({ strike: 2900 + STEP * index, isCall: true, size: 1 })),
    );
    const id = await this.fund(writer, subId, 30_000n);
    const into = await this.fund(buyer, subId, 60_000n);
    await this.live.refresh();
    if (holding) await this.house(buyer).mint(into, legs, buyer.address);
    await this.house(writer).mint(id, legs, writer.address);
    const { initial } = await bench.house.requirement(id);
    const { cash } = await bench.house.book(id);
    await this.house(writer).defund(id, cash - initial.amount - 50n * DOLLAR, writer.address);
    return { id, into };
  }

  async liquidations(): Promise<void> {
    const { bench, live, buyer, figures } = this;
    const books = [];
    for (const [index, count] of COUNTS.entries()) {
      for (const holding of [true, false]) {
        const subId = BigInt(20 + 2 * index + (holding ? 0 : 1));
        books.push({ count, holding, ...(await this.shorts(count, subId, holding)) });
      }
    }
    const others: { id: bigint; into: bigint }[] = [];
    for (const [index, count] of COUNTS.entries()) others.push(await this.shorts(count, BigInt(26 + index), false));
    await live.settleAt(3_450);
    // Somebody flagged before, so his balance is not new.
    const flagger = bench.house.connect(await bench.account(5));
    for (const { id, count } of books) {
      await live.refresh();
      figures[`flag, ${count} ${count === 1 ? "leg" : "legs"}`] = await gasOf(flagger.flag(id));
    }
    for (const { id } of others) await flagger.flag(id);
    for (let round = 0; round < 10; round += 1) await live.refresh();
    for (const { id, into, count, holding } of books) {
      await live.refresh();
      const row = holding ? `bid ${count}, bidder holds the legs` : `bid ${count}, into an empty book`;
      figures[row] = await gasOf(this.house(buyer).bid(id, into, 10n ** 18n, 0n));
    }
    await this.fundedBids(others);
  }

  /** Bids as liquidators send them: into a book of their own that is funded on the way. */
  async fundedBids(books: readonly { id: bigint }[]): Promise<void> {
    const { bench, live, buyer, figures } = this;
    for (const [index, { id }] of books.entries()) {
      await live.refresh();
      const into = bench.bookId(buyer.address, BigInt(30 + index));
      const { interface: abi } = bench.house;
      const calls = [
        abi.encodeFunctionData("fund", [into, 60_000n * DOLLAR]),
        abi.encodeFunctionData("bid", [id, into, 10n ** 18n, 0n]),
      ];
      figures[fundedBid(COUNTS[index]!)] = await gasOf(this.house(buyer).multicall(calls));
    }
  }

  async settlement(): Promise<void> {
    const { bench, writer, buyer, figures } = this;
    await bench.mark(bench.expiry, 3_050);
    await bench.at(bench.expiry + 120n);
    figures["settleExpiry"] = await gasOf(bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0));
    // The caller has a balance already.
    const caller = bench.house.connect(await bench.account(4));
    await caller.settleBooks([bench.bookId(writer.address, 9n)]);
    for (const [index, count] of COUNTS.entries()) {
      const books = [bench.bookId(writer.address, BigInt(10 + index))];
      figures[`settleBooks, one book of ${count}`] = await gasOf(caller.settleBooks(books));
    }
    const rest = [1n, 2n, 18n, 19n, 20n, 21n, 22n, 23n, 24n, 25n, 26n, 27n, 28n].map((subId) =>
      bench.bookId(writer.address, subId),
    );
    const bought = [9n, 10n, 11n, 12n, 20n, 21n, 22n, 23n, 24n, 25n, 30n, 31n, 32n].map((subId) =>
      bench.bookId(buyer.address, subId),
    );
    await caller.settleBooks([...rest, ...bought, bench.bookId((await bench.signer(3)).address)]);
    const series = bench.seriesId({ strike: 3000, isCall: true });
    figures["redeem, part"] = await gasOf(this.house(buyer).redeem(series, OPTION / 2n));
  }
}

let run: Promise<Figures> | undefined;

function fundedBid(count: number): string {
  return `fund and bid ${count}`;
}

function figures(): Promise<Figures> {
  run ??= Stage.create().then(async (stage) => {
    await stage.mints();
    await stage.fills();
    await stage.defunds();
    await stage.liquidations();
    await stage.settlement();
    return stage.figures;
  });
  return run;
}

const MARKS: readonly (readonly [name: string, mark: number, peers: string])[] = [
  ["mint, existing leg", 90_000, "Opyn deposit and mint more, naked 269,596"],
  ["mint, first leg of a funded book", 90_000, "Opyn open, deposit and mint: 404,263 full, 479,064 naked"],
  ["mint, new series and holder", 145_000, "Opyn put spread 555,375; Lyra v1 open 1,080,000"],
  ["fill 1, existing legs, both books checked", 112_000, "Derive trade 603,101; portfolio margin 1,229,308"],
  ["fill 5, existing legs, both books checked", 170_000, "Derive trade 974,238; portfolio margin 2,816,386"],
  ["fill 8, existing legs, both books checked", 220_000, "Derive trade of 10: 1,525,231"],
  ["fill 1, new legs and series", 150_000, "–"],
  ["fill 5, new legs and series", 320_000, "–"],
  ["fill 8, new legs and series", 480_000, "–"],
  ["defund, 1 leg, initial margin checked", 66_000, "Morpho Blue withdraw 82,651"],
  ["defund, 8 legs, initial margin checked", 90_000, "–"],
  ["flag, 1 leg", 72_000, "Opyn has none; Derive start of an auction 497,530"],
  ["flag, 5 legs", 90_000, "Derive start of an auction 680,778"],
  ["flag, 8 legs", 105_000, "Derive of 10: 958,367"],
  ["bid 1, bidder holds the legs", 90_000, "Opyn liquidates part for 244,214; Derive bid 605,976"],
  ["bid 5, bidder holds the legs", 132_000, "Derive bid 1,477,234"],
  ["bid 8, bidder holds the legs", 172_000, "Derive of 10: 2,614,796"],
  ["bid 1, into an empty book", 90_000, "Lyra v1 1,038,210; Morpho Blue part 113,692"],
  ["bid 5, into an empty book", 172_000, "–"],
  ["bid 8, into an empty book", 252_000, "–"],
  ["settleBooks, one book of 1", 54_000, "Opyn 179,908; Derive 213,877"],
  ["settleBooks, one book of 5", 64_000, "Derive 519,729"],
  ["settleBooks, one book of 8", 76_000, "Derive of 10: 902,097"],
  ["redeem, part", 56_000, "Opyn 171,528"],
];

/** Whole transactions of the clearing room on the deployed risk contract and oracle. */
export const CLEARING_ROWS: readonly GasRow[] = MARKS.map(([name, mark, peers]) => ({
  name,
  mark,
  peers,
  measure: async () => (await figures())[name]!,
}));

/** Gas of what a liquidator sends for a book of so many legs, on the same contracts. */
export async function liquidatorGas(): Promise<
  { readonly legs: number; readonly flag: number; readonly bid: number }[]
> {
  const measured = await figures();
  return COUNTS.map((legs) => {
    const flag = measured[`flag, ${legs} ${legs === 1 ? "leg" : "legs"}`]!;
    return { legs, flag, bid: measured[fundedBid(legs)]! };
  });
}

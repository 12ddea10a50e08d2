// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { bookId } from "../../../../scripts/model/clearing/ids.ts";
import type { BenchKeeper } from "../support/benchKeeper.ts";
import { FIRST_PRICE, GAS, KeeperBench } from "../support/KeeperBench.ts";

const MINUTE = 60n;
const HOUR = 60n * MINUTE;
/** Thursday, 2026-01-08 12:00 UTC: options expire the next morning, and vaults start after that. */
const START = 1_767_873_600n;
const EXPIRY = START + 20n * HOUR;
const END = START + 24n * HOUR;
const MARKET = 1n;
/** The fall: so many rounds, each by so much of the first price. */
const FALL_ROUNDS = 6n;
const FALL_PERCENT = 4n;
const CALM = 10n * MINUTE;
const BUSY = 2n * MINUTE;
const WITNESS_EVERY = 50n * MINUTE;

/** The market's day: a fall in the early afternoon that stays. */
function priceAt(time: bigint): bigint {
  const since = time - (START + 2n * HOUR);
  if (since < 0n) return FIRST_PRICE;
  const rounds = since / BUSY + 1n;
  const steps = rounds < FALL_ROUNDS ? rounds : FALL_ROUNDS;
  return (FIRST_PRICE * (100n - FALL_PERCENT * steps)) / 100n;
}

/** Rounds come more often where something happens: around the fall and in the half hour that an expiry is settled by. */
function paceAt(time: bigint): bigint {
  const isFall = time >= START + 110n * MINUTE && time < START + 3n * HOUR;
  const isWindow = time >= EXPIRY - 40n * MINUTE && time < EXPIRY + 5n * MINUTE;
  return isFall || isWindow ? BUSY : CALM;
}

describe("a day of keepers", function () {
  this.timeout(180_000);
  let bench: KeeperBench;
  let keepers: BenchKeeper[];
  let books: bigint[];

  before(async () => {
    bench = await KeeperBench.start({ start: START - 2n * HOUR });
    await bench.calm(110n * MINUTE, 240n);
    const leg = { market: MARKET, expiry: EXPIRY, strike: 30_000_000n, isCall: false };
    const funded = await bench.write("wanda", { ...leg, size: 1_000_000n, funds: 3_100_000_000n, to: "holder" });
    books = [funded, await writeThin("thea", { ...leg, size: 10_000_000n })];
    await saveInVault("saver");
    const contracts = { nativePrice: FIRST_PRICE.toString() };
    const duties = {
      breaker: {},
      liquidator: contracts,
      settler: {},
      epochs: {},
      roller: { vaults: [bench.room.vaults[0]!.target as string] },
    };
    keepers = [];
    for (const [index, name] of ["first", "second"].entries()) {
      keepers.push(await bench.keeper(duties, { name, replica: { index, replicas: 2, backupMs: 120_000 } }));
      await bench.deposit(name, MARKET, 100_000_000_000n);
    }
  });
  after(() => bench?.close());

  /** A book with no more than it must hold. */
  async function writeThin(name: string, { market, expiry, ...leg }: ThinLeg): Promise<bigint> {
    await bench.deposit(name, market, 30_000_000_000n);
    const house = bench.room.house.connect(await bench.account(name));
    const { address } = bench.keys.of(name);
    const id = bookId(address, market, expiry);
    const { missing } = await house.previewMint(id, [leg]);
    await bench.send(
      () => house.fund(id, (missing * 101n) / 100n, GAS),
      () => house.mint(id, [leg], bench.keys.of("holder").address, GAS),
    );
    return id;
  }

  async function saveInVault(name: string): Promise<void> {
    const [vault] = bench.room.vaults;
    const account = await bench.account(name);
    const { address } = bench.keys.of(name);
    const token = bench.room.collaterals[0]!.connect(account);
    const amount = 10_000_000_000n;
    await bench.send(
      () => token.mint(address, amount, GAS),
      () => token.approve(vault!, amount, GAS),
      () => vault!.connect(account).requestDeposit(amount, address, address, GAS),
    );
  }

  /** What each keeper has due, by its own account. */
  async function overdue(): Promise<string[]> {
    const pages = await Promise.all(keepers.map(({ progress }) => progress.registry.metrics()));
    return pages.flatMap((page) => page.split("\n").filter((line) => /^ballast_due\{.*\} [1-9]/.test(line)));
  }

  /** Transactions of both in the chain, and how many of them failed. */
  async function transactions(): Promise<{ sent: number; failed: number }> {
    const { provider } = bench.chain;
    const senders = new Set(keepers.map(({ address }) => address));
    const counts = { sent: 0, failed: 0 };
    for (let number = await provider.getBlockNumber(); number > 0; number--) {
      const block = (await provider.getBlock(number, true))!;
      if (BigInt(block.timestamp) < START) break;
      for (const { from, hash } of block.prefetchedTransactions) {
        if (!senders.has(from)) continue;
        counts.sent += 1;
        if ((await provider.getTransactionReceipt(hash))!.status !== 1) counts.failed += 1;
      }
    }
    return counts;
  }

  /** A round, witnesses that follow, and now and then a turn of each keeper with a block after it. */
  async function pass(round: number, told: { price: bigint; at: bigint }): Promise<void> {
    const pace = paceAt(bench.now);
    await bench.skipTo(bench.now + pace - 20n);
    const price = priceAt(bench.now);
    if (price !== told.price || bench.now >= told.at + WITNESS_EVERY) {
      await bench.publish(price);
      Object.assign(told, { price, at: bench.now });
    }
    await bench.round(price);
    const [often, seldom] = pace === BUSY ? [2, 12] : [6, 12];
    if (round % often === 0) await bench.settle(keepers[0]!, 1);
    if (round % seldom === 0) await bench.settle(keepers[1]!, 1);
  }

  it("ends with every duty done, nothing overdue and nothing wasted", async () => {
    const told = { price: 0n, at: 0n };
    for (let round = 0; bench.now < END; round++) await pass(round, told);
    await bench.round(priceAt(bench.now));
    for (let turn = 0; turn < 3; turn++) for (const keeper of keepers) await bench.settle(keeper, 1);

    const { house, risk, registry, vaults } = bench.room;
    const pokes = await risk.queryFilter(risk.filters.FeedPoked(undefined, 0));
    assert.isTrue(
      pokes.some(({ args }) => args.tripped !== 0n && args.paid),
      "the breaker's trip was noted",
    );
    assert.isNotEmpty(await house.queryFilter(house.filters.BookFlagged()), "the thin book was flagged");
    assert.isNotEmpty(await house.queryFilter(house.filters.BidFilled()), "and taken over");
    const { isFinal, unresolved } = await house.expiryState(MARKET, EXPIRY);
    assert.deepEqual([isFinal, unresolved], [true, 0n], "the expiry is settled to its last book");
    for (const id of books) assert.lengthOf((await house.book(id)).legs, 0);
    assert.isAbove(Number((await vaults[0]!.epoch()).expiry), Number(END), "the vault writes for the next week");
    const closed = await registry.queryFilter(registry.filters.EpochClosed());
    assert.include(
      keepers.map(({ address }) => address),
      closed.at(-1)?.args.caller,
      "the epoch is closed",
    );
    assert.deepEqual(await overdue(), [], "nothing is overdue");
    const { sent, failed } = await transactions();
    assert.equal(failed, 0, `of ${sent} transactions`);
  });
});

interface ThinLeg {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly size: bigint;
}

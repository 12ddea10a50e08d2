// SPDX-License-Identifier: MIT
import type { ProgressLine } from "../../scripts/simulator/ProgressLine.ts";
import { bookId } from "../../scripts/model/clearing/ids.ts";
import { FIRST_PRICE, GAS } from "../ts/programs/support/KeeperBench.ts";
import type { KeeperBench, Sending } from "../ts/programs/support/KeeperBench.ts";

/** How many books, and how many of them hold no more than initial margin. */
export interface BookCount {
  readonly books: number;
  readonly thin: number;
}

interface Pattern {
  readonly legs: readonly { strike: bigint; isCall: boolean; size: bigint }[];
  /** Initial margin, ledger units. */
  readonly initial: bigint;
}

const MARKET = 1n;
const DAY = 86_400n;
/** Books in a transaction, and transactions in a block: what fits into the gas limits. */
const BOOKS_PER_CALL = 40;
const CALLS_PER_BLOCK = 3;
/** Seconds after which the price would be too old to open with. */
const ROUND_EVERY = 240n;
const OWNERS = 20;
const UNIT = 10n ** 6n;
const STRIKE_STEP = 50n * 10n ** 4n;
const INSURANCE = 60_000_000n * UNIT;

/**
 * Opens books of a dozen kinds in three expiries by real transactions: puts, calls and both, at several strikes. The first
 * `thin` hold initial margin and 3 % beyond and sold puts at the money; all others hold half as much again or more.
 */
export async function openBooks(bench: KeeperBench, { books, thin }: BookCount, progress: ProgressLine): Promise<void> {
  await bench.deposit("insurer", MARKET, INSURANCE);
  const insurer = await bench.account("insurer");
  await bench.send(() => bench.room.house.connect(insurer).fundInsurance(MARKET, INSURANCE, GAS));
  const first = ((bench.now + 3n * DAY) / DAY) * DAY + 8n * 3_600n;
  const expiries = [first, first + DAY, first + 7n * DAY];
  const patterns = await Promise.all(expiries.map((expiry) => patternsOf(bench, expiry)));
  const owners = Array.from({ length: OWNERS }, (_, index) => `writer ${index}`);
  for (const owner of owners) await bench.deposit(owner, MARKET, (BigInt(books) * 3_000n * UNIT) / BigInt(OWNERS));

  let roundAt = bench.now;
  for (let opened = 0; opened < books;) {
    if (bench.now - roundAt >= ROUND_EVERY) {
      await bench.round();
      roundAt = bench.now;
    }
    const sendings: Sending[] = [];
    for (let call = 0; call < CALLS_PER_BLOCK && opened < books; call++) {
      const owner = owners[Math.floor(opened / BOOKS_PER_CALL) % OWNERS]!;
      const account = await bench.account(owner);
      const { house } = bench.room;
      const calls: string[] = [];
      for (let i = 0; i < BOOKS_PER_CALL && opened < books; i++, opened++) {
        const place = opened % expiries.length;
        const kinds = patterns[place]!;
        const isThin = opened < thin;
        const { legs, initial } = isThin ? kinds[0]! : kinds[opened % kinds.length]!;
        const id = bookId(bench.keys.of(owner).address, MARKET, expiries[place]!, BigInt(opened));
        const share = isThin ? 103n : 150n + BigInt(opened % 7) * 20n;
        calls.push(house.interface.encodeFunctionData("fund", [id, (initial * share) / 100n + 5n * UNIT]));
        calls.push(house.interface.encodeFunctionData("mint", [id, [...legs], bench.keys.of(owner).address]));
      }
      sendings.push(() => house.connect(account).multicall(calls, { gasLimit: 15_000_000n }));
    }
    await bench.send(...sendings);
    progress.show(opened, books, `${opened} of ${books} books opened`);
  }
}

/** Kinds of books and what they must hold to open; the first sold puts at the money. */
async function patternsOf(bench: KeeperBench, expiry: bigint): Promise<Pattern[]> {
  const atTheMoney = (FIRST_PRICE / 10n ** 4n / STRIKE_STEP) * STRIKE_STEP;
  const sold = [
    [{ steps: 0n, isCall: false }],
    [{ steps: 2n, isCall: true }],
    [{ steps: -4n, isCall: false }],
    [
      { steps: -2n, isCall: false },
      { steps: 4n, isCall: true },
    ],
    [
      { steps: 0n, isCall: false },
      { steps: 0n, isCall: true },
    ],
  ];
  return Promise.all(
    sold.map(async (legs) => {
      const series = legs.map(({ steps, isCall }) => ({
        strike: atTheMoney + steps * STRIKE_STEP,
        isCall,
        size: UNIT / 5n,
      }));
      const held = series.map((leg) => ({ ...leg, size: -leg.size }));
      const { initial } = await bench.room.house.requirementOf(MARKET, expiry, held);
      return { legs: series, initial: initial.amount };
    }),
  );
}

// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts, ChainLog } from "../chain/chainFacts.ts";
import { clearingInterface } from "../chain/clearingInterface.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { LogScanner, Scan } from "../chain/LogScanner.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { BallastError } from "../model/BallastError.ts";
import type { QuoteBoard } from "./QuoteBoard.ts";
import type { QuoteChecker } from "./QuoteChecker.ts";

/** What a follower works with. */
export interface FollowerParts {
  readonly agreed: AgreedChain;
  readonly headAge: HeadAge;
  readonly board: QuoteBoard;
  readonly checker: QuoteChecker;
  /** A fresh one from a block on: what went before does not matter to a board that has only new quotes. */
  readonly scannerFrom: (block: bigint) => LogScanner;
  /** Quotes looked at again per turn without a reason. */
  readonly checkedPerTurn: number;
}

/** Events after which a maker's quotes may be worth less. */
export const FOLLOWED = ["QuoteFilled", "QuotesCancelled", "QuotesCancelledBefore"].map(
  (name) => clearingInterface.getEvent(name)!.topicHash,
);
const OWNER_SHIFT = 96n;
/** Checks under way at once. */
const AT_ONCE = 8;

/**
 * Keeps a board true: quotes go when their time is over, and whose maker filled or cancelled is looked at again. Events
 * only say where to look; what counts is the state at an agreed block, so a reorg needs nothing special.
 */
export class QuoteFollower {
  readonly #parts: FollowerParts;
  #scanner: LogScanner | undefined;
  #next: string | undefined;
  /** Came since the last turn: what they were checked against may be older than what was followed. */
  #fresh = new Set<string>();

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    parts.board.listen(({ kind, quote }) => {
      if (kind === "added") this.#fresh.add(quote.digest);
    });
  }

  /** One bounded turn. @throws BallastError when the chain cannot be read: quotes stay, and the next turn goes on. */
  async turn(): Promise<void> {
    const { agreed, board, headAge } = this.#parts;
    const head = await agreed.head();
    headAge.see(head);
    this.#dropExpired(head);
    const makers = await this.#touched(head);
    const fresh = this.#fresh;
    const isMeant = ({ quote, digest }: ShownQuote): boolean =>
      makers === "all" || makers.has(quote.maker) || fresh.has(digest);
    const touched = board.list().filter(isMeant);
    this.#fresh = new Set();
    const others = this.#nextRound().filter((shown) => !touched.includes(shown));
    await this.#check([...touched, ...others], head);
  }

  #dropExpired({ timestamp }: BlockFacts): void {
    const { board } = this.#parts;
    for (const { digest, quote } of board.list()) {
      if (quote.deadline < timestamp) board.remove(digest, "deadlinePassed");
      else if (quote.expiry <= timestamp) board.remove(digest, "expiryClosed");
    }
  }

  /** Makers of whom the chain told something new; all after a reorg. */
  async #touched(head: BlockFacts): Promise<ReadonlySet<string> | "all"> {
    this.#scanner ??= this.#parts.scannerFrom(head.number);
    let scan: Scan;
    try {
      scan = await this.#scanner.next();
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "reorgTooDeep") throw error;
      this.#scanner = this.#parts.scannerFrom(head.number);
      return "all";
    }
    this.#scanner.commit(scan);
    return scan.rolledBackTo === undefined ? new Set(scan.logs.map(makerOf)) : "all";
  }

  /** The next few quotes in turn, so that each is looked at now and then. */
  #nextRound(): ShownQuote[] {
    const { board, checkedPerTurn } = this.#parts;
    const page = board.list({}, checkedPerTurn, this.#next);
    this.#next = page.length < checkedPerTurn ? undefined : page.at(-1)!.digest;
    return page;
  }

  async #check(quotes: readonly ShownQuote[], head: BlockFacts): Promise<void> {
    const { board, checker } = this.#parts;
    for (let start = 0; start < quotes.length; start += AT_ONCE) {
      const group = quotes.slice(start, start + AT_ONCE);
      const verdicts = await Promise.all(group.map(({ quote }) => checker.checkState(quote, head)));
      for (const [index, verdict] of verdicts.entries()) {
        const { digest } = group[index]!;
        if (verdict.kind === "good") board.change(digest, verdict.available);
        else board.remove(digest, verdict.reason);
      }
    }
  }
}

/** Whose quote an event is about: the maker is its first topic, or the owner of its first book. */
function makerOf({ topics }: ChainLog): string {
  const first = BigInt(topics[1] ?? "0x0");
  const owner = topics[0] === FOLLOWED[0] ? first >> OWNER_SHIFT : first;
  return `0x${owner.toString(16).padStart(40, "0")}`;
}

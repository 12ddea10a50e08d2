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
  readonly agreed: Pick<AgreedChain, "head">;
  readonly headAge: HeadAge;
  readonly board: QuoteBoard;
  readonly checker: Pick<QuoteChecker, "checkState">;
  /** A fresh one from a block on: what went before does not matter to a board that has only new quotes. */
  readonly scannerFrom: (block: bigint) => Pick<LogScanner, "next" | "commit">;
  /** Quotes looked at again per turn without a reason. */
  readonly checkedPerTurn: number;
  /** Is told a block at which everything on the board that events made doubtful was looked at. */
  readonly confirm: (head: BlockFacts) => void;
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
  #scanner: Pick<LogScanner, "next" | "commit"> | undefined;
  #next: string | undefined;
  /**
   * To be looked at: who came since the last turn, because what he was checked against may be older than what was followed,
   * and whose maker the chain told something of. A turn that fails leaves them to the next.
   */
  readonly #doubtful = new Set<string>();

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    parts.board.listen(({ kind, quote }) => {
      if (kind === "added") this.#doubtful.add(quote.digest);
      if (kind === "removed") this.#doubtful.delete(quote.digest);
    });
  }

  /** One bounded turn. @throws BallastError when the chain cannot be read: quotes stay, and the next turn goes on. */
  async turn(): Promise<void> {
    const { agreed, board, headAge, confirm } = this.#parts;
    const head = await agreed.head();
    headAge.see(head);
    board.dropExpired(head.timestamp);
    const isUpToDate = await this.#follow(head);
    const doubtful = [...this.#doubtful].flatMap((digest) => board.find(digest) ?? []);
    const others = this.#nextRound().filter(({ digest }) => !this.#doubtful.has(digest));
    await this.#check([...doubtful, ...others], head);
    if (isUpToDate) confirm(head);
  }

  /** Doubts the quotes of makers of whom the chain told something new; all after a reorg. False while there is more to read. */
  async #follow(head: BlockFacts): Promise<boolean> {
    this.#scanner ??= this.#parts.scannerFrom(head.number);
    let scan: Scan;
    try {
      scan = await this.#scanner.next();
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "reorgTooDeep") throw error;
      this.#scanner = this.#parts.scannerFrom(head.number);
      this.#doubt(() => true);
      return true;
    }
    this.#scanner.commit(scan);
    const makers = new Set(scan.logs.map(makerOf));
    this.#doubt(({ quote }) => scan.rolledBackTo !== undefined || makers.has(quote.maker));
    return scan.complete;
  }

  #doubt(isMeant: (shown: ShownQuote) => boolean): void {
    for (const shown of this.#parts.board.walk()) if (isMeant(shown)) this.#doubtful.add(shown.digest);
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
        this.#doubtful.delete(digest);
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

// SPDX-License-Identifier: MIT
import { ZeroAddress, ZeroHash } from "ethers";

import { shownQuoteJson } from "../../../scripts/chain/quoteJson.ts";
import { serveHttp } from "../../../scripts/chain/serveHttp.ts";
import type { HttpServer, RouteAnswer } from "../../../scripts/chain/serveHttp.ts";
import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { clearingDomain, QUOTE_TYPES } from "../../../scripts/model/clearing/quoteTypedData.ts";
import type { Quote, SignedQuote } from "../../../scripts/model/trading/quotes.ts";
import { Lens__factory } from "../../../typechain-types/factories/periphery/Lens__factory.ts";
import { GAS } from "../programs/support/KeeperBench.ts";
import type { KeeperBench } from "../programs/support/KeeperBench.ts";
import { silentLog } from "../programs/support/silentLog.ts";

const DEALER = "dealer";
const CASH = 50_000_000_000n;
/** So long a quote holds, seconds. */
const LIFE = 600n;

/** A board that shows whatever a test has it show, and somebody with money who signs for it. */
export class ScriptedBoard {
  /** Instead of the quotes that were put up. */
  answer: RouteAnswer | undefined;
  readonly #chain: KeeperBench;
  readonly #marketHash: string;
  readonly #expiry: bigint;
  readonly #shown: SignedQuote[] = [];
  #server!: HttpServer;
  #nonce = 1n;

  private constructor(chain: KeeperBench, marketHash: string, expiry: bigint) {
    this.#chain = chain;
    this.#marketHash = marketHash;
    this.#expiry = expiry;
  }

  static async start(chain: KeeperBench, expiry: bigint): Promise<ScriptedBoard> {
    const lens = Lens__factory.connect(chain.room.addresses.get("lens")!, chain.chain.provider);
    const { marketHash } = await lens.marketOverview(1n);
    await chain.deposit(DEALER, 1n, CASH);
    const dealer = await chain.account(DEALER);
    const id = bookId(chain.keys.of(DEALER).address, 1n, expiry);
    await chain.send(() => chain.room.house.connect(dealer).fund(id, CASH, GAS));
    const board = new ScriptedBoard(chain, marketHash, expiry);
    const answer = (): RouteAnswer => board.answer ?? board.#page();
    const route = { method: "GET", path: "/quotes", answer, isForPages: true } as const;
    board.#server = await serveHttp("127.0.0.1", 0, [route], silentLog);
    return board;
  }

  get url(): string {
    return this.#server.url;
  }

  /** Shows these and nothing else. */
  show(...quotes: readonly SignedQuote[]): void {
    this.answer = undefined;
    this.#shown.splice(0, this.#shown.length, ...quotes);
  }

  /** The dealer sells up to two calls at 3,000 for 40 dollars each, unless `change` says something else. */
  async quote(change: Partial<Quote> = {}): Promise<SignedQuote> {
    const { keys, room, chain, now } = this.#chain;
    const key = keys.of(DEALER);
    const quote: Quote = {
      maker: key.address.toLowerCase(),
      taker: ZeroAddress,
      marketHash: this.#marketHash,
      expiry: this.#expiry,
      makerSubId: 0n,
      legs: [{ strike: 30_000_000n, isCall: true, ratio: -1n }],
      premium: 80_000_000n,
      size: 2_000_000n,
      minimumFill: 1_000n,
      nonce: this.#nonce++,
      deadline: now + LIFE,
      spotLow: 0n,
      spotHigh: 0n,
      ...change,
    };
    const domain = { ...clearingDomain(chain.chainId, room.house.target as string) };
    return { quote, signature: await key.signTypedData(domain, QUOTE_TYPES, quote) };
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  #page(): RouteAnswer {
    const shown = this.#shown.map(({ quote, signature }) =>
      shownQuoteJson({ quote, signature, digest: ZeroHash, market: 1n, available: quote.size }),
    );
    return { body: { quotes: shown } };
  }
}

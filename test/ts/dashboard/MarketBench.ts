// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { makerConfig, quotesConfig } from "../../../scripts/simulator/localnetConfigs.ts";
import type { KeeperBench } from "../programs/support/KeeperBench.ts";
import { freshFolder, startProgram } from "../programs/support/startProgram.ts";
import type { RunningProgram } from "../programs/support/startProgram.ts";

/** What the maker has, and puts into its book; units of the first market's collateral. */
const MAKER_CASH = 200_000_000_000n;
const BOOK_CASH = 100_000_000_000n;
/** Steps of the chain until a board must show something. */
const PATIENCE_STEPS = 60;
const STEP_SECONDS = 3n;

/** A real board and a real maker beside a bench's chain, on its clock: they move when it moves. */
export class MarketBench {
  readonly #chain: KeeperBench;
  readonly #board: RunningProgram;
  readonly #maker: RunningProgram;

  private constructor(chain: KeeperBench, board: RunningProgram, maker: RunningProgram) {
    this.#chain = chain;
    this.#board = board;
    this.#maker = maker;
  }

  /** @param expiry Times that 08:00 UTC passes until the expiry that is quoted, that included. */
  static async start(chain: KeeperBench, expiry: number): Promise<MarketBench> {
    await chain.deposit("maker", 1n, MAKER_CASH);
    const folder = await freshFolder();
    const { room, environment } = chain;
    const { url: rpcUrl, chainId } = chain.chain;
    const addresses = { rpcUrl, chainId, oracle: room.oracle.target as string, clockUrl: chain.clockUrl };
    const place = async (name: string) => ({
      name,
      keystore: await chain.keys.keystore(name),
      dataFolder: join(folder, name),
      port: 0,
      seed: 1,
    });
    const board = await startProgram(
      "quotes",
      folder,
      quotesConfig(room, addresses, await place("quotes")),
      environment,
    );
    const quoted = {
      market: "1",
      expiries: [expiry],
      size: "2000000",
      mostInventory: "20000000",
      bookCash: `${BOOK_CASH}`,
    };
    const config = { ...makerConfig(room, addresses, await place("maker"), [board.url]), markets: [quoted] };
    return new MarketBench(chain, board, await startProgram("maker", folder, config, environment));
  }

  get boardUrl(): string {
    return this.#board.url;
  }

  /** Lets time pass with fresh prices until the board shows quotes that hold for a while. */
  async untilQuoted(): Promise<void> {
    for (let step = 0; step < PATIENCE_STEPS; step++) {
      if (step % 10 === 0) await this.#chain.round();
      await this.#chain.block(STEP_SECONDS);
      if ((await this.#newest()) > this.#chain.now + 30n) return;
      await new Promise((resolve) => setTimeout(resolve, 200)); // the programs are processes of their own
    }
    throw new Error(`nobody quotes:\n${this.#maker.log().slice(-2_000)}`);
  }

  /** Latest deadline on the board, unix seconds; 0 for none. */
  async #newest(): Promise<bigint> {
    const answer = await fetch(`${this.boardUrl}/quotes`);
    if (!answer.ok) return 0n;
    const { quotes } = (await answer.json()) as { quotes: readonly { quote: { deadline: string } }[] };
    return quotes.map(({ quote }) => BigInt(quote.deadline)).reduce((a, b) => (b > a ? b : a), 0n);
  }

  async close(): Promise<void> {
    await this.#maker.stop("SIGKILL");
    await this.#board.stop("SIGKILL");
  }
}

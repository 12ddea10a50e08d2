// SPDX-License-Identifier: MIT
import { encryptKeystoreJsonSync, Wallet, ZeroHash } from "ethers";
import type { TransactionReceipt } from "ethers";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";

import type { keeperConfigShape } from "../../../../scripts/keepers/KeeperConfig.ts";
import type { liquidatorShape } from "../../../../scripts/keepers/liquidator/LiquidatorConfig.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer, RouteAnswer } from "../../../../scripts/chain/serveHttp.ts";
import { shownQuoteJson } from "../../../../scripts/chain/quoteJson.ts";
import { FlashLiquidator__factory } from "../../../../typechain-types/factories/periphery/FlashLiquidator__factory.ts";
import { quoteOf } from "../../clearing/attackTools.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import type { ClearingBench, Leg } from "../../clearing/ClearingBench.ts";
import { readingAt } from "../../clearing/ClearingBench.ts";
import { openBenchKeeper } from "./benchKeeper.ts";
import type { BenchKeeper } from "./benchKeeper.ts";
import { ChainStage } from "./ChainStage.ts";
import { houseOn } from "./IndexBench.ts";
import { silentLog } from "./silentLog.ts";
import { CHAIN_ID } from "./startChain.ts";
import { freshFolder } from "./startProgram.ts";
import { keyOf } from "./World.ts";

type Policy = Partial<z.input<typeof liquidatorShape>>;

const DOLLAR = 10n ** 6n;
const THOUSAND_ETHER = "0x3635c9adc5dea00000";
const GAS = { gasLimit: 3_000_000n };
/** Bid seconds begin here; a liquidation's clock counts from its flag. */
const BID_TIME = 100_000n;
export const Allowed = { none: 0n, belowHalf: 1n, slices: 2n, full: 3n } as const;

/** A Clearinghouse on a real chain with a scripted price, and keepers that liquidate on it: the program's parts, a test's blocks. */
export class LiquidatorBench {
  readonly stage: ChainStage;
  readonly clearing: ClearingBench;
  readonly clock: ClockServer;
  readonly #clockHttp: HttpServer;
  readonly #keepers: BenchKeeper[] = [];
  readonly #boards: HttpServer[] = [];
  #bidTime = BID_TIME;
  #snapshot = "";
  #writers = 0n;

  private constructor(stage: ChainStage, clearing: ClearingBench, clock: ClockServer, clockHttp: HttpServer) {
    this.stage = stage;
    this.clearing = clearing;
    this.clock = clock;
    this.#clockHttp = clockHttp;
  }

  static async start(): Promise<LiquidatorBench> {
    const stage = await ChainStage.start(1);
    const clearing = await houseOn(stage);
    await clearing.insure(250_000);
    await clearing.account(1);
    const clock = new ClockServer(1_800_000_000_000n);
    const bench = new LiquidatorBench(
      stage,
      clearing,
      clock,
      await serveHttp("127.0.0.1", 0, clock.routes(), silentLog),
    );
    await bench.tell(3_000);
    return bench;
  }

  get house() {
    return this.clearing.house;
  }

  /** Remembers the chain; {@link reset} goes back there. */
  async keep(): Promise<void> {
    this.#snapshot = String(await this.stage.chain.provider.send("evm_snapshot", []));
  }

  /** Every transaction of a test is a block at once again, and no keeper is left. */
  async reset(): Promise<void> {
    for (const keeper of this.#keepers.splice(0)) keeper.close();
    await this.stage.chain.provider.send("evm_revert", [this.#snapshot]);
    await this.keep();
    await this.stage.chain.provider.send("evm_setAutomine", [true]);
    this.#bidTime = BID_TIME;
  }

  /** The price, a minute ago as well unless said, and bid seconds that passed since the last word. */
  async tell(price: number, { passed = 0n, allowed = Allowed.full as bigint, earlier = price } = {}): Promise<void> {
    this.#bidTime += passed;
    const before = readingAt(earlier);
    await this.clearing.risk.set(readingAt(price, { lossShareBps: 0n }), GAS);
    await this.clearing.risk.setLiquidation(
      {
        allowed,
        isPrimary: true,
        bidTime: this.#bidTime,
        earlierPrice: before.price,
        earlierLow: before.low,
        earlierHigh: before.high,
      },
      GAS,
    );
  }

  /** A book that sold ten calls at 3,000 for each leg, unless said, when the price was there, with exactly so much cash. */
  async open(dollars: number, sold: readonly Partial<Leg>[] = [{}]): Promise<bigint> {
    const writer = await this.clearing.signer(1);
    const id = this.clearing.bookId(writer.address, this.#writers++);
    await this.tell(3_000);
    const house = this.house.connect(writer);
    await house.fund(id, BigInt(dollars + 40) * DOLLAR, GAS); // fee and tips are less
    const legs = sold.map((leg) => ({ strike: 3_000, isCall: true, size: 10, ...leg }));
    await house.mint(id, this.clearing.legs(...legs), writer.address, GAS);
    const { cash } = await house.book(id);
    await house.defund(id, cash - BigInt(dollars) * DOLLAR, writer.address, GAS);
    return id;
  }

  /** Blocks come from {@link block} alone from now on. */
  async hold(): Promise<void> {
    await this.stage.driver.begin();
  }

  /** A block with what is in the pool, and a second. */
  async block(): Promise<void> {
    await this.stage.driver.mine();
    this.clock.advanceTo((await this.clock.now()) + 1_000n);
  }

  /** A keeper that liquidates, with so many dollars of its own in the Clearinghouse. */
  async keeper(
    name: string,
    dollars: number,
    policy: Policy = {},
    change: Partial<z.input<typeof keeperConfigShape>> = {},
  ) {
    const { address, privateKey } = keyOf(name);
    await this.stage.chain.provider.send("hardhat_setBalance", [address, THOUSAND_ETHER]);
    if (dollars > 0) await this.#deposit(address, BigInt(dollars) * DOLLAR);
    const dataFolder = await freshFolder();
    const keystore = join(dataFolder, "key.json");
    await writeFile(keystore, encryptKeystoreJsonSync({ address, privateKey }, "x", { scrypt: { N: 2, r: 1, p: 1 } }));
    const house = await this.house.getAddress();
    const config: z.input<typeof keeperConfigShape> = {
      chain: { rpcUrl: this.stage.proxies[0]!.url, chainId: `${CHAIN_ID}`, oracle: house },
      contracts: { clearinghouse: house },
      key: { keystore },
      clock: { kind: "virtual", url: this.#clockHttp.url, name },
      dataFolder,
      duties: { liquidator: { nativePrice: "300000000000", ...policy } },
      ...change,
    };
    const keeper = await openBenchKeeper(config, this.stage.chain.provider, "x");
    this.#keepers.push(keeper);
    return keeper;
  }

  async #deposit(owner: string, amount: bigint): Promise<void> {
    const payer = await this.clearing.signer(0);
    await this.clearing.dollar.connect(payer).mint(payer.address, amount, GAS);
    await this.clearing.dollar.connect(payer).approve(this.house, amount, GAS);
    await this.house.connect(payer).deposit(this.clearing.dollar, amount, owner, GAS);
  }

  /**
   * A flash liquidator, a board on which a maker sells ten calls at 3,000 for so many dollars each, and a keeper that has
   * tokens and no balance.
   */
  async flashKeeper(name: string, dollarsEach: number): Promise<BenchKeeper> {
    const maker = await this.clearing.account(2);
    const contract = await new FlashLiquidator__factory(maker).deploy(this.house);
    await this.house.connect(maker).fund(this.clearing.bookId(maker.address), 31_000n * DOLLAR, GAS);
    const legs = [{ strike: 3_000, isCall: true, size: -1 }];
    const quote = quoteOf(this.clearing, maker.address, legs, { premium: BigInt(dollarsEach * 10) * DOLLAR });
    const signature = await this.clearing.sign(maker, quote);
    const shown = { quote, signature, digest: ZeroHash, market: this.clearing.quoteMarket, available: quote.size };
    const answer = (): RouteAnswer => ({ body: { quotes: [shownQuoteJson(shown)] } });
    const board = await serveHttp("127.0.0.1", 0, [{ method: "GET", path: "/quotes", answer }], silentLog);
    this.#boards.push(board);

    const { address, privateKey } = keyOf(name);
    await this.stage.chain.provider.send("hardhat_setBalance", [address, THOUSAND_ETHER]);
    const wallet = new Wallet(privateKey, this.stage.chain.provider);
    await this.clearing.dollar.mint(address, 100_000n * DOLLAR, GAS);
    await this.clearing.dollar.connect(wallet).approve(contract, 100_000n * DOLLAR, GAS);
    const [house, flashLiquidator] = [await this.house.getAddress(), await contract.getAddress()];
    return this.keeper(
      name,
      0,
      { flash: { boards: [board.url] } },
      { contracts: { clearinghouse: house, flashLiquidator } },
    );
  }

  /** State of a book: 0 healthy, 1 flagged. */
  async stateOf(id: bigint): Promise<bigint> {
    return (await this.house.book(id)).state;
  }

  /** What is left of a book's ten calls, options. */
  async left(id: bigint): Promise<number> {
    const { legs } = await this.house.book(id);
    return legs.length === 0 ? 0 : Number(-legs[0]!.size) / 1e6;
  }

  /** How each transaction of an account ended: 1 is well. */
  async receiptsOf(account: string): Promise<number[]> {
    return (await this.#receipts(account)).map(({ status }) => status!);
  }

  /** Gas of each transaction of an account. */
  async gasOf(account: string): Promise<bigint[]> {
    return (await this.#receipts(account)).map(({ gasUsed }) => gasUsed);
  }

  async #receipts(account: string): Promise<TransactionReceipt[]> {
    const { provider } = this.stage.chain;
    const found: TransactionReceipt[] = [];
    for (let number = await provider.getBlockNumber(); number > 0; number--) {
      const block = await provider.getBlock(number, true);
      for (const { from, hash } of block!.prefetchedTransactions)
        if (from === account) found.push((await provider.getTransactionReceipt(hash))!);
      if (found.length >= (await provider.getTransactionCount(account))) break;
    }
    return found;
  }

  async close(): Promise<void> {
    for (const keeper of this.#keepers) keeper.close();
    await Promise.all(this.#boards.map((board) => board.close()));
    await this.#clockHttp.close();
    await this.clearing.connection.close();
    await this.stage.close();
  }
}

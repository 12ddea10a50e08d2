// SPDX-License-Identifier: MIT
import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { encryptKeystoreJsonSync, keccak256, toUtf8Bytes, Wallet, ZeroAddress } from "ethers";
import hre from "hardhat";
import { z } from "zod";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { signedQuoteJson } from "../../../../scripts/chain/quoteJson.ts";
import type { Quote, SignedQuote } from "../../../../scripts/model/trading/quotes.ts";
import { ScriptedRisk__factory } from "../../../../typechain-types/factories/mocks/ScriptedRisk__factory.ts";
import type { ScriptedRisk } from "../../../../typechain-types/mocks/ScriptedRisk.ts";
import { ClearingBench, readingAt, STRIKE } from "../../clearing/ClearingBench.ts";
import { CHAIN_ID, startChain } from "./startChain.ts";
import type { TestChain } from "./startChain.ts";
import { configArguments, freshFolder, launch, runAtTerminal, runToEnd, startProgram } from "./startProgram.ts";
import type { RunningProgram } from "./startProgram.ts";

const PASSPHRASE = "trading";
const INSURANCE_DOLLARS = 10_000_000;
const THOUSAND_ETHER = "0x3635c9adc5dea00000";
const DOLLAR = 10n ** 6n;
const PATIENCE_MS = 20_000;
const HTTP_TIMEOUT_MS = 10_000;

/** What a board answers: what of it there is depends on the question. */
export interface BoardAnswer {
  readonly status: number;
  readonly body: {
    readonly error?: string;
    readonly digest?: string;
    readonly quotes: readonly { readonly digest: string; readonly available: string }[];
    readonly markets: readonly Readonly<Record<string, unknown>>[];
  };
}

const tradeBody = z.record(z.string(), z.union([z.string(), z.array(z.record(z.string(), z.string()))]));

/** How a trader's command ended, and what it printed as JSON. */
export interface TradeAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly body: z.output<typeof tradeBody>;
}

/** The real Clearinghouse and its lens behind HTTP, with a scripted risk contract, and programs that trade on it. */
export class TradingBench {
  readonly folder: string;
  readonly clearing: ClearingBench;
  readonly chain: TestChain;
  readonly risk: ScriptedRisk;
  readonly house: string;
  readonly lens: string;
  /** Of vaults, once a test has some. */
  vaultLens: string | undefined;
  readonly #transport = new FetchTransport();
  readonly #running: RunningProgram[] = [];
  #nonce = 0n;

  private constructor(
    folder: string,
    chain: TestChain,
    clearing: ClearingBench,
    places: { readonly risk: ScriptedRisk; readonly house: string; readonly lens: string },
  ) {
    this.folder = folder;
    this.chain = chain;
    this.clearing = clearing;
    this.risk = places.risk;
    this.house = places.house;
    this.lens = places.lens;
  }

  static async start(): Promise<TradingBench> {
    const chain = await startChain(BigInt(Math.floor(Date.now() / 1000)));
    const connection = await hre.network.create({ network: "local", override: { url: chain.rpcUrl } });
    const { ethers } = connection;
    const [owner] = await ethers.getSigners();
    const put = async (name: string, given: unknown[] = []): Promise<string> =>
      (await ethers.deployContract(name, given)).getAddress();
    const risk = ScriptedRisk__factory.connect(await put("ScriptedRisk"), owner!);
    await (await risk.set(readingAt(3000))).wait();
    const clearing = await ClearingBench.create({ connection, risk: await risk.getAddress() });
    await clearing.insure(INSURANCE_DOLLARS);
    const house = await clearing.house.getAddress();
    const lens = await put("Lens", [house]);
    return new TradingBench(await freshFolder(), chain, clearing, { risk, house, lens });
  }

  /** A key made of a name. */
  keyOf(name: string): Wallet {
    return new Wallet(keccak256(toUtf8Bytes(`trading ${name}`)), this.chain.provider);
  }

  /** An account with ether, and so many dollars in its wallet. */
  async account(name: string, dollars: number): Promise<Wallet> {
    const wallet = this.keyOf(name);
    await this.chain.provider.send("hardhat_setBalance", [wallet.address, THOUSAND_ETHER]);
    await (await this.clearing.dollar.mint(wallet.address, BigInt(dollars) * DOLLAR)).wait();
    return wallet;
  }

  /** One with all its dollars deposited, and so many of them in its book of the bench's expiry. */
  async maker(name: string, dollars: number, inBook = dollars): Promise<Wallet> {
    const wallet = await this.account(name, dollars);
    const { dollar, house } = this.clearing;
    const amount = BigInt(dollars) * DOLLAR;
    await (await dollar.connect(wallet).approve(this.house, amount)).wait();
    await (await house.connect(wallet).deposit(dollar, amount, wallet.address)).wait();
    if (inBook > 0)
      await (await house.connect(wallet).fund(this.clearing.bookId(wallet.address), BigInt(inBook) * DOLLAR)).wait();
    return wallet;
  }

  /** Offer of one naked call at 3,000 that anybody may take; `change` makes it another one. */
  async quote(maker: Wallet, change: Partial<Quote> = {}): Promise<SignedQuote> {
    const quote: Quote = {
      maker: maker.address.toLowerCase(),
      taker: ZeroAddress,
      marketHash: this.clearing.quoteHash,
      expiry: this.clearing.expiry,
      makerSubId: 0n,
      legs: [{ strike: 3_000n * STRIKE, isCall: true, ratio: -1n }],
      premium: 100n * DOLLAR,
      size: 1_000_000n,
      minimumFill: 1_000n,
      nonce: this.#nonce++,
      deadline: (await this.now()) + 600n,
      spotLow: 0n,
      spotHigh: 0n,
      ...change,
    };
    return { quote, signature: await this.clearing.sign(maker, quote) };
  }

  /** Time of the newest block, seconds. */
  async now(): Promise<bigint> {
    return BigInt((await this.chain.provider.getBlock("latest"))!.timestamp);
  }

  /** Starts a board; `change` is of its configuration. */
  async board(change: object = {}): Promise<RunningProgram> {
    return this.#start("quotes", { ...this.#common(), policy: { pollMs: 100 }, ...change });
  }

  /** Starts a maker of one market with a key and deposit of its own; `change` is of its configuration. */
  async quoter(name: string, boards: readonly string[], change: object = {}): Promise<RunningProgram> {
    const config = {
      boards,
      markets: [
        {
          market: `${this.clearing.quoteMarket}`,
          expiries: [this.#daysAhead],
          size: "2000000",
          mostInventory: "5000000",
          strikes: 1,
          bookCash: `${100_000n * DOLLAR}`,
        },
      ],
      policy: { pollMs: 100, finality: { kind: "latest" } },
      ...change,
    };
    return this.#start("maker", await this.keyed(name, config));
  }

  /** How many times 08:00 UTC passes until the bench's expiry, that included. */
  get #daysAhead(): number {
    const seconds = Number(this.clearing.expiry) - Math.floor(Date.now() / 1000);
    return Math.ceil(seconds / 86_400);
  }

  /** Chain and contracts, as all these programs name them. */
  #common(): { readonly chain: object; readonly contracts: object } {
    return {
      chain: { rpcUrl: this.chain.rpcUrl, chainId: `${CHAIN_ID}` },
      contracts: { clearinghouse: this.house, lens: this.lens },
    };
  }

  async #start(name: "quotes" | "maker", config: object): Promise<RunningProgram> {
    const program = await startProgram(name, this.folder, config);
    this.#running.push(program);
    return program;
  }

  /** Configuration of a program with a key and a data folder of its own. */
  async keyed(name: string, config: object): Promise<object> {
    const { address, privateKey } = this.keyOf(name);
    const keystore = join(this.folder, `${name}.key.json`);
    const passphraseFile = join(this.folder, "passphrase");
    await writeFile(passphraseFile, PASSPHRASE);
    const scrypt = { N: 2, r: 1, p: 1 };
    await writeFile(keystore, encryptKeystoreJsonSync({ address, privateKey }, PASSPHRASE, { scrypt }));
    const dataFolder = join(this.folder, `data-${name}`);
    return { ...this.#common(), key: { keystore, passphraseFile }, dataFolder, ...config };
  }

  async get(board: RunningProgram, path: string): Promise<BoardAnswer> {
    const { status, body } = await this.#transport.request({ url: `${board.url}${path}`, timeoutMs: HTTP_TIMEOUT_MS });
    return { status, body: JSON.parse(body) };
  }

  /** Offers something to a board. */
  async post(board: RunningProgram, offer: SignedQuote | string): Promise<BoardAnswer> {
    const body = typeof offer === "string" ? offer : JSON.stringify(signedQuoteJson(offer));
    const url = `${board.url}/quotes`;
    const answer = await this.#transport.request({ url, method: "POST", body, timeoutMs: HTTP_TIMEOUT_MS });
    return { status: answer.status, body: JSON.parse(answer.body) };
  }

  /** Runs one command of a trader to its end. */
  async trade(name: string, boards: readonly RunningProgram[], ...args: string[]): Promise<TradeAnswer> {
    const { code, stdout, stderr } = await runToEnd("trade", await this.#tradeArguments(name, boards, args));
    const isJson = args.includes("--json") && stdout !== "";
    return { code, stdout, stderr, body: isJson ? tradeBody.parse(JSON.parse(stdout)) : {} };
  }

  /** Runs one at a terminal, and types this when it asks; undefined ends the input. */
  async tradeAtTerminal(
    name: string,
    boards: readonly RunningProgram[],
    typed: string | undefined,
    ...args: string[]
  ): ReturnType<typeof runAtTerminal> {
    return runAtTerminal("trade", await this.#tradeArguments(name, boards, args), "(yes/no)", typed);
  }

  /** Starts one, to be killed. */
  async launchTrade(name: string, boards: readonly RunningProgram[], ...args: string[]): Promise<ChildProcess> {
    return launch("trade", await this.#tradeArguments(name, boards, args), {});
  }

  async #tradeArguments(
    name: string,
    boards: readonly RunningProgram[],
    args: readonly string[],
  ): Promise<readonly string[]> {
    const policy = { finality: { kind: "latest" }, pollMs: 50 };
    const common = this.#common();
    const contracts = this.vaultLens === undefined ? {} : { vaultLens: this.vaultLens };
    const given = { boards: boards.map(({ url }) => url), policy };
    const config = await this.keyed(name, { ...given, contracts: { ...common.contracts, ...contracts } });
    const [, file] = await configArguments(this.folder, name, config);
    return [...args, "--config", file!];
  }

  /** Digests on a board. */
  async shown(board: RunningProgram): Promise<string[]> {
    return (await this.get(board, "/quotes")).body.quotes.map(({ digest }) => digest);
  }

  async close(): Promise<void> {
    for (const program of this.#running) await program.stop("SIGKILL");
    await this.clearing.connection.close();
    await this.chain.close();
  }
}

/** Waits until something holds; it has to before patience ends. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

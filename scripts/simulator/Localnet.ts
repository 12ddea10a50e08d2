// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { formatUnits, HDNodeWallet } from "ethers";
import type { TransactionResponse } from "ethers";

import { publicName } from "../../deploy/contractNames.ts";
import { BallastError } from "../model/BallastError.ts";
import { buildPage } from "./buildPage.ts";
import { PASSPHRASE } from "./LocalKeys.ts";
import { LocalStage, RELAYERS } from "./LocalStage.ts";
import type { LocalRoom } from "./deployLocal.ts";
import { keepGoing } from "./keepGoing.ts";
import { serveFiles } from "./serveFiles.ts";
import type { FileServer } from "./serveFiles.ts";
import {
  canaryConfig,
  contractsOf,
  keeperConfig,
  makerConfig,
  quotesConfig,
  sentinelConfig,
  tradeConfig,
} from "./localnetConfigs.ts";

/** Where a local network keeps its files and who hears of its progress. */
export interface LocalnetOptions {
  readonly seed: number;
  readonly folder: string;
  readonly rpcPort: number;
  /** Rounds, five minutes apart, that are played before time goes on as it does outside. */
  readonly warmUpRounds: number;
  readonly progress: (done: number, total: number, text: string) => void;
}

/** A person with money, to try things with. */
export interface LocalnetAccount {
  readonly name: string;
  readonly address: string;
  /** File that `ballast trade --config` takes. */
  readonly config: string;
  /** Ether and collateral in the wallet, in words. */
  readonly holds: readonly string[];
}

const HEARTBEAT_MS = 300_000n;
const FEED = 0n;
/** A feed is listed after ten minutes of rounds, opens after its dwell, and its ramp ends after six hours: so many rounds are all of it. */
export const WHOLE_WARM_UP = 84;
const POKE_EVERY = 4n;
const PEOPLE = ["alice", "bob"] as const;
const BOARD = "quotes";
const MAKER = "maker";
/** The most decimals of a ledger unit. */
const UNIT_DECIMALS = 9n;
const USD = 1_000_000n;
const COINS = 300n;
/** The local parameters name accounts of this phrase as reporters: everybody knows their keys. */
const PHRASE = "test test test test test test test test test test test junk";
const REPORTERS = [1, 2] as const;

/**
 * Everything on one machine, for people who want to try against it: a chain, a market, validators, relayers, a keeper, two
 * sentinels, a board with a maker and a canary as real processes on one clock. A first half day is played in a minute, so that the feeds
 * are listed and options open at once; then time goes on as it does outside.
 */
export class Localnet {
  readonly stage: LocalStage;
  readonly #options: LocalnetOptions;
  readonly #now: () => bigint;
  readonly #accounts: LocalnetAccount[] = [];
  #page: FileServer | undefined;

  /** @param now The time outside, milliseconds: what the clock shows once everything has started. */
  constructor(options: LocalnetOptions, now: () => bigint) {
    this.#options = options;
    this.#now = now;
    const { seed, folder, rpcPort, warmUpRounds, progress } = options;
    const startMs = (now() / HEARTBEAT_MS - BigInt(warmUpRounds) - 1n) * HEARTBEAT_MS;
    const tell = (text: string): void => progress(0, 1, text);
    this.stage = new LocalStage({ seed, folder, rpcPort, startMs, tell });
  }

  /** Starts everything; afterwards options open. */
  async start(): Promise<void> {
    await this.stage.build();
    await this.stage.startPrograms();
    await this.#warmUp();
    this.#options.progress(0, 1, "starting keeper, sentinels, board, maker and canary");
    await this.#startOthers();
    await this.#fundPeople();
    await this.#servePage();
    await this.#writePlaces();
    const nowMs = this.#now();
    if (nowMs > (await this.stage.clock.now())) await this.stage.skipTo(nowMs);
  }

  /** Lets time pass as it does outside until `signal` says that somebody has seen enough. */
  goOn(signal: AbortSignal): Promise<void> {
    return keepGoing(this.stage, signal);
  }

  get accounts(): readonly LocalnetAccount[] {
    return this.#accounts;
  }

  /** Where the page that shows all of it is served, once it has started. */
  get pageUrl(): string | undefined {
    return this.#page?.url;
  }

  async close(): Promise<void> {
    await this.#page?.close();
    await this.stage.close();
  }

  /** A round a heartbeat, with the witnesses read in every fourth. */
  async #warmUp(): Promise<void> {
    const { warmUpRounds, progress } = this.#options;
    const startMs = ((await this.stage.clock.now()) / HEARTBEAT_MS + 1n) * HEARTBEAT_MS;
    for (let round = 0n; round < warmUpRounds; round++) {
      progress(Number(round), warmUpRounds, "playing the first hours");
      await this.stage.playRound(startMs + round * HEARTBEAT_MS, round % POKE_EVERY === 0n);
    }
    const { mode, capBps } = await this.stage.room.risk.standOf(FEED);
    if (warmUpRounds >= WHOLE_WARM_UP && mode !== 0n)
      throw new BallastError("stillClosed", "The breaker is not Normal after the first hours", {
        context: { mode: `${mode}`, capBps: `${capBps}` },
      });
  }

  async #startOthers(): Promise<void> {
    const { room, chain, keys } = this.stage;
    const relayers = RELAYERS.map((name) => this.stage.urlOf(name));
    await chain.fund(keys.of("keeper"));
    await this.stage.startProgram("keeper", "keeper", (addresses, place) =>
      keeperConfig(room, addresses, place, relayers),
    );
    for (const index of REPORTERS) {
      const name = `sentinel-${index}`;
      const keystore = await keys.keystore(name, HDNodeWallet.fromPhrase(PHRASE, "", `m/44'/60'/0'/0/${index}`));
      await this.stage.startProgram(name, "sentinel", (addresses, place) =>
        sentinelConfig(room, addresses, { ...place, keystore }, relayers),
      );
    }
    await this.stage.startProgram(BOARD, "quotes", (addresses, place) => quotesConfig(room, addresses, place));
    await this.#startMaker();
    const watched = this.stage.programs().filter(({ name }) => name !== "market");
    await this.stage.startProgram("canary", "canary", (addresses, place) =>
      canaryConfig(room, addresses, place, relayers, watched),
    );
  }

  /** Somebody who quotes, so that there is something to buy. */
  async #startMaker(): Promise<void> {
    const { chain, keys, room } = this.stage;
    const signer = await chain.fund(keys.of(MAKER));
    const sent: TransactionResponse[] = [];
    for (const token of room.collaterals) {
      const amount = await this.#mint(token, keys.of(MAKER).address, sent);
      sent.push(await token.connect(signer).approve(room.house, amount));
    }
    await this.stage.land(sent);
    const deposits = room.collaterals.map(async (token) => {
      const whole = await token.balanceOf(keys.of(MAKER).address);
      return room.house.connect(signer).deposit(token, unitsOf(whole, await token.decimals()), keys.of(MAKER).address);
    });
    await this.stage.land(await Promise.all(deposits));
    await this.stage.startProgram(MAKER, "maker", (addresses, place) =>
      makerConfig(room, addresses, place, [this.stage.urlOf(BOARD)]),
    );
  }

  /** Mints what a person gets of a collateral, with the next block. @returns How much, in the token's units. */
  async #mint(token: LocalRoom["collaterals"][number], to: string, sent: TransactionResponse[]): Promise<bigint> {
    const { bystander, room } = this.stage;
    const amount = (token === room.collaterals[0] ? USD : COINS) * 10n ** (await token.decimals());
    sent.push(await token.connect(bystander).mint(to, amount));
    return amount;
  }

  /** Two people with ether and collateral in their wallets. */
  async #fundPeople(): Promise<void> {
    const { chain, keys, room } = this.stage;
    const sent: TransactionResponse[] = [];
    for (const name of PEOPLE) {
      const key = keys.of(name);
      await chain.fund(key);
      const holds = ["1000 ether"];
      for (const token of room.collaterals) {
        const amount = await this.#mint(token, key.address, sent);
        holds.push(`${formatUnits(amount, await token.decimals())} ${await token.symbol()}`);
      }
      this.#accounts.push({ name, address: key.address, config: await this.#writeTradeConfig(name), holds });
    }
    await this.stage.land(sent);
  }

  async #writeTradeConfig(name: string): Promise<string> {
    const { chain, keys, room } = this.stage;
    const { folder } = this.#options;
    const passphraseFile = join(folder, "keys", "passphrase");
    await writeFile(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
    const place = { keystore: await keys.keystore(name), dataFolder: join(folder, "data", name), passphraseFile };
    const config = tradeConfig(room, { rpcUrl: chain.url, chainId: chain.chainId }, place, [this.stage.urlOf(BOARD)]);
    const file = join(folder, `${name}.json`);
    await writeFile(file, `${JSON.stringify(config, null, 2)}\n`);
    return file;
  }

  /** The page needs a node, and finds the deployment's addresses and its board beside itself. */
  async #servePage(): Promise<void> {
    const { chain, room } = this.stage;
    const folder = join(this.#options.folder, "page");
    this.#options.progress(0, 1, "building the page");
    await buildPage(folder, [
      {
        name: "this machine",
        chainId: `${chain.chainId}`,
        rpc: chain.url,
        lens: room.addresses.get("lens")!,
        vaultLens: room.addresses.get("vaultLens")!,
        board: this.stage.urlOf(BOARD),
      },
    ]);
    this.#page = await serveFiles(folder);
  }

  /** Where everything is, for programs that are started by hand. */
  async #writePlaces(): Promise<void> {
    const { chain, room } = this.stage;
    const places = {
      chain: { rpcUrl: chain.url, chainId: `${chain.chainId}`, oracle: room.oracle.target },
      contracts: contractsOf(room),
      vaults: room.vaults.map(({ target }) => target),
      collaterals: room.collaterals.map(({ target }) => target),
      page: this.pageUrl,
      programs: Object.fromEntries(this.stage.programs().map(({ name, url }) => [name, url])),
      accounts: this.#accounts,
      passphrase: PASSPHRASE,
    };
    await writeFile(join(this.#options.folder, "localnet.json"), `${JSON.stringify(places, null, 2)}\n`);
    const contracts = [...room.addresses].map(([name, address]) => [publicName(name), { address }] as const);
    const book = { chainId: Number(chain.chainId), contracts: Object.fromEntries(contracts) };
    await writeFile(join(this.#options.folder, "addresses.json"), `${JSON.stringify(book, null, 2)}\n`);
  }
}

/** An amount of a token in ledger units. */
function unitsOf(amount: bigint, decimals: bigint): bigint {
  return decimals > UNIT_DECIMALS ? amount / 10n ** (decimals - UNIT_DECIMALS) : amount;
}

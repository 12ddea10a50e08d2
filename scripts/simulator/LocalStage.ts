// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { NonceManager, TransactionResponse } from "ethers";
import { z } from "zod";

import { fetchJson } from "../chain/fetchJson.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import type { Log } from "../chain/Log.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import type { HttpServer } from "../chain/serveHttp.ts";
import { BallastError } from "../model/BallastError.ts";
import { roundAt } from "../model/rounds.ts";
import { ClockServer } from "./ClockServer.ts";
import { STAGE_FEEDS, marketConfig, relayerConfig, validatorConfig } from "./stageConfigs.ts";
import type { StageAddresses, ProgramPlace } from "./stageConfigs.ts";
import { LocalKeys, PASSPHRASE } from "./LocalKeys.ts";
import { deployLocal, forgetDeployment } from "./deployLocal.ts";
import type { LocalRoom } from "./deployLocal.ts";
import { enroll } from "./enroll.ts";
import { freePort } from "./freePort.ts";
import { BLOCK_SECONDS, LocalChain } from "./LocalChain.ts";
import { STANDBYS, VALIDATORS } from "./stageCast.ts";
import { Supervisor } from "./Supervisor.ts";
import type { ProgramName, RunningProgram } from "./Supervisor.ts";

/** Relayers in the order in which they get to see each second; the second one waits longer for the missing. */
export const RELAYERS = ["relayer-1", "relayer-2"] as const;
const COMPLETENESS_DELAY_MS = { "relayer-1": 4_000, "relayer-2": 8_000 } as const;
/** It only lengthens its paths, and does so just as well when somebody else is woken. */
const MARKET = "market";
const DEPLOYMENT_SECONDS = 3_600n;
const ANCHORS_SECONDS = 60n;
const REWARDS = 30_000_000_000n;
const PATIENCE_MS = 60_000;
/** Where somebody is silent relayers wait; by then the second one has sent too. */
const ROUND_ENDS_MS = 4n * BLOCK_SECONDS * 1000n;
const GAS_LIMIT = 3_000_000n;
/** What a node would suggest on a chain that is never full: asking it before each of a thousand transactions takes time. */
const FEES = { type: 2, maxFeePerGas: 3_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
const HTTP_TIMEOUT_MS = 20_000;
const truthShape = z.object({ price: z.string().regex(/^\d+$/).transform(BigInt) });
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Where a stage keeps its files and what it is built from. */
export interface StageOptions {
  readonly seed: number;
  readonly folder: string;
  readonly rpcPort: number;
  /** First millisecond of virtual time, on a round's boundary. */
  readonly startMs: bigint;
  readonly tell: (text: string) => void;
}

/**
 * A chain, a clock, a market and the programs around them. Time moves from one moment somebody waits for to the next,
 * wakes one group after the other, and moves on only when all have finished: the machine's speed changes nothing.
 */
export class LocalStage {
  readonly clock: ClockServer;
  readonly keys: LocalKeys;
  chain!: LocalChain;
  room!: LocalRoom;
  /** Anyone: pays for deployments of money, closes epochs, shows evidence. */
  bystander!: NonceManager;
  readonly #options: StageOptions;
  readonly #supervisor: Supervisor;
  readonly #transport = new FetchTransport();
  readonly #running = new Map<string, RunningProgram>();
  readonly #ports = new Map<string, number>();
  #clockHttp: HttpServer | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
    this.clock = new ClockServer(options.startMs);
    this.keys = new LocalKeys(options.seed, join(options.folder, "keys"), PASSPHRASE);
    this.#supervisor = new Supervisor(options.folder, PASSPHRASE);
  }

  /** Chain, deployment, bonds, first set and standbys; the chain follows the clock afterwards. */
  async build(): Promise<void> {
    const { tell, rpcPort, startMs } = this.#options;
    tell("starting the chain and deploying");
    this.chain = await LocalChain.start(startMs / 1000n - DEPLOYMENT_SECONDS, rpcPort);
    this.#clockHttp = await serveHttp("127.0.0.1", 0, this.clock.routes(), silent);
    const initial = STAGE_FEEDS.map(({ initialPrice }) => BigInt(initialPrice));
    this.room = await deployLocal(this.chain.url, this.chain.provider, initial);

    tell("bonding validators");
    this.bystander = await this.chain.fund(this.keys.of("bystander"));
    for (const name of RELAYERS) await this.chain.fund(this.keys.of(name));
    await this.#fundRewards();
    await this.#enroll(VALIDATORS);
    await (await this.room.registry.connect(this.bystander).closeEpoch()).wait();
    await this.#enroll(STANDBYS);

    await this.chain.follow();
    for (let left = ANCHORS_SECONDS; left >= 0n; left -= BLOCK_SECONDS) await this.chain.mine(startMs / 1000n - left);
  }

  /** Starts market, relayers and validators, each a process of its own. */
  async startPrograms(): Promise<void> {
    this.#options.tell("starting the programs");
    const names = [...VALIDATORS, ...STANDBYS];
    for (const name of [...names, ...RELAYERS]) this.#ports.set(name, await freePort());
    const { startMs, seed } = this.#options;
    const market = marketConfig(this.#clockUrl(), startMs, seed);
    this.#running.set(MARKET, await this.#supervisor.start(MARKET, "market", market));
    await Promise.all(RELAYERS.map((name) => this.#startRelayer(name)));
    await Promise.all(names.map((name) => this.#startValidator(name)));
    await this.#settle();
  }

  async #startValidator(name: string): Promise<void> {
    const place = await this.#place(name);
    const market = this.#running.get(MARKET)!.url;
    const listenTo = RELAYERS.map((relayer) => this.urlOf(relayer));
    const config = validatorConfig(this.#addresses(), place, market, listenTo, [...this.#ports.keys()].indexOf(name));
    this.#running.set(name, await this.#supervisor.start(name, "validator", config));
  }

  async #startRelayer(name: (typeof RELAYERS)[number]): Promise<void> {
    const sources = [...VALIDATORS, ...STANDBYS].map((validator) => this.urlOf(validator));
    const place = await this.#place(name);
    const config = relayerConfig(this.#addresses(), place, sources, COMPLETENESS_DELAY_MS[name]);
    this.#running.set(name, await this.#supervisor.start(name, "relayer", config));
  }

  /** Starts one more program. Time waits for it, so it must wait for times on the clock, under its name. */
  async startProgram(
    name: string,
    program: ProgramName,
    configOf: (addresses: StageAddresses, place: ProgramPlace) => object,
  ): Promise<RunningProgram> {
    this.#ports.set(name, this.#ports.get(name) ?? (await freePort()));
    const config = configOf(this.#addresses(), await this.#place(name));
    const running = await this.#supervisor.start(name, program, config);
    this.#running.set(name, running);
    return running;
  }

  urlOf(name: string): string {
    return `http://127.0.0.1:${this.#ports.get(name)}`;
  }

  /** What a feed was really worth. */
  async truth(feed: string, atMs: bigint): Promise<bigint> {
    const url = `${this.#running.get(MARKET)!.url}/truth?feed=${feed}&at=${atMs}`;
    return (await fetchJson(this.#transport, { url, timeoutMs: HTTP_TIMEOUT_MS }, truthShape)).price;
  }

  /** Moves time, with a block every three seconds. */
  async advanceTo(endMs: bigint): Promise<void> {
    await this.#settle();
    const blockMs = BLOCK_SECONDS * 1000n;
    for (let nowMs = await this.clock.now(); nowMs < endMs; nowMs = await this.clock.now()) {
      const nextBlockMs = (nowMs / blockMs + 1n) * blockMs;
      const wanted = [nextBlockMs, endMs, this.clock.nextWaitMs([MARKET]) ?? endMs].filter((timeMs) => timeMs > nowMs);
      this.clock.moveTo(wanted.reduce((earliest, timeMs) => (timeMs < earliest ? timeMs : earliest)));
      await this.#settle();
      const reachedMs = await this.clock.now();
      if (reachedMs % blockMs === 0n) await this.chain.mine(reachedMs / 1000n);
    }
  }

  /** Moves time over a span in which nothing happens. */
  async skipTo(timeMs: bigint): Promise<void> {
    await this.chain.skip(timeMs / 1000n);
    this.clock.moveTo(timeMs);
    await this.#finish([MARKET]); // a long way to go: nobody asks it before it is there
    await this.#settle();
  }

  /**
   * One round that begins at `startMs`, with nothing before it, until it has landed or relayers have given it up. With
   * `withWitnesses` the witnesses are read in the same block.
   */
  async playRound(startMs: bigint, withWitnesses = false): Promise<void> {
    // To the start of the round itself: a skip into an earlier one would have everybody observe prices in vain.
    await this.skipTo(startMs);
    if (withWitnesses) await this.pokeWitnesses();
    const blockMs = BLOCK_SECONDS * 1000n;
    for (let afterMs = blockMs; afterMs <= ROUND_ENDS_MS; afterMs += blockMs) {
      await this.advanceTo(startMs + afterMs);
      if ((await this.room.oracle.health()).latestRound >= roundAt(startMs)) return;
    }
  }

  /** Mines what was sent in a block of its own second; all of it must succeed. @throws BallastError `callReverted`. */
  async land(sent: readonly TransactionResponse[]): Promise<void> {
    const blockMs = BLOCK_SECONDS * 1000n;
    await this.advanceTo(((await this.clock.now()) / blockMs + 1n) * blockMs);
    for (const { hash } of sent) {
      const receipt = await this.chain.provider.getTransactionReceipt(hash);
      if (receipt?.status !== 1)
        throw new BallastError("callReverted", "A transaction of the stage failed", { context: { hash } });
    }
  }

  /** Witnesses publish what the market says, and somebody makes the router look. Mined with the next block. */
  async pokeWitnesses(): Promise<void> {
    const nowMs = await this.clock.now();
    const prices = await Promise.all(STAGE_FEEDS.map(({ name }) => this.truth(name, nowMs)));
    const options = { gasLimit: GAS_LIMIT, ...FEES };
    for (const [feed, price] of prices.entries()) {
      for (const witness of this.room.witnesses[feed]!)
        await witness.connect(this.bystander).push(price, nowMs / 1000n, options);
      await this.room.router.connect(this.bystander).pokeWitness(feed, options);
    }
  }

  /** Programs that run now, and where they listen. */
  programs(): readonly RunningProgram[] {
    return [...this.#running.values()];
  }

  /** Ends every program for good, then clock and chain; whatever is still being built or played fails. */
  async close(): Promise<void> {
    await this.#supervisor.close();
    this.#running.clear();
    await this.#clockHttp?.close();
    await this.chain?.close();
    await forgetDeployment();
  }

  /** Wakes validators and relayers in this order and waits for each group: same seed, same run. Prices know no order. */
  async #settle(): Promise<void> {
    const isRelayer = (name: string): boolean => (RELAYERS as readonly string[]).includes(name);
    const names = [...this.#running.keys()];
    const others = names.filter((name) => name !== MARKET && !isRelayer(name));
    for (const group of [[MARKET, ...others], ...RELAYERS.map((name) => [name])]) await this.#finish(group);
  }

  async #finish(group: readonly string[]): Promise<void> {
    const present = group.filter((name) => this.#running.has(name));
    this.clock.wake(present);
    await this.clock.untilIdle(present, PATIENCE_MS);
  }

  async #enroll(names: readonly string[]): Promise<void> {
    await enroll(this.room, this.bystander, this.keys, this.chain.chainId, names);
  }

  async #fundRewards(): Promise<void> {
    const token = this.room.token.connect(this.bystander);
    await (await token.mint(await this.bystander.getAddress(), REWARDS)).wait();
    await (await token.approve(await this.room.pot.getAddress(), REWARDS)).wait();
    await (await this.room.pot.connect(this.bystander).fundRewards(REWARDS)).wait();
  }

  #clockUrl(): string {
    return this.#clockHttp!.url;
  }

  #addresses(): StageAddresses {
    const oracle = this.room.oracle.target as string;
    return { rpcUrl: this.chain.url, chainId: this.chain.chainId, oracle, clockUrl: this.#clockUrl() };
  }

  async #place(name: string): Promise<ProgramPlace> {
    const keystore = await this.keys.keystore(name);
    const dataFolder = join(this.#options.folder, "data", name);
    return { name, keystore, dataFolder, port: this.#ports.get(name)!, seed: this.#options.seed };
  }
}

function ignore(): void {
  // Routes of the clock cannot fail in a way anybody needs to read.
}

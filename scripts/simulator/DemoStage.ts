// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { NonceManager, TransactionReceipt, TransactionResponse } from "ethers";
import { z } from "zod";

import { fetchJson } from "../chain/fetchJson.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import type { Log } from "../chain/Log.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import type { HttpServer } from "../chain/serveHttp.ts";
import { BallastError } from "../model/BallastError.ts";
import { roundAt } from "../model/rounds.ts";
import { ClockServer } from "./ClockServer.ts";
import { STUCK_SCALE_BPS } from "./CrashPlan.ts";
import { DEMO_FEEDS, marketConfig, relayerConfig, validatorConfig } from "./demoConfigs.ts";
import type { DemoAddresses, PriceEvent, ProgramPlace } from "./demoConfigs.ts";
import { DemoKeys } from "./DemoKeys.ts";
import { LIAR_SCALE_BPS, SECOND_VOTE_BPS, STANDBYS, VALIDATORS } from "./DemoPlan.ts";
import { deployLocal, forgetDeployment } from "./deployLocal.ts";
import type { LocalRoom } from "./deployLocal.ts";
import { enroll } from "./enroll.ts";
import { freePort } from "./freePort.ts";
import { BLOCK_SECONDS, LocalChain } from "./LocalChain.ts";
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
/** Of every key of a stage: they are worthless anywhere else. */
export const PASSPHRASE = "not a secret";
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** How a validator's program behaves. */
export type Behaviour = "honest" | "liar" | "doubleSigner" | "stuck";

/** What each kind of liar multiplies by. */
const SCALES_BPS = { liar: LIAR_SCALE_BPS, doubleSigner: SECOND_VOTE_BPS, stuck: STUCK_SCALE_BPS } as const;

/** Where a stage keeps its files and what it is built from. */
export interface StageOptions {
  readonly seed: number;
  readonly folder: string;
  readonly rpcPort: number;
  /** First millisecond of virtual time, on a round's boundary. */
  readonly startMs: bigint;
  /** What happens to the market's prices on purpose. */
  readonly events: readonly PriceEvent[];
  /** Whether programs follow the chain block by block, so that every block has to name its parent. */
  readonly isFollowed: boolean;
  readonly tell: (text: string) => void;
}

/**
 * A chain, a clock, a market and the programs around them. Time moves from one moment somebody waits for to the next,
 * wakes one group after the other, and moves on only when all have finished: the machine's speed changes nothing.
 */
export class DemoStage {
  readonly clock: ClockServer;
  readonly keys: DemoKeys;
  chain!: LocalChain;
  room!: LocalRoom;
  ids: ReadonlyMap<string, bigint> = new Map();
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
    this.keys = new DemoKeys(options.seed, join(options.folder, "keys"), PASSPHRASE);
    this.#supervisor = new Supervisor(options.folder, PASSPHRASE);
  }

  /** Chain, deployment, bonds, first set and standbys; the chain follows the clock afterwards. */
  async build(): Promise<void> {
    const { tell, rpcPort, startMs, isFollowed } = this.#options;
    tell("starting the chain and deploying");
    this.chain = await LocalChain.start(startMs / 1000n - DEPLOYMENT_SECONDS, rpcPort, isFollowed);
    this.#clockHttp = await serveHttp("127.0.0.1", 0, this.clock.routes(), silent);
    const initial = DEMO_FEEDS.map(({ initialPrice }) => BigInt(initialPrice));
    this.room = await deployLocal(this.chain.url, this.chain.provider, initial);

    tell("bonding validators");
    this.bystander = await this.chain.fund(this.keys.of("bystander"));
    for (const name of RELAYERS) await this.chain.fund(this.keys.of(name));
    await this.#fundRewards();
    const first = await this.#enroll(VALIDATORS);
    await (await this.room.registry.connect(this.bystander).closeEpoch()).wait();
    this.ids = new Map([...first, ...(await this.#enroll(STANDBYS))]);

    await this.chain.follow();
    for (let left = ANCHORS_SECONDS; left >= 0n; left -= BLOCK_SECONDS) await this.chain.mine(startMs / 1000n - left);
  }

  /** Starts market, relayers and validators, each a process of its own. */
  async startPrograms(): Promise<void> {
    this.#options.tell("starting the programs");
    const names = [...VALIDATORS, ...STANDBYS];
    for (const name of [...names, ...RELAYERS]) this.#ports.set(name, await freePort());
    const { startMs, seed, events } = this.#options;
    const market = marketConfig(this.#clockUrl(), startMs, seed, events);
    this.#running.set(MARKET, await this.#supervisor.start(MARKET, "market", market));
    await Promise.all(RELAYERS.map((name) => this.startRelayer(name)));
    await Promise.all(names.map((name) => this.startValidator(name, "honest")));
    await this.#settle();
  }

  /** Starts a validator's program; the same key, folder and port as any program it had before. */
  async startValidator(name: string, behaviour: Behaviour): Promise<void> {
    const place = await this.#place(name);
    const market = this.#running.get(MARKET)!.url;
    const listenTo = RELAYERS.map((relayer) => this.urlOf(relayer));
    const config = validatorConfig(this.#addresses(), place, market, listenTo, [...this.#ports.keys()].indexOf(name));
    const program =
      behaviour === "honest"
        ? await this.#supervisor.start(name, "validator", config)
        : await this.#supervisor.start(name, "byzantineValidator", {
            validator: config,
            fault: { kind: behaviour, scaleBps: SCALES_BPS[behaviour] },
          });
    this.#running.set(name, program);
  }

  async startRelayer(name: (typeof RELAYERS)[number]): Promise<void> {
    const sources = [...VALIDATORS, ...STANDBYS].map((validator) => this.urlOf(validator));
    const place = await this.#place(name);
    const config = relayerConfig(this.#addresses(), place, sources, COMPLETENESS_DELAY_MS[name]);
    this.#running.set(name, await this.#supervisor.start(name, "relayer", config));
  }

  /** Starts one more program. Time waits for it, so it must wait for times on the clock, under its name. */
  async startProgram(
    name: string,
    program: ProgramName,
    configOf: (addresses: DemoAddresses, place: ProgramPlace) => object,
  ): Promise<RunningProgram> {
    this.#ports.set(name, this.#ports.get(name) ?? (await freePort()));
    const config = configOf(this.#addresses(), await this.#place(name));
    const running = await this.#supervisor.start(name, program, config);
    this.#running.set(name, running);
    return running;
  }

  /** Ends a program; time no longer waits for it. */
  async stop(name: string, signal: NodeJS.Signals): Promise<void> {
    const program = this.#running.get(name);
    this.#running.delete(name);
    await program?.stop(signal);
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

  /** Lets calls on the pending block see the time of the block that comes next. */
  async foreseeBlock(): Promise<void> {
    const blockMs = BLOCK_SECONDS * 1000n;
    const nextMs = ((await this.clock.now()) / blockMs + 1n) * blockMs;
    await this.chain.provider.send("evm_setNextBlockTimestamp", [Number(nextMs / 1000n)]);
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

  /** Mines what was sent in a block of its own second, and returns the receipts, of what reverted too. */
  async landed(sent: readonly TransactionResponse[]): Promise<TransactionReceipt[]> {
    const blockMs = BLOCK_SECONDS * 1000n;
    await this.advanceTo(((await this.clock.now()) / blockMs + 1n) * blockMs);
    return Promise.all(
      sent.map(async ({ hash }) => {
        const receipt = await this.chain.provider.getTransactionReceipt(hash);
        if (receipt !== null) return receipt;
        throw new BallastError("notMined", "A transaction of the demonstration was not mined", { context: { hash } });
      }),
    );
  }

  /** The same for what must succeed. @throws BallastError `callReverted`. */
  async land(sent: readonly TransactionResponse[]): Promise<TransactionReceipt[]> {
    const receipts = await this.landed(sent);
    for (const { status, hash } of receipts)
      if (status !== 1)
        throw new BallastError("callReverted", "A transaction of the demonstration failed", { context: { hash } });
    return receipts;
  }

  /** Witnesses publish what the market says, and somebody makes the router look. Mined with the next block. */
  async pokeWitnesses(): Promise<void> {
    const nowMs = await this.clock.now();
    const prices = await Promise.all(DEMO_FEEDS.map(({ name }) => this.truth(name, nowMs)));
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

  async #enroll(names: readonly string[]): Promise<Map<string, bigint>> {
    return enroll(this.room, this.bystander, this.keys, this.chain.chainId, names);
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

  #addresses(): DemoAddresses {
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

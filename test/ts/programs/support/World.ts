// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { keccak256, toUtf8Bytes, Wallet } from "ethers";
import type { JsonRpcProvider } from "ethers";
import { z } from "zod";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { seatsOf } from "../../../../scripts/chain/OracleReader.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import { BPS, ROUND_MS } from "../../../../scripts/model/constants.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import type { PriceOracle } from "../../../../typechain-types/oracle/PriceOracle.ts";
import { deployOracle } from "./deployOracle.ts";
import { freePort } from "../../../../scripts/simulator/freePort.ts";
import { keyConfig } from "./keyConfig.ts";
import { conversions, feeds, marketConfig, START_MS, venues } from "./marketConfig.ts";
import { CHAIN_ID, startChain } from "./startChain.ts";
import { silentLog } from "./silentLog.ts";
import { freshFolder, startProgram } from "./startProgram.ts";
import type { ProgramName, RunningProgram } from "./startProgram.ts";

const THOUSAND_ETHER = "0x3635c9adc5dea00000";
const STEP_MS = 1_000n;
const BLOCK_MS = 3_000n;
/** Real time a step may take before something is taken to hang. */
const PATIENCE_MS = 30_000;
const SLICE_MS = 250;

/** A key by name: the same name gives the same key in every run. */
export function keyOf(name: string): Wallet {
  return new Wallet(keccak256(toUtf8Bytes(`ballast test key ${name}`)));
}

/** A round as the chain announced it. */
export interface LandedRound {
  readonly round: bigint;
  readonly seats: readonly number[];
  readonly prices: readonly bigint[];
}

/**
 * A chain behind HTTP, one virtual clock and a market, with real programs around them. Time moves a second at a time,
 * and only when every program has finished with the second before: nothing depends on how fast the machine is.
 */
export class World {
  readonly folder: string;
  readonly clock: ClockServer;
  readonly provider: JsonRpcProvider;
  readonly oracle: PriceOracle;
  readonly market: RunningProgram;
  readonly rpcUrl: string;
  readonly clockUrl: string;
  relayerUrl = "";
  readonly #ports = new Map<string, number>();
  readonly #programs = new Map<string, RunningProgram>();
  readonly #closers: (() => Promise<unknown>)[];

  private constructor(
    parts: Pick<World, "folder" | "clock" | "provider" | "oracle" | "market" | "rpcUrl" | "clockUrl">,
    closers: (() => Promise<unknown>)[],
  ) {
    this.folder = parts.folder;
    this.clock = parts.clock;
    this.provider = parts.provider;
    this.oracle = parts.oracle;
    this.market = parts.market;
    this.rpcUrl = parts.rpcUrl;
    this.clockUrl = parts.clockUrl;
    this.#closers = closers;
  }

  /** Starts chain, clock and market; the oracle's set has one seat per name, in order. */
  static async start(validators: readonly string[]): Promise<World> {
    const folder = await freshFolder();
    const chain = await startChain(START_MS / 1000n - 3_600n);
    const { rpcUrl, provider } = chain;
    const clock = new ClockServer(START_MS);
    const clockServer: HttpServer = await serveHttp("127.0.0.1", 0, clock.routes(), silentLog);
    const market = await startProgram("market", folder, marketConfig(clockServer.url));
    const signers = validators.map((name) => keyOf(name).address);
    const oracle = await deployOracle(await provider.getSigner(0), ["ETH / USD", "BTC / USD"], signers);
    for (const name of ["relayer", "second"])
      await provider.send("hardhat_setBalance", [keyOf(name).address, THOUSAND_ETHER]);
    await provider.send("evm_setAutomine", [false]);

    const world = new World({ folder, clock, provider, oracle, market, rpcUrl, clockUrl: clockServer.url }, [
      () => market.stop(),
      () => clockServer.close(),
      () => chain.close(),
    ]);
    for (let seconds = 60n; seconds >= 0n; seconds -= 3n) await world.#mine(START_MS / 1000n - seconds);
    return world;
  }

  /** Keystore of a named key, as a program's configuration wants it. */
  keyConfig(name: string): Promise<object> {
    return keyConfig(this.folder, keyOf(name), name);
  }

  /** Configuration of a validator that listens to `listenTo`. */
  async validatorConfig(name: string, listenTo: readonly string[], port = 0): Promise<object> {
    return {
      chain: await this.#chainConfig(),
      key: await this.keyConfig(name),
      clock: { kind: "virtual", url: this.clockUrl, name },
      server: { port },
      dataFolder: join(this.folder, name),
      seed: 1,
      venues: venues(this.market.url),
      feeds: feeds(),
      conversions: conversions(),
      listenTo,
      confirmHead: false,
      policy: { quarantineRounds: 2 },
    };
  }

  /** Configuration of a relayer that collects from `validators`. */
  async relayerConfig(validators: readonly string[], port = 0, name = "relayer"): Promise<object> {
    return {
      chain: await this.#chainConfig(),
      key: await this.keyConfig(name),
      clock: { kind: "virtual", url: this.clockUrl, name },
      server: { port },
      dataFolder: join(this.folder, name),
      seed: 1,
      validators,
    };
  }

  /** Starts a program that time waits for from now on. */
  async run(
    name: string,
    program: ProgramName,
    config: object,
    options: readonly string[] = [],
  ): Promise<RunningProgram> {
    const running = await startProgram(program, this.folder, config, {}, options);
    this.#programs.set(name, running);
    return running;
  }

  /**
   * Starts a relayer and validators that know each other. Ports are only known once something listens, and each side
   * needs the other's, so free ones are chosen first. `others` are collected from as well, but started by the caller.
   */
  async runSet(names: readonly string[], others: readonly string[] = []): Promise<void> {
    const relayerPort = await freePort();
    for (const name of [...names, ...others]) this.#ports.set(name, await freePort());
    this.relayerUrl = `http://127.0.0.1:${relayerPort}`;
    const urls = [...this.#ports.keys()].map((name) => `http://127.0.0.1:${this.#ports.get(name)}`);
    await this.run("relayer", "relayer", await this.relayerConfig(urls, relayerPort));
    await Promise.all(names.map((name) => this.runValidator(name)));
  }

  /** Starts a validator of the set, also after it was stopped: same folder, same port. */
  async runValidator(name: string, options: readonly string[] = []): Promise<RunningProgram> {
    const config = await this.validatorConfig(name, [this.relayerUrl], this.#ports.get(name));
    return this.run(name, "validator", config, options);
  }

  /** Starts one that misbehaves. */
  async runByzantine(name: string, fault: object): Promise<RunningProgram> {
    const validator = await this.validatorConfig(name, [this.relayerUrl], this.#ports.get(name));
    return this.run(name, "byzantineValidator", { validator, fault });
  }

  program(name: string): RunningProgram {
    const running = this.#programs.get(name);
    if (running === undefined) throw new Error(`${name} does not run`);
    return running;
  }

  /** Ends a program; time no longer waits for it. */
  async stop(name: string, signal?: NodeJS.Signals): Promise<number | null> {
    const running = this.program(name);
    this.#programs.delete(name);
    return running.stop(signal);
  }

  /** Moves time forward, second by second, mining a block every three. */
  async advance(milliseconds: bigint): Promise<void> {
    const end = (await this.clock.now()) + milliseconds;
    await this.#idle();
    while ((await this.clock.now()) < end) {
      const timeMs = (await this.clock.now()) + STEP_MS;
      this.clock.advanceTo(timeMs);
      await this.#idle();
      if (timeMs % BLOCK_MS === 0n) await this.#mine(timeMs / 1000n);
    }
  }

  /** Moves to one second before the next round. */
  async toRoundEnd(): Promise<void> {
    await this.advance(ROUND_MS - ((await this.clock.now()) % ROUND_MS) - STEP_MS);
  }

  /** What landed on chain, by round; an upgrade takes the place of the round it upgraded. */
  async rounds(): Promise<LandedRound[]> {
    const accepted = await this.oracle.queryFilter(this.oracle.filters.RoundAccepted());
    const upgraded = await this.oracle.queryFilter(this.oracle.filters.RoundUpgraded());
    const last = new Map([...accepted, ...upgraded].map((event) => [event.args.round, event.args]));
    return [...last.values()]
      .map(({ round, signers, prices }) => ({ round, seats: seatsOf(signers), prices: [...prices] }))
      .sort((a, b) => (a.round < b.round ? -1 : 1));
  }

  /** Newest round on chain. */
  async latest(): Promise<LandedRound> {
    const newest = (await this.rounds()).at(-1);
    if (newest === undefined) throw new Error(`nothing landed\n${this.program("relayer").log().slice(-3000)}`);
    return newest;
  }

  /** Distance of the newest round's price of a feed from the truth at that round, bps rounded up. */
  async errorBps(slot: number, feed: string): Promise<bigint> {
    const { round, prices } = await this.latest();
    const url = `${this.market.url}/truth?feed=${feed}&at=${round * ROUND_MS}`;
    const { body } = await new FetchTransport().request({ url, timeoutMs: 5_000 });
    const truth = BigInt(z.object({ price: z.string() }).parse(JSON.parse(body)).price);
    const distance = prices[slot]! > truth ? prices[slot]! - truth : truth - prices[slot]!;
    return (distance * BPS + truth - 1n) / truth;
  }

  /** Remembers the chain as it is; what it returns goes back there and grows another fork up to the present. */
  async forkPoint(): Promise<() => Promise<void>> {
    const snapshot: string = await this.provider.send("evm_snapshot", []);
    return async () => {
      await this.provider.send("evm_revert", [snapshot]);
      await this.provider.send("hardhat_setPrevRandao", [`0x${"f0".repeat(32)}`]);
      const now = (await this.clock.now()) / 1000n;
      let timestamp = BigInt((await this.provider.getBlock("latest"))!.timestamp) + 3n;
      for (; timestamp <= now; timestamp += 3n) await this.#mine(timestamp);
    };
  }

  /** Bends the prices of every venue. */
  async bend(fault: object): Promise<void> {
    for (const venue of ["coinbase", "kraken", "binance", "bitstamp"]) {
      const request = { url: `${this.market.url}/admin/faults`, body: JSON.stringify({ venue, fault }) };
      const { status } = await new FetchTransport().request({ ...request, method: "POST", timeoutMs: 5_000 });
      if (status !== 200) throw new Error(`the market refused to bend ${venue}`);
    }
  }

  /** From now on every transaction is a block at once, as on a local node that nobody drives; time stands. */
  async mineAtOnce(): Promise<void> {
    await this.provider.send("evm_setNextBlockTimestamp", [Number((await this.clock.now()) / 1000n) + 1]);
    await this.provider.send("evm_setAutomine", [true]);
  }

  /** Sends a transaction of the deployer, who stands for the registry, and mines it. */
  async govern(send: () => Promise<unknown>): Promise<void> {
    await send();
    await this.advance(BLOCK_MS);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#programs.keys()].map((name) => this.stop(name)));
    for (const closer of this.#closers) await closer();
  }

  async #chainConfig(): Promise<object> {
    return { rpcUrl: this.rpcUrl, chainId: CHAIN_ID.toString(), oracle: await this.oracle.getAddress() };
  }

  async #mine(timestamp: bigint): Promise<void> {
    await this.provider.send("evm_setNextBlockTimestamp", [Number(timestamp)]);
    await this.provider.send("evm_mine", []);
  }

  /** Waits for every program that still runs. */
  async #idle(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const running = [...this.#programs].filter(([, program]) => program.isRunning());
      try {
        await this.clock.untilIdle(
          running.map(([name]) => name),
          SLICE_MS,
        );
        return;
      } catch (cause) {
        if (performance.now() < deadline) continue; // one of them may have ended meanwhile
        const logs = running.map(([name, program]) => `--- ${name}\n${program.log().slice(-1500)}`);
        throw new Error(`${String(cause)}\n${logs.join("\n")}`, { cause });
      }
    }
  }
}

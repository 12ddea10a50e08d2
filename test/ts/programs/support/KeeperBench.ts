// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { ContractTransactionResponse, NonceManager, TransactionReceipt } from "ethers";
import type { z } from "zod";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../scripts/chain/serveHttp.ts";
import type { keeperConfigShape } from "../../../../scripts/keepers/KeeperConfig.ts";
import { bookId } from "../../../../scripts/model/clearing/ids.ts";
import { ROUND_SECONDS } from "../../../../scripts/model/constants.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { STAGE_FEEDS } from "../../../../scripts/simulator/stageConfigs.ts";
import { LocalKeys } from "../../../../scripts/simulator/LocalKeys.ts";
import { VALIDATORS } from "../../../../scripts/simulator/stageCast.ts";
import { deployLocal, forgetDeployment } from "../../../../scripts/simulator/deployLocal.ts";
import type { LocalRoom } from "../../../../scripts/simulator/deployLocal.ts";
import { enroll } from "../../../../scripts/simulator/enroll.ts";
import { FaultProxy } from "../../../../scripts/simulator/faults/FaultProxy.ts";
import { ReorgDriver } from "../../../../scripts/simulator/faults/ReorgDriver.ts";
import { LocalChain } from "../../../../scripts/simulator/LocalChain.ts";
import { ScriptedSet } from "../../../../scripts/simulator/ScriptedSet.ts";
import { openBenchKeeper } from "./benchKeeper.ts";
import type { BenchKeeper } from "./benchKeeper.ts";
import { silentLog } from "./silentLog.ts";
import { freshFolder } from "./startProgram.ts";

/** A transaction to be sent; its gas limit is given, as it may build on others that no block holds yet. */
export type Sending = () => Promise<ContractTransactionResponse>;

/** What a bench is to be. */
export interface BenchOptions {
  /** Fault proxies in front of the chain; keepers read through all of them. */
  readonly proxies?: number;
  /** First second; Tuesday, 2026-01-06 09:00 UTC unless said. */
  readonly start?: bigint;
  /** Validators of the set: all of equal weight. */
  readonly validators?: readonly string[];
}

/** ETH at the start, 8 decimals. */
export const FIRST_PRICE = BigInt(STAGE_FEEDS[0].initialPrice);
/** Enough for any transaction of a test. */
export const GAS = { gasLimit: 12_000_000n };
/** Tuesday, 2026-01-06 09:00 UTC. */
const START = 1_767_690_000n;
const DEPLOYMENT_SECONDS = 3_600n;
const ANCHORS_SECONDS = 60n;
const BLOCK_SECONDS = 12n;
const PASSPHRASE = "x";
const REWARDS = 30_000_000_000n;
const ETH = 0;

/**
 * The whole protocol deployed on a real chain behind HTTP, with blocks, time, validators' rounds and witnesses in the
 * test's hand. Deployed once per file; {@link KeeperBench.reset} goes back to where {@link KeeperBench.keep} was called.
 */
export class KeeperBench {
  readonly chain: LocalChain;
  readonly room: LocalRoom;
  readonly keys: LocalKeys;
  readonly ids: ReadonlyMap<string, bigint>;
  readonly proxies: readonly FaultProxy[];
  /** Anyone: relays, deposits and does what a test does itself. */
  readonly actor: NonceManager;
  /** What a keeper's process finds in its environment. */
  readonly environment = { BALLAST_PASSPHRASE: PASSPHRASE };
  driver: ReorgDriver;
  clock: ClockServer;
  set: ScriptedSet;
  /** Second of the newest block. */
  now: bigint;
  #clockHttp: HttpServer;
  readonly #accounts = new Map<string, NonceManager>();
  readonly #keepers = new Set<BenchKeeper>();
  #kept: { readonly snapshot: string; readonly now: bigint; readonly accounts: ReadonlySet<string> } | undefined;

  private constructor(
    made: Pick<KeeperBench, "chain" | "room" | "keys" | "ids" | "proxies" | "actor" | "set" | "now" | "clock">,
    clockHttp: HttpServer,
  ) {
    this.chain = made.chain;
    this.room = made.room;
    this.keys = made.keys;
    this.ids = made.ids;
    this.proxies = made.proxies;
    this.actor = made.actor;
    this.set = made.set;
    this.now = made.now;
    this.clock = made.clock;
    this.driver = new ReorgDriver(made.chain.provider);
    this.#clockHttp = clockHttp;
  }

  static async start(options: BenchOptions = {}): Promise<KeeperBench> {
    const chain = await LocalChain.start((options.start ?? START) - DEPLOYMENT_SECONDS);
    try {
      return await KeeperBench.#build(chain, options);
    } catch (error) {
      await chain.close(); // or the test run would never end
      throw error;
    }
  }

  static async #build(
    chain: LocalChain,
    { proxies = 1, start = START, validators = VALIDATORS.slice(0, 4) }: BenchOptions,
  ): Promise<KeeperBench> {
    const prices = STAGE_FEEDS.map(({ initialPrice }) => BigInt(initialPrice));
    const room = await deployLocal(chain.url, chain.provider, prices);
    const keys = new LocalKeys(1, join(await freshFolder(), "keys"), PASSPHRASE);
    const actor = await chain.fund(keys.of("actor"), 1_000_000n);
    await fundRewards(room, actor);
    const ids = await enroll(room, actor, keys, chain.chainId, validators);
    await (await room.registry.connect(actor).closeEpoch()).wait();
    const set = await ScriptedSet.read(chain, room, keys, validators);
    const first = start - ANCHORS_SECONDS;
    const clock = new ClockServer(first * 1_000n);
    const faulty = await Promise.all(
      Array.from({ length: proxies }, () => FaultProxy.start(chain.url, new FetchTransport())),
    );
    const clockHttp = await serveHttp("127.0.0.1", 0, clock.routes(), silentLog);
    const made = { chain, room, keys, ids, proxies: faulty, actor, set, now: first, clock };
    const bench = new KeeperBench(made, clockHttp);
    await bench.driver.begin();
    for (let second = first; second <= start; second += BLOCK_SECONDS) await bench.#mineAt(second);
    return bench;
  }

  /** Where programs ask for the time; another one after {@link reset}. */
  get clockUrl(): string {
    return this.#clockHttp.url;
  }

  /** An account with ether of its own. */
  async account(name: string): Promise<NonceManager> {
    const known = this.#accounts.get(name) ?? (await this.chain.fund(this.keys.of(name)));
    this.#accounts.set(name, known);
    return known;
  }

  /** Remembers the chain as it is. */
  async keep(): Promise<void> {
    const snapshot = String(await this.chain.provider.send("evm_snapshot", []));
    this.#kept = { snapshot, now: this.now, accounts: new Set(this.#accounts.keys()) };
  }

  /** Goes back to where the chain was remembered, with proxies healed and every keeper closed. */
  async reset(): Promise<void> {
    this.#closeKeepers();
    const { snapshot, now, accounts } = this.#kept!;
    await this.chain.provider.send("evm_revert", [snapshot]);
    for (const name of this.#accounts.keys()) if (!accounts.has(name)) this.#accounts.delete(name); // their ether has gone
    for (const account of [this.actor, ...this.#accounts.values()]) account.reset();
    for (const proxy of this.proxies) {
      proxy.heal();
      proxy.release();
    }
    this.now = now;
    await this.#clockHttp.close();
    this.clock = new ClockServer(now * 1_000n);
    this.#clockHttp = await serveHttp("127.0.0.1", 0, this.clock.routes(), silentLog);
    this.driver = new ReorgDriver(this.chain.provider);
    await this.keep();
  }

  /** A block `seconds` later with what is in the pool. */
  async block(seconds = 1n): Promise<void> {
    await this.#mineAt(this.now + seconds);
  }

  /** A block at `second`, unless that is over. */
  async skipTo(second: bigint): Promise<void> {
    if (second > this.now) await this.#mineAt(second);
  }

  /** Sends all of it into the next block. @throws Error when one of them reverts. */
  async send(...sendings: readonly Sending[]): Promise<TransactionReceipt[]> {
    const sent: ContractTransactionResponse[] = [];
    for (const sending of sendings) sent.push(await sending());
    await this.block();
    const receipts = await Promise.all(sent.map(({ hash }) => this.chain.provider.getTransactionReceipt(hash)));
    return receipts.map((receipt, index) => {
      if (receipt?.status !== 1) throw new Error(`transaction ${index} of the test failed`);
      return receipt;
    });
  }

  /** The next round, signed by all unless said, lands in the next block. @returns The round. */
  async round(ethPrice = FIRST_PRICE, signers?: readonly string[]): Promise<bigint> {
    const round = this.now / ROUND_SECONDS + 1n;
    const packed = await this.set.pack(round, [ethPrice], signers);
    await this.skipTo(round * ROUND_SECONDS);
    await this.send(() => this.room.oracle.connect(this.actor).relay(packed, GAS));
    return round;
  }

  /** Rounds every `every` seconds until `end`. */
  async rounds(end: bigint, every: bigint, ethPrice = FIRST_PRICE): Promise<void> {
    while (this.now + every <= end) {
      await this.skipTo(((this.now + every) / ROUND_SECONDS) * ROUND_SECONDS - ROUND_SECONDS + 1n);
      await this.round(ethPrice);
    }
  }

  /** Witnesses of ETH publish `price`; nobody looks yet. */
  async publish(price = FIRST_PRICE): Promise<void> {
    const { witnesses } = this.room;
    await this.send(...witnesses[ETH]!.map((witness) => () => witness.connect(this.actor).push(price, this.now, GAS)));
  }

  /** Witnesses of ETH publish `price`, and the router looks. */
  async witness(price = FIRST_PRICE): Promise<void> {
    await this.publish(price);
    await this.send(() => this.room.router.connect(this.actor).pokeWitness(ETH, GAS));
  }

  /** ETH is listed, and its breaker as calm as can be after so many seconds of rounds: a ramp takes six hours. */
  async calm(seconds: bigint, every = 240n): Promise<void> {
    const end = this.now + seconds;
    while (this.now < end) {
      await this.round();
      await this.witness();
      await this.rounds(this.now + 1_500n < end ? this.now + 1_500n : end, every);
      if (this.now + every > end) break;
    }
  }

  /** Gives an account tokens of a market in its free balance. Units of the token. */
  async deposit(name: string, market: bigint, amount: bigint): Promise<void> {
    const { house, collaterals } = this.room;
    const account = await this.account(name);
    const { address } = this.keys.of(name);
    const token = collaterals[Number(market) - 1]!.connect(account);
    await this.send(
      () => token.mint(address, amount, GAS),
      () => token.approve(house, amount, GAS),
      () => house.connect(account).deposit(token, amount, address, GAS),
    );
  }

  /** Deposits, funds a book and writes one leg into it, whose longs go to `to`. @returns The book. */
  async write(
    name: string,
    {
      market,
      expiry,
      strike,
      isCall,
      size,
      funds,
      to = name,
    }: {
      readonly market: bigint;
      readonly expiry: bigint;
      /** 4 decimals. */
      readonly strike: bigint;
      readonly isCall: boolean;
      /** 6 decimals. */
      readonly size: bigint;
      readonly funds: bigint;
      readonly to?: string;
    },
  ): Promise<bigint> {
    await this.deposit(name, market, funds);
    const account = await this.account(name);
    const house = this.room.house.connect(account);
    const id = bookId(this.keys.of(name).address, market, expiry);
    const units = await house.freeBalance(this.keys.of(name).address, this.room.collaterals[Number(market) - 1]!);
    await this.send(
      () => house.fund(id, units, GAS),
      () => house.mint(id, [{ strike, isCall, size }], this.keys.of(to).address, GAS),
    );
    return id;
  }

  /** Configuration of a keeper with an account of its own, as its file would say it. */
  async keeperConfig(
    duties: z.input<typeof keeperConfigShape>["duties"],
    {
      name = "keeper",
      folder,
      ...rest
    }: Partial<z.input<typeof keeperConfigShape>> & { readonly name?: string; readonly folder?: string } = {},
  ): Promise<z.input<typeof keeperConfigShape>> {
    const { oracle, house, risk, registry, slasher, router } = this.room;
    await this.account(name);
    return {
      chain: {
        rpcUrl: this.proxies.map(({ url }) => url),
        chainId: this.chain.chainId.toString(),
        oracle: oracle.target as string,
      },
      contracts: {
        clearinghouse: house.target as string,
        riskManager: risk.target as string,
        validatorRegistry: registry.target as string,
        slasher: slasher.target as string,
        witnessRouter: router.target as string,
      },
      key: { keystore: await this.keys.keystore(name) },
      clock: { kind: "virtual", url: this.#clockHttp.url, name },
      dataFolder: folder ?? (await freshFolder()),
      duties,
      ...rest,
    };
  }

  /** A keeper in this process; it is closed with the bench. */
  async keeper(...given: Parameters<KeeperBench["keeperConfig"]>): Promise<BenchKeeper> {
    const keeper = await openBenchKeeper(await this.keeperConfig(...given), this.chain.provider, PASSPHRASE);
    this.#keepers.add(keeper);
    return keeper;
  }

  /** Turns of a keeper with a block after each, until it sends nothing more; how many transactions it took. */
  async settle(keeper: BenchKeeper, turns = 4): Promise<number> {
    const before = await keeper.sent();
    for (let turn = 0; turn < turns; turn++) {
      const seen = await keeper.sent();
      await keeper.turn();
      await this.block();
      if ((await keeper.sent()) === seen) break;
    }
    return (await keeper.sent()) - before;
  }

  async close(): Promise<void> {
    this.#closeKeepers();
    await this.#clockHttp.close();
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await this.chain.close();
    await forgetDeployment();
  }

  #closeKeepers(): void {
    for (const keeper of this.#keepers) keeper.close();
    this.#keepers.clear();
  }

  async #mineAt(second: bigint): Promise<void> {
    await this.chain.provider.send("evm_setNextBlockTimestamp", [Number(second)]);
    await this.driver.mine();
    this.now = second;
    this.clock.advanceTo(second * 1_000n);
  }
}

async function fundRewards(room: LocalRoom, actor: NonceManager): Promise<void> {
  const token = room.token.connect(actor);
  await (await token.mint(await actor.getAddress(), REWARDS)).wait();
  await (await token.approve(await room.pot.getAddress(), REWARDS)).wait();
  await (await room.pot.connect(actor).fundRewards(REWARDS)).wait();
}

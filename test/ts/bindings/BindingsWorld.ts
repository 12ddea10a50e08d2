// SPDX-License-Identifier: MIT
import type { Wallet } from "ethers";

import { publicName } from "../../../deploy/contractNames.ts";
import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { ROUND_SECONDS } from "../../../scripts/model/constants.ts";
import { BacktestChain, MEMBERS } from "../../../scripts/simulator/backtest/BacktestChain.ts";
import { STAGE_FEEDS } from "../../../scripts/simulator/stageConfigs.ts";

/** Tuesday, 2026-01-06 09:00 UTC. */
const START = 1_767_690_000n;
const STEP = 240n;
const WITNESS_EVERY = 7n;
const CALM_STEPS = 115n;
const DOLLAR = 10n ** 6n;
/** What is required rises by the second. */
const BUFFER = 5n * DOLLAR;
const GAS = { gasLimit: 3_000_000n };
const MARKET = 1n;
export const FIRST_PRICE = BigInt(STAGE_FEEDS[0].initialPrice);

/** The deployed protocol behind HTTP, open for business, with a validators' set in the test's hand. */
export class BindingsWorld {
  readonly #chain: BacktestChain;

  private constructor(chain: BacktestChain) {
    this.#chain = chain;
  }

  /** Deploys and plays the first hours: a feed opens after its dwell, and its ramp takes six hours. */
  static async start(): Promise<BindingsWorld> {
    const chain = await BacktestChain.create(1, START);
    const world = new BindingsWorld(chain);
    try {
      for (let step = 0n; step < CALM_STEPS; step++) {
        if (step % WITNESS_EVERY === 0n) await chain.witness(FIRST_PRICE);
        await chain.round(chain.now + STEP, FIRST_PRICE);
      }
      return world;
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  get rpcUrl(): string {
    return this.#chain.chain.url;
  }

  /** The address book that deploying to a network would leave. */
  get addressBook() {
    const contracts = [...this.room.addresses].map(([name, address]) => [publicName(name), { address }] as const);
    return { contracts: Object.fromEntries(contracts) };
  }

  get room() {
    return this.#chain.room;
  }

  /** Keys of the set that signs prices. */
  get validatorKeys(): string[] {
    return MEMBERS.map((name) => this.keyOf(name).privateKey);
  }

  keyOf(name: string): Wallet {
    return this.#chain.keys.of(name);
  }

  /** A person with ether, and so many dollars in the wallet. */
  async person(name: string, dollars: bigint): Promise<Wallet> {
    await this.#catchUp();
    const wallet = this.keyOf(name);
    await this.#chain.chain.fund(wallet);
    const token = this.room.token.connect(this.#chain.keeper);
    await this.#chain.send([() => token.mint(wallet.address, dollars * DOLLAR, GAS)]);
    return wallet;
  }

  /** Somebody who sells one call at 3,000 of an expiry against little more than its initial margin. @returns His address. */
  async writer(name: string, expiry: bigint): Promise<string> {
    const { address } = await this.person(name, 10_000n);
    const signer = await this.#chain.chain.fund(this.keyOf(name));
    const house = this.room.house.connect(signer);
    const token = this.room.token.connect(signer);
    const id = bookId(address, MARKET, expiry);
    const legs = [{ strike: 3_000n * 10_000n, isCall: true, size: 1_000_000n }];
    await this.#chain.send([
      () => token.approve(house, 10_000n * DOLLAR, GAS),
      () => house.deposit(token, 10_000n * DOLLAR, address, GAS),
      () => house.fund(id, 10_000n * DOLLAR, GAS),
      () => house.mint(id, legs, address, GAS),
    ]);
    const spare = await this.room.house.maxDefund(id);
    await this.#chain.send([() => house.defund(id, spare - BUFFER, address, GAS)]);
    return address;
  }

  /** The price goes to `target` in steps small enough for every breaker, witnesses with it. */
  async drift(from: bigint, target: bigint): Promise<void> {
    await this.#catchUp();
    for (let price = from; price < target;) {
      price = (price * 101n) / 100n;
      await this.#chain.witness(price);
      await this.#chain.round(this.#chain.now + STEP, price);
    }
  }

  /** Mines up to the next round and says which it is. */
  async toNextRound(): Promise<bigint> {
    await this.#catchUp();
    const round = this.#chain.now / ROUND_SECONDS + 1n;
    await this.#chain.skipTo(round * ROUND_SECONDS + 1n);
    return round;
  }

  /** Second of the newest block. */
  async now(): Promise<bigint> {
    return BigInt((await this.#chain.chain.provider.getBlock("latest"))!.timestamp);
  }

  close(): Promise<void> {
    return this.#chain.close();
  }

  /** Others sent transactions meanwhile, each in a block of its own: goes on a minute behind them. */
  async #catchUp(): Promise<void> {
    await this.#chain.skipTo((await this.now()) + 60n);
  }
}

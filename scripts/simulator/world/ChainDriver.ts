// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { SimulatedChain } from "./SimulatedChain.ts";
import type { VirtualTime } from "./VirtualTime.ts";

/** Pace and price of blocks. */
export interface DriverSettings {
  readonly blockSeconds: number;
  /** Base fee of the block at a second of the scenario, gwei. */
  readonly gasGwei: (seconds: number) => number;
}

/** Told of each block, after it was mined and before anybody else hears of it. */
export type BlockListener = (block: MinedBlock) => Promise<void>;

/** A block by its height. */
export interface MinedBlock {
  readonly number: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

const anything = z.unknown();
const GWEI = 1_000_000_000n;

/** Makes blocks at their times: nobody else does. What is pending is seen at the time of the block that comes next. */
export class ChainDriver {
  readonly #chain: SimulatedChain;
  readonly #time: VirtualTime;
  readonly #settings: DriverSettings;
  readonly #listeners: BlockListener[] = [];
  #number: number;
  #isStopped = false;

  /** @param number Of the newest block. */
  constructor(chain: SimulatedChain, time: VirtualTime, settings: DriverSettings, number: number) {
    this.#chain = chain;
    this.#time = time;
    this.#settings = settings;
    this.#number = number;
  }

  /** Height of the newest block. */
  get height(): number {
    return this.#number;
  }

  /** Listeners hear of a block in the order in which they came. */
  onBlock(listener: BlockListener): void {
    this.#listeners.push(listener);
  }

  /** Makes blocks from now on, the first one block's time later. */
  async start(): Promise<void> {
    await this.#chain.drive(anything, "evm_setAutomine", false);
    await this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #schedule(): Promise<void> {
    const { blockSeconds, gasGwei } = this.#settings;
    const atMs = this.#time.nowMs + blockSeconds * 1000;
    const seconds = this.#time.elapsedSeconds + blockSeconds;
    const fee = BigInt(Math.round(gasGwei(seconds) * 1000)) * (GWEI / 1000n);
    await this.#chain.drive(anything, "evm_setNextBlockTimestamp", Math.floor(atMs / 1000));
    await this.#chain.drive(anything, "hardhat_setNextBlockBaseFeePerGas", `0x${fee.toString(16)}`);
    this.#time.schedule(atMs, () => void this.#mine());
  }

  async #mine(): Promise<void> {
    if (this.#isStopped) return;
    await this.#chain.drive(anything, "evm_mine");
    this.#number += 1;
    const block = { number: this.#number, timestamp: Math.floor(this.#time.nowMs / 1000) };
    await this.#schedule();
    for (const listener of this.#listeners) await listener(block);
  }
}

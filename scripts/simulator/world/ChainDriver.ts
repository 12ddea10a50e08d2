// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Random } from "../../chain/Random.ts";
import { Branches } from "./Branches.ts";
import type { Manners } from "./Manners.ts";
import { sendAgain, takeOut, waitingTransactions } from "./poolTransactions.ts";
import type { SentTransaction } from "./poolTransactions.ts";
import type { SimulatedChain } from "./SimulatedChain.ts";
import type { VirtualTime } from "./VirtualTime.ts";

/** Pace of blocks, and what bends it. */
export interface DriverSettings {
  readonly blockSeconds: number;
  readonly manners: Pick<Manners, "gasGwei" | "isHalted" | "clockLagSeconds" | "leavesOut">;
}

/** Told of each block, after it was mined and before anybody else hears of it. */
export type BlockListener = (block: MinedBlock) => Promise<void>;

/** A block by its height. */
export interface MinedBlock {
  readonly number: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** Blocks that are to be replaced with the next one. */
interface Reorganization {
  readonly depth: number;
  readonly random: Random;
}

const anything = z.unknown();
const GWEI = 1_000_000_000n;
const EVERYBODY = (): boolean => true;

/** Makes blocks at their times: nobody else does. What is pending is seen at the time of the block that comes next. */
export class ChainDriver {
  readonly #chain: SimulatedChain;
  readonly #time: VirtualTime;
  readonly #settings: DriverSettings;
  readonly #listeners: BlockListener[] = [];
  readonly #preparers: (() => Promise<void>)[] = [];
  readonly #undoers: ((number: number) => void)[] = [];
  #number: number;
  #timestamp = 0;
  #planned = 0;
  #missed: number[] = [];
  #fillsMissed = false;
  #branches: Branches | undefined;
  #reorganization: Reorganization | undefined;
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

  /** Most blocks that can be taken back now. */
  get deepestReorg(): number {
    return this.#branches?.depth ?? 0;
  }

  /** Listeners hear of a block in the order in which they came. They ask the chain itself, never an endpoint: see `alone`. */
  onBlock(listener: BlockListener): void {
    this.#listeners.push(listener);
  }

  /** Called before each block that takes what waits. */
  beforeBlock(preparer: () => Promise<void>): void {
    this.#preparers.push(preparer);
  }

  /** Told of the height above which all blocks were taken back, before others take their places. */
  onUndo(undoer: (number: number) => void): void {
    this.#undoers.push(undoer);
  }

  /** Makes blocks from now on, the first one block's time later. */
  async start(): Promise<void> {
    await this.#chain.takeOver();
    await this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** From now on up to so many blocks can be taken back, each of which costs a snapshot; 0: none any more. */
  keepBranches(depth: number): void {
    this.#branches = depth === 0 ? undefined : (this.#branches ?? new Branches(this.#chain));
    this.#branches?.keep(depth);
  }

  /** Has the newest blocks replaced when the next one comes. @param random Draws the order of what comes back. */
  reorganize(depth: number, random: Random): void {
    this.#reorganization = { depth, random };
  }

  /** Has the blocks that were not made during a halt made, empty, when blocks come again. */
  fillMissed(): void {
    this.#fillsMissed = true;
  }

  async #schedule(): Promise<void> {
    const atMs = this.#time.nowMs + this.#settings.blockSeconds * 1000;
    await this.#plan(Math.floor(atMs / 1000));
    this.#time.schedule(atMs, () => void this.#tick());
  }

  /** Tells the chain of its next block. @param seconds When it comes, unix seconds. */
  async #plan(seconds: number): Promise<void> {
    const { gasGwei, clockLagSeconds } = this.#settings.manners;
    const elapsed = this.#time.elapsedSeconds + seconds - this.#time.nowMs / 1000;
    const fee = BigInt(Math.round(gasGwei(elapsed) * 1000)) * (GWEI / 1000n);
    await this.#planAt(Math.max(this.#timestamp + 1, seconds - clockLagSeconds()));
    await this.#chain.drive(anything, "hardhat_setNextBlockBaseFeePerGas", `0x${fee.toString(16)}`);
  }

  async #planAt(timestamp: number): Promise<void> {
    this.#planned = timestamp;
    await this.#chain.drive(anything, "evm_setNextBlockTimestamp", timestamp);
  }

  async #tick(): Promise<void> {
    if (this.#isStopped) return;
    const seconds = Math.floor(this.#time.nowMs / 1000);
    if (this.#settings.manners.isHalted()) {
      this.#missed.push(seconds);
      this.#time.schedule(this.#time.nowMs + this.#settings.blockSeconds * 1000, () => void this.#tick());
      return;
    }
    if (this.#reorganization !== undefined) await this.#chain.alone(() => this.#takeOtherBranch());
    if (this.#missed.length > 0) await this.#chain.alone(() => this.#catchUp());
    for (const prepare of this.#preparers) await prepare();
    const { leavesOut } = this.#settings.manners;
    const mine = (): Promise<MinedBlock> => this.#mineBeside(leavesOut);
    const block = await (leavesOut === undefined ? mine() : this.#chain.alone(mine));
    await this.#schedule();
    await this.#tell(block);
  }

  /** Blocks that a halt left out: by then empty ones, or none. */
  async #catchUp(): Promise<void> {
    const missed = this.#missed;
    this.#missed = [];
    if (this.#fillsMissed) for (const seconds of missed) await this.#extra(seconds, EVERYBODY);
    this.#fillsMissed = false;
    await this.#plan(Math.floor(this.#time.nowMs / 1000));
  }

  async #takeOtherBranch(): Promise<void> {
    const reorganization = this.#reorganization;
    this.#reorganization = undefined;
    if (reorganization === undefined || this.#branches === undefined) return;
    const { depth, random } = reorganization;
    const { clockLagSeconds, leavesOut } = this.#settings.manners;
    const { blocks, waiting, parentTimestamp } = await this.#branches.goBack(this.#number, depth, random);
    this.#number -= depth;
    this.#timestamp = parentTimestamp;
    for (const undo of this.#undoers) undo(this.#number);
    for (const { timestamp, transactions } of blocks) {
      await sendAgain(this.#chain, transactions);
      await this.#extra(timestamp + clockLagSeconds(), leavesOut);
    }
    await sendAgain(this.#chain, waiting);
    await this.#plan(Math.floor(this.#time.nowMs / 1000));
  }

  /** A block out of turn. */
  async #extra(seconds: number, leavesOut: Manners["leavesOut"]): Promise<void> {
    await this.#plan(seconds);
    await this.#tell(await this.#mineBeside(leavesOut));
  }

  /** A block without the transactions of some; they wait for another. */
  async #mineBeside(leavesOut: Manners["leavesOut"]): Promise<MinedBlock> {
    let left: SentTransaction[] = [];
    if (leavesOut !== undefined) {
      left = (await waitingTransactions(this.#chain)).filter(({ from }) => leavesOut(from));
      await takeOut(this.#chain, left);
    }
    await this.#branches?.remember(this.#planned, this.#timestamp);
    await this.#chain.drive(anything, "evm_mine");
    this.#number += 1;
    this.#timestamp = this.#planned;
    await sendAgain(this.#chain, left);
    return { number: this.#number, timestamp: this.#timestamp };
  }

  async #tell(block: MinedBlock): Promise<void> {
    for (const listener of this.#listeners) await listener(block);
  }
}

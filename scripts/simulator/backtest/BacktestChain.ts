// SPDX-License-Identifier: MIT
import type { ContractTransactionReceipt, NonceManager } from "ethers";

import { BallastError } from "../../model/BallastError.ts";
import { STAGE_FEEDS } from "../stageConfigs.ts";
import { LocalKeys } from "../LocalKeys.ts";
import { VALIDATORS } from "../stageCast.ts";
import { deployLocal, forgetDeployment } from "../deployLocal.ts";
import type { LocalRoom } from "../deployLocal.ts";
import { enroll } from "../enroll.ts";
import { LocalChain } from "../LocalChain.ts";
import { ScriptedSet } from "../ScriptedSet.ts";
import type { Sending, VaultGround } from "./VaultGround.ts";

const DEPLOYMENT_SECONDS = 3_600n;
const ROUND_SECONDS = 15n;
/** A round lands this long after it began. */
const LANDS_AFTER = 4n;
const GAS_LIMIT = 15_000_000n;
/** As few as a set may have: a backtest is about vaults, and every signature takes time. */
export const MEMBERS = VALIDATORS.slice(0, 4);

/** The deployed protocol on a chain whose every block is somebody's transaction, and a set that signs what it is told. */
export class BacktestChain implements VaultGround {
  readonly chain: LocalChain;
  readonly room: LocalRoom;
  readonly keys: LocalKeys;
  /** Relays, starts, closes, settles: anyone. */
  readonly keeper: NonceManager;
  rounds = 0;
  readonly #set: ScriptedSet;
  #now: bigint;

  private constructor(made: Pick<BacktestChain, "chain" | "room" | "keys" | "keeper" | "now">, set: ScriptedSet) {
    this.chain = made.chain;
    this.room = made.room;
    this.keys = made.keys;
    this.keeper = made.keeper;
    this.#now = made.now;
    this.#set = set;
  }

  static async create(seed: number, startSeconds: bigint): Promise<BacktestChain> {
    const chain = await LocalChain.start(startSeconds - DEPLOYMENT_SECONDS);
    try {
      const initial = STAGE_FEEDS.map(({ initialPrice }) => BigInt(initialPrice));
      const room = await deployLocal(chain.url, chain.provider, initial);
      const keys = new LocalKeys(seed, "", "");
      const keeper = await chain.fund(keys.of("keeper"), 1_000_000n);
      await enroll(room, keeper, keys, chain.chainId, MEMBERS);
      await (await room.registry.connect(keeper).closeEpoch()).wait();
      const set = await ScriptedSet.read(chain, room, keys, MEMBERS);
      await chain.mine(startSeconds);
      return new BacktestChain({ chain, room, keys, keeper, now: startSeconds }, set);
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  get now(): bigint {
    return this.#now;
  }

  /** Sends each in a block of its own, a second after the last. @throws BallastError `callReverted`. */
  async send(sendings: readonly Sending[]): Promise<ContractTransactionReceipt[]> {
    const receipts: ContractTransactionReceipt[] = [];
    for (const sending of sendings) {
      await this.#next(this.#now + 1n);
      const receipt = await (await sending()).wait();
      if (receipt?.status !== 1)
        throw new BallastError("callReverted", "A transaction of the backtest failed", { context: { now: this.#now } });
      receipts.push(receipt);
    }
    return receipts;
  }

  /** A round of everybody at `time` or after what was sent last: ETH at `price`, the others where they were. */
  async round(time: bigint, price: bigint): Promise<void> {
    const earliest = time > this.#now - LANDS_AFTER ? time : this.#now - LANDS_AFTER + 1n;
    const round = (earliest + ROUND_SECONDS - 1n) / ROUND_SECONDS;
    const packed = await this.#set.pack(round, [price]);
    await this.#next(round * ROUND_SECONDS + LANDS_AFTER);
    await (await this.room.oracle.connect(this.keeper).relay(packed, { gasLimit: GAS_LIMIT })).wait();
    this.rounds += 1;
  }

  /** Both witnesses of ETH publish `price`, and somebody makes the router look. */
  async witness(price: bigint): Promise<void> {
    await this.send([
      ...this.room.witnesses[0]!.map(
        (witness) => () => witness.connect(this.keeper).push(price, this.#now, { gasLimit: GAS_LIMIT }),
      ),
      () => this.room.router.connect(this.keeper).pokeWitness(0, { gasLimit: GAS_LIMIT }),
    ]);
  }

  /** Moves time over a span in which nothing happens. */
  async skipTo(time: bigint): Promise<void> {
    if (time <= this.#now) return;
    await this.#next(time);
    await this.chain.provider.send("evm_mine", []);
  }

  async close(): Promise<void> {
    await this.chain.close();
    await forgetDeployment();
  }

  async #next(time: bigint): Promise<void> {
    this.#now = time;
    await this.chain.provider.send("evm_setNextBlockTimestamp", [Number(time)]);
  }
}

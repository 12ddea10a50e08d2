// SPDX-License-Identifier: MIT
import { JsonRpcProvider, Network, NonceManager, Wallet } from "ethers";
import type { HDNodeWallet } from "ethers";
import { network } from "hardhat";

import { BallastError } from "../model/BallastError.ts";
import { freePort } from "./freePort.ts";

/** Seconds between blocks while time passes at its usual pace. */
export const BLOCK_SECONDS = 3n;
/** Seconds between blocks of a skipped span, at least: an anchor is found among them all the same. */
const SKIPPED_BLOCK_SECONDS = 24n;
const MAXIMUM_SKIPPED_BLOCKS = 200n;
const POLLING_MS = 20;

/** A chain behind HTTP, in this process, whose blocks follow the virtual clock: its driver mines, nothing else does. */
export class LocalChain {
  readonly url: string;
  readonly chainId: bigint;
  readonly provider: JsonRpcProvider;
  readonly #close: () => Promise<void>;

  private constructor(url: string, chainId: bigint, provider: JsonRpcProvider, close: () => Promise<void>) {
    this.url = url;
    this.chainId = chainId;
    this.provider = provider;
    this.#close = close;
  }

  /** Starts it with its first block at `startSeconds`; every transaction is a block until {@link follow}. */
  static async start(startSeconds: bigint, port = 0): Promise<LocalChain> {
    const server = await network.createServer(
      { network: "default", override: { initialDate: new Date(Number(startSeconds) * 1000), loggingEnabled: false } },
      "127.0.0.1",
      await freePort(port), // a taken port would end the process: the server lets nobody catch that
    );
    const listening = await server.listen();
    const url = `http://127.0.0.1:${listening.port}`;
    const chainId = 31_337n;
    const known = Network.from(chainId);
    const options = { batchMaxCount: 1, cacheTimeout: -1, staticNetwork: known, pollingInterval: POLLING_MS };
    const provider = new JsonRpcProvider(url, known, options);
    return new LocalChain(url, chainId, provider, async () => {
      provider.destroy();
      await server.close();
    });
  }

  /** From now on blocks come only from {@link mine} and {@link skip}. */
  async follow(): Promise<void> {
    await this.provider.send("evm_setAutomine", [false]);
  }

  async mine(seconds: bigint): Promise<void> {
    await this.provider.send("evm_setNextBlockTimestamp", [Number(seconds)]);
    await this.provider.send("evm_mine", []);
  }

  /**
   * Blocks up to `seconds`, spread evenly and few: nobody looks at them one by one. Each is mined by itself, for the node's own way
   * to mine many at once leaves out their parents, which whoever follows the chain looks at.
   */
  async skip(seconds: bigint): Promise<void> {
    const latest = await this.provider.getBlock("latest");
    if (latest === null) throw new BallastError("rpcRefused", "The local chain has no block");
    const from = BigInt(latest.timestamp);
    const gap = seconds - from;
    const wanted = gap / SKIPPED_BLOCK_SECONDS;
    const blocks = wanted < MAXIMUM_SKIPPED_BLOCKS ? wanted : MAXIMUM_SKIPPED_BLOCKS;
    for (let block = 1n; block < blocks; block++) await this.mine(from + (gap * block) / blocks);
    await this.mine(seconds);
  }

  /** Gives an account ether, and returns it ready to send. */
  async fund(wallet: Wallet | HDNodeWallet, ether = 1_000n): Promise<NonceManager> {
    await this.provider.send("hardhat_setBalance", [wallet.address, `0x${(ether * 10n ** 18n).toString(16)}`]);
    return new NonceManager(wallet.connect(this.provider));
  }

  close(): Promise<void> {
    return this.#close();
  }
}

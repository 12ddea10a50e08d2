// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import { z } from "zod";

import type { KeySigner } from "../world/KeySigner.ts";
import type { World } from "../world/World.ts";

const countShape = z.string().transform(Number);
const GWEI = 10n ** 9n;
const GAS_LIMIT = 3_000_000n;
const MAXIMUM_FEE = 10_000n * GWEI;
const TIP = 3n * GWEI;
const ETHER = 1_000n;

/** A call that somebody makes. */
export interface Errand {
  readonly to: string;
  readonly data: string;
}

/** Transactions of keys that run no program: thieves, owners, spammers. They are in the next block, and may fail there. */
export class Errands {
  readonly #world: World;
  readonly #funded = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
  }

  /** Sends a call from a key's account, which is given ether first. False when the chain did not take it. */
  send(signer: KeySigner, errand: Errand): Promise<boolean> {
    // One after the other: each needs to know the nonce of the one before.
    const sent = this.#last.then(() => this.#sign(signer, errand));
    this.#last = sent;
    return sent;
  }

  async #sign(signer: KeySigner, { to, data }: Errand): Promise<boolean> {
    const { chain, environment } = this.#world;
    if (!this.#funded.has(signer.address)) {
      this.#funded.add(signer.address);
      await environment.fund(signer.address, ETHER);
    }
    const nonce = countShape.parse(await chain.line.request("eth_getTransactionCount", [signer.address, "pending"]));
    const raw = await signer.signTransaction({
      chainId: chain.chainId,
      nonce,
      to,
      data,
      gasLimit: GAS_LIMIT,
      maxFeePerGas: MAXIMUM_FEE,
      maxPriorityFeePerGas: TIP,
    });
    return this.#sent("eth_sendRawTransaction", raw);
  }

  /** The same from an account whose key the local node holds. */
  sendFrom(from: string, { to, data }: Errand): Promise<boolean> {
    const fees = { gas: hex(GAS_LIMIT), maxFeePerGas: hex(MAXIMUM_FEE), maxPriorityFeePerGas: hex(TIP) };
    return this.#sent("eth_sendTransaction", { from, to, data, ...fees });
  }

  /** Answer of a view. */
  async ask(to: string, code: Interface, name: string, args: readonly unknown[]): Promise<unknown> {
    const data = code.encodeFunctionData(name, args);
    const answer = z.string().parse(await this.#world.chain.line.request("eth_call", [{ to, data }, "latest"]));
    return code.decodeFunctionResult(name, answer)[0];
  }

  async #sent(method: string, transaction: unknown): Promise<boolean> {
    try {
      await this.#world.chain.drive(z.string(), method, transaction);
      return true;
    } catch {
      return false; // a nonce that is taken, or a chain that runs what it is sent at once and refuses it
    }
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import type { SimulatedChain } from "./SimulatedChain.ts";

const hashShape = z.string();
const receiptShape = z.object({ status: z.string(), gasUsed: z.string() });
/** Enough for anything that is done for the world. */
const GAS = "0xe4e1c0";
const FEE = `0x${(10_000n * 10n ** 9n).toString(16)}`;
const TIP = `0x${(1_000n * 10n ** 9n).toString(16)}`;
const ETHER = 10n ** 18n;

/**
 * What happens to the world from outside: an account of the local node that pays for everything nobody in the scenario does.
 * Its transactions are signed by the node and go before all others.
 */
export class Environment {
  readonly #chain: SimulatedChain;
  readonly address: string;

  private constructor(chain: SimulatedChain, address: string) {
    this.#chain = chain;
    this.address = address;
  }

  static async open(chain: SimulatedChain): Promise<Environment> {
    const [address] = z.array(z.string()).parse(await chain.line.request("eth_accounts"));
    return new Environment(chain, address!);
  }

  /** Sends a call; it is in the next block, or in one of its own while blocks come by themselves. */
  async send(to: string, code: Interface, name: string, args: readonly unknown[]): Promise<string> {
    const data = code.encodeFunctionData(name, args);
    const fees = { gas: GAS, maxFeePerGas: FEE, maxPriorityFeePerGas: TIP };
    return this.#chain.drive(hashShape, "eth_sendTransaction", { from: this.address, to, data, ...fees });
  }

  /** The same for what must have succeeded when this returns. @throws BallastError `callReverted`. */
  async act(to: string, code: Interface, name: string, args: readonly unknown[]): Promise<void> {
    const hash = await this.send(to, code, name, args);
    const { status } = receiptShape.parse(await this.#chain.line.request("eth_getTransactionReceipt", [hash]));
    if (status !== "0x1")
      throw new BallastError("callReverted", `The world's own ${name} failed`, { context: { to, name } });
  }

  /** Gives an account so much ether. */
  async fund(address: string, ether: bigint): Promise<void> {
    await this.#chain.drive(z.unknown(), "hardhat_setBalance", address, `0x${(ether * ETHER).toString(16)}`);
  }
}

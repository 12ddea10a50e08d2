// SPDX-License-Identifier: MIT
import { isError } from "ethers";
import type { Interface, Result } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import { decodeAnswer, encodeCall } from "./abiText.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";

/** One contract, read at a block that enough endpoints agree on. */
export class ContractReader {
  readonly address: string;
  readonly interface: Interface;
  readonly #agreed: Pick<AgreedChain, "call">;

  constructor(agreed: Pick<AgreedChain, "call">, address: string, contract: Interface) {
    this.#agreed = agreed;
    this.address = address;
    this.interface = contract;
  }

  /**
   * What a view returns on the state after `block`, by position and by name.
   * @throws BallastError `callReverted` when the contract refuses, `contractMissing` when none answers at the address.
   */
  async read(name: string, given: readonly unknown[], block: BlockFacts): Promise<Result> {
    const data = this.encode(name, given);
    const answer = await this.#agreed.call({ to: this.address, data }, block);
    if (answer === "0x")
      throw new BallastError("contractMissing", "Nothing answers at the address", {
        context: { address: this.address, call: name },
      });
    return decodeAnswer(this.interface, name, answer);
  }

  /**
   * The same of a contract that may be broken, gone or a stranger's: undefined when it refuses, is missing, or answers
   * what is no answer. @throws BallastError when the chain cannot be read.
   */
  async tryRead(name: string, given: readonly unknown[], block: BlockFacts): Promise<Result | undefined> {
    try {
      return await this.read(name, given, block);
    } catch (error) {
      const isAnswer = error instanceof BallastError && ["callReverted", "contractMissing"].includes(error.code);
      if (isAnswer || isError(error, "BAD_DATA") || isError(error, "BUFFER_OVERRUN")) return undefined;
      throw error;
    }
  }

  /** Call data of a function. */
  encode(name: string, given: readonly unknown[]): string {
    return encodeCall(this.interface, name, given);
  }
}

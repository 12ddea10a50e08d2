// SPDX-License-Identifier: MIT
import { Contract, Interface } from "ethers";
import type { BaseContract, ContractRunner, InterfaceAbi } from "ethers";

/** What TypeChain generates for a contract that is only called: no bytecode. */
export interface ContractFactory<Typed extends BaseContract, Abi> {
  readonly abi: Abi;
  createInterface(): Typed["interface"];
  /** @param runner Reads with a provider, sends with a signer. */
  connect(address: string, runner?: ContractRunner | null): Typed;
}

/** A factory of contracts that `abi` describes and TypeChain has typed. */
export function contractFactory<Typed extends BaseContract, Abi extends InterfaceAbi>(
  abi: Abi,
): ContractFactory<Typed, Abi> {
  return {
    abi,
    createInterface: () => new Interface(abi) as Typed["interface"],
    connect: (address, runner) => new Contract(address, abi, runner) as unknown as Typed,
  };
}

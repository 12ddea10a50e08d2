// SPDX-License-Identifier: MIT
/** A network that the protocol can be deployed on; `deploy/parameters` has a file of the same name. */
export interface NetworkName {
  readonly name: string;
  readonly chainType: "l1" | "op" | "generic";
  /** Its node and its key come from Hardhat's keystore under `<prefix>_RPC_URL` and `<prefix>_PRIVATE_KEY`; none for a local node. */
  readonly prefix?: string;
}

/** All of them. */
export const NETWORKS: readonly NetworkName[] = [
  { name: "local", chainType: "l1" },
  { name: "sepolia", chainType: "l1", prefix: "SEPOLIA" },
  { name: "baseSepolia", chainType: "op", prefix: "BASE_SEPOLIA" },
  { name: "opSepolia", chainType: "op", prefix: "OP_SEPOLIA" },
  { name: "arbitrumSepolia", chainType: "generic", prefix: "ARBITRUM_SEPOLIA" },
];

/** Where a local node listens unless another place is given. */
export const LOCAL_URL = "http://127.0.0.1:8545";
/** Name of the explorers' key in Hardhat's keystore: one key of Etherscan serves all chains. */
export const EXPLORER_KEY = "ETHERSCAN_API_KEY";

/** Chains that begin anew with every node: Hardhat's, and the other ids that local nodes have. */
const LOCAL_CHAINS = [31_337, 1_337];

/** Whether nothing on the chain is worth anything. */
export function isLocalChain(chainId: number): boolean {
  return LOCAL_CHAINS.includes(chainId);
}

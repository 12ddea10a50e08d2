// SPDX-License-Identifier: MIT
/** EIP-712 domain of one oracle. */
export interface OracleDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  readonly verifyingContract: string;
}

/** EIP-712 types of a price report, in the order the contract hashes them. */
export const PRICE_REPORT_TYPES = {
  PriceReport: [
    { name: "round", type: "uint64" },
    { name: "setId", type: "uint32" },
    { name: "anchorHash", type: "bytes32" },
    { name: "prices", type: "uint64[8]" },
  ],
};

/** Domain that binds a report to one chain and one oracle. */
export function oracleDomain(chainId: bigint, oracle: string): OracleDomain {
  return { name: "Ballast Oracle", version: "1", chainId, verifyingContract: oracle };
}

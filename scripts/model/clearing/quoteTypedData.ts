// SPDX-License-Identifier: MIT
/** EIP-712 domain of one Clearinghouse. */
export interface ClearingDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  readonly verifyingContract: string;
}

/** EIP-712 types of a quote, in the order `QuoteHash.sol` hashes them. */
export const QUOTE_TYPES = {
  Quote: [
    { name: "maker", type: "address" },
    { name: "taker", type: "address" },
    { name: "marketHash", type: "bytes32" },
    { name: "expiry", type: "uint32" },
    { name: "makerSubId", type: "uint32" },
    { name: "legs", type: "QuoteLeg[]" },
    { name: "premium", type: "int128" },
    { name: "size", type: "uint64" },
    { name: "minimumFill", type: "uint64" },
    { name: "nonce", type: "uint64" },
    { name: "deadline", type: "uint40" },
    { name: "spotLow", type: "uint64" },
    { name: "spotHigh", type: "uint64" },
  ],
  QuoteLeg: [
    { name: "strike", type: "uint40" },
    { name: "isCall", type: "bool" },
    { name: "ratio", type: "int16" },
  ],
};

/** Domain that binds a quote to one chain and one Clearinghouse. */
export function clearingDomain(chainId: bigint, house: string): ClearingDomain {
  return { name: "Ballast Clearinghouse", version: "1", chainId, verifyingContract: house };
}

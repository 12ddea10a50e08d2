// SPDX-License-Identifier: MIT
/** Explorers of public chains, by chain id. */
const EXPLORERS: Readonly<Record<string, string>> = {
  "1": "https://etherscan.io/tx/",
  "10": "https://optimistic.etherscan.io/tx/",
  "8453": "https://basescan.org/tx/",
  "42161": "https://arbiscan.io/tx/",
  "11155111": "https://sepolia.etherscan.io/tx/",
};

/** Where a transaction is shown; undefined for chains without an explorer that the page knows. */
export function explorerLink(chainId: bigint, transaction: string): string | undefined {
  const base = EXPLORERS[chainId.toString()];
  return base === undefined ? undefined : `${base}${transaction}`;
}

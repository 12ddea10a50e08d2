// SPDX-License-Identifier: MIT
/** What programs need of a block; times in seconds. */
export interface BlockFacts {
  readonly number: bigint;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: bigint;
}

/** A call that changes nothing. */
export interface ChainCall {
  /** Nobody: the data is the code of a constructor. */
  readonly to?: string;
  readonly data: string;
  readonly from?: string;
}

/** An event as the chain keeps it. */
export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: bigint;
  readonly blockHash: string;
  readonly logIndex: bigint;
  readonly transactionHash: string;
}

/** Which events are meant: a list of topics is any of them, null anything. */
export interface LogFilter {
  readonly address: string | readonly string[];
  readonly topics: readonly (string | readonly string[] | null)[];
}

/** Where a transaction ended. */
export interface ReceiptFacts {
  readonly hash: string;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  readonly blockNumber: bigint;
  readonly blockHash: string;
}

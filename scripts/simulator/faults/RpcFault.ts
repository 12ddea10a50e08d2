// SPDX-License-Identifier: MIT
/** How an answer of the node is made wrong or not given. */
export type RpcFaultKind =
  /** The connection is cut as soon as the request is there. */
  | { readonly kind: "refuse" }
  /** The request is held and never reaches the node. */
  | { readonly kind: "hang" }
  /** The node hears the request at once; its answer is held. */
  | { readonly kind: "holdAnswer" }
  /** The answer begins, and its rest is held. */
  | { readonly kind: "drip" }
  /** HTTP status without a JSON-RPC answer, in the manner of an overloaded or broken provider. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string }
  /** Half of the answer's text. */
  | { readonly kind: "truncate" }
  /** An answer to another question. */
  | { readonly kind: "wrongId" }
  /** The node's own refusal. */
  | { readonly kind: "error"; readonly code: number; readonly message: string }
  /** The result the function makes of the node's. */
  | { readonly kind: "lie"; readonly tell: (result: unknown, parameters: readonly unknown[]) => unknown }
  /** A transaction is acknowledged with its hash and never reaches the node. */
  | { readonly kind: "swallow" }
  /** Ranges of events longer than so many blocks are refused. */
  | { readonly kind: "shortRange"; readonly blocks: bigint };

/** A fault, for which methods and how often; all and always unless said. */
export type RpcFault = RpcFaultKind & { readonly methods?: readonly string[]; readonly times?: number };

/** What a node that lags or a chain that finalizes late would answer. */
export interface ChainView {
  /** Blocks behind the node's newest that this endpoint knows. */
  readonly headLag?: bigint;
  /** Blocks behind the head shown at which `safe` and `finalized` are. */
  readonly safeLag?: bigint;
  readonly finalizedLag?: bigint;
}

// SPDX-License-Identifier: MIT
import type { ChainView } from "./RpcFault.ts";

/** Parameter that names a block, by method. */
const BLOCK_PARAMETER: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getBalance: 1,
  eth_getBlockByNumber: 0,
  eth_getCode: 1,
  eth_getStorageAt: 2,
  eth_getTransactionCount: 1,
};
const ZERO_HASH = `0x${"00".repeat(32)}`;

/** A request as a node with this view would understand it: heights instead of tags; unknown heights are refused. */
export function requestAsSeen(
  method: string,
  params: readonly unknown[],
  newest: bigint,
  view: ChainView,
): { readonly params: readonly unknown[] } | { readonly refused: string } {
  const head = headOf(newest, view);
  if (method === "eth_getLogs") return { params: [rangeAsSeen(params[0], head, newest, view)] };
  const place = BLOCK_PARAMETER[method];
  if (place === undefined) return { params };

  const height = heightOf(params[place] ?? "latest", newest, view);
  if (height === undefined) return { params };
  if (height > head && method !== "eth_getBlockByNumber") return { refused: `unknown block ${height}` };
  // Blocks that this node does not have yet are asked for above the newest: the answer is none.
  const shown = height > head ? newest + 1_000_000n : height;
  return { params: params.map((given, index) => (index === place ? hex(shown) : given)) };
}

/** An answer without what lies above this node's head. */
export function answerAsSeen(method: string, result: unknown, newest: bigint, view: ChainView): unknown {
  const head = headOf(newest, view);
  if (method === "eth_blockNumber") return hex(head);
  const height = heightOfResult(result);
  return height !== undefined && height > head ? null : result;
}

function headOf(newest: bigint, view: ChainView): bigint {
  return below(newest, view.headLag ?? 0n);
}

function rangeAsSeen(given: unknown, head: bigint, newest: bigint, view: ChainView): unknown {
  if (typeof given !== "object" || given === null || "blockHash" in given) return given;
  const named = (name: "fromBlock" | "toBlock"): bigint =>
    heightOf((Object.getOwnPropertyDescriptor(given, name)?.value as unknown) ?? "latest", newest, view) ?? head;
  const last = named("toBlock") < head ? named("toBlock") : head;
  // A range above the head holds nothing; the node refuses one that runs backwards.
  if (named("fromBlock") > last) return { ...given, topics: [ZERO_HASH], fromBlock: hex(last), toBlock: hex(last) };
  return { ...given, fromBlock: hex(named("fromBlock")), toBlock: hex(last) };
}

/** Height a block parameter stands for; undefined where it is a hash. */
function heightOf(given: unknown, newest: bigint, view: ChainView): bigint | undefined {
  if (typeof given !== "string") return undefined;
  const head = headOf(newest, view);
  if (given === "safe") return below(head, view.safeLag ?? 0n);
  if (given === "finalized") return below(head, view.finalizedLag ?? 0n);
  if (given === "earliest") return 0n;
  return given.startsWith("0x") ? BigInt(given) : head;
}

/** Height of a block, receipt or transaction. */
function heightOfResult(result: unknown): bigint | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  const number = "blockNumber" in result ? result.blockNumber : "number" in result ? result.number : undefined;
  return typeof number === "string" ? BigInt(number) : undefined;
}

function below(height: bigint, lag: bigint): bigint {
  return height > lag ? height - lag : 0n;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

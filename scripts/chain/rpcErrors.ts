// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { revertData } from "./revertData.ts";

const LONGEST_REASON = 300;
/** What nodes and providers answer instead of HTTP status 429. */
const LIMIT_EXCEEDED = -32_005;
const EXECUTION_REVERTED = 3;

/** The error of a JSON-RPC answer. */
export const rpcErrorShape = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() });

/** What a node's own error means to a program: the chain refused, the node has enough, or it would not answer. */
export function classifyRpcError(
  error: z.output<typeof rpcErrorShape>,
  context: { readonly endpoint: string; readonly method: string },
): BallastError {
  const reason = error.message.slice(0, LONGEST_REASON);
  const data = revertData(error.data);
  if (data !== undefined || error.code === EXECUTION_REVERTED || /\brevert/i.test(error.message))
    return new BallastError("callReverted", "The chain refused the call", {
      context: { ...context, reason, data: data ?? "0x" },
    });
  if (error.code === LIMIT_EXCEEDED && context.method !== "eth_getLogs")
    return new BallastError("rpcOverloaded", "The endpoint has enough", {
      context: { ...context, reason },
      retriable: true,
    });
  return new BallastError("rpcRefused", `${context.method} failed`, {
    context: { ...context, reason },
    retriable: true,
  });
}

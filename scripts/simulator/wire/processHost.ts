// SPDX-License-Identifier: MIT
import type { Transport } from "../../chain/Transport.ts";
import type { Host } from "../world/SimulatedNetwork.ts";

/** Longer than any program waits for another. */
const TIMEOUT_MS = 60_000;

/** A program in a process of its own, as a host of the world's network. */
export function processHost(url: string, transport: Transport): Host {
  return ({ target, method, body }) =>
    transport.request({ url: `${url}${target}`, method, timeoutMs: TIMEOUT_MS, ...(method === "POST" && { body }) });
}

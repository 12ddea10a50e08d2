// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Clock } from "./Clock.ts";
import { fetchJson } from "./fetchJson.ts";
import type { Transport } from "./Transport.ts";

const answer = z.strictObject({ timeMs: z.string().regex(/^\d{1,18}$/) });

/** Real time one long poll may take; the server answers before that. */
const POLL_TIMEOUT_MS = 30_000;

/**
 * A clock that follows a clock server, so that many processes share one virtual time. `name` tells the server who
 * waits: its driver moves time only when everybody does.
 */
export class VirtualClock implements Clock {
  readonly #transport: Transport;
  readonly #baseUrl: string;
  readonly #name: string;

  constructor(transport: Transport, baseUrl: string, name: string) {
    this.#transport = transport;
    this.#baseUrl = baseUrl;
    this.#name = name;
  }

  now(): Promise<bigint> {
    return this.#ask("/time");
  }

  async waitUntil(timeMs: bigint, signal: AbortSignal): Promise<void> {
    const path = `/wait?until=${timeMs}&name=${encodeURIComponent(this.#name)}`;
    for (;;) {
      signal.throwIfAborted();
      if ((await this.#ask(path, signal)) >= timeMs) return;
    }
  }

  async #ask(path: string, signal?: AbortSignal): Promise<bigint> {
    const request = { url: `${this.#baseUrl}${path}`, timeoutMs: POLL_TIMEOUT_MS, ...(signal && { signal }) };
    return BigInt((await fetchJson(this.#transport, request, answer)).timeMs);
  }
}

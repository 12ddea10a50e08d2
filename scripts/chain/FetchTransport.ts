// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { HttpAnswer, HttpRequest, Transport } from "./Transport.ts";

const DEFAULT_MAXIMUM_BYTES = 1_000_000;

/** HTTP through the runtime's fetch, with a deadline over the whole exchange and a bound on the answer. */
export class FetchTransport implements Transport {
  async request(request: HttpRequest): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    try {
      const response = await fetch(request.url, {
        method: request.method ?? "GET",
        redirect: "error",
        signal,
        ...(request.body !== undefined && { body: request.body, headers: { "content-type": "application/json" } }),
      });
      const retryAfter = response.headers.get("retry-after");
      const body = await readBounded(response, request);
      return { status: response.status, body, ...(retryAfter !== null && { retryAfter }) };
    } catch (cause) {
      if (cause instanceof BallastError) throw cause;
      if (request.signal?.aborted === true) throw cause;
      const code = deadline.aborted ? "httpTimeout" : "httpUnreachable";
      throw new BallastError(code, "No answer over HTTP", { context: { url: request.url }, cause, retriable: true });
    }
  }
}

async function readBounded(response: Response, request: HttpRequest): Promise<string> {
  const limit = request.maximumBytes ?? DEFAULT_MAXIMUM_BYTES;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // Read piece by piece, and put together as text, by what browsers have too.
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
    size += piece.value.length;
    if (size > limit) {
      await reader?.cancel();
      throw new BallastError("httpTooLong", "Answer too long", { context: { url: request.url, limit } });
    }
    chunks.push(piece.value);
  }
  return new Blob(chunks).text();
}

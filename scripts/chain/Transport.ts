// SPDX-License-Identifier: MIT
/** One HTTP request; `body` is sent as JSON text. */
export interface HttpRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly body?: string;
  readonly timeoutMs: number;
  /** Answers longer than this are cut off and refused. */
  readonly maximumBytes?: number;
  readonly signal?: AbortSignal;
}

/** Answer of a server, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The header of that name, as it came. */
  readonly retryAfter?: string;
}

/** HTTP as programs see it: a bounded answer in bounded time, or a retriable BallastError. */
export interface Transport {
  request(request: HttpRequest): Promise<HttpAnswer>;
}

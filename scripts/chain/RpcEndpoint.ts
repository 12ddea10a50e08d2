// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { admits, CLOSED, stepBreaker } from "../model/stepBreaker.ts";
import type { Breaker, BreakerEvent, BreakerPolicy } from "../model/stepBreaker.ts";
import { classifyRpcError, rpcErrorShape } from "./rpcErrors.ts";
import type { RpcObserver } from "./RpcObserver.ts";
import type { Timer } from "./Timer.ts";
import type { HttpAnswer, Transport } from "./Transport.ts";

/** A question to a node, with the shape of its answer. */
export interface RpcRequest<Shape extends z.ZodType> {
  readonly method: string;
  readonly parameters: readonly unknown[];
  readonly shape: Shape;
}

/** Where a node is and how long it is waited for. */
export interface EndpointSettings {
  /** Shown in logs and metrics instead of the address, which may hold a secret. */
  readonly name: string;
  readonly url: string;
  readonly chainId: bigint;
  readonly timeoutMs: number;
  readonly breaker: BreakerPolicy;
}

/** What an endpoint works with. */
export interface EndpointParts {
  readonly transport: Transport;
  readonly timer: Timer;
  readonly observer: RpcObserver;
}

const MAXIMUM_BYTES = 20_000_000;
const CLOSED_BY_OWNER = new BallastError("rpcUnreachable", "The connection was closed");
/** Answers of the node itself: it is alive, whatever it says. */
const ALIVE = new Set(["callReverted", "rpcRefused"]);

const refusalShape = z.object({ jsonrpc: z.literal("2.0"), id: z.unknown(), error: rpcErrorShape });
const chainIdShape = z
  .string()
  .regex(/^0x[0-9a-f]{1,16}$/i)
  .transform(BigInt);

/**
 * One JSON-RPC endpoint: a deadline on every request, every answer checked for its id and shape, a breaker over its
 * failures. Whether it serves the right chain is asked before its first request and after every failure to reach it:
 * behind an address there may be another node by now.
 */
export class RpcEndpoint {
  readonly name: string;
  readonly #parts: EndpointParts;
  readonly #settings: EndpointSettings;
  /** One for each request under way. */
  readonly #asked = new Set<AbortController>();
  #isClosed = false;
  #breaker: Breaker = CLOSED;
  #verified: Promise<void> | undefined;
  #lastId = 0;

  constructor(parts: EndpointParts, settings: EndpointSettings) {
    this.name = settings.name;
    this.#parts = parts;
    this.#settings = settings;
  }

  /** Whether its breaker lets a request through now. */
  isAvailable(): boolean {
    return admits(this.#breaker, this.#parts.timer.elapsedMs());
  }

  /**
   * @throws BallastError `callReverted` and `rpcRefused` are answers of the node; `rpcUnreachable`, `rpcOverloaded`,
   * `rpcMalformed` and `chainMismatch` failures of the endpoint.
   */
  async ask<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape>> {
    if (this.#isClosed) throw CLOSED_BY_OWNER;
    this.#step({ kind: "asked" });
    await this.#ready();
    return this.#counted(request);
  }

  close(): void {
    this.#isClosed = true;
    for (const asked of this.#asked) asked.abort(CLOSED_BY_OWNER);
  }

  /** Resolves once the endpoint has shown its chain; requests that come meanwhile wait for the same check. */
  async #ready(): Promise<void> {
    const check = (this.#verified ??= this.#verify());
    try {
      await check;
    } catch (error) {
      if (this.#verified === check) this.#verified = undefined;
      throw error;
    }
  }

  async #verify(): Promise<void> {
    const found = await this.#counted({ method: "eth_chainId", parameters: [], shape: chainIdShape });
    if (found === this.#settings.chainId) return;
    this.#step({ kind: "failed", pauseMs: this.#settings.breaker.longestPauseMs });
    throw new BallastError("chainMismatch", `Endpoint serves chain ${found}`, {
      context: { endpoint: this.name, found, expected: this.#settings.chainId },
    });
  }

  async #counted<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape>> {
    const { timer, observer } = this.#parts;
    const startedMs = timer.elapsedMs();
    const report = (outcome: string): void =>
      observer.answered(this.name, request.method, outcome, timer.elapsedMs() - startedMs);
    try {
      const answer = await this.#exchange(request);
      this.#step({ kind: "succeeded" });
      report("ok");
      return answer;
    } catch (error) {
      const failure = error instanceof BallastError ? error : this.#unreachable(request.method, error);
      if (ALIVE.has(failure.code)) this.#step({ kind: "succeeded" });
      else if (!this.#isClosed) this.#step(failureOf(failure));
      if (failure.code === "rpcUnreachable") this.#verified = undefined;
      report(failure.code);
      throw failure;
    }
  }

  async #exchange<Shape extends z.ZodType>(request: RpcRequest<Shape>): Promise<z.output<Shape>> {
    const { method, parameters, shape } = request;
    const id = ++this.#lastId;
    const context = { endpoint: this.name, method };
    const answer = await this.#post(method, JSON.stringify({ jsonrpc: "2.0", id, method, params: parameters }));
    const given = parseJson(answer.body);

    if (answer.status === 429 || answer.status === 503) throw overloaded(answer, context);
    const refusal = refusalOf(given, id);
    if (refusal !== undefined && answer.status < 500) throw classifyRpcError(refusal, context);
    if (answer.status < 200 || answer.status > 299) throw this.#unreachable(method, `HTTP status ${answer.status}`);

    if (!isResult(given, id))
      throw new BallastError("rpcMalformed", `${method} was not answered`, { context, retriable: true });
    const parsed = shape.safeParse(given.result);
    if (parsed.success) return parsed.data;
    throw new BallastError("rpcMalformed", `${method} answered something else`, {
      context,
      cause: parsed.error,
      retriable: true,
    });
  }

  async #post(method: string, body: string): Promise<HttpAnswer> {
    const { transport, timer } = this.#parts;
    const { url, timeoutMs } = this.#settings;
    const deadline = new AbortController();
    const cancel = timer.after(timeoutMs, () =>
      deadline.abort(new BallastError("httpTimeout", "No answer in time", { retriable: true })),
    );
    this.#asked.add(deadline);
    try {
      const { signal } = deadline;
      return await transport.request({ url, method: "POST", body, timeoutMs, maximumBytes: MAXIMUM_BYTES, signal });
    } catch (cause) {
      throw this.#unreachable(method, cause);
    } finally {
      this.#asked.delete(deadline);
      cancel();
    }
  }

  #unreachable(method: string, cause: unknown): BallastError {
    const reason = cause instanceof BallastError ? cause.code : String(cause).slice(0, 200);
    return new BallastError("rpcUnreachable", `${method} failed`, {
      context: { endpoint: this.name, method, reason },
      cause,
      retriable: true,
    });
  }

  #step(event: BreakerEvent): void {
    const before = this.#breaker;
    this.#breaker = stepBreaker(before, event, this.#parts.timer.elapsedMs(), this.#settings.breaker);
    if (this.#breaker.kind !== before.kind) this.#parts.observer.breakerChanged(this.name, this.#breaker);
  }
}

function failureOf(error: BallastError): BreakerEvent {
  const pauseMs = error.context["pauseMs"];
  return typeof pauseMs === "number" ? { kind: "failed", pauseMs } : { kind: "failed" };
}

function overloaded(answer: HttpAnswer, context: object): BallastError {
  const pauseMs = secondsOf(answer.retryAfter);
  return new BallastError("rpcOverloaded", `HTTP status ${answer.status}`, {
    context: { ...context, status: answer.status, ...(pauseMs !== undefined && { pauseMs }) },
    retriable: true,
  });
}

/** Only the form in seconds: a date would be compared with a clock that may be virtual. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
}

/** The error in an answer, where it is this request's or nobody's. */
function refusalOf(given: unknown, id: number): z.output<typeof rpcErrorShape> | undefined {
  if (typeof given !== "object" || given === null || !("error" in given)) return undefined;
  const { success, data } = refusalShape.safeParse(given);
  return success && (data.id === id || data.id === null) ? data.error : undefined;
}

/** Written out: it is asked of every answer. */
function isResult(given: unknown, id: number): given is { readonly result: unknown } {
  const isObject = typeof given === "object" && given !== null && "result" in given;
  return isObject && "jsonrpc" in given && given.jsonrpc === "2.0" && "id" in given && given.id === id;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

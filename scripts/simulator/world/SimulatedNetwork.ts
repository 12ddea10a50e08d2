// SPDX-License-Identifier: MIT
import type { Route } from "../../chain/serveHttp.ts";
import type { HttpAnswer, HttpRequest, Transport } from "../../chain/Transport.ts";
import { BallastError } from "../../model/BallastError.ts";
import { never } from "./Incarnation.ts";
import type { VirtualTime } from "./VirtualTime.ts";

/** A request as it arrives. */
export interface Delivery {
  /** Name of the actor it comes from. */
  readonly from: string;
  /** Path and query. */
  readonly target: string;
  readonly method: "GET" | "POST";
  readonly body: string;
}

/** Somebody who answers requests at once, or not at all. */
export type Host = (delivery: Delivery) => Promise<HttpAnswer | typeof HANGS>;

/** What a host's answer becomes on its way to another. */
export type HostManner = (to: string, delivery: Delivery, host: Host) => ReturnType<Host>;

/** What a host says that lets the caller wait for ever. */
export const HANGS = Symbol("hangs");

/** What happens to a request between two hosts. */
export interface Passage {
  /** One way, milliseconds. */
  readonly delayMs: number;
  readonly isLost: boolean;
  readonly isDoubled: boolean;
}

/** Decides what happens to each request, between the name of an actor and that of a host. Undefined: it arrives at once. */
export type Links = (from: string, to: string) => Passage | undefined;

/** What befalls requests on their way. */
export interface Passages {
  readonly links: Links;
  readonly hosts: HostManner;
}

const PREFIX = "http://";
const NOBODY = new AbortController().signal;

/** Address of a host. */
export function hostUrl(name: string): string {
  return `${PREFIX}${name}.sim`;
}

/** HTTP between actors of one process, in virtual time. Hosts are known by name. */
export class SimulatedNetwork {
  readonly #time: VirtualTime;
  readonly #passages: Passages;
  readonly #hosts = new Map<string, Host>();

  constructor(time: VirtualTime, passages: Passages) {
    this.#time = time;
    this.#passages = passages;
  }

  /** From now on this answers for a host; without one it is refused. */
  serve(name: string, host: Host | undefined): void {
    if (host === undefined) this.#hosts.delete(name);
    else this.#hosts.set(name, host);
  }

  /** Whether anybody answers for a host. */
  isServed(name: string): boolean {
    return this.#hosts.has(name);
  }

  /** How an actor reaches the others. */
  transport(from: string): Transport {
    return { request: (request) => this.#request(from, request) };
  }

  async #request(from: string, request: HttpRequest): Promise<HttpAnswer> {
    request.signal?.throwIfAborted();
    const { host: to, target } = placeOf(request.url);
    const delivery = { from, target, method: request.method ?? "GET", body: request.body ?? "" };
    const passage = this.#passages.links(from, to);
    if (passage !== undefined) return this.#withDeadline(this.#travel(to, delivery, passage), request);
    const host = this.#hostOf(to);
    if (host === undefined) throw unreachable(request);
    // Nothing of this takes time, so that no deadline is needed.
    const answer = await host(delivery);
    return answer === HANGS ? this.#withDeadline(never(), request) : answer;
  }

  /** Undefined when nobody is there. */
  #hostOf(name: string): Host | undefined {
    const host = this.#hosts.get(name);
    return host && ((delivery) => this.#passages.hosts(name, delivery, host));
  }

  /** There and back on a link with a fault. What is lost is never answered. */
  async #travel(to: string, delivery: Delivery, { delayMs, isLost, isDoubled }: Passage): Promise<HttpAnswer> {
    await this.#time.waitUntil(this.#time.nowMs + delayMs);
    const host = this.#hostOf(to);
    if (isLost || host === undefined) return never();
    if (isDoubled) void host(delivery).catch(() => undefined);
    const answer = await host(delivery);
    await this.#time.waitUntil(this.#time.nowMs + delayMs);
    return answer === HANGS ? never() : answer;
  }

  async #withDeadline(answer: Promise<HttpAnswer>, { url, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
    signal?.throwIfAborted(); // it may have been while the host was asked
    let cancel: () => void = () => undefined;
    let stop: () => void = () => undefined;
    try {
      return await Promise.race([
        answer,
        new Promise<never>((_, reject) => {
          cancel = this.#time.schedule(this.#time.nowMs + timeoutMs, () =>
            reject(new BallastError("httpTimeout", "No answer over HTTP", { context: { url }, retriable: true })),
          );
          stop = () => reject(signal!.reason);
          signal?.addEventListener("abort", stop, { once: true });
        }),
      ]);
    } finally {
      cancel();
      signal?.removeEventListener("abort", stop);
    }
  }
}

function unreachable({ url }: HttpRequest): BallastError {
  return new BallastError("httpUnreachable", "No answer over HTTP", { context: { url }, retriable: true });
}

/** Answers by a program's own routes, as its HTTP server would. */
export function routesHost(routes: readonly Route[]): Host {
  return async ({ from, target, method, body }) => {
    const [path, query] = splitTarget(target);
    const route = routes.find((candidate) => candidate.method === method && matches(candidate.path, path));
    if (route === undefined) return { status: 404, body: '{"error":"notFound"}' };
    try {
      const answer = await route.answer({
        path,
        query: new URLSearchParams(query),
        body,
        caller: from,
        signal: NOBODY,
      });
      const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      return { status: answer.status ?? 200, body: text };
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "badRequest") throw error;
      return { status: 400, body: JSON.stringify({ error: error.message }) };
    }
  };
}

function placeOf(url: string): { host: string; target: string } {
  const end = url.indexOf(".sim", PREFIX.length);
  if (!url.startsWith(PREFIX) || end === -1)
    throw new BallastError("httpUnreachable", "Not a host of the simulation", { context: { url } });
  return { host: url.slice(PREFIX.length, end), target: url.slice(end + 4) || "/" };
}

function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

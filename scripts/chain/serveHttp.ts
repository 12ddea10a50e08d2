// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { BallastError } from "../model/BallastError.ts";
import { askedOf, callerOf } from "./callerOf.ts";
import { errorFacts } from "./errorFacts.ts";
import type { Log } from "./Log.ts";

/** A request as a route sees it. */
export interface RouteRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Whom to count it for, see {@link callerOf}. */
  readonly caller: string;
  /** Aborted when the caller has gone or the server stops. */
  readonly signal: AbortSignal;
}

/** Answer of a route: an object is sent as JSON, text as it is. */
export interface RouteAnswer {
  readonly status?: number;
  readonly body: object | string;
  /** Whether the text is JSON already. */
  readonly isJson?: boolean;
}

/** One thing a server can do. A path that ends in * matches every longer one. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly answer: (request: RouteRequest) => Promise<RouteAnswer> | RouteAnswer;
  /** Scripts of every page may read what it answers: for what is anybody's, and the same whoever asks. */
  readonly isForPages?: boolean;
}

/** What a server may do besides its routes. */
export interface ServerExtras {
  /** Refuses a request before its body is read, by its caller; undefined lets it through. */
  readonly admit?: (caller: string) => RouteAnswer | undefined;
  /** Takes over a connection that asks for another protocol; without it such a connection ends. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A server that listens. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

const MAXIMUM_BODY = 65_536;

/** Serves routes on one address; port 0 lets the system choose. Errors in a route become a 500 and a log line. */
export async function serveHttp(
  host: string,
  port: number,
  routes: readonly Route[],
  log: Log,
  extras: ServerExtras = {},
): Promise<HttpServer> {
  const stopping = new AbortController();
  const server = createServer((request, response) => {
    allowPages(request, response, routes);
    const refusal = extras.admit?.(callerOf(request));
    if (refusal === undefined) void handle(request, response, routes, log, stopping.signal);
    else refuse(request, response, refusal);
  });
  if (extras.upgrade !== undefined) server.on("upgrade", extras.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new BallastError("listenFailed", `Cannot listen on ${host}:${port}`, { context: { host, port }, cause })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const chosen = typeof address === "object" && address !== null ? address.port : port;

  return {
    host,
    port: chosen,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${chosen}`,
    close: () =>
      new Promise((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Lets pages of any origin read an answer, a refusal too, by the rules of CORS. Nothing is said of credentials, so a browser
 * gives none away; and a question that needs leave beforehand gets none.
 */
function allowPages(request: IncomingMessage, response: ServerResponse, routes: readonly Route[]): void {
  const path = askedOf(request)?.pathname;
  const isForPages = routes.some(
    (route) =>
      route.isForPages === true && route.method === request.method && path !== undefined && matches(route.path, path),
  );
  if (isForPages) response.setHeader("access-control-allow-origin", "*");
}

/** The body is not read: the connection ends with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, answer: RouteAnswer): void {
  response.setHeader("connection", "close");
  response.once("finish", () => request.destroy());
  send(response, answer);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
  log: Log,
  stopping: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const url = askedOf(request);
    if (url === undefined) throw new BallastError("badRequest", "not an address");
    const matching = routes.filter((route) => matches(route.path, url.pathname));
    const route = matching.find((candidate) => candidate.method === request.method);
    if (route === undefined)
      return send(response, { status: matching.length > 0 ? 405 : 404, body: { error: "notFound" } });

    const signal = AbortSignal.any([gone.signal, stopping]);
    const body = await readBody(request);
    const caller = callerOf(request);
    send(response, await route.answer({ path: url.pathname, query: url.searchParams, body, caller, signal }));
  } catch (error) {
    if (gone.signal.aborted || stopping.aborted) return;
    const refused = error instanceof BallastError && error.code === "badRequest";
    if (!refused) log.error({ path: request.url, ...errorFacts(error) }, "request failed");
    send(response, { status: refused ? 400 : 500, body: { error: refused ? error.message : "internal" } });
  }
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAXIMUM_BODY) throw new BallastError("badRequest", "body too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answer: RouteAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const { status = 200, body, isJson = typeof body === "object" } = answer;
  response.writeHead(status, { "content-type": isJson ? "application/json" : "text/plain; charset=utf-8" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { HttpAnswer, Transport } from "../../chain/Transport.ts";
import { hostUrl } from "../world/SimulatedNetwork.ts";

/** On the world's clock: a caller gives up long before. */
const PATIENCE_MS = 86_400_000;
const PLACE = /^\/([\w-]+)(.*)$/s;

/**
 * One actor's way to all others: an HTTP server on loopback that hands each request to the world's network, where the faults of
 * the scenario befall it. The first part of a path is the name of the host that is meant.
 */
export class Gate {
  readonly url: string;
  readonly #server: Server;
  readonly #transport: Transport;
  #underWay = 0;

  private constructor(server: Server, transport: Transport) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#server = server;
    this.#transport = transport;
  }

  /** @param transport How the actor reaches hosts of the world. */
  static async open(transport: Transport): Promise<Gate> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    const gate = new Gate(server, transport);
    server.on("request", (request, response) => void gate.#handle(request, response));
    return gate;
  }

  /** Whether nobody waits for an answer. */
  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#underWay += 1;
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const { status, body, retryAfter } = await this.#ask(request, gone.signal);
      response.writeHead(status, {
        "content-type": "application/json",
        ...(retryAfter !== undefined && { "retry-after": retryAfter }),
      });
      response.end(body);
    } catch {
      response.destroy(); // nobody is there who answers, or the caller has gone
    } finally {
      this.#underWay -= 1;
    }
  }

  async #ask(request: IncomingMessage, signal: AbortSignal): Promise<HttpAnswer> {
    const place = PLACE.exec(request.url ?? "");
    if (place === null) return { status: 404, body: '{"error":"notFound"}' };
    const [, host, target] = place as unknown as [string, string, string];
    const asked = { url: `${hostUrl(host)}${target}`, timeoutMs: PATIENCE_MS, signal };
    if (request.method !== "POST") return this.#transport.request(asked);
    return this.#transport.request({ ...asked, method: "POST", body: await bodyOf(request) });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

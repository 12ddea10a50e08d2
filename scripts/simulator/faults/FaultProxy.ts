// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

import { keccak256 } from "ethers";
import { z } from "zod";

import type { Transport } from "../../chain/Transport.ts";
import { BallastError } from "../../model/BallastError.ts";
import { answerAsSeen, requestAsSeen } from "./chainView.ts";
import type { ChainView, RpcFault } from "./RpcFault.ts";

const requestShape = z.object({ id: z.unknown(), method: z.string(), params: z.array(z.unknown()).default([]) });
type Request = z.output<typeof requestShape>;

const answerShape = z.object({ result: z.unknown().optional(), error: z.unknown().optional() });
type Answer = z.output<typeof answerShape>;

/** How long the node behind it may take. */
const NODE_TIMEOUT_MS = 60_000;
const MAXIMUM_BYTES = 100_000_000;

/**
 * A JSON-RPC endpoint on loopback in front of a real node, which fails as it is told: one per endpoint or actor. Held
 * requests and answers wait until {@link release}; nothing in it depends on time. Heights, tags and blocks can be shown
 * as a lagging node would (see ChainView), since the local node calls its newest block final.
 */
export class FaultProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #node: string;
  readonly #transport: Transport;
  #faults: { readonly fault: RpcFault; used: number }[] = [];
  #view: ChainView = {};
  #held: (() => void)[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly #asked: { method: string; params: readonly unknown[] }[] = [];

  private constructor(server: Server, port: number, node: string, transport: Transport) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    this.#node = node;
    this.#transport = transport;
  }

  /** Starts on a port of the system's choice, in front of the node at `node`. */
  static async start(node: string, transport: Transport): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new BallastError("listenFailed", "No port");
    const proxy = new FaultProxy(server, address.port, node, transport);
    server.on("request", (request, response) => void proxy.#handle(request, response));
    return proxy;
  }

  /** From now on fails like this, in addition to what it was told before. */
  add(fault: RpcFault): void {
    this.#faults.push({ fault, used: 0 });
  }

  /** From now on shows the chain like this. */
  show(view: ChainView): void {
    this.#view = view;
  }

  /** Forgets all faults; what is held stays held. */
  heal(): void {
    this.#faults = [];
    this.#view = {};
  }

  /** Lets go of everything that is held. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const go of held) go();
  }

  /** Resolves when so many requests or answers are held. */
  async untilHeld(count = 1): Promise<void> {
    if (this.#held.length >= count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Requests of a method so far, faulty or not. */
  asked(method: string): number {
    return this.#asked.filter((request) => request.method === method).length;
  }

  /** Parameters of every request of a method, in order. */
  parametersOf(method: string): (readonly unknown[])[] {
    return this.#asked.filter((request) => request.method === method).map(({ params }) => params);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      this.release();
    });
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = requestShape.parse(JSON.parse(await bodyOf(incoming)));
      this.#asked.push({ method: request.method, params: request.params });
      await this.#answer(request, response, this.#faultFor(request.method));
    } catch {
      response.destroy(); // the caller has gone, or the node behind has: either way there is nobody to tell
    }
  }

  async #answer(request: Request, response: ServerResponse, fault: RpcFault | undefined): Promise<void> {
    if (fault?.kind === "refuse") return void response.destroy();
    if (fault?.kind === "hang") await this.#hold();
    if (fault?.kind === "status") return this.#status(response, fault.status, fault.retryAfter);
    if (fault?.kind === "error")
      return this.#send(response, request.id, { error: { code: fault.code, message: fault.message } });
    if (fault?.kind === "swallow")
      return this.#send(response, request.id, { result: keccak256(z.string().parse(request.params[0])) });
    if (fault?.kind === "shortRange" && (await this.#isLonger(request, fault.blocks)))
      return this.#send(response, request.id, { error: { code: -32_005, message: "block range too large" } });

    const answer = await this.#asSeen(request);
    if (fault?.kind === "holdAnswer") await this.#hold();
    if (fault?.kind === "drip") return this.#drip(response, textOf(request.id, answer));
    if (fault?.kind === "truncate") return this.#text(response, textOf(request.id, answer).slice(0, -20));
    if (fault?.kind === "lie")
      return this.#send(response, request.id, { result: fault.tell(answer.result, request.params) });
    this.#send(response, fault?.kind === "wrongId" ? "another" : request.id, answer);
  }

  /** The node's answer as this endpoint's view of the chain has it. */
  async #asSeen(request: Request): Promise<Answer> {
    if (Object.keys(this.#view).length === 0) return this.#ask(request.method, request.params);
    const newest = BigInt(z.string().parse((await this.#ask("eth_blockNumber", [])).result));
    const seen = requestAsSeen(request.method, request.params, newest, this.#view);
    if ("refused" in seen) return { error: { code: -32_000, message: seen.refused } };
    const answer = await this.#ask(request.method, seen.params);
    return "result" in answer ? { result: answerAsSeen(request.method, answer.result, newest, this.#view) } : answer;
  }

  async #ask(method: string, params: readonly unknown[]): Promise<Answer> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const { body: text } = await this.#transport.request({
      url: this.#node,
      method: "POST",
      body,
      timeoutMs: NODE_TIMEOUT_MS,
      maximumBytes: MAXIMUM_BYTES,
    });
    return answerShape.parse(JSON.parse(text));
  }

  #faultFor(method: string): RpcFault | undefined {
    const found = this.#faults.find(
      ({ fault, used }) => (fault.methods?.includes(method) ?? true) && used < (fault.times ?? Infinity),
    );
    if (found !== undefined) found.used += 1;
    return found?.fault;
  }

  async #isLonger(request: Request, blocks: bigint): Promise<boolean> {
    if (request.method !== "eth_getLogs") return false;
    const range = z.object({ fromBlock: z.string(), toBlock: z.string() }).safeParse(request.params[0]);
    if (!range.success || !range.data.toBlock.startsWith("0x")) return true;
    return BigInt(range.data.toBlock) - BigInt(range.data.fromBlock) >= blocks;
  }

  #hold(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve);
      for (const { count, resolve: tell } of this.#waiting) if (this.#held.length >= count) tell();
      this.#waiting = this.#waiting.filter(({ count }) => this.#held.length < count);
    });
  }

  async #drip(response: ServerResponse, text: string): Promise<void> {
    response.writeHead(200, { "content-type": "application/json" });
    response.write(text.slice(0, 1));
    await this.#hold();
    response.end(text.slice(1));
  }

  #status(response: ServerResponse, status: number, retryAfter: string | undefined): void {
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter });
    response.end("the provider is not well");
  }

  #send(response: ServerResponse, id: unknown, answer: Answer): void {
    this.#text(response, textOf(id, answer));
  }

  #text(response: ServerResponse, text: string): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(text);
  }
}

function textOf(id: unknown, answer: Answer): string {
  return JSON.stringify({ jsonrpc: "2.0", id, ...answer });
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

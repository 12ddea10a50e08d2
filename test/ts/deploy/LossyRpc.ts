// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** At which transaction the caller is cut off, and whether the node has it by then. */
export interface CutOff {
  /** From 1. */
  readonly transaction: number;
  readonly isSent: boolean;
  /** Called instead of an answer. */
  readonly cut: () => void;
}

/** A node's JSON-RPC on a port of its own, that cuts its caller off at one transaction. */
export class LossyRpc {
  readonly #server: Server;
  readonly #nodeUrl: string;
  #cutOff: CutOff | undefined;
  /** Transactions that it was asked to send since it was last told to cut somebody off. */
  #asked = 0;

  private constructor(nodeUrl: string) {
    this.#nodeUrl = nodeUrl;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(nodeUrl: string): Promise<LossyRpc> {
    const rpc = new LossyRpc(nodeUrl);
    await new Promise<void>((resolve) => rpc.#server.listen(0, "127.0.0.1", resolve));
    return rpc;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts off the next caller; without one nobody is any more. */
  cutOff(cutOff?: CutOff): void {
    this.#cutOff = cutOff;
    this.#asked = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    if (body.includes('"eth_sendRawTransaction"')) this.#asked += 1;
    const { transaction, isSent, cut } = this.#cutOff ?? {};
    if (transaction !== undefined && this.#asked === transaction) {
      if (isSent === true) await this.#ask(body);
      cut!();
      response.destroy();
      return;
    }
    const answer = await this.#ask(body);
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  }

  async #ask(body: string): Promise<string> {
    const headers = { "content-type": "application/json" };
    return (await fetch(this.#nodeUrl, { method: "POST", headers, body })).text();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

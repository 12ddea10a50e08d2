// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What an explorer was asked to show, as the form of its API has it. */
export type Submission = Readonly<Record<string, string>>;

/** An explorer on loopback with the API that Etherscan and Blockscout share; it believes what `accepts` does. */
export class FakeExplorer {
  readonly submissions: Submission[] = [];
  readonly #server: Server;
  readonly #accepts: (submission: Submission) => boolean;

  private constructor(accepts: (submission: Submission) => boolean) {
    this.#accepts = accepts;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(accepts: (submission: Submission) => boolean = () => true): Promise<FakeExplorer> {
    const explorer = new FakeExplorer(accepts);
    await new Promise<void>((resolve) => explorer.#server.listen(0, "127.0.0.1", resolve));
    return explorer;
  }

  get api(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url!, "http://explorer").searchParams;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const form = new URLSearchParams(Buffer.concat(parts).toString("utf8"));
    const answer = this.#answer(query, form);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  #answer(query: URLSearchParams, form: URLSearchParams): object {
    const action = query.get("action");
    if (action === "getsourcecode") {
      const isShown = this.#shown().some(({ contractaddress }) => same(contractaddress!, query.get("address")!));
      return { status: "1", message: "OK", result: [{ SourceCode: isShown ? "shown" : "" }] };
    }
    if (action === "verifysourcecode") {
      this.submissions.push({ ...Object.fromEntries(query), ...Object.fromEntries(form) });
      return { status: "1", message: "OK", result: `${this.submissions.length - 1}` };
    }
    const submission = this.submissions[Number(query.get("guid"))]!;
    const isAccepted = this.#accepts(submission);
    return {
      status: isAccepted ? "1" : "0",
      message: "OK",
      result: isAccepted ? "Pass - Verified" : "Fail - Unable to verify",
    };
  }

  #shown(): Submission[] {
    return this.submissions.filter((one) => this.#accepts(one));
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";

/** One question to a node. */
export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What a node said to one question: `refused` is an answer too, with the data of a revert where there is some. */
export type RpcAnswer =
  | { readonly kind: "answered"; readonly value: unknown }
  | { readonly kind: "refused"; readonly message: string; readonly data: string | undefined };

/** How an endpoint is asked; a test gives its own. */
export type Post = (url: string, body: string, signal: AbortSignal) => Promise<unknown>;

/** Questions in one request: nodes refuse long batches. */
const MOST_AT_ONCE = 50;
const TIMEOUT_MS = 8_000;

interface Reply {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown; readonly data?: unknown };
}

/** What answers like an endpoint: one, or two that agree. */
export type Asked = Pick<Endpoint, "ask">;

/** A node's RPC endpoint, asked in batches. */
export class Endpoint {
  readonly url: string;
  readonly #post: Post;
  #next = 1;

  constructor(url: string, post: Post = postJson) {
    this.url = url;
    this.#post = post;
  }

  /** Answers in the order of the questions. @throws BallastError `endpointSilent` when the node cannot be understood. */
  async ask(requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    const parts = Array.from({ length: Math.ceil(requests.length / MOST_AT_ONCE) }, (_, part) =>
      requests.slice(part * MOST_AT_ONCE, (part + 1) * MOST_AT_ONCE),
    );
    return (await Promise.all(parts.map((part) => this.#askPart(part)))).flat();
  }

  /** One answer's value. @throws BallastError `endpointSilent`, or `endpointRefused` when the node says no. */
  async askOne(method: string, params: readonly unknown[]): Promise<unknown> {
    const [answer] = await this.ask([{ method, params }]);
    if (answer?.kind === "answered") return answer.value;
    throw new BallastError("endpointRefused", answer?.message ?? "no answer", { context: { method, url: this.url } });
  }

  async #askPart(requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    const first = this.#next;
    this.#next += requests.length;
    const body = requests.map(({ method, params }, index) => ({ jsonrpc: "2.0", id: first + index, method, params }));
    const replies = await this.#send(JSON.stringify(body));
    const byId = new Map(replies.map((reply) => [reply.id, reply]));
    return requests.map((_, index) => answerOf(byId.get(first + index), this.url));
  }

  async #send(body: string): Promise<readonly Reply[]> {
    try {
      const said = await this.#post(this.url, body, AbortSignal.timeout(TIMEOUT_MS));
      if (Array.isArray(said)) return said as readonly Reply[];
    } catch (cause) {
      throw new BallastError("endpointSilent", "does not answer", { context: { url: this.url }, cause });
    }
    throw new BallastError("endpointSilent", "answers what is no batch of answers", { context: { url: this.url } });
  }
}

function answerOf(reply: Reply | undefined, url: string): RpcAnswer {
  if (reply === undefined) throw new BallastError("endpointSilent", "left a question out", { context: { url } });
  if (reply.error === undefined) return { kind: "answered", value: reply.result };
  return { kind: "refused", message: String(reply.error.message), data: revertData(reply.error.data) };
}

/** Nodes put the data of a revert in different places. */
function revertData(data: unknown): string | undefined {
  if (typeof data === "string") return /0x[0-9a-f]*/i.exec(data)?.[0];
  if (typeof data === "object" && data !== null && "data" in data) return revertData(data.data);
  return undefined;
}

async function postJson(url: string, body: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body, signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

// SPDX-License-Identifier: MIT
import type { HttpAnswer } from "../../chain/Transport.ts";
import type { Manners, RpcQuestion } from "./Manners.ts";
import type { AnswerText, SimulatedChain } from "./SimulatedChain.ts";
import { HANGS } from "./SimulatedNetwork.ts";
import type { Delivery, Host } from "./SimulatedNetwork.ts";

const REQUEST = /^\{"jsonrpc":"2\.0","id":(\d+),"method":"(\w+)","params":(.*)\}$/s;
const FINAL = /"(finalized|safe)"/;

/** JSON-RPC over simulated HTTP in front of the chain: three endpoints, which every actor sees in its own way. */
export class SimulatedRpc {
  readonly #chain: SimulatedChain;
  readonly #manners: Pick<Manners, "rpc" | "finalityLag">;

  constructor(chain: SimulatedChain, manners: Pick<Manners, "rpc" | "finalityLag">) {
    this.#chain = chain;
    this.#manners = manners;
  }

  host(endpoint: string): Host {
    return (delivery) => this.#answer(endpoint, delivery);
  }

  async #answer(endpoint: string, { from, body }: Delivery): Promise<HttpAnswer | typeof HANGS> {
    const request = REQUEST.exec(body);
    if (request === null) return { status: 400, body: "not a request of JSON-RPC" };
    const [, id, method, parameters] = request as unknown as [string, string, string, string];
    const question = { from, endpoint, method, parameters };
    const ask = (given: Pick<RpcQuestion, "method" | "parameters">): Promise<AnswerText> =>
      this.#ask(given.method, given.parameters);
    const answer = await (this.#manners.rpc(question, ask) ?? ask(question));
    if (answer === HANGS || "status" in answer) return answer;
    const text = "result" in answer ? `"result":${answer.result}` : `"error":${answer.error}`;
    return { status: 200, body: `{"jsonrpc":"2.0","id":${id},${text}}` };
  }

  /** The local chain calls its newest block final: another takes its place. */
  async #ask(method: string, parameters: string): Promise<AnswerText> {
    if (!FINAL.test(parameters)) return this.#chain.answer(method, parameters);
    const newest = await this.#chain.answer("eth_blockNumber", "[]");
    const height = "result" in newest ? BigInt(JSON.parse(newest.result) as string) : 0n;
    const lag = BigInt(this.#manners.finalityLag());
    const final = `"0x${(height > lag ? height - lag : 0n).toString(16)}"`;
    return this.#chain.answer(method, parameters.replace(FINAL, final));
  }
}

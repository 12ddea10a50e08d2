// SPDX-License-Identifier: MIT
import type { BaseContract, Interface } from "ethers";

import type { Read } from "../model/Read.ts";
import { unread } from "../model/Read.ts";
import { decode } from "./Contract.ts";
import type { Answer, Contract, Given, ViewName } from "./Contract.ts";
import type { Asked, RpcAnswer } from "./Endpoint.ts";

/** A question of a page that nobody answered yet. */
interface Question {
  readonly to: string;
  readonly data: string;
  readonly name: string;
}

/** One look at contracts: every answer is of the same block, and each says on its own whether it could be read. */
export class Page {
  readonly #questions: Question[] = [];
  #answers: readonly Read<string>[] = [];

  /** Puts a question on the page. @returns What was answered, once the page has been read. */
  ask<Code extends BaseContract, Name extends ViewName<Code>>(
    { address, interface: code }: Contract<Code>,
    name: Name,
    given: Given<Code, Name>,
  ): () => Read<Answer<Code, Name>> {
    // The generated type knows each function by itself; a name that is not known yet fits none of them.
    const plain = code as Interface;
    const data = plain.encodeFunctionData(name, given as readonly unknown[]);
    const index = this.#questions.push({ to: address, data, name }) - 1;
    return () => decoded(plain, name, this.#answers[index]) as Read<Answer<Code, Name>>;
  }

  get size(): number {
    return this.#questions.length;
  }

  /**
   * Reads the page as it stands after a block. With two endpoints what they say differently counts as unread.
   * @throws BallastError `endpointSilent` when the first cannot be read.
   */
  async read(first: Asked, blockHash: string, second?: Asked): Promise<void> {
    const requests = this.#questions.map(({ to, data }) => ({
      method: "eth_call",
      params: [{ to, data }, { blockHash }],
    }));
    const [own, other] = await Promise.all([first.ask(requests), second?.ask(requests)]);
    this.#answers = own.map((answer, index) => agreed(answer, other?.[index]));
  }
}

function agreed(own: RpcAnswer, other: RpcAnswer | undefined): Read<string> {
  if (other !== undefined && !isSame(own, other)) return unread("disputed", "the two endpoints answer differently");
  if (own.kind === "refused") return unread("refused", own.message);
  if (typeof own.value !== "string" || own.value === "0x") return unread("missing", "nothing answers at the address");
  return { kind: "read", value: own.value };
}

/** Words of a refusal are the node's own. */
function isSame(own: RpcAnswer, other: RpcAnswer): boolean {
  if (own.kind === "refused" || other.kind === "refused") return own.kind === other.kind;
  return own.value === other.value;
}

function decoded(code: Interface, name: string, answer: Read<string> | undefined): Read<unknown> {
  if (answer === undefined) return unread("missing", "was not asked");
  if (answer.kind !== "read") return answer;
  try {
    return { kind: "read", value: decode(code, name, answer.value) };
  } catch {
    return unread("garbled", `what answers at the address is no ${name}`);
  }
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Asked, Endpoint, RpcAnswer, RpcRequest } from "./Endpoint.ts";

/**
 * Two endpoints that must not contradict each other where somebody is about to sign. One that is silent, or does not have the
 * block yet, contradicts nothing, and the other answers for it: that it is so is said at the top of the page.
 */
export function agreeing(first: Endpoint, second: Endpoint | undefined): Asked {
  if (second === undefined) return first;
  return {
    ask: async (requests) => {
      const [own, other] = await Promise.all([heard(first, requests), heard(second, requests)]);
      if (own instanceof BallastError && other instanceof BallastError) throw own;
      return requests.map(({ method }, index) => {
        const [one, two] = [answerIn(own, index), answerIn(other, index)];
        if (one === undefined || two === undefined || !isOfChain(one) || !isOfChain(two)) return known(one, two);
        if (isSame(one, two)) return one;
        throw new BallastError("endpointsDisagree", "The two endpoints answer differently: one is wrong, or lies", {
          context: { method, first: first.url, second: second.url },
        });
      });
    },
  };
}

/** What an endpoint answers, or that it is silent. */
async function heard(
  endpoint: Endpoint,
  requests: readonly RpcRequest[],
): Promise<readonly RpcAnswer[] | BallastError> {
  try {
    return await endpoint.ask(requests);
  } catch (error) {
    if (error instanceof BallastError && error.code === "endpointSilent") return error;
    throw error;
  }
}

function answerIn(answers: readonly RpcAnswer[] | BallastError, index: number): RpcAnswer | undefined {
  return answers instanceof BallastError ? undefined : answers[index];
}

/** A refusal with data is the contract's own; one without is the node's, and says nothing of the chain. */
function isOfChain(answer: RpcAnswer): boolean {
  return answer.kind === "answered" || answer.data !== undefined;
}

/** The answer of the chain where one of two has it, else what the first says of itself. */
function known(one: RpcAnswer | undefined, two: RpcAnswer | undefined): RpcAnswer {
  const said = [one, two].filter((answer) => answer !== undefined);
  return said.find(isOfChain) ?? said[0]!;
}

function isSame(one: RpcAnswer, two: RpcAnswer): boolean {
  if (one.kind === "answered") return two.kind === "answered" && one.value === two.value;
  return two.kind === "refused" && one.data === two.data;
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Endpoint, RpcAnswer, RpcRequest } from "./Endpoint.ts";

/** Whom an act asks. */
export type Asked = Pick<Endpoint, "ask">;

/**
 * Two endpoints that must not contradict each other where somebody is about to sign. One that is silent, or does not have the
 * block yet, contradicts nothing: that it is so is said at the top of the page.
 */
export function agreeing(first: Endpoint, second: Endpoint | undefined): Asked {
  if (second === undefined) return first;
  return {
    ask: async (requests) => {
      const [own, other] = await Promise.all([first.ask(requests), heard(second, requests)]);
      const disputed = own.findIndex((answer, index) => contradicts(answer, other?.[index]));
      if (disputed === -1) return own;
      const { method } = requests[disputed]!;
      throw new BallastError("endpointsDisagree", "The two endpoints answer differently: one is wrong, or lies", {
        context: { method, first: first.url, second: second.url },
      });
    },
  };
}

async function heard(endpoint: Endpoint, requests: readonly RpcRequest[]): Promise<readonly RpcAnswer[] | undefined> {
  try {
    return await endpoint.ask(requests);
  } catch (error) {
    if (error instanceof BallastError && error.code === "endpointSilent") return undefined;
    throw error;
  }
}

/** A refusal with data is the contract's own; one without is the node's, and says nothing of the chain. */
function contradicts(own: RpcAnswer, other: RpcAnswer | undefined): boolean {
  if (other === undefined || (other.kind === "refused" && other.data === undefined)) return false;
  if (own.kind === "answered") return other.kind === "refused" || other.value !== own.value;
  return own.data !== undefined && (other.kind === "answered" || other.data !== own.data);
}

// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../../../scripts/chain/AgreedChain.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Endpoint } from "./Endpoint.ts";

/** Calls by one endpoint, for the readers that the programs have: it is believed, as for everything that is acted on here. */
export function callsOf(endpoint: Endpoint): Pick<AgreedChain, "call"> {
  return {
    call: async (call, { hash }) => {
      const [answer] = await endpoint.ask([{ method: "eth_call", params: [call, { blockHash: hash }] }]);
      if (answer?.kind === "answered") return String(answer.value);
      const [message, data] = [answer?.message ?? "no answer", answer?.data];
      throw new BallastError(data === undefined ? "endpointRefused" : "callReverted", message, { context: { data } });
    },
  };
}

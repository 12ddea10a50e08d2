// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../../../scripts/chain/AgreedChain.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Asked } from "./Endpoint.ts";

/** Calls for the readers that the programs have. */
export function callsOf(endpoint: Asked): Pick<AgreedChain, "call"> {
  return {
    call: async (call, { hash }) => {
      const [answer] = await endpoint.ask([{ method: "eth_call", params: [call, { blockHash: hash }] }]);
      if (answer?.kind === "answered") return String(answer.value);
      const [message, data] = [answer?.message ?? "no answer", answer?.data];
      throw new BallastError(data === undefined ? "endpointRefused" : "callReverted", message, { context: { data } });
    },
  };
}

// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { SeenBlock } from "../model/snapshot.ts";
import type { Endpoint } from "./Endpoint.ts";

/** A block by its number or `latest`. @throws BallastError `endpointSilent` when the node makes no sense. */
export async function readHead(endpoint: Endpoint, which: bigint | "latest"): Promise<SeenBlock | undefined> {
  const selector = which === "latest" ? which : `0x${which.toString(16)}`;
  const block = await endpoint.askOne("eth_getBlockByNumber", [selector, false]);
  if (block === null) return undefined;
  const { number, hash, parentHash, timestamp } = block as Record<string, unknown>;
  if ([number, hash, parentHash, timestamp].some((field) => typeof field !== "string"))
    throw new BallastError("endpointSilent", "answers what is no block", { context: { url: endpoint.url } });
  return {
    number: BigInt(number as string),
    hash: hash as string,
    parentHash: parentHash as string,
    timestamp: BigInt(timestamp as string),
  };
}

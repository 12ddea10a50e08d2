// SPDX-License-Identifier: MIT
import { getBytes } from "ethers";

import { oracleInterface } from "../../../scripts/chain/oracleInterface.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { decodeRelay } from "../../../scripts/model/decodeRelay.ts";
import type { Round } from "../model/happenings.ts";
import { unread } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { LastPrices } from "../model/snapshot.ts";
import type { Endpoint } from "./Endpoint.ts";

/** What each signed in the newest round: taken out of the call that relayed it, for the chain keeps medians only. */
export async function readLastPrices(endpoint: Endpoint, rounds: readonly Round[]): Promise<Read<LastPrices>> {
  const [newest] = rounds;
  if (newest === undefined) return unread("missing", "no round was accepted in the blocks that the page looked at");
  const found = await endpoint.askOne("eth_getTransactionByHash", [newest.transaction]);
  const input = (found as { readonly input?: unknown } | null)?.input;
  const vectors = typeof input === "string" ? vectorsOf(input) : undefined;
  if (vectors === undefined) return unread("garbled", "the latest round was not relayed by a plain call");
  return { kind: "read", value: { round: newest.round, at: newest.at, bySeat: vectors } };
}

function vectorsOf(input: string): LastPrices["bySeat"] | undefined {
  try {
    const [packed] = oracleInterface.decodeFunctionData("relay", input) as unknown as readonly [string];
    return new Map(decodeRelay(getBytes(packed)).reports.map(({ seat, prices }) => [seat, prices]));
  } catch (error) {
    // Another function of some contract that relays inside, or what only looks like a relay.
    if (error instanceof BallastError || error instanceof Error) return undefined;
    throw error;
  }
}

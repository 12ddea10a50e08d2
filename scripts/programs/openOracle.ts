// SPDX-License-Identifier: MIT
import type { z } from "zod";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ChainClient } from "../chain/ChainClient.ts";
import type { chainShape } from "../chain/configShapes.ts";
import { openChain } from "../chain/openChain.ts";
import type { ChainPolicy } from "../chain/openChain.ts";
import { OracleReader } from "../chain/OracleReader.ts";
import type { EndpointParts } from "../chain/RpcEndpoint.ts";
import { oracleDomain } from "../model/priceReportTypedData.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";

/** A program's view of one oracle. */
export interface OracleAccess {
  readonly chain: ChainClient;
  /** For whatever triggers an action. */
  readonly agreed: AgreedChain;
  readonly oracle: OracleReader;
  readonly domain: OracleDomain;
}

/**
 * Connects to the oracle a configuration names, and makes sure that it is on the chain it says.
 * @param parts What endpoints are reached and watched with; the network and the system's timer where left out.
 */
export async function openOracle(
  config: z.output<typeof chainShape>,
  parts: Partial<EndpointParts>,
  policy: ChainPolicy = {},
): Promise<OracleAccess> {
  const { chain, agreed } = openChain(config.rpcUrl, config.chainId, parts, policy);
  try {
    await chain.verify();
  } catch (error) {
    chain.close();
    throw error;
  }
  return {
    chain,
    agreed,
    oracle: new OracleReader(chain, config.oracle),
    domain: oracleDomain(config.chainId, config.oracle),
  };
}

/** What `--check` says of them. @throws BallastError `contractMissing` when there is no oracle at the address. */
export async function oracleFacts({
  chain,
  oracle,
}: {
  readonly chain: Pick<ChainClient, "head">;
  readonly oracle: OracleReader;
}): Promise<Record<string, string>> {
  const { number } = await chain.head();
  const { setId, latestRound } = await oracle.health();
  return { block: `${number}`, oracle: oracle.address, setId: `${setId}`, latestRound: `${latestRound}` };
}

// SPDX-License-Identifier: MIT
import type { z } from "zod";

import { ChainClient } from "../chain/ChainClient.ts";
import type { chainShape } from "../chain/configShapes.ts";
import { OracleReader } from "../chain/OracleReader.ts";
import { oracleDomain } from "../model/priceReportTypedData.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";

/** A program's view of one oracle. */
export interface OracleAccess {
  readonly chain: ChainClient;
  readonly oracle: OracleReader;
  readonly domain: OracleDomain;
}

/** Connects to the oracle a configuration names, and makes sure that it is on the chain it says. */
export async function openOracle(config: z.output<typeof chainShape>): Promise<OracleAccess> {
  const chain = new ChainClient(config.rpcUrl, config.chainId);
  try {
    await chain.verify();
  } catch (error) {
    chain.close();
    throw error;
  }
  return { chain, oracle: new OracleReader(chain, config.oracle), domain: oracleDomain(config.chainId, config.oracle) };
}

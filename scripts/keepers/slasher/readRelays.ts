// SPDX-License-Identifier: MIT
import { getBytes } from "ethers";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { ChainLog } from "../../chain/chainFacts.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { BallastError } from "../../model/BallastError.ts";
import { decodeRelay } from "../../model/decodeRelay.ts";
import type { RelayBundle, SignedReport } from "../../model/types.ts";

const RELAY = oracleInterface.getFunction("relay")!.selector;

/**
 * Reports inside the relays that `logs` tell of, with the hashes of the blocks they name. What went through another
 * contract is not looked at.
 */
export async function readRelays(
  agreed: AgreedChain,
  oracle: string,
  logs: readonly ChainLog[],
): Promise<SignedReport[]> {
  const hashes = new Map<bigint, string>();
  const reports: SignedReport[] = [];
  for (const blockHash of new Set(logs.map((log) => log.blockHash))) {
    const wanted = new Set(logs.filter((log) => log.blockHash === blockHash).map((log) => log.transactionHash));
    for (const { hash, to, input } of (await agreed.transactions(blockHash)) ?? []) {
      if (!wanted.has(hash) || to?.toLowerCase() !== oracle.toLowerCase()) continue;
      const bundle = bundleOf(input);
      if (bundle !== undefined) reports.push(...(await signedReports(agreed, bundle, hashes)));
    }
  }
  return reports;
}

function bundleOf(input: string): RelayBundle | undefined {
  if (!input.startsWith(RELAY)) return undefined;
  try {
    return decodeRelay(getBytes(String(oracleInterface.decodeFunctionData("relay", input)[0])));
  } catch (error) {
    if (error instanceof BallastError && error.code !== "relayMalformed") throw error;
    return undefined;
  }
}

async function signedReports(
  agreed: AgreedChain,
  { round, setId, reports }: RelayBundle,
  hashes: Map<bigint, string>,
): Promise<SignedReport[]> {
  const signed: SignedReport[] = [];
  for (const report of reports) {
    const anchorHash = hashes.get(report.anchorBlock) ?? (await agreed.block(report.anchorBlock))?.hash;
    if (anchorHash === undefined) continue;
    hashes.set(report.anchorBlock, anchorHash);
    signed.push({ ...report, round, setId, anchorHash });
  }
  return signed;
}

// SPDX-License-Identifier: MIT
import { getBytes, isError } from "ethers";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { ChainLog } from "../../chain/chainFacts.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { BallastError } from "../../model/BallastError.ts";
import { decodeRelay } from "../../model/decodeRelay.ts";
import type { RelayBundle, SignedReport } from "../../model/types.ts";

const RELAY = oracleInterface.getFunction("relay")!.selector;
const SELECTOR = RELAY.slice(2);

/** Bundles looked at in what went to another contract: anybody may write any there. */
const MOST_INNER = 4;

/**
 * Reports inside the transactions that `logs` tell of, each transaction's apart, with the hashes of the blocks they name.
 * What went through another contract is found where that one was given the relay as it is. Nothing here is checked.
 */
export async function readRelays(
  agreed: AgreedChain,
  oracle: string,
  logs: readonly ChainLog[],
): Promise<SignedReport[][]> {
  const hashes = new Map<bigint, string>();
  const relays: SignedReport[][] = [];
  for (const blockHash of new Set(logs.map((log) => log.blockHash))) {
    const wanted = new Set(logs.filter((log) => log.blockHash === blockHash).map((log) => log.transactionHash));
    for (const { hash, to, input } of (await agreed.transactions(blockHash)) ?? []) {
      if (!wanted.has(hash)) continue;
      const bundles = to?.toLowerCase() === oracle.toLowerCase() ? bundlesAt(input, [0]) : innerBundles(input);
      const reports: SignedReport[] = [];
      for (const bundle of bundles) reports.push(...(await signedReports(agreed, bundle, hashes)));
      relays.push(reports);
    }
  }
  return relays;
}

/** Relays that stand somewhere in other calldata. */
function innerBundles(input: string): RelayBundle[] {
  const places: number[] = [];
  for (let at = input.indexOf(SELECTOR, 2); at !== -1; at = input.indexOf(SELECTOR, at + 1))
    if (at % 2 === 0) places.push(at - 2);
  return bundlesAt(input, places.slice(0, MOST_INNER));
}

/** @param places Hexadecimal digits before each relay. */
function bundlesAt(input: string, places: readonly number[]): RelayBundle[] {
  return places.flatMap((place) => bundleOf(`0x${input.slice(2 + place)}`) ?? []);
}

function bundleOf(input: string): RelayBundle | undefined {
  if (!input.startsWith(RELAY)) return undefined;
  try {
    return decodeRelay(getBytes(String(oracleInterface.decodeFunctionData("relay", input)[0])));
  } catch (error) {
    const isMalformed = error instanceof BallastError && error.code === "relayMalformed";
    if (isMalformed || isError(error, "BUFFER_OVERRUN") || isError(error, "BAD_DATA")) return undefined;
    throw error;
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

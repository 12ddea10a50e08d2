// SPDX-License-Identifier: MIT
import type { TransactionResponse } from "ethers";

import { equivocationArguments, reportTuple } from "../chain/equivocationArguments.ts";
import { fetchEvidence } from "../chain/fetchEvidence.ts";
import type { Equivocation } from "../chain/fetchEvidence.ts";
import { fetchReports } from "../chain/fetchReports.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { BallastError } from "../model/BallastError.ts";
import type { SignedReport } from "../model/types.ts";
import type { DemoStage } from "./DemoStage.ts";
import type { ShadowVote } from "./readRounds.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";

const TIMEOUT_MS = 5_000;
const GAS_LIMIT = 3_000_000n;
const transport = new FetchTransport();

/** Equivocations that a relayer has seen; anybody may ask. */
export async function seenEquivocations(relayerUrl: string): Promise<readonly Equivocation[]> {
  return fetchEvidence(transport, { baseUrl: relayerUrl, timeoutMs: TIMEOUT_MS });
}

/** The vector of each pair that did not land. */
export async function shadowVotes(stage: DemoStage, pairs: readonly Equivocation[]): Promise<ShadowVote[]> {
  const votes = pairs.map(async ({ second }): Promise<ShadowVote> => {
    const { validatorId } = await stage.room.oracle.seatAt(second.setId, second.seat);
    const validator = [...stage.ids].find(([, id]) => id === validatorId)?.[0] ?? "";
    return { round: second.round, validator, prices: second.prices.slice(0, DEMO_FEEDS.length) };
  });
  return Promise.all(votes);
}

/** Shows a double vote to the slasher. */
export function showEquivocation(stage: DemoStage, { first, second }: Equivocation): Promise<TransactionResponse> {
  const slasher = stage.room.slasher.connect(stage.bystander);
  return slasher.submitEquivocation(...equivocationArguments(first, second), { gasLimit: GAS_LIMIT });
}

/**
 * Shows a false price to the slasher: a report of `validator` for a round that landed and is sealed, as a relayer keeps
 * it. @throws BallastError `noEvidence` when no relayer has one.
 */
export async function showDeviation(
  stage: DemoStage,
  relayerUrl: string,
  validator: string,
  fromRound: bigint,
): Promise<TransactionResponse> {
  const { oracle, slasher } = stage.room;
  const { latestRound } = await oracle.health();
  const reports = await fetchReports(transport, { baseUrl: relayerUrl, since: fromRound, timeoutMs: TIMEOUT_MS });
  const address = stage.keys.of(validator).address;
  const usable: SignedReport[] = [];
  for (const report of reports) {
    if (report.round < fromRound || report.round >= latestRound) continue;
    const { signer } = await oracle.seatAt(report.setId, report.seat);
    if (signer === address) usable.push(report);
  }
  const report = usable.sort((a, b) => (a.round < b.round ? -1 : 1))[0];
  if (report === undefined)
    throw new BallastError("noEvidence", "No relayer keeps a false report", { context: { validator } });
  const { r, yParityAndS } = report.signature;
  return slasher
    .connect(stage.bystander)
    .submitDeviation(reportTuple(report), r, yParityAndS, 0, { gasLimit: GAS_LIMIT });
}

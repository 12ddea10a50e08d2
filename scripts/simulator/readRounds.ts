// SPDX-License-Identifier: MIT
import { getBytes } from "ethers";

import { seatsOf } from "../chain/OracleReader.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import { decodeRelay } from "../model/decodeRelay.ts";
import { roundStartMs } from "../model/rounds.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";
import type { DemoStage } from "./DemoStage.ts";
import type { RoundRecord, SignedPrice } from "./DemoRecord.ts";

/** A price that a validator signed beside the one that landed. */
export interface ShadowVote {
  readonly round: bigint;
  readonly validator: string;
  readonly prices: readonly bigint[];
}

/** What the chain does not know. */
export interface RoundContext {
  readonly shadowVotes: readonly ShadowVote[];
  readonly liesIn: (round: bigint) => readonly string[];
}

/** Names of the seats of each set, by "set seat": a set never changes. */
type Names = Map<string, string>;

type Accepted = Awaited<ReturnType<typeof acceptedRounds>>[number];

/** Every round the oracle took since `fromBlock`, read back from the chain: events, calldata and the ring of rounds. */
export async function readRounds(stage: DemoStage, fromBlock: number, context: RoundContext): Promise<RoundRecord[]> {
  const accepted = await acceptedRounds(stage, fromBlock);
  const quarantines = await stage.room.oracle.queryFilter(stage.room.oracle.filters.PriceQuarantined(), fromBlock);
  const quarantined = new Set(quarantines.map(({ args }) => args.round));
  const records: RoundRecord[] = [];
  const known: Names = new Map();
  for (const event of accepted)
    records.push(await readRound(stage, event, { ...context, known }, quarantined.has(event.args.round)));
  return records;
}

/** An upgrade takes the place of the round it upgraded. */
async function acceptedRounds(stage: DemoStage, fromBlock: number) {
  const { oracle } = stage.room;
  const accepted = await oracle.queryFilter(oracle.filters.RoundAccepted(), fromBlock);
  const upgraded = await oracle.queryFilter(oracle.filters.RoundUpgraded(), fromBlock);
  const newest = new Map([...accepted, ...upgraded].map((event) => [event.args.round, event]));
  return [...newest.values()].sort((a, b) => (a.args.round < b.args.round ? -1 : 1));
}

async function readRound(
  stage: DemoStage,
  event: Accepted,
  context: RoundContext & { readonly known: Names },
  quarantined: boolean,
): Promise<RoundRecord> {
  const { round, setId, signers, prices, relayer } = event.args;
  const [transaction, receipt, block] = await Promise.all([
    event.getTransaction(),
    event.getTransactionReceipt(),
    event.getBlock(),
  ]);
  const packed = oracleInterface.decodeFunctionData("relay", transaction.data)[0] as string;
  const { reports } = decodeRelay(getBytes(packed));
  const names = new Map(
    await Promise.all(
      seatsOf(signers).map(async (seat) => [seat, await nameAt(stage, context.known, setId, seat)] as const),
    ),
  );
  const signed = reports.map(({ seat, prices: own }): SignedPrice => ({
    validator: names.get(seat) ?? `seat ${seat}`,
    prices: own.slice(0, DEMO_FEEDS.length),
    onChain: true,
  }));
  const shadows = context.shadowVotes
    .filter((vote) => vote.round === round)
    .map(({ validator, prices: own }): SignedPrice => ({ validator, prices: own, onChain: false }));
  const atMs = roundStartMs(round);
  const clean = await isClean(stage, round);

  return {
    round,
    setId,
    delaySeconds: block.timestamp - Number(atMs / 1000n),
    relayer: relayer === stage.keys.of("relayer-1").address ? "relayer-1" : "relayer-2",
    gasUsed: receipt.gasUsed,
    published: prices.slice(0, DEMO_FEEDS.length),
    truth: await Promise.all(DEMO_FEEDS.map(({ name }) => stage.truth(name, atMs))),
    signed: [...signed, ...shadows],
    clean,
    divergent: !clean && !quarantined,
    quarantined,
    lying: context.liesIn(round),
  };
}

/** Whether every feed of the round was published from a quorum whose two medians agreed. */
async function isClean(stage: DemoStage, round: bigint): Promise<boolean> {
  const { oracle } = stage.room;
  const feeds = DEMO_FEEDS.map(async (_, feed) => {
    const [ok, price] = await oracle.tryRoundPrice(feed, round);
    if (ok) return price.clean;
    const metrics = await oracle.metrics(feed); // the latest round is not in the ring yet
    return metrics.round === round && !metrics.divergent && !metrics.pending;
  });
  return (await Promise.all(feeds)).every(Boolean);
}

async function nameAt(stage: DemoStage, known: Names, setId: bigint, seat: number): Promise<string> {
  const key = `${setId} ${seat}`;
  const kept = known.get(key);
  if (kept !== undefined) return kept;

  const { validatorId } = await stage.room.oracle.seatAt(setId, seat);
  const name = [...stage.ids].find(([, id]) => id === validatorId)?.[0] ?? `validator ${validatorId}`;
  known.set(key, name);
  return name;
}

// SPDX-License-Identifier: MIT
import type { ContractTransactionResponse } from "ethers";

import { gasOf, PricingBench } from "../clearing/PricingBench.ts";
import { pricingGrid } from "../clearing/pricingGrid.ts";
import { OracleBench } from "../oracle/OracleBench.ts";
import { OracleRoom } from "../oracle/OracleRoom.ts";
import { deploySlasherBench } from "../oracle/SlasherBench.ts";
import { warmRewards } from "./warmRewards.ts";
import { warmRing } from "./warmRing.ts";

/** One operation whose gas is promised. */
export interface GasRow {
  readonly name: string;
  /** Mark to stay under; receipt gas, or per feed where the name says so. */
  readonly mark: number;
  /** What others need for it, for the report. */
  readonly peers: string;
  measure(): Promise<number>;
}

const LISTING_ROUNDS = 46;
/** A collateral or bond without a price of its own. */
const NO_FEED = 15;

/** Relays one more round: signers a few basis points apart, as several venues leave them. */
async function relayRound(bench: OracleBench, index: number): Promise<[bigint, ContractTransactionResponse]> {
  const round = await bench.nextRound();
  const signers = bench.keys.length;
  const price = (seat: number, feed: number): number => 3000e8 + feed * 1e8 + ((seat * 7 + index) % signers) * 1e7;
  const vector = (seat: number): number[] => Array.from({ length: bench.feeds }, (_, feed) => price(seat, feed));
  return [round, await bench.relay(round, new Map(bench.keys.map((_, seat) => [seat, vector(seat)])))];
}

/** Steady state: listed feeds in Normal, fresh witnesses, a ring on its second lap. */
async function relayGas(signers: number, feeds: number): Promise<number> {
  const bench = await OracleBench.create({ weights: Array.from({ length: signers }, () => 100), feeds });
  for (let index = 0; index < LISTING_ROUNDS; index += 1) {
    if (index % 20 === 0) for (let feed = 0; feed < feeds; feed += 1) await bench.witness(feed, 3000e8 + feed * 1e8);
    await relayRound(bench, index);
  }
  const [round, seasoned] = await relayRound(bench, LISTING_ROUNDS);
  if ((await bench.oracle.metrics(0)).level !== 0n) throw new Error("the feed is not in its steady state");
  await warmRing(bench, seasoned.hash, round, 8);
  const [, sent] = await relayRound(bench, LISTING_ROUNDS + 1);
  return Number((await sent.wait())!.gasUsed);
}

async function readGas(read: (bench: OracleBench) => Promise<[string, string]>): Promise<number> {
  const bench = await OracleBench.create();
  await bench.witness(0, 3000e8);
  await bench.accept([3000e8]);
  const [to, data] = await read(bench);
  const meter = await bench.connection.ethers.deployContract("ReadMeter");
  return Number(await meter.getFunction("measure").staticCall(to, data));
}

/** A feed in its ramp, where a reading computes most. */
async function riskCall(bench: OracleBench): Promise<[string, string]> {
  const { ethers } = bench.connection;
  const [oracle, other] = [await bench.oracle.getAddress(), await ethers.deployContract("ScriptedWords")];
  const authority = await ethers.deployContract("OpenAuthority");
  const given = [oracle, other, other, 0, NO_FEED, 6, 9_000, 1_000_000, authority];
  const risk = await ethers.deployContract("RiskManager", given);
  for (let index = 0; index < LISTING_ROUNDS + 20; index += 1) await bench.accept([3000e8]);
  const { mode, phase } = await risk.getFunction("standOf")(0);
  if (mode !== 2n || phase !== 1n) throw new Error("the feed is not in its ramp");
  return [await risk.getAddress(), risk.interface.encodeFunctionData("tryRead", [0, 4_000_000_000n, NO_FEED, 0])];
}

async function facadeCall(bench: OracleBench): Promise<[string, string]> {
  const facade = await bench.connection.ethers.deployContract("AggregatorFacade", [await bench.oracle.getAddress(), 0]);
  return [await facade.getAddress(), facade.interface.encodeFunctionData("latestRoundData")];
}

/** A day of 22 rounds, then the end of the epoch; before it `leaver` leaves its seat to a standby. */
async function closeDay(room: OracleRoom, leaver?: number): Promise<ContractTransactionResponse> {
  for (let index = 0; index < 21; index += 1) await room.acceptRound([3000e8]);
  await room.moveBy(24 * 3600);
  await room.acceptRound([3000e8]);
  if (leaver !== undefined) await room.registry.selfJail(leaver);
  return room.registry.closeEpoch();
}

/** Steady state: an epoch of the same kind before, the pot's ring on its second lap. */
async function epochGas(validators: number, isNewSet: boolean): Promise<number> {
  const room = await OracleRoom.create({ validators: validators + 2, target: validators });
  await room.registry.closeEpoch();
  const seasoned = await closeDay(room, isNewSet ? 1 : undefined);
  await warmRewards(room, seasoned.hash);
  const sent = await closeDay(room, isNewSet ? 2 : undefined);
  return Number((await sent.wait())!.gasUsed);
}

/** Steady state: somebody was slashed before and the escrow holds it; the reporter never earned a bounty. */
async function slashGas(validators: number): Promise<number> {
  const bench = await deploySlasherBench(validators);
  await bench.equivocate(1, bench.stranger);
  const sent = await bench.equivocate(0);
  return Number((await sent.wait())!.gasUsed);
}

const pricingRuns = new Map<string, Promise<ReturnType<typeof gasOf>>>();

/** Gas of an internal call over the 3,600 points on which pricing libraries are compared; run once for all rows. */
function pricingGas(what: "prices" | "greeks"): Promise<ReturnType<typeof gasOf>> {
  const run =
    pricingRuns.get(what) ?? PricingBench.create().then(async (bench) => gasOf(await bench[what](pricingGrid())));
  pricingRuns.set(what, run);
  return run;
}

const OCR2 = "Chainlink OCR2";
export const GAS_ROWS: readonly GasRow[] = [
  {
    name: "relay 21 signers × 8 feeds, per feed",
    mark: 50_000,
    peers: "Pyth 25,100 a feed (13 guardians); own prototype 44,341",
    measure: async () => Math.round((await relayGas(21, 8)) / 8),
  },
  {
    name: "relay 13 signers × 8 feeds, per feed",
    mark: 40_000,
    peers: `${OCR2} 122,649; Median 139,987`,
    measure: async () => Math.round((await relayGas(13, 8)) / 8),
  },
  {
    name: "relay 7 signers × 4 feeds, per feed",
    mark: 46_000,
    peers: `${OCR2} 104,260; Median 90,708`,
    measure: async () => Math.round((await relayGas(7, 4)) / 4),
  },
  {
    name: "relay 21 signers × 1 feed",
    mark: 190_000,
    peers: `${OCR2} 140,995 (19); Median 189,283 (19); Scribe 156,265 (19)`,
    measure: () => relayGas(21, 1),
  },
  {
    name: "latestRoundData, cold through a facade",
    mark: 9_500,
    peers: "OCR2 18,287; Scribe 7,406; Pyth 10,631",
    measure: () => readGas(facadeCall),
  },
  {
    name: "readRisk, cold",
    mark: 9_500,
    peers: "–",
    measure: () =>
      readGas(async (bench) => [
        await bench.oracle.getAddress(),
        bench.oracle.interface.encodeFunctionData("readRisk", [0]),
      ]),
  },
  {
    name: "mode, band and caps through the risk contract, cold",
    mark: 20_000,
    peers: "–",
    measure: () => readGas(riskCall),
  },
  {
    name: "closeEpoch, 7 validators, same set",
    mark: 60_000 + 4_000 * 7,
    peers: "–",
    measure: () => epochGas(7, false),
  },
  { name: "closeEpoch, 7 validators, new set", mark: 60_000 + 9_000 * 7, peers: "–", measure: () => epochGas(7, true) },
  {
    name: "closeEpoch, 21 validators, same set",
    mark: 60_000 + 4_000 * 21,
    peers: "–",
    measure: () => epochGas(21, false),
  },
  {
    name: "closeEpoch, 21 validators, new set",
    mark: 60_000 + 9_000 * 21,
    peers: "–",
    measure: () => epochGas(21, true),
  },
  { name: "equivocation slash, 21 validators", mark: 130_000, peers: "–", measure: () => slashGas(21) },
  {
    name: "Black–Scholes call and put, error 4e-19 of spot, mean of the grid",
    mark: 2_000,
    peers: "Derive 5,851 (1e-16); Lyra v1 29,667; Rysk 37,593 (3e-7); Premia v3 58,058 (2e-6); cheapest 1,930 (1.5e-8)",
    measure: async () => (await pricingGas("prices")).mean,
  },
  {
    name: "Black–Scholes call and put, dearest point of the grid",
    mark: 2_000,
    peers: "–",
    measure: async () => (await pricingGas("prices")).most,
  },
  {
    name: "Black–Scholes with delta, gamma, vega, theta, mean of the grid",
    mark: 2_150,
    peers: "–",
    measure: async () => (await pricingGas("greeks")).mean,
  },
];

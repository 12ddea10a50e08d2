// SPDX-License-Identifier: MIT
import type { Parameters } from "../../../deploy/parameters.ts";

/** A number of the protocol that a scenario may set. */
export interface ParameterRow {
  readonly about: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** What it is where nobody sets it. */
  readonly usual: number;
  /** Coded in the contracts: only the fast tier can try another value. */
  readonly fastTierOnly: boolean;
}

type Row = readonly [about: string, unit: string, least: number, most: number, usual: number, isWhole?: "fraction"];

/** What a deployment sets: the chain tier and the fast tier take these. */
const ON_CHAIN: Readonly<Record<string, Row>> = {
  heartbeat: ["longest time between two prices while nothing moves (60 on op)", "s", 15, 3_600, 300],
  tipBase: ["tip of a relay that is one heartbeat late", "quote units", 0, 10_000, 0.5, "fraction"],
  epochReward: ["paid to the validators of an epoch", "quote units", 0, 1_000_000, 5, "fraction"],
  pokeReward: ["pay for a poke that was due", "quote units", 0, 10_000, 1, "fraction"],
  minimumBond: ["least bond of a validator", "quote units", 1_000, 10_000_000, 50_000, "fraction"],
  targetSize: ["seats of the active set", "seats", 4, 32, 21],
  "risk.haircutBps": ["share of the bonds' value that secures open interest", "bps", 0, 9_000, 9_000],
  "risk.ceilingThousands": ["most open notional of all markets", "thousand USD", 1, 100_000_000, 1_000_000],
  "insurance.quote": ["insurance of a quote market at the start", "quote units", 0, 1e9, 250_000, "fraction"],
  "insurance.coin": ["insurance of a coin market at the start, at the first price", "USD", 0, 1e9, 250_000, "fraction"],
  ...marginRows("quote", [2_500, 1_500, 1_200, 900], 50),
  ...marginRows("coin", [2_800, 1_800, 1_400, 1_000], 50),
  "vaults.deltaBps": ["delta that a vault's strike is chosen by", "bps", 100, 5_000, 2_000],
  "vaults.floorVolatilityBps": ["least volatility a vault sells at", "bps", 1_000, 30_000, 5_000],
  "vaults.highBps": ["first price of a vault's auction over fair", "bps", 10_000, 30_000, 15_000],
  "vaults.reserveBps": ["last price of a vault's auction over fair", "bps", 10_000, 30_000, 10_500],
  "vaults.auctionSeconds": ["length of a vault's auction", "s", 1_800, 28_800, 21_600],
};

/** What the contracts have coded. */
const CODED: Readonly<Record<string, Row>> = {
  "modes.dwell.cautious": ["least time in Cautious, of uptime", "s", 0, 86_400, 600],
  "modes.dwell.reduceOnly": ["least time in ReduceOnly, of uptime", "s", 0, 86_400, 900],
  "modes.dwell.halted": ["least time in Halted, of uptime", "s", 0, 86_400, 1_800],
  "modes.dwellMaximum": ["where doubling of a dwell ends", "s", 0, 172_800, 14_400],
  "modes.rampSeconds": ["ramp of Recovery", "s", 0, 32_767, 21_600],
  "modes.rampStartBps": ["cap where the ramp begins", "bps", 0, 10_000, 2_500],
  "modes.cautiousCapBps": ["cap in Cautious", "bps", 0, 10_000, 5_000],
  "modes.age.cautious": ["age of a price that asks for Cautious, more than", "heartbeats", 1, 1_000, 2],
  "modes.age.reduceOnly": ["the same of ReduceOnly", "heartbeats", 1, 1_000, 4],
  "modes.age.halted": ["the same of Halted", "heartbeats", 1, 1_000, 10],
  "oracle.graceSeconds": ["most grace after an outage", "s", 0, 1_800, 1_800],
  "oracle.quarantine.jumpPpm": ["jump from which a price waits", "ppm", 1_000, 1_000_000, 80_000],
  "oracle.quarantine.farJumpPpm": ["jump from which it also needs a witness", "ppm", 1_000, 10_000_000, 200_000],
  ...triggerRows("average5m", "move against the 5 min average", "ppm", [50_000, 100_000, 200_000]),
  ...triggerRows("average30m", "move against the 30 min average", "ppm", [80_000, 150_000, 300_000]),
  ...triggerRows("average12h", "move against the 12 h average", "ppm", [200_000, 350_000]),
  ...triggerRows("jump", "jump between rounds", "ppm", [50_000, 80_000, 200_000]),
  ...triggerRows("dispersion", "dispersion of a round", "ppm", [5_000, 15_000, 40_000]),
  ...triggerRows("witnessBps", "distance of a witness", "bps", [150, 300, 800]),
  "oracle.rows.divergentRounds": ["divergent rounds in twenty that ask for Cautious", "rounds", 1, 20, 5],
  "auction.solventSeconds": ["time in which the payment rises to all cash but the penalty", "s", 1, 86_400, 1_200],
  "auction.insolventSeconds": ["time in which insurance adds what it may", "s", 1, 86_400, 2_400],
  "auction.penaltyPercent": ["penalty on what cash exceeds the mark by", "%", 0, 50, 5],
  "auction.targetPercent": ["of maintenance that a liquidated book ends with", "%", 100, 1_000, 125],
  "auction.highestPercent": ["most that is paid of the mark", "%", 100, 200, 105],
  "capture.leastRounds": ["from the first to the last round of a capture's proof, at least", "rounds", 1, 4_096, 40],
  "capture.mostRounds": ["the same, less than", "rounds", 2, 4_096, 64],
  "capture.steadySeconds": ["time around those in which its witnesses stand still", "s", 0, 86_400, 7_200],
  "capture.steadyPercent": ["within what they do", "%", 0, 100, 2],
  "capture.apartPercent": ["its witnesses from each other, at most", "%", 0, 100, 1],
  "capture.offPercent": ["its medians from both, more than", "%", 1, 100, 8],
  "capture.mostWitnessRounds": ["rounds of a witness in it", "rounds", 1, 4_096, 128],
  "capture.mostRepeats": ["how often in a row a witness may say the same price in it", "rounds", 0, 4_096, 0],
  "capture.signedPpm": ["a signer's price from the median it answers for, at most", "ppm", 0, 1_000_000, 20_000],
};

/** Every parameter by its dotted name. */
export const PARAMETERS: ReadonlyMap<string, ParameterRow> = new Map([
  ...Object.entries(ON_CHAIN).map(([name, row]) => [name, rowOf(row, false)] as const),
  ...Object.entries(CODED).map(([name, row]) => [name, rowOf(row, true)] as const),
]);

/** Pairs of which the first is never more than the second. */
export const ORDERED_PARAMETERS: readonly (readonly [lower: string, higher: string])[] = [
  ...(["quote", "coin"] as const).flatMap((kind) => [
    [`margin.${kind}.maintenanceShockBps`, `margin.${kind}.initialShockBps`] as const,
    [`margin.${kind}.maintenanceFloorBps`, `margin.${kind}.initialFloorBps`] as const,
  ]),
  ["vaults.reserveBps", "vaults.highBps"],
];

/** Fields of a parameter set of the deployment, in the unit they have there. */
type SetField = keyof Parameters["clearing"]["parameterSets"][number];
export const MARGIN_FIELDS = [
  "initialShockBps",
  "maintenanceShockBps",
  "initialFloorBps",
  "maintenanceFloorBps",
  "capBps",
  "mintFee",
  "expiryCapPercent",
] as const satisfies readonly SetField[];

function marginRows(kind: "quote" | "coin", usual: readonly [number, number, number, number], dust: number) {
  const [initialShock, maintenanceShock, initialFloor, maintenanceFloor] = usual;
  return {
    [`margin.${kind}.initialShockBps`]: ["price move that initial margin covers", "bps", 500, 8_000, initialShock],
    [`margin.${kind}.maintenanceShockBps`]: ["the same of maintenance", "bps", 100, 8_000, maintenanceShock],
    [`margin.${kind}.initialFloorBps`]: ["least initial margin of shorts", "bps", 100, 5_000, initialFloor],
    [`margin.${kind}.maintenanceFloorBps`]: ["least maintenance of shorts", "bps", 50, 5_000, maintenanceFloor],
    [`margin.${kind}.capBps`]: ["most an up leg pays", "bps", 10_000, 20_000, 10_000],
    [`margin.${kind}.mintFee`]: ["fee of an opening", "tenths of a bp", 0, 200, 20],
    [`margin.${kind}.expiryCapPercent`]: ["share of a market's cap that one expiry may use", "%", 1, 100, 50],
    [`margin.${kind}.dust`]: ["least initial margin of a book with shorts", "USD", 0, 10_000, dust, "fraction"],
    [`margin.${kind}.tip`]: ["set aside for flagging a book and for settling it, each", "USD", 0, 1_000, 1, "fraction"],
  } satisfies Record<string, Row>;
}

function triggerRows(row: string, about: string, unit: string, usual: readonly number[]): Record<string, Row> {
  const levels = ["cautious", "reduceOnly", "halted"];
  return Object.fromEntries(
    usual.map((value, index) => [
      `oracle.rows.${row}.${levels[index]!}`,
      [`${about} that asks for ${levels[index]!}`, unit, 1, 10_000_000, value],
    ]),
  );
}

function rowOf([about, unit, least, most, usual, fraction]: Row, fastTierOnly: boolean): ParameterRow {
  return { about, unit, least, most, usual, isWhole: fraction === undefined, fastTierOnly };
}

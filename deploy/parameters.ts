// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";

import { z } from "zod";

import { BallastError } from "../scripts/model/BallastError.ts";
import { address, chainShape } from "./chainShape.ts";

const account = z.union([address, z.literal("deployer")]);
/** On local networks "mock" stands for a contract that is deployed for the occasion. */
const contract = z.union([address, z.literal("mock")]);
const whole = z
  .string()
  .regex(/^(0|[1-9]\d*)$/, "expected a whole number as text")
  .transform(BigInt);

const sourceShape = z.strictObject({
  kind: z.enum(["AggregatorV3", "Pyth"]),
  target: contract,
  /** Pyth price id. */
  id: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/)
    .default(`0x${"0".repeat(64)}`),
  /** Longest age of an answer, seconds. */
  heartbeat: z.int().min(1).max(172_800),
  /** Answers at or beyond these are taken for a clamp; USD, 8 decimals. */
  minimum: whole,
  maximum: whole,
  thresholdBps: z.int().min(0).max(10_000),
  /** Its update time is the time its publishers observed the price. */
  trueTime: z.boolean(),
});

const ratioBps = z.int().min(0).max(65_535);

/** Fields as in `ClearingTypes.sol`. */
const parameterSetShape = z.strictObject({
  initialShockBps: ratioBps,
  maintenanceShockBps: ratioBps,
  initialFloorBps: ratioBps,
  maintenanceFloorBps: ratioBps,
  capBps: ratioBps,
  /** Tenths of a basis point. */
  mintFee: z.int().min(0).max(255),
  expiryCapPercent: z.int().min(1).max(100),
  /** USD, 4 decimals. */
  strikeStep: whole,
  /** Options, 6 decimals. */
  minimumSize: whole,
  /** Ledger units. */
  dust: whole,
  /** Ledger units. */
  tip: whole,
});

const marketShape = z.strictObject({
  /** "bondToken" is the token of the bonds. */
  collateral: z.union([contract, z.literal("bondToken")]),
  collateralDecimals: z.int().min(2).max(18),
  /** Slot of the collateral's own price, whose fall below its peg tightens the market; none where left out. */
  collateralFeed: z.int().min(0).max(7).optional(),
  kind: z.enum(["Quote", "Coin"]),
  feed: z.int().min(0).max(7),
  /** Position in the list of parameter sets. */
  parameterSet: z.int().min(0),
  /** "fund" is an insurance fund deployed with the market. */
  insurer: z.union([address, z.literal("timelock"), z.literal("fund")]).default("fund"),
  /** Ledger units that the deployer pays into its insurance. */
  insurance: whole,
});

/** The risk room. */
const riskShape = z.strictObject({
  /** Slot of the bond token's own price; left out for a stable bond, which counts one dollar. */
  bondFeed: z.int().min(0).max(7).optional(),
  bondDecimals: z.int().min(0).max(18),
  /** Share of the bonds' value that counts: 9,000 for ETH or a stable, 5,000 for an own token. */
  haircutBps: z.int().min(0).max(9_000),
  /** Most open notional of all markets together, thousand dollars. */
  ceilingThousands: z.int().min(1).max(100_000_000),
  /** The sentinel's reporters; two of three must agree, so fewer than two raise nothing. */
  reporters: z.array(address).max(3),
});

/** The clearing room: what is enabled from the start, and the first markets. */
const clearingShape = z.strictObject({
  feeds: z.array(z.int().min(0).max(7)),
  parameterSets: z.array(parameterSetShape),
  markets: z.array(marketShape),
});

/** An options vault that is there from the start. Fields as in `IOptionsVault.VaultTerms`; it takes no fees. */
const vaultShape = z.strictObject({
  /** Number of its market, from 1. */
  market: z.int().min(1),
  fundingBps: z.int().min(0).max(65_535).default(0),
  deltaBps: z.int().min(100).max(5_000).default(2_000),
  floorVolatilityBps: z.int().min(1_000).max(30_000).default(5_000),
  highBps: z.int().min(10_000).max(30_000).default(15_000),
  reserveBps: z.int().min(10_000).max(30_000).default(10_500),
  auctionSeconds: z.int().min(1_800).max(28_800).default(21_600),
  /** Ledger units. */
  depositCap: whole,
  name: z.string().min(1).max(64),
  symbol: z.string().min(1).max(16),
});

/** What differs from network to network. Amounts in units of their token. */
export const parametersShape = z.strictObject({
  chain: chainShape,
  /** Holds the parameters role and proposes to the timelock. */
  governor: account,
  /** Holds the guardian role beside the governor. */
  guardian: account,
  /** Bonds, rewards and tips; 6 decimals assumed by nothing. */
  bondToken: contract,
  /** Seconds after which a price is due. */
  heartbeat: z.int().min(15).max(3_600),
  /** Tip for a full round one heartbeat late. */
  tipBase: whole,
  targetSize: z.int().min(4).max(32),
  minimumBond: whole,
  epochReward: whole,
  /** Pay for a poke of a witness, or of the risk contract, that was due. */
  pokeReward: whole,
  feeds: z
    .array(z.strictObject({ description: z.string().min(1), tick: whole, sources: z.array(sourceShape).min(1).max(4) }))
    .min(1)
    .max(8),
  risk: riskShape,
  clearing: clearingShape,
  vaults: z.array(vaultShape),
});

/** Validated parameters of one network. */
export type Parameters = Readonly<z.output<typeof parametersShape>>;
/** One market among them. */
export type MarketParameters = Parameters["clearing"]["markets"][number];

/** One vault among them. */
export type VaultParameters = Parameters["vaults"][number];

/** Stands for a collateral or bond without a price of its own. */
export const NO_FEED = 15;
/** An empty seat among the reporters. */
const NOBODY = `0x${"0".repeat(40)}`;

/** The sentinel's three seats. */
export function reportersOf({ risk }: Parameters): string[] {
  return [...risk.reporters, NOBODY, NOBODY, NOBODY].slice(0, 3);
}

/** Decimals of the largest ledger unit. */
const LEDGER_DECIMALS = 9;

/** Token units in a ledger unit of a market's collateral. */
export function tokensPerUnit({ collateralDecimals }: MarketParameters): bigint {
  return 10n ** BigInt(Math.max(0, collateralDecimals - LEDGER_DECIMALS));
}

/** Name under which a deployment returns the fund that insures a market, where it deploys one. */
export function fundName(index: number): string {
  return `InsuranceFund${index}`;
}

/** What that fund is called. */
export function insuranceName(index: number): string {
  return `Ballast Insurance ${index + 1}`;
}

/** Token that a market's collateral is. */
export function tokenOf({ bondToken }: Parameters, { collateral }: MarketParameters): string {
  return collateral === "bondToken" ? bondToken : collateral;
}

/** Every collateral with the slot of its own price. */
export function collateralsOf(parameters: Parameters): ReadonlyMap<string, number> {
  const { markets } = parameters.clearing;
  return new Map(markets.map((market) => [tokenOf(parameters, market), market.collateralFeed ?? NO_FEED]));
}

/** Name under which a deployment returns a vault. */
export function vaultName(index: number): string {
  return `OptionsVault${index}`;
}

/** What the factory makes the vault with. */
export function vaultTerms(vault: VaultParameters) {
  return { ...vault, managementFeeBps: 0, performanceFeeBps: 0, feeRecipient: NOBODY };
}

/** Whether a contract of the parameters is still to be made for the occasion. */
export function hasMocks(parameters: Parameters): boolean {
  const targets = parameters.feeds.flatMap((feed) => feed.sources.map((source) => source.target));
  const collaterals = parameters.clearing.markets.map(({ collateral }) => collateral);
  return [parameters.bondToken, ...targets, ...collaterals].includes("mock");
}

/** Reads `deploy/parameters/<network>.json`. @throws BallastError `parametersInvalid`: every wrong value with its place. */
export function readParameters(network: string): Parameters {
  return parseParameters(readFileSync(parametersFile(network), "utf8"), `deploy/parameters/${network}.json`);
}

/** The same of a text. @param place What errors call it. @throws BallastError `parametersInvalid`. */
export function parseParameters(text: string, place: string): Parameters {
  const refuse = (why: string): BallastError =>
    new BallastError("parametersInvalid", `${place} refused: ${why}`, { context: { place } });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw refuse(`not JSON: ${String(cause)}`);
  }
  const parsed = parametersShape.safeParse(given);
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error).replaceAll("\n", " "));
  const dangling = danglingReferences(parsed.data);
  if (dangling.length > 0) throw refuse(dangling.join("; "));
  return parsed.data;
}

/** Where the parameters of a network are. */
function parametersFile(network: string): URL {
  return new URL(`./parameters/${network}.json`, import.meta.url);
}

/** What names a feed, a parameter set or a market that is not there. */
function danglingReferences({ feeds, risk, clearing, vaults }: Parameters): string[] {
  const { markets, parameterSets } = clearing;
  const named: readonly (readonly [number | undefined, number, string])[] = [
    [risk.bondFeed, feeds.length, "risk.bondFeed"],
    ...clearing.feeds.map((feed, index) => [feed, feeds.length, `clearing.feeds[${index}]`] as const),
    ...markets.flatMap(({ feed, collateralFeed, parameterSet }, index) => [
      [feed, feeds.length, `clearing.markets[${index}].feed`] as const,
      [collateralFeed, feeds.length, `clearing.markets[${index}].collateralFeed`] as const,
      [parameterSet, parameterSets.length, `clearing.markets[${index}].parameterSet`] as const,
    ]),
    ...vaults.map(({ market }, index) => [market - 1, markets.length, `vaults[${index}].market`] as const),
  ];
  return named
    .filter(([given, count]) => given !== undefined && given >= count)
    .map(([, , place]) => `${place} names nothing that is there`);
}

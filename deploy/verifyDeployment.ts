// SPDX-License-Identifier: MIT
import { Contract, id, ZeroAddress } from "ethers";
import type { Provider } from "ethers";

import {
  ADMIN_ROLE,
  GOVERNANCE_DELAY_SECONDS,
  GOVERNED_CONTRACTS,
  GOVERNED_FUNCTIONS,
  GUARDED_FUNCTIONS,
  GUARDIAN_ROLE,
  PARAMETERS_ROLE,
} from "./governance.ts";
import { fundName, NO_FEED, reportersOf, vaultName, vaultTerms } from "./parameters.ts";
import type { MarketParameters, Parameters } from "./parameters.ts";

/** A deployment as it is claimed to be. */
export interface Deployment {
  readonly parameters: Parameters;
  /** Addresses by the names that `ballastModule` returns. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly deployer: string;
}

const CODE_LIMIT = 24_576;
const BELOW = [
  ["oracle", "anchor", "anchor"],
  ["pot", "oracle", "oracle"],
  ["pot", "registry", "registry"],
  ["pot", "witnessRouter", "router"],
  ["oracle", "registry", "registry"],
  ["oracle", "witnessRouter", "router"],
  ["escrow", "registry", "registry"],
  ["registry", "oracle", "oracle"],
  ["registry", "rewardPot", "pot"],
  ["registry", "slasher", "slasher"],
  ["router", "oracle", "oracle"],
  ["slasher", "oracle", "oracle"],
  ["slasher", "registry", "registry"],
  ["pot", "riskManager", "risk"],
  ["risk", "oracle", "oracle"],
  ["risk", "rewardPot", "pot"],
  ["risk", "registry", "registry"],
  ["lens", "house", "house"],
  ["directory", "house", "house"],
  ["escrow", "directory", "directory"],
  ["vaultFactory", "house", "house"],
  ["vaultLens", "factory", "vaultFactory"],
  ["house", "oracle", "oracle"],
  ["house", "rewardPot", "pot"],
  ["house", "bookModule", "books"],
  ["house", "moveModule", "moves"],
  ["house", "fillModule", "fills"],
  ["house", "settlementModule", "settlement"],
  ["house", "liquidationModule", "liquidation"],
  ...Object.values(GOVERNED_CONTRACTS).map((name) => [name, "authority", "authority"] as const),
] as const;

/** Reads a deployment back from the chain. @returns What is not as it should be, one sentence each; nothing when all is. */
export async function verifyDeployment(provider: Provider, deployment: Deployment): Promise<string[]> {
  const findings = [
    ...(await checkCode(provider, deployment)),
    ...(await checkNeighbours(provider, deployment)),
    ...(await checkFunctions(provider, deployment)),
    ...(await checkAdministration(provider, deployment)),
    ...(await checkRisk(provider, deployment)),
    ...(await checkMarkets(provider, deployment)),
    ...(await checkInsurance(provider, deployment)),
    ...(await checkVaults(provider, deployment)),
  ];
  return findings;
}

async function checkCode(provider: Provider, { addresses }: Deployment): Promise<string[]> {
  const found = await Promise.all(
    [...addresses].map(async ([name, address]) => {
      const bytes = ((await provider.getCode(address)).length - 2) / 2;
      if (bytes === 0) return [`${name} at ${address} has no code`];
      return bytes > CODE_LIMIT ? [`${name} has ${bytes} bytes, above ${CODE_LIMIT}`] : [];
    }),
  );
  return found.flat();
}

/** Every contract names the ones around it. */
async function checkNeighbours(provider: Provider, { addresses }: Deployment): Promise<string[]> {
  const found = await Promise.all(
    BELOW.map(async ([contract, getter, expected]) => {
      const target = new Contract(
        addressOf(addresses, contract),
        [`function ${getter}() view returns (address)`],
        provider,
      );
      const given = (await target.getFunction(getter)()) as string;
      return same(given, addressOf(addresses, expected)) ? [] : [`${contract}.${getter} is ${given}, not ${expected}`];
    }),
  );
  return found.flat();
}

/** Every governed function has its role; the governor waits, guardian and governor tighten at once, the deployer does not. */
async function checkFunctions(provider: Provider, deployment: Deployment): Promise<string[]> {
  const { addresses, parameters, deployer } = deployment;
  const authority = authorityAt(provider, addresses);
  const governor = accountOf(parameters.governor, deployer);
  const guardian = accountOf(parameters.guardian, deployer);
  const found: string[] = [];
  const check = async (name: string, signature: string, role: bigint, who: string, delay: number): Promise<void> => {
    const target = addressOf(addresses, GOVERNED_CONTRACTS[name as keyof typeof GOVERNED_CONTRACTS]);
    const selector = id(signature).slice(0, 10);
    const given = (await authority.getFunction("getTargetFunctionRole")(target, selector)) as bigint;
    if (given !== role) found.push(`${name}.${signature} needs role ${given}, not ${role}`);
    const [now, wait] = (await authority.getFunction("canCall")(who, target, selector)) as [boolean, bigint];
    if (now !== (delay === 0) || wait !== BigInt(delay))
      found.push(`${name}.${signature}: ${who} waits ${wait} s, not ${delay}`);
    if (same(deployer, governor) || same(deployer, guardian)) return;
    const [byDeployer, later] = (await authority.getFunction("canCall")(deployer, target, selector)) as [
      boolean,
      bigint,
    ];
    if (byDeployer || later !== 0n) found.push(`${name}.${signature}: the deployer has a right left`);
  };
  for (const [name, functions] of Object.entries(GOVERNED_FUNCTIONS))
    for (const signature of functions)
      await check(name, signature, PARAMETERS_ROLE, governor, GOVERNANCE_DELAY_SECONDS);
  for (const [name, functions] of Object.entries(GUARDED_FUNCTIONS))
    for (const signature of functions)
      for (const who of [guardian, governor]) await check(name, signature, GUARDIAN_ROLE, who, 0);
  return found;
}

/** The timelock alone administers, and nobody skips it. */
async function checkAdministration(provider: Provider, deployment: Deployment): Promise<string[]> {
  const { addresses, parameters, deployer } = deployment;
  const authority = authorityAt(provider, addresses);
  const timelock = timelockAt(provider, addresses);
  const governor = accountOf(parameters.governor, deployer);
  const isAdmin = async (who: string): Promise<boolean> =>
    ((await authority.getFunction("hasRole")(ADMIN_ROLE, who)) as [boolean, bigint])[0];
  const holds = async (role: string, who: string): Promise<boolean> =>
    (await timelock.getFunction("hasRole")(await timelock.getFunction(role)(), who)) as boolean;
  const delay = (await timelock.getFunction("getMinDelay")()) as bigint;

  const facts: readonly (readonly [boolean, string])[] = [
    [await isAdmin(addressOf(addresses, "timelock")), "the timelock does not administer the authority"],
    [!(await isAdmin(deployer)), "the deployer still administers the authority"],
    [!(await isAdmin(governor)), "the governor administers the authority without waiting"],
    [delay === BigInt(GOVERNANCE_DELAY_SECONDS), `the timelock waits ${delay} s`],
    [await holds("PROPOSER_ROLE", governor), "the governor cannot propose"],
    [!(await holds("DEFAULT_ADMIN_ROLE", deployer)), "the deployer administers the timelock"],
    [!(await holds("DEFAULT_ADMIN_ROLE", governor)), "the governor administers the timelock"],
    [same(governor, deployer) || !(await holds("PROPOSER_ROLE", deployer)), "the deployer can propose"],
    [!(await holds("PROPOSER_ROLE", ZeroAddress)), "anybody can propose"],
  ];
  return facts.filter(([holdsTrue]) => !holdsTrue).map(([, finding]) => finding);
}

/** The risk contract counts what the parameters say, and stake not yet. */
async function checkRisk(provider: Provider, { addresses, parameters }: Deployment): Promise<string[]> {
  const risk = new Contract(addressOf(addresses, "risk"), RISK, provider);
  const { bondFeed, bondDecimals, haircutBps, ceilingThousands } = parameters.risk;
  const expected: readonly (readonly [string, bigint | boolean | string])[] = [
    ["heartbeat", BigInt(parameters.heartbeat)],
    ["pokeTip", parameters.pokeReward],
    ["bondFeed", BigInt(bondFeed ?? NO_FEED)],
    ["bondUnit", 10n ** BigInt(bondDecimals)],
    ["haircutBps", BigInt(haircutBps)],
    ["ceilingThousands", BigInt(ceilingThousands)],
    ["isStakeOn", false],
    ["reporters", reportersOf(parameters).join().toLowerCase()],
  ];
  const found: string[] = [];
  for (const [getter, value] of expected) {
    const told: unknown = await risk.getFunction(getter)();
    const given = Array.isArray(told) ? told.join().toLowerCase() : told;
    if (given !== value) found.push(`risk.${getter} is ${String(given)}, not ${value}`);
  }
  return found;
}

const RISK = [
  "function heartbeat() view returns (uint256)",
  "function pokeTip() view returns (uint256)",
  "function bondFeed() view returns (uint256)",
  "function bondUnit() view returns (uint256)",
  "function haircutBps() view returns (uint256)",
  "function ceilingThousands() view returns (uint256)",
  "function isStakeOn() view returns (bool)",
  "function reporters() view returns (address[3])",
];

/** The lists and the first markets are those of the parameters. */
async function checkMarkets(provider: Provider, { addresses, parameters }: Deployment): Promise<string[]> {
  const house = new Contract(addressOf(addresses, "house"), HOUSE, provider);
  const { feeds, markets, parameterSets } = parameters.clearing;
  const risk = addressOf(addresses, "risk");
  const found: string[] = [];
  if (!(await house.getFunction("riskEnabled")(risk))) found.push("the risk contract is not enabled");
  for (const feed of feeds)
    if (!(await house.getFunction("feedEnabled")(feed))) found.push(`feed ${feed} is not enabled`);
  for (const [index, market] of markets.entries()) {
    const number = index + 1;
    const given = await house.getFunction("marketParams")(number);
    const collateral = market.collateral === "bondToken" ? parameters.bondToken : market.collateral;
    const insurer = insurerOf(addresses, market, index);
    if (!same(given.collateral, collateral)) found.push(`market ${number} holds ${given.collateral}`);
    if (!same(given.insurer, insurer)) found.push(`market ${number} is insured by ${given.insurer}`);
    if (!same(given.risk, risk)) found.push(`market ${number} asks ${given.risk}`);
    if (given.feed !== BigInt(market.feed)) found.push(`market ${number} is on feed ${given.feed}`);
    if (given.kind !== (market.kind === "Quote" ? 0n : 1n))
      found.push(`market ${number} is not of kind ${market.kind}`);
    const copied = await house.getFunction("parametersOf")(number);
    for (const [name, value] of Object.entries(parameterSets[market.parameterSet]!))
      if (copied[name] !== BigInt(value)) found.push(`market ${number}: ${name} is ${copied[name]}, not ${value}`);
  }
  return found;
}

function insurerOf(addresses: ReadonlyMap<string, string>, { insurer }: MarketParameters, index: number): string {
  if (insurer === "fund") return addressOf(addresses, fundName(index));
  return insurer === "timelock" ? addressOf(addresses, "timelock") : insurer;
}

/** Each fund knows its market and sells the bonds for its collateral; the directory lists every market. */
async function checkInsurance(provider: Provider, { addresses, parameters }: Deployment): Promise<string[]> {
  const directory = new Contract(addressOf(addresses, "directory"), DIRECTORY, provider);
  const listed = (await directory.getFunction("listedMarkets")()) as bigint[];
  const found: string[] = [];
  for (const [index, market] of parameters.clearing.markets.entries()) {
    const number = BigInt(index + 1);
    if (!listed.includes(number)) found.push(`market ${number} is not listed in the directory`);
    if (market.insurer !== "fund") continue;
    const fund = new Contract(addressOf(addresses, fundName(index)), FUND, provider);
    const [wired, house, bond] = (await Promise.all([
      fund.getFunction("market")(),
      fund.getFunction("house")(),
      fund.getFunction("bond")(),
    ])) as [bigint, string, string];
    if (wired !== number) found.push(`the fund of market ${number} insures market ${wired}`);
    if (!same(house, addressOf(addresses, "house"))) found.push(`the fund of market ${number} is on ${house}`);
    if (!same(bond, parameters.bondToken)) found.push(`the fund of market ${number} sells ${bond}`);
  }
  return found;
}

/** Each vault is the factory's, on this Clearinghouse, with the terms of the parameters. */
async function checkVaults(provider: Provider, { addresses, parameters }: Deployment): Promise<string[]> {
  const factory = new Contract(addressOf(addresses, "vaultFactory"), FACTORY, provider);
  const found: string[] = [];
  for (const [index, vault] of parameters.vaults.entries()) {
    const name = vaultName(index);
    const address = addressOf(addresses, name);
    const contract = new Contract(address, VAULT, provider);
    if (!(await factory.getFunction("isVault")(address))) found.push(`${name} is not of the factory`);
    const house = (await contract.getFunction("house")()) as string;
    if (!same(house, addressOf(addresses, "house"))) found.push(`${name} is on ${house}`);
    const given = await contract.getFunction("terms")();
    for (const [field, value] of Object.entries(vaultTerms(vault)))
      if (String(given[field]) !== String(value)) found.push(`${name}: ${field} is ${given[field]}, not ${value}`);
  }
  return found;
}

const FACTORY = ["function isVault(address) view returns (bool)"];
const VAULT = [
  "function house() view returns (address)",
  "function terms() view returns (tuple(uint32 market, uint16 fundingBps, uint16 deltaBps, uint16 floorVolatilityBps, uint16 highBps, uint16 reserveBps, uint24 auctionSeconds, uint64 depositCap, uint16 managementFeeBps, uint16 performanceFeeBps, address feeRecipient, string name, string symbol))",
];
const DIRECTORY = ["function listedMarkets() view returns (uint256[])"];
const FUND = [
  "function market() view returns (uint256)",
  "function house() view returns (address)",
  "function bond() view returns (address)",
];
const HOUSE = [
  "function riskEnabled(address) view returns (bool)",
  "function feedEnabled(uint256) view returns (bool)",
  "function marketParams(uint256) view returns (tuple(address collateral, uint8 kind, uint8 feed, address risk, uint16 parameterSet, address insurer))",
  "function parametersOf(uint256) view returns (tuple(uint16 initialShockBps, uint16 maintenanceShockBps, uint16 initialFloorBps, uint16 maintenanceFloorBps, uint16 capBps, uint8 mintFee, uint8 expiryCapPercent, uint40 strikeStep, uint32 minimumSize, uint48 dust, uint40 tip))",
];

function authorityAt(provider: Provider, addresses: ReadonlyMap<string, string>): Contract {
  const functions = [
    "function hasRole(uint64,address) view returns (bool,uint32)",
    "function getTargetFunctionRole(address,bytes4) view returns (uint64)",
    "function canCall(address,address,bytes4) view returns (bool,uint32)",
  ];
  return new Contract(addressOf(addresses, "authority"), functions, provider);
}

function timelockAt(provider: Provider, addresses: ReadonlyMap<string, string>): Contract {
  const functions = [
    "function getMinDelay() view returns (uint256)",
    "function hasRole(bytes32,address) view returns (bool)",
    "function PROPOSER_ROLE() view returns (bytes32)",
    "function DEFAULT_ADMIN_ROLE() view returns (bytes32)",
  ];
  return new Contract(addressOf(addresses, "timelock"), functions, provider);
}

function addressOf(addresses: ReadonlyMap<string, string>, name: string): string {
  const address = addresses.get(name);
  if (address === undefined) throw new Error(`the deployment has no ${name}`);
  return address;
}

function accountOf(given: string, deployer: string): string {
  return given === "deployer" ? deployer : given;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

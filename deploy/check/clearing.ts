// SPDX-License-Identifier: MIT
import { Contract } from "ethers";
import type { Provider } from "ethers";

import { collateralsOf, fundName, insuranceName, tokenOf } from "../parameters.ts";
import type { MarketParameters } from "../parameters.ts";
import { compare } from "./compare.ts";
import type { Reading } from "./compare.ts";
import { addressOf, same } from "./Deployment.ts";
import type { Check, Deployment } from "./Deployment.ts";

const HOUSE = [
  "function marketParams(uint256) view returns (tuple(address collateral, uint8 kind, uint8 feed, address risk, uint16 parameterSet, address insurer))",
  "function parametersOf(uint256) view returns (tuple(uint16 initialShockBps, uint16 maintenanceShockBps, uint16 initialFloorBps, uint16 maintenanceFloorBps, uint16 capBps, uint8 mintFee, uint8 expiryCapPercent, uint40 strikeStep, uint32 minimumSize, uint48 dust, uint40 tip))",
];
const DIRECTORY = ["function listedMarkets() view returns (uint256[])"];

/** The lists and the first markets are those of the parameters; each is insured by a fund that knows it and is listed. */
export const checkClearing: Check = async (provider, deployment) => {
  const { clearing } = deployment.parameters;
  const lists: Reading[] = [
    ["house", "riskEnabled(address) bool", true, addressOf(deployment, "risk")],
    ...clearing.feeds.map((feed): Reading => ["house", "feedEnabled(uint256) bool", true, feed]),
    ...[...collateralsOf(deployment.parameters)].map(([token, feed]): Reading => {
      return ["house", "collateralFeed(address) (bool,uint256)", `true,${feed}`, token];
    }),
  ];
  return [
    ...(await compare(provider, deployment, [...lists, ...fundReadings(deployment)])),
    ...(await checkMarkets(provider, deployment)),
    ...(await checkDirectory(provider, deployment)),
  ];
};

async function checkMarkets(provider: Provider, deployment: Deployment): Promise<string[]> {
  const house = new Contract(addressOf(deployment, "house"), HOUSE, provider);
  const { parameters } = deployment;
  const found = await Promise.all(
    parameters.clearing.markets.map(async (market, index) => {
      const number = index + 1;
      const [given, copied] = await Promise.all([
        house
          .getFunction("marketParams")(number)
          .catch(() => undefined),
        house
          .getFunction("parametersOf")(number)
          .catch(() => undefined),
      ]);
      if (given === undefined || copied === undefined) return [`market ${number} is missing`];
      const risk = addressOf(deployment, "risk");
      const facts: readonly (readonly [boolean, string])[] = [
        [same(given.collateral, tokenOf(parameters, market)), `market ${number} holds ${given.collateral}`],
        [same(given.insurer, insurerOf(deployment, market, index)), `market ${number} is insured by ${given.insurer}`],
        [same(given.risk, risk), `market ${number} asks ${given.risk}`],
        [given.feed === BigInt(market.feed), `market ${number} is on feed ${given.feed}`],
        [given.kind === (market.kind === "Quote" ? 0n : 1n), `market ${number} is not of kind ${market.kind}`],
      ];
      const set = parameters.clearing.parameterSets[market.parameterSet]!;
      return [
        ...facts.filter(([isTrue]) => !isTrue).map(([, finding]) => finding),
        ...Object.entries(set)
          .filter(([name, value]) => copied[name] !== BigInt(value))
          .map(([name, value]) => `market ${number}: ${name} is ${copied[name]}, not ${value}`),
      ];
    }),
  );
  return found.flat();
}

function insurerOf(deployment: Deployment, { insurer }: MarketParameters, index: number): string {
  if (insurer === "fund") return addressOf(deployment, fundName(index));
  return insurer === "timelock" ? addressOf(deployment, "timelock") : insurer;
}

/** A fund knows its market and sells the bonds for its collateral. */
function fundReadings(deployment: Deployment): Reading[] {
  const { bondToken, clearing } = deployment.parameters;
  return clearing.markets.flatMap(({ insurer }, index): Reading[] => {
    if (insurer !== "fund") return [];
    const fund = fundName(index);
    return [
      [fund, "market() uint256", BigInt(index + 1)],
      [fund, "house() address", addressOf(deployment, "house")],
      [fund, "bond() address", bondToken],
      [fund, "name() string", insuranceName(index)],
    ];
  });
}

async function checkDirectory(provider: Provider, deployment: Deployment): Promise<string[]> {
  const directory = new Contract(addressOf(deployment, "directory"), DIRECTORY, provider);
  const listed = (await directory
    .getFunction("listedMarkets")()
    .catch(() => [])) as bigint[];
  return deployment.parameters.clearing.markets
    .map((_, index) => BigInt(index + 1))
    .filter((number) => !listed.includes(number))
    .map((number) => `market ${number} is not listed in the directory`);
}

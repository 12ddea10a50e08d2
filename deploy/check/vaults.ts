// SPDX-License-Identifier: MIT
import { Contract } from "ethers";

import { vaultName, vaultTerms } from "../parameters.ts";
import { addressOf, same } from "./Deployment.ts";
import type { Check } from "./Deployment.ts";

const FACTORY = ["function isVault(address) view returns (bool)"];
const VAULT = [
  "function house() view returns (address)",
  "function terms() view returns (tuple(uint32 market, uint16 fundingBps, uint16 deltaBps, uint16 floorVolatilityBps, uint16 highBps, uint16 reserveBps, uint24 auctionSeconds, uint64 depositCap, uint16 managementFeeBps, uint16 performanceFeeBps, address feeRecipient, string name, string symbol))",
];

/** Each vault is the factory's, on this Clearinghouse, with the terms of the parameters. */
export const checkVaults: Check = async (provider, deployment) => {
  const factory = new Contract(addressOf(deployment, "vaultFactory"), FACTORY, provider);
  const found = await Promise.all(
    deployment.parameters.vaults.map(async (vault, index) => {
      const name = vaultName(index);
      const address = addressOf(deployment, name);
      const contract = new Contract(address, VAULT, provider);
      const [isOurs, house, terms] = await Promise.all([
        factory
          .getFunction("isVault")(address)
          .catch(() => false),
        contract
          .getFunction("house")()
          .catch(() => undefined),
        contract
          .getFunction("terms")()
          .catch(() => undefined),
      ]);
      if (house === undefined || terms === undefined) return [`${name} at ${address} is no vault`];
      const wrong: string[] = isOurs ? [] : [`${name} is not of the factory`];
      if (!same(house, addressOf(deployment, "house"))) wrong.push(`${name} is on ${house}`);
      for (const [field, value] of Object.entries(vaultTerms(vault)))
        if (String(terms[field]) !== String(value)) wrong.push(`${name}: ${field} is ${terms[field]}, not ${value}`);
      return wrong;
    }),
  );
  return found.flat();
};

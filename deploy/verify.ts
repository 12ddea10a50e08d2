// SPDX-License-Identifier: MIT
// `node deploy/verify.ts <network> <rpc url> <deployer>`: reads back what Ignition deployed. Exit code 1 names what is wrong.
import { readFileSync } from "node:fs";

import { JsonRpcProvider } from "ethers";

import { readParameters } from "./parameters.ts";
import { verifyDeployment } from "./verifyDeployment.ts";

/** Ignition's names of the contracts that `ballastModule` returns under shorter ones. */
const NAMES: Readonly<Record<string, string>> = {
  "OracleRoom#AccessManager": "authority",
  "OracleRoom#TimelockController": "timelock",
  "OracleRoom#BlockHashAnchor": "anchor",
  "OracleRoom#PriceOracle": "oracle",
  "OracleRoom#RewardPot": "pot",
  "OracleRoom#SlashEscrow": "escrow",
  "OracleRoom#ValidatorRegistry": "registry",
  "OracleRoom#WitnessRouter": "router",
  "OracleRoom#Slasher": "slasher",
  "RiskRoom#RiskManager": "risk",
  "ClearingRoom#Clearinghouse": "house",
  "ClearingRoom#Lens": "lens",
  "ClearingRoom#InsurerDirectory": "directory",
  "ClearingRoom#BookModule": "books",
  "ClearingRoom#MoveModule": "moves",
  "ClearingRoom#FillModule": "fills",
  "ClearingRoom#SettlementModule": "settlement",
  "ClearingRoom#LiquidationModule": "liquidation",
};

const [network, rpcUrl, deployer] = process.argv.slice(2);
if (network === undefined || rpcUrl === undefined || deployer === undefined) {
  console.error("usage: node deploy/verify.ts <network> <rpc url> <deployer>");
  process.exit(2);
}
const provider = new JsonRpcProvider(rpcUrl);
const { chainId } = await provider.getNetwork();
const file = new URL(`./deployments/chain-${chainId}/deployed_addresses.json`, import.meta.url);
const deployed = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
const addresses = new Map(deployed.map(([name, address]) => [NAMES[name] ?? name.replace(/^.*#/, ""), address]));
const findings = await verifyDeployment(provider, { parameters: readParameters(network), addresses, deployer });
for (const finding of findings) console.error(finding);
console.log(findings.length === 0 ? `${addresses.size} contracts are as they should be` : "not as it should be");
provider.destroy();
process.exitCode = findings.length === 0 ? 0 : 1;

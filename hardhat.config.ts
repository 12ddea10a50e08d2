// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

import { EXPLORER_KEY, LOCAL_URL, NETWORKS } from "./deploy/networks.ts";
import { twoCompilers } from "./tools/twoCompilers.ts";

const require = createRequire(import.meta.url);

/** Fuzzing effort; `hardhat.deep.config.ts` raises it. Below 160 runs broken pots of the clearing room are missed. */
export const fuzzing = {
  fuzz: { runs: 256, seed: "0xba11a57" },
  invariant: { runs: 160, depth: 64, failOnRevert: false },
};

// One profile for everything: what the tests run is the bytecode that is deployed (docs/DECISIONS.md, D-003).
const compiler = {
  version: "0.8.37",
  path: require.resolve("solc/soljson.js"), // the locked npm package: nothing is downloaded
  settings: { viaIR: true, optimizer: { enabled: true, runs: 200 }, evmVersion: "prague" },
};

// Nodes and keys are looked up when a network is used: in the environment, else in Hardhat's keystore (docs/DEPLOYMENT.md).
const networks = Object.fromEntries(
  NETWORKS.map(({ name, chainType, prefix }) => [
    name,
    prefix === undefined
      ? { type: "http", chainType, url: LOCAL_URL }
      : {
          type: "http",
          chainType,
          url: configVariable(`${prefix}_RPC_URL`),
          accounts: [configVariable(`${prefix}_PRIVATE_KEY`)],
        },
  ]),
);

export const config = {
  plugins: [hardhatToolboxMochaEthers, twoCompilers],
  solidity: { profiles: { default: compiler, production: compiler } },
  paths: { tests: { solidity: "test/sol", mocha: "test/ts" }, ignition: "deploy" },
  typechain: { outDir: "typechain-types" },
  coverage: { skipFiles: ["test/**", "contracts/mocks/**"] },
  test: { solidity: fuzzing, mocha: { timeout: 120_000 } },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "prague", initialDate: "2026-01-02T00:00:00Z" },
    ...networks,
  },
  // Verification of sources: Etherscan, with one key for all chains, and Blockscout, which needs none.
  verify: { etherscan: { apiKey: configVariable(EXPLORER_KEY) }, blockscout: { enabled: true } },
} as const;

export default defineConfig(config as unknown as Parameters<typeof defineConfig>[0]);

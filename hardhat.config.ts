// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

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

export const config = {
  plugins: [hardhatToolboxMochaEthers, twoCompilers],
  solidity: { profiles: { default: compiler, production: compiler } },
  paths: { tests: { solidity: "test/sol", mocha: "test/ts" }, ignition: "deploy" },
  typechain: { outDir: "typechain-types" },
  coverage: { skipFiles: ["test/**", "contracts/mocks/**"] },
  test: { solidity: fuzzing, mocha: { timeout: 120_000 } },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "prague", initialDate: "2026-01-02T00:00:00Z" },
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    sepolia: {
      type: "http",
      chainType: "l1",
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("SEPOLIA_PRIVATE_KEY")],
    },
  },
} as const;

export default defineConfig(config as unknown as Parameters<typeof defineConfig>[0]);

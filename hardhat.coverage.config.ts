// SPDX-License-Identifier: MIT
import { defineConfig } from "hardhat/config";

import { config } from "./hardhat.config.ts";

const { default: usual } = config.solidity.profiles;
/** Counters in every statement leave no room on the stack for what the usual steps inline. */
const details = { yul: true, yulDetails: { stackAllocation: true, optimizerSteps: "dhfoDgvulfnTUtn:fDnTOcmu" } };
const compiler = { ...usual, settings: { ...usual.settings, optimizer: { ...usual.settings.optimizer, details } } };

/** For `npm run coverage`: counting makes contracts larger than a chain takes, and every call dearer. */
const roomy = { ...config.networks.default, allowUnlimitedContractSize: true, blockGasLimit: 1_000_000_000n };
const fewer = {
  fuzz: { ...config.test.solidity.fuzz, runs: 64 },
  invariant: { ...config.test.solidity.invariant, runs: 24 },
};

export default defineConfig({
  ...config,
  solidity: { profiles: { default: compiler, production: compiler } },
  networks: { ...config.networks, default: roomy },
  test: { ...config.test, solidity: fewer },
} as unknown as Parameters<typeof defineConfig>[0]);

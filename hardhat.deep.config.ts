// SPDX-License-Identifier: MIT
import { defineConfig } from "hardhat/config";

import { config } from "./hardhat.config.ts";

/** The same project with far more fuzzing, for `npm run test:deep`, which also replays more years (tools/test.mjs). */
const deep = {
  ...config,
  test: {
    ...config.test,
    solidity: {
      fuzz: { ...config.test.solidity.fuzz, runs: 5000 },
      invariant: { ...config.test.solidity.invariant, runs: 5000, depth: 100 },
    },
  },
};

export default defineConfig(deep as unknown as Parameters<typeof defineConfig>[0]);

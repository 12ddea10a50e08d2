// SPDX-License-Identifier: MIT
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import type { HardhatPlugin } from "hardhat/types/plugins";

/** Roots of what is compiled, relative to the project. */
const FOLDERS = ["contracts", join("test", "sol")];
const MOST_COMPILERS = 2; // each needs about 2 GiB

/**
 * Source files, split so that both halves have about as much of each kind: contracts, what tests share, and tests, which
 * compile most of the rest once more. By size alone a changed line could put all the heavy ones on one side.
 */
function secondHalf(root: string): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".sol"))
      .map((file) => join(folder, file)),
  ).map((path) => ({ path, size: statSync(join(root, path)).size }));
  const isTest = (path: string): boolean => path.endsWith(".t.sol");
  const kinds = [
    files.filter(({ path }) => path.startsWith("contracts")),
    files.filter(({ path }) => !path.startsWith("contracts") && !isTest(path)),
    files.filter(({ path }) => isTest(path)),
  ];
  return kinds.flatMap(secondHalfOf);
}

/** The longest come first, each goes to the shorter half. */
function secondHalfOf(files: { readonly path: string; readonly size: number }[]): string[] {
  const first: { size: number; paths: string[] } = { size: 0, paths: [] };
  const second: typeof first = { size: 0, paths: [] };
  for (const { path, size } of files.sort((a, b) => b.size - a.size || a.path.localeCompare(b.path))) {
    const half = first.size <= second.size ? first : second;
    half.size += size;
    half.paths.push(path);
  }
  return second.paths;
}

/**
 * Compiles with two compilers at once. Hardhat makes one job of all files that share a compiler configuration and runs one
 * job at a time on two cores; so half of the files get an equal configuration of their own. Nothing else differs.
 */
export const twoCompilers: HardhatPlugin = {
  id: "ballast-two-compilers",
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        async resolveUserConfig(userConfig, resolveVariable, next) {
          const config = await next(userConfig, resolveVariable);
          for (const profile of Object.values(config.solidity.profiles)) {
            const [compiler] = profile.compilers;
            if (compiler === undefined) continue;
            const equal = { ...compiler };
            for (const path of secondHalf(config.paths.root)) profile.overrides[path] = equal;
          }
          return config;
        },
      }),
    }),
    solidity: async () => ({
      default: async () => ({
        async build(context, roots, options, next) {
          return next(context, roots, { ...options, concurrency: Math.min(availableParallelism(), MOST_COMPILERS) });
        },
      }),
    }),
  },
};

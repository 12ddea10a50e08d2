// SPDX-License-Identifier: MIT
import type { JsonRpcProvider } from "ethers";
import type { z } from "zod";

import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import { LoopProgress } from "../../../../scripts/chain/LoopProgress.ts";
import { buildDuties } from "../../../../scripts/programs/buildDuties.ts";
import { buildKeeper } from "../../../../scripts/programs/buildKeeper.ts";
import { openKeeper } from "../../../../scripts/cli/openKeeper.ts";
import type { OpenedKeeper } from "../../../../scripts/cli/openKeeper.ts";
import { keeperConfigShape } from "../../../../scripts/keepers/KeeperConfig.ts";
import type { KeeperNode } from "../../../../scripts/keepers/KeeperNode.ts";
import { silentLog } from "./silentLog.ts";

/** A keeper in the test's own process: the program's parts, but its turns are the test's. */
export interface BenchKeeper {
  readonly address: string;
  readonly node: KeeperNode;
  readonly access: OpenedKeeper;
  readonly progress: LoopProgress;
  /** Data folder; another keeper opened on it is the same one restarted. */
  readonly folder: string;
  turn(): Promise<void>;
  /** Transactions of its account in the chain. */
  sent(): Promise<number>;
  /** May be called again. */
  close(): void;
}

/** Opens one from its configuration as a file would say it: all its parts are the program's. */
export async function openBenchKeeper(
  given: z.input<typeof keeperConfigShape>,
  provider: JsonRpcProvider,
  environmentPassphrase: string,
): Promise<BenchKeeper> {
  const config = keeperConfigShape.parse(given);
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const access = await openKeeper({ config, log: silentLog, environmentPassphrase }, progress);
  const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
  const { node } = buildKeeper({ config, dryRun: false }, access, buildDuties(config, access), headAge);
  const { address } = access.signer;
  const { signal } = new AbortController();
  let isOpen = true;
  return {
    address,
    node,
    access,
    progress,
    folder: config.dataFolder,
    turn: async () => void (await node.turn(signal)),
    sent: () => provider.getTransactionCount(address, "latest"),
    close: () => {
      if (isOpen) access.close();
      isOpen = false;
    },
  };
}

// SPDX-License-Identifier: MIT
import type { DeskPolicy } from "../chain/deskTypes.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import { IntentBook } from "../chain/IntentBook.ts";
import { IntentDesk } from "../chain/IntentDesk.ts";
import { IntentMetrics } from "../chain/IntentMetrics.ts";
import type { Duty } from "../keepers/Duty.ts";
import { classOf } from "../keepers/dutyShape.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { KeeperMetrics } from "../keepers/KeeperMetrics.ts";
import { KeeperNode } from "../keepers/KeeperNode.ts";
import type { KeeperAccess } from "./KeeperAccess.ts";

/** A keeper, and the intents on its disk. */
export interface BuiltKeeper {
  readonly node: KeeperNode;
  readonly book: IntentBook;
}

/** What of a keeper's configuration says how its work is done. */
type WorkConfig = Pick<KeeperConfig, "policy" | "replica" | "filler">;

/** Puts a keeper together from what was opened for it. */
export function buildKeeper(
  { config, dryRun }: { readonly config: WorkConfig; readonly dryRun: boolean },
  { chain, agreed, clock, signer, database, log, registry }: KeeperAccess,
  duties: readonly Duty[],
  headAge: HeadAge,
): BuiltKeeper {
  const book = new IntentBook(database);
  const policy = { ...deskPolicy(config), classes: duties.flatMap(({ classes }) => classes) };
  const node = new KeeperNode({
    chain,
    agreed,
    clock,
    log,
    book,
    headAge,
    desk: new IntentDesk({ chain, agreed, clock, signer, book }, policy),
    metrics: new KeeperMetrics(registry),
    intentMetrics: new IntentMetrics(registry, log),
    address: signer.address,
    duties,
    fillerClass: policy.filler.name,
    replica: { ...config.replica, backupMs: BigInt(config.replica.backupMs) },
    pollMs: BigInt(config.policy.pollMs),
    jobsPerTurn: config.policy.jobsPerTurn,
    dryRun,
  });
  return { node, book };
}

function deskPolicy({ policy, filler }: WorkConfig): Omit<DeskPolicy, "classes"> {
  return {
    filler: classOf("filler", filler),
    finality: policy.finality,
    forgottenMs: BigInt(policy.forgottenMs),
  };
}

// SPDX-License-Identifier: MIT
import { Registry } from "prom-client";

import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import { IntentMetrics } from "../../../../scripts/chain/IntentMetrics.ts";
import type { Duty, Job, KeeperView } from "../../../../scripts/keepers/Duty.ts";
import { KeeperMetrics } from "../../../../scripts/keepers/KeeperMetrics.ts";
import { KeeperNode } from "../../../../scripts/keepers/KeeperNode.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import type { Replica } from "../../../../scripts/model/intents/shareDelayMs.ts";
import type { Work } from "../../../../scripts/model/intents/types.ts";
import type { DeskBench } from "./DeskBench.ts";
import { silentLog } from "./silentLog.ts";

const ALONE: Replica = { index: 0, replicas: 1, backupMs: 0n };
const HEAD_AGE_MS = 60_000;

/** A duty that wants work done which a test lists, until the chain shows that it is. */
export class ListedDuty implements Duty {
  readonly name: string;
  readonly classes;
  readonly #bench: DeskBench;
  wanted: Work[] = [];
  isBlind = false;

  constructor(bench: DeskBench, name = "count") {
    this.#bench = bench;
    this.name = name;
    this.classes = bench.policy.classes;
  }

  async due({ head }: KeeperView): Promise<readonly Job[]> {
    if (this.isBlind) throw new BallastError("rpcTooFew", "blind", { retriable: true });
    const { agreed } = this.#bench.access;
    const done = await Promise.all(this.wanted.map(({ to, data }) => agreed.storage(to, BigInt(data), head)));
    return this.wanted.filter((_, index) => done[index] === 0n).map((work) => ({ work, shareId: BigInt(work.data) }));
  }
}

/** A keeper on a desk bench. It keeps nothing itself: build another after a restart of the bench. */
export function keeperOn(
  bench: DeskBench,
  duties: readonly Duty[],
  { replica = ALONE, dryRun = false }: { readonly replica?: Replica; readonly dryRun?: boolean } = {},
): KeeperNode & { readonly registry: Registry } {
  const registry = new Registry();
  const { desk, book, clock, policy, access } = bench;
  const node = new KeeperNode({
    ...access,
    clock,
    book,
    desk,
    duties,
    replica,
    dryRun,
    log: silentLog,
    headAge: new HeadAge(registry, HEAD_AGE_MS),
    metrics: new KeeperMetrics(registry),
    intentMetrics: new IntentMetrics(registry, silentLog),
    address: bench.signer.address,
    fillerClass: policy.filler.name,
    pollMs: 1_000n,
    jobsPerTurn: 64,
  });
  return Object.assign(node, { registry });
}

/** Turns with a block and a second after each. */
export async function turns(bench: DeskBench, keeper: KeeperNode, count: number): Promise<void> {
  const { signal } = new AbortController();
  for (let turn = 0; turn < count; turn++) {
    await keeper.turn(signal);
    await bench.stage.driver.mine();
    await bench.pass(1_000n);
  }
}

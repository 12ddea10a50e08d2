// SPDX-License-Identifier: MIT
import { concat } from "ethers";
import { Registry } from "prom-client";

import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import { IntentMetrics } from "../../../../scripts/chain/IntentMetrics.ts";
import type { Duty, Job, JoinedCall, KeeperView } from "../../../../scripts/keepers/Duty.ts";
import { KeeperMetrics } from "../../../../scripts/keepers/KeeperMetrics.ts";
import { KeeperNode } from "../../../../scripts/keepers/KeeperNode.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import type { Replica } from "../../../../scripts/model/intents/shareDelayMs.ts";
import type { Work } from "../../../../scripts/model/intents/types.ts";
import { EACH } from "./DeskBench.ts";
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
  /** Wants work also when it is done. */
  isStubborn = false;
  /** Its work does no harm when it is done twice. */
  isRepeatable = false;

  constructor(bench: DeskBench, name = "count") {
    this.#bench = bench;
    this.name = name;
    this.classes = bench.policy.classes;
  }

  async due({ head }: KeeperView): Promise<readonly Job[]> {
    if (this.isBlind) throw new BallastError("rpcTooFew", "blind", { retriable: true });
    const { agreed } = this.#bench.access;
    const done = await Promise.all(this.wanted.map(({ to, data }) => agreed.storage(to, BigInt(data), head)));
    const due = this.wanted.filter((_, index) => this.isStubborn || done[index] === 0n);
    return due.map((work) => ({ work, shareId: BigInt(work.data), isRepeatable: this.isRepeatable }));
  }
}

/** The same, but one transaction does as much of it as there may be gas for: work of {@link EACH}. */
export class JoiningDuty extends ListedDuty {
  override async due(view: KeeperView): Promise<readonly Job[]> {
    return (await super.due(view)).map((job) => ({ ...job, isJoinable: true }));
  }

  join(works: readonly Work[]): JoinedCall {
    return { className: works[0]!.className, to: EACH, data: concat(works.map(({ data }) => data)) };
  }
}

/** A keeper on a desk bench. It keeps nothing itself: build another after a restart of the bench. */
export function keeperOn(
  bench: DeskBench,
  duties: readonly Duty[],
  {
    replica = ALONE,
    dryRun = false,
    jobsPerTurn = 64,
  }: { readonly replica?: Replica; readonly dryRun?: boolean; readonly jobsPerTurn?: number } = {},
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
    jobsPerTurn,
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

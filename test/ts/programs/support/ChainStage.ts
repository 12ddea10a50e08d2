// SPDX-License-Identifier: MIT
import { Registry } from "prom-client";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { openChain } from "../../../../scripts/chain/openChain.ts";
import type { ChainAccess, ChainPolicy } from "../../../../scripts/chain/openChain.ts";
import { RpcMetrics } from "../../../../scripts/chain/RpcMetrics.ts";
import { FaultProxy } from "../../../../scripts/simulator/faults/FaultProxy.ts";
import { ManualTimer } from "../../../../scripts/simulator/faults/ManualTimer.ts";
import { ReorgDriver } from "../../../../scripts/simulator/faults/ReorgDriver.ts";
import { silentLog } from "./silentLog.ts";
import { CHAIN_ID, startChain } from "./startChain.ts";
import type { TestChain } from "./startChain.ts";

/** Real time nothing here ever takes: deadlines come from the manual timer. */
const TIMEOUT_MS = 60_000;
const HEDGE_MS = 100;
const POLICY: ChainPolicy = {
  timeoutMs: TIMEOUT_MS,
  hedgeMs: HEDGE_MS,
  breaker: { failures: 2, pauseMs: 1_000, longestPauseMs: 8_000 },
};

/** A real local chain with fault proxies in front of it, and time that moves only when a test says so. */
export class ChainStage {
  readonly chain: TestChain;
  readonly driver: ReorgDriver;
  readonly proxies: readonly FaultProxy[];
  readonly timer = new ManualTimer();
  readonly registry = new Registry();
  readonly #opened: ChainAccess[] = [];

  private constructor(chain: TestChain, driver: ReorgDriver, proxies: readonly FaultProxy[]) {
    this.chain = chain;
    this.driver = driver;
    this.proxies = proxies;
  }

  static async start(proxies = 3): Promise<ChainStage> {
    const chain = await startChain(1_800_000_000n);
    const driver = new ReorgDriver(chain.provider);
    await driver.begin();
    const started = await Promise.all(
      Array.from({ length: proxies }, () => FaultProxy.start(chain.rpcUrl, new FetchTransport())),
    );
    return new ChainStage(chain, driver, started);
  }

  /** A fresh client of all proxies: its breakers are closed and it has verified nothing. */
  open(policy: ChainPolicy = {}, chainId = CHAIN_ID): ChainAccess {
    this.registry.clear();
    const parts = { timer: this.timer, observer: new RpcMetrics(this.registry, silentLog) };
    const access = openChain(
      this.proxies.map(({ url }) => url),
      chainId,
      parts,
      { ...POLICY, ...policy },
    );
    this.#opened.push(access);
    return access;
  }

  /** Lets a hedge's time pass as soon as so many requests hang at a proxy. */
  async hedgeAfter(proxy: number, held = 1): Promise<void> {
    await this.proxies[proxy]!.untilHeld(held);
    this.timer.advance(HEDGE_MS);
  }

  /** Lets the deadline of every request pass that is under way. */
  expire(): void {
    this.timer.advance(TIMEOUT_MS);
  }

  /** Value of a metric with these labels; 0 when it was never touched. */
  async metric(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const metric = await this.registry.getSingleMetric(name)!.get();
    const isMeant = (given: object): boolean =>
      Object.entries(labels).every(
        ([label, value]) => String(Object.getOwnPropertyDescriptor(given, label)?.value) === value,
      );
    return metric.values.filter((entry) => isMeant(entry.labels)).reduce((sum, { value }) => sum + value, 0);
  }

  /** Name of an endpoint in metrics. */
  nameOf(proxy: number): string {
    return `${proxy + 1}:${new URL(this.proxies[proxy]!.url).host}`;
  }

  heal(): void {
    for (const proxy of this.proxies) {
      proxy.heal();
      proxy.release();
    }
  }

  async close(): Promise<void> {
    for (const { chain } of this.#opened) chain.close();
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await this.chain.close();
  }
}

/** Code of the error an action ends with, "done" when it ends well. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

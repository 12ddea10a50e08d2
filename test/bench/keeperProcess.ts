// SPDX-License-Identifier: MIT
// The keeper of the benchmark in a process of its own, so that its memory is its own: does what its parent asks and says how long
// each took. Started with a configuration, as JSON, and the passphrase of its key.
import { existsSync, readFileSync } from "node:fs";

import { JsonRpcProvider } from "ethers";

import { LiquidationReader } from "../../scripts/chain/LiquidationReader.ts";
import { findUnhealthy } from "../../scripts/keepers/liquidator/findUnhealthy.ts";
import { keeperConfigShape } from "../../scripts/keepers/KeeperConfig.ts";
import { potKey } from "../../scripts/model/clearing/clearingLedger.ts";
import type { LiquidationReading } from "../../scripts/model/clearing/liquidationReading.ts";
import { openBenchKeeper } from "../ts/programs/support/benchKeeper.ts";

/** What the parent asks for. */
export type Order = "begin" | "advance" | "restart" | "sweep" | "turn" | "end";

/** How it went. */
export interface Report {
  readonly milliseconds: number;
  /** Most this process ever had in memory, MiB. */
  readonly peakMiB: number;
  /** Books with options in the index, or books found short. */
  readonly count: number;
}

const [configJson, passphrase] = process.argv.slice(2) as [string, string];
const config = JSON.parse(configJson) as Parameters<typeof openBenchKeeper>[0];
const { chain, contracts } = keeperConfigShape.parse(config);
const provider = new JsonRpcProvider(chain.rpcUrl[0], chain.chainId, { staticNetwork: true, cacheTimeout: -1 });
let keeper = await openBenchKeeper(config, provider, passphrase);

const actions: Readonly<Record<Order, () => Promise<number>>> = {
  begin: () => Promise.resolve(0),
  advance: async () => {
    await keeper.access.index!.advance();
    return unsettled();
  },
  restart: async () => {
    keeper.close();
    keeper = await openBenchKeeper(config, provider, passphrase);
    await keeper.access.index!.advance();
    return unsettled();
  },
  sweep: async () => {
    const { index, agreed } = keeper.access;
    const head = await agreed.head();
    const reader = new LiquidationReader(agreed, contracts.clearinghouse!);
    const readings = new Map<string, LiquidationReading>();
    for (const { market, expiry } of index!.unsettled.expiries()) {
      const reading = await reader.read(market, expiry, head);
      if (reading !== undefined) readings.set(potKey(market, expiry), reading);
    }
    return findUnhealthy(index!.ledger, index!.unsettled.expiries(), readings).length;
  },
  turn: async () => {
    await keeper.turn();
    return 0;
  },
  end: async () => {
    keeper.close();
    provider.destroy();
    return Promise.resolve(0);
  },
};

process.on("message", (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  const began = performance.now();
  const count = await actions[order]();
  const milliseconds = performance.now() - began;
  process.send!({ milliseconds, count, peakMiB: peakMiB() } satisfies Report);
  if (order === "end") process.disconnect();
}

/** The system's own count begins with the parent's memory where a process is forked, so Linux is asked for this one's. */
function peakMiB(): number {
  const shown = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const found = /VmHWM:\s+(\d+) kB/.exec(shown)?.[1];
  return (found === undefined ? process.resourceUsage().maxRSS : Number(found)) / 1_024;
}

function unsettled(): number {
  return [...keeper.access.index!.unsettled.expiries()].reduce((sum, { books }) => sum + books.size, 0);
}

// SPDX-License-Identifier: MIT
import type { OracleRoom } from "../oracle/OracleRoom.ts";

const NUMBER_SHIFT = 176n;
const NUMBER_MASK = 0xffff_ffffn;
const POOL_EPOCH_SHIFT = 192n;

interface StorageDiff {
  readonly post: Record<string, { readonly storage?: Record<string, string> }>;
}

/**
 * Makes the reward pot's next epoch look as it does after the rings' first lap: both words written before. Finds them from
 * what the last closing wrote: the share, which holds the epoch's number, the rounds in band, and the pool, which begins with it.
 */
export async function warmRewards(room: OracleRoom, lastClosing: string): Promise<void> {
  const { provider } = room.connection;
  const diff = (await provider.request({
    method: "debug_traceTransaction",
    params: [lastClosing, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }],
  })) as StorageDiff;
  const pot = await room.pot.getAddress();
  const epoch = await room.pot.epochs();
  const written = Object.entries(diff.post[pot.toLowerCase()]?.storage ?? {});
  const share = written.find(([, value]) => ((BigInt(value) >> NUMBER_SHIFT) & NUMBER_MASK) === epoch);
  const inBand = written.find((entry) => entry !== share && BigInt(entry[1]) >> POOL_EPOCH_SHIFT !== epoch);
  if (share === undefined || inBand === undefined) throw new Error("no epoch among the words of the closing");
  for (const [slot] of [share, inBand]) {
    const next = `0x${(BigInt(slot) + 1n).toString(16)}`;
    // Another epoch, nothing left of it.
    const value = slot === share[0] ? `0x${"0".repeat(4)}${"f".repeat(36)}${"0".repeat(24)}` : `0x${"f".repeat(64)}`;
    await provider.request({ method: "hardhat_setStorageAt", params: [pot, next, value] });
  }
}

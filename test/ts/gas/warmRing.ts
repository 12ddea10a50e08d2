// SPDX-License-Identifier: MIT
import type { OracleBench } from "../oracle/OracleBench.ts";

const RING_ROUNDS = 4096n;
const RING_WORDS = 4n;

interface StorageDiff {
  readonly post: Record<string, { readonly storage?: Record<string, string> }>;
}

/**
 * Makes the ring's next `rounds` rounds look as they do after its first lap: every word written before. Finds the ring
 * from what a relay wrote: the highest slot that holds the round in its low 32 bits is the round's header.
 */
export async function warmRing(bench: OracleBench, lastRelay: string, round: bigint, rounds: number): Promise<void> {
  const { provider } = bench.connection;
  const diff = (await provider.request({
    method: "debug_traceTransaction",
    params: [lastRelay, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }],
  })) as StorageDiff;
  const oracle = await bench.oracle.getAddress();
  const written = Object.entries(diff.post[oracle.toLowerCase()]?.storage ?? {});
  const headers = written.filter(([, value]) => (BigInt(value) & 0xffffffffn) === round).map(([slot]) => BigInt(slot));
  if (headers.length === 0) throw new Error("no ring header among the words of the relay");
  const header = headers.reduce((highest, slot) => (slot > highest ? slot : highest));
  const base = header - (round % RING_ROUNDS) * RING_WORDS;
  for (let next = round + 1n; next <= round + BigInt(rounds); next += 1n) {
    for (let word = 0n; word < RING_WORDS; word += 1n) {
      const slot = `0x${(base + (next % RING_ROUNDS) * RING_WORDS + word).toString(16)}`;
      await provider.request({ method: "hardhat_setStorageAt", params: [oracle, slot, `0x${"0".repeat(63)}1`] });
    }
  }
}

// SPDX-License-Identifier: MIT
import { isAddress } from "ethers";
import { z } from "zod";

/** An address; with capitals only where its checksum has them, so that a slip of a finger is seen. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "expected an address")
  .refine(isAddress, "expected an address with the capitals of its checksum");

/** Contracts that re-derive hashes of recent blocks, by whose blocks `block.number` counts. */
const anchorShape = z.discriminatedUnion("adapter", [
  /** The chain's own: mainnet, the OP Stack. */
  z.strictObject({
    adapter: z.literal("BlockHashAnchor"),
    /** History contract of EIP-2935; may hold no code. */
    history: address,
  }),
  /** The parent chain's: the Arbitrum family. */
  z.strictObject({
    adapter: z.literal("ArbitrumAnchor"),
    /** `ArbSys`, which knows the chain's own blocks. */
    system: address,
    /** History contract of EIP-2935 as ArbOS has it; may hold no code. */
    history: address,
  }),
]);

/** What a chain is, and what it calls a block. */
export const chainShape = z.strictObject({
  id: z.int().min(1),
  /** Usual time between two of its blocks, milliseconds. */
  blockMs: z.int().min(50).max(60_000),
  /** A transaction counts when so many blocks hold it, its own included. */
  confirmations: z.int().min(1).max(64),
  anchor: anchorShape,
});

/** One chain. */
export type ChainParameters = Readonly<z.output<typeof chainShape>>;

/** Constructor arguments of its anchor. */
export function anchorArguments({ anchor }: ChainParameters): readonly string[] {
  return anchor.adapter === "ArbitrumAnchor" ? [anchor.system, anchor.history] : [anchor.history];
}

/** Oldest anchor that is ever looked up: 24 s before a round whose report may be credited ten minutes late. */
const OLDEST_ANCHOR_MS = 634_000;

/** How many blocks back that is. */
export function anchorReach({ blockMs }: ChainParameters): number {
  return Math.ceil(OLDEST_ANCHOR_MS / blockMs);
}

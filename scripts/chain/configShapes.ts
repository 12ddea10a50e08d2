// SPDX-License-Identifier: MIT
import { z } from "zod";

/** Shapes that the configurations of all programs are made of. Unknown keys are refused everywhere. */
export const wholeText = z
  .string()
  .regex(/^(0|[1-9]\d{0,29})$/, "expected a whole number as text")
  .transform(BigInt);
export const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));
export const addressText = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "expected an address");
export const milliseconds = z.int().min(0).max(86_400_000);

/** One endpoint, or several of the same chain in order of preference. */
const rpcUrls = z.union([httpUrl.transform((url) => [url]), z.array(httpUrl).min(1).max(9)], {
  error: "expected an http(s) address, or a list of one to nine",
});

/** Where the chain is reached and which oracle is meant. */
export const chainShape = z.strictObject({
  rpcUrl: rpcUrls,
  chainId: wholeText,
  oracle: addressText,
  /** A program whose newest block is older than this is not ready. */
  maximumHeadAgeMs: milliseconds.min(1_000).default(120_000),
});

/** When something is believed: at once, below so many blocks, or at a block the chain's nodes call safe or final. */
export const finalityShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("latest") }),
  z.strictObject({ kind: z.literal("depth"), blocks: z.int().min(1).max(10_000).transform(BigInt) }),
  z.strictObject({ kind: z.literal("tag"), tag: z.enum(["safe", "finalized"]) }),
]);

/** A keystore file; the passphrase comes from a file, else from BALLAST_PASSPHRASE. */
export const keyShape = z.strictObject({ keystore: z.string().min(1), passphraseFile: z.string().min(1).optional() });

/** The machine's clock, or one virtual clock that many processes follow. */
export const clockShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("system") }),
  z.strictObject({ kind: z.literal("virtual"), url: httpUrl, name: z.string().min(1).max(60) }),
]);

/** Where a program listens; the default is a port of the system's choice on loopback. */
export const serverShape = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(0),
});

// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { Registry } from "prom-client";
import { z } from "zod";

import { FileStorage } from "../chain/FileStorage.ts";
import { roundAt } from "../model/rounds.ts";
import type { SignedReport } from "../model/types.ts";
import type { Listener } from "../validator/KeyListener.ts";
import type { PriceSource } from "../validator/PriceSource.ts";
import { ReportArchive } from "../validator/ReportArchive.ts";
import { ReportBook } from "../validator/ReportBook.ts";
import { SigningGuard } from "../validator/SigningGuard.ts";
import { validatorConfigShape } from "../validator/ValidatorConfig.ts";
import { ValidatorNode } from "../validator/ValidatorNode.ts";
import type { ValidatorParts } from "../validator/ValidatorNode.ts";
import { ScaledPrices } from "./ScaledPrices.ts";

/** How a validator misbehaves. */
export const byzantineFaultShape = z.discriminatedUnion("kind", [
  /** Signs its prices times bps / 10,000. */
  z.strictObject({ kind: z.literal("liar"), scaleBps: z.int().min(1).max(100_000_000) }),
  /** Signs an honest vector and a scaled one in every round, and serves both. */
  z.strictObject({ kind: z.literal("doubleSigner"), scaleBps: z.int().min(1).max(100_000_000) }),
]);

/** A validator's configuration with its fault beside it. */
export const byzantineConfigShape = z.strictObject({ validator: validatorConfigShape, fault: byzantineFaultShape });

type Fault = z.output<typeof byzantineFaultShape>;
type SharedParts = Omit<ValidatorParts, "guard" | "listener" | "book" | "archive" | "prices" | "registry">;

/** The nodes of one faulty validator, run as one. */
export interface ByzantineValidator {
  turn(): Promise<bigint>;
  hasDecided(): boolean;
  held(): readonly SignedReport[];
  signed(): readonly SignedReport[];
}

/** It does not care who else uses its key. */
const DEAF: Listener = { stateAt: () => Promise.resolve("free"), watch: () => Promise.resolve() };

/**
 * Builds a faulty validator from the parts of an honest one. The production program has no switch for this: the liar
 * has other eyes, the double signer is two nodes with two memories and one key.
 */
export async function buildByzantineValidator(
  parts: SharedParts,
  honest: PriceSource,
  fault: Fault,
  dataFolder: string,
): Promise<ByzantineValidator> {
  const sources = sourcesOf(honest, fault);
  const round = roundAt(await parts.clock.now());
  const books = sources.map(() => new ReportBook());
  const nodes = await Promise.all(
    sources.map(async (prices, index) => {
      const storage = new FileStorage(join(dataFolder, `personality-${index}`));
      const guard = await SigningGuard.open(storage, round);
      return new ValidatorNode({
        ...parts,
        prices,
        guard,
        book: books[index]!,
        archive: new ReportArchive(storage),
        listener: DEAF,
        registry: new Registry(),
      });
    }),
  );

  const held = (): readonly SignedReport[] => books.flatMap((book) => book.all());
  return {
    turn: async () => {
      const wakeUps = await Promise.all(nodes.map((node) => node.turn()));
      return wakeUps.reduce((earliest, timeMs) => (timeMs < earliest ? timeMs : earliest));
    },
    hasDecided: () => nodes.every((node) => node.hasDecided()),
    held,
    signed: held,
  };
}

/** One source of prices per personality. */
function sourcesOf(honest: PriceSource, { kind, scaleBps }: Fault): PriceSource[] {
  const crooked = new ScaledPrices(honest, BigInt(scaleBps));
  return kind === "liar" ? [crooked] : [honest, crooked];
}

// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { ADD_ON_STEPS_BPS } from "../model/sentinel/decideAddOn.ts";
import { FEATURES } from "../model/sentinel/features.ts";
import type { SentinelWeights } from "../model/sentinel/weights.ts";

/** The reviewed file that comes with the program. */
export const SHIPPED_WEIGHTS = fileURLToPath(new URL("weights.json", import.meta.url));

const column = z.array(z.number()).length(FEATURES.length);
const rising = z
  .array(z.number().min(0))
  .length(ADD_ON_STEPS_BPS.length - 1)
  .refine((values) => values.every((value, index) => index === 0 || value >= values[index - 1]!), "expected to rise");
const contentShape = z.strictObject({
  version: z.literal(1),
  horizonSeconds: z.int().min(15).max(3_600),
  features: z.array(z.string()).refine((names) => names.join() === FEATURES.join(), "not the features of this version"),
  mean: column,
  deviation: z.array(z.number().positive()).length(FEATURES.length),
  model: z.strictObject({ intercept: z.number(), coefficients: column }),
  ewma: z.strictObject({ intercept: z.number(), coefficients: z.array(z.number()).length(1) }),
  thresholds: z.strictObject({ logistic: rising, ewma: rising, participation: rising }),
  /** How it was made: `npm run sentinel:fit` with these gives the same file. */
  study: z.strictObject({
    seed: z.int(),
    episodes: z.int(),
    families: z.strictObject({ train: z.array(z.string()), test: z.array(z.string()), hidden: z.array(z.string()) }),
    /** Risks of the model in one episode that anybody can play again. */
    probe: z.strictObject({
      family: z.string(),
      seed: z.int(),
      risks: z.array(z.strictObject({ round: z.int(), risk: z.number() })).readonly(),
    }),
  }),
});
const fileShape = contentShape.extend({ hash: z.string() });

/** All that a weights file says but its hash. */
export type WeightsContent = z.output<typeof contentShape>;

/** Weights with the name they go by in logs. */
export interface NamedWeights {
  readonly weights: SentinelWeights;
  readonly study: WeightsContent["study"];
  /** SHA-256 of the content, 0x and 64 digits. */
  readonly hash: string;
}

/** Hash of a content: of its JSON in the order of the file, without white space. Pure. */
export function hashOfWeights(content: WeightsContent): string {
  return `0x${createHash("sha256")
    .update(JSON.stringify(contentShape.parse(content)))
    .digest("hex")}`;
}

/** The text of a weights file. Pure. */
export function weightsText(content: WeightsContent): string {
  return `${JSON.stringify({ ...contentShape.parse(content), hash: hashOfWeights(content) }, undefined, 2)}\n`;
}

/** Content of a file for weights that a study found. Pure. */
export function contentOf(weights: SentinelWeights, study: WeightsContent["study"]): WeightsContent {
  return contentShape.parse({ version: 1, features: FEATURES, ...weights, study });
}

/**
 * Reads a weights file and makes sure that it is whole.
 * @throws BallastError `weightsInvalid` when it cannot be read, is no weights file, or its hash is another's.
 */
export async function readWeights(file: string): Promise<NamedWeights> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new BallastError("weightsInvalid", `Cannot read ${file}`, { context: { file }, cause });
  }
  return parseWeights(text, file);
}

/** The same of a text. Pure. @param file For errors. */
export function parseWeights(text: string, file: string): NamedWeights {
  let parsed: z.output<typeof fileShape>;
  try {
    parsed = fileShape.parse(JSON.parse(text));
  } catch (cause) {
    throw new BallastError("weightsInvalid", `${file} holds no weights`, { context: { file }, cause });
  }
  const { hash, ...content } = parsed;
  const expected = hashOfWeights(content);
  if (hash !== expected)
    throw new BallastError("weightsInvalid", `${file} was changed after it was fitted`, {
      context: { file, hash, expected },
    });
  return { weights: content, study: content.study, hash };
}

// SPDX-License-Identifier: MIT
import { z } from "zod";

import { FEED_SLOTS, SEATS } from "../model/constants.ts";
import type { SignedReport } from "../model/types.ts";
import { rememberedShape } from "./rememberedShape.ts";

const unsigned = (bits: bigint) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,19})$/)
    .transform(BigInt)
    .refine((value) => value < 1n << bits, "too large");
const word = z.string().regex(/^0x[0-9a-f]{64}$/);

/** A signed report as it travels between programs: whole numbers as decimal text, words as lower-case hex. */
export const signedReportShape = z.strictObject({
  round: unsigned(40n),
  setId: unsigned(24n),
  anchorHash: word,
  anchorBlock: unsigned(40n),
  seat: z
    .int()
    .min(0)
    .max(SEATS - 1),
  prices: z.array(unsigned(64n)).length(FEED_SLOTS),
  signature: z.strictObject({ r: word, yParityAndS: word }),
});

/** Texts of reports at hand. What a report says never changes, so this is no state. */
const texts = new WeakMap<SignedReport, string>();
/** Shown by many, again and again. */
const knownReportShape = rememberedShape(signedReportShape, 1_024);

/** Most reports in one answer. */
export const MAXIMUM_REPORTS = 2_048;

/** Answer of every `/reports` route. */
export const reportsShape = z.strictObject({ reports: z.array(knownReportShape).max(MAXIMUM_REPORTS) });

/** Text form of a signed report, the inverse of {@link signedReportShape}. */
export function signedReportJson(report: SignedReport): z.input<typeof signedReportShape> {
  const { round, setId, anchorHash, anchorBlock, seat, prices, signature } = report;
  return {
    round: round.toString(),
    setId: setId.toString(),
    anchorHash,
    anchorBlock: anchorBlock.toString(),
    seat,
    prices: prices.map(String),
    signature: { r: signature.r, yParityAndS: signature.yParityAndS },
  };
}

/** The inverse of {@link reportsShape}. */
export function reportsText(reports: readonly SignedReport[]): string {
  return `{"reports":[${reports.map(textOf).join()}]}`;
}

function textOf(report: SignedReport): string {
  const known = texts.get(report) ?? JSON.stringify(signedReportJson(report));
  texts.set(report, known);
  return known;
}

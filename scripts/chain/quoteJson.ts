// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Quote, SignedQuote } from "../model/trading/quotes.ts";

const LONGEST_SIGNATURE_BYTES = 1_024;

const unsigned = (bits: bigint) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,38})$/, "expected a whole number as text")
    .transform(BigInt)
    .refine((value) => value < 1n << bits, "too large");
const signed = (bits: bigint) =>
  z
    .string()
    .regex(/^(0|-?[1-9]\d{0,38})$/, "expected a whole number as text")
    .transform(BigInt)
    .refine((value) => value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n), "too large");
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "expected an address")
  .transform((text) => text.toLowerCase());
const word = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "expected 32 bytes")
  .transform((text) => text.toLowerCase());

const quoteShape = z.strictObject({
  maker: address,
  taker: address,
  marketHash: word,
  expiry: unsigned(32n),
  makerSubId: unsigned(32n),
  legs: z
    .array(z.strictObject({ strike: unsigned(40n), isCall: z.boolean(), ratio: signed(16n) }))
    .min(1)
    .max(8),
  premium: signed(128n),
  size: unsigned(64n),
  minimumFill: unsigned(64n),
  nonce: unsigned(64n),
  deadline: unsigned(40n),
  spotLow: unsigned(64n),
  spotHigh: unsigned(64n),
});

/** A signed quote as it travels between programs: whole numbers as decimal text. */
export const signedQuoteShape = z.strictObject({
  quote: quoteShape,
  signature: z.string().regex(new RegExp(`^0x([0-9a-fA-F]{2}){1,${LONGEST_SIGNATURE_BYTES}}$`), "expected bytes"),
});

/** Most quotes in one answer of a board. */
export const MOST_QUOTES_SHOWN = 500;

/** A quote as a board shows it. */
export const shownQuoteShape = signedQuoteShape.extend({
  digest: word,
  market: unsigned(32n),
  available: unsigned(64n),
});

/** Answer of `GET /quotes`; `next` is there when there are more. */
export const shownQuotesShape = z.strictObject({
  quotes: z.array(shownQuoteShape).max(MOST_QUOTES_SHOWN),
  next: word.optional(),
});

/** A quote on a board. */
export interface ShownQuote extends SignedQuote {
  readonly digest: string;
  /** Index of its market. */
  readonly market: bigint;
  /** What was left of it when it was looked at last, 6 decimals. */
  readonly available: bigint;
}

/** Text form of a quote, the inverse of {@link signedQuoteShape}. */
export function signedQuoteJson({ quote, signature }: SignedQuote): z.input<typeof signedQuoteShape> {
  return { quote: quoteJson(quote), signature };
}

/** Text form of a quote on a board, the inverse of {@link shownQuoteShape}. */
export function shownQuoteJson(shown: ShownQuote): z.input<typeof shownQuoteShape> {
  const { digest, market, available } = shown;
  return { digest, market: market.toString(), available: available.toString(), ...signedQuoteJson(shown) };
}

function quoteJson(quote: Quote): z.input<typeof quoteShape> {
  return {
    maker: quote.maker,
    taker: quote.taker,
    marketHash: quote.marketHash,
    expiry: quote.expiry.toString(),
    makerSubId: quote.makerSubId.toString(),
    legs: quote.legs.map(({ strike, isCall, ratio }) => ({
      strike: strike.toString(),
      isCall,
      ratio: ratio.toString(),
    })),
    premium: quote.premium.toString(),
    size: quote.size.toString(),
    minimumFill: quote.minimumFill.toString(),
    nonce: quote.nonce.toString(),
    deadline: quote.deadline.toString(),
    spotLow: quote.spotLow.toString(),
    spotHigh: quote.spotHigh.toString(),
  };
}

// SPDX-License-Identifier: MIT
import { PRICE_ONE } from "../../../model/constants.ts";
import { maximumLossUp } from "../../../model/clearing/margin.ts";
import { isUp, SIZE_ONE, STRIKE_TO_PRICE, unitsPerWhole } from "../../../model/clearing/payoff.ts";
import type { Leg, Terms } from "../../../model/clearing/types.ts";

/** A book as the kernel is told of it; ledger units. */
export interface SheetBook {
  readonly legs: readonly Leg[];
  readonly cash: bigint;
}

/**
 * Books of one market and expiry as arrays of floating-point numbers, for revaluing all of them at every step. Both kinds of
 * collateral are one formula: with w = s and k = K in quote markets, w = 1/s and k = 1/K in coin markets, a leg of weight m
 * pays m·min((w − k)⁺, c·k) up and m·(k − w)⁺ down, in whole dollars or coins. Rebuilt when legs change.
 */
export interface BookSheet {
  readonly terms: Terms;
  readonly books: number;
  readonly legs: number;
  /** Legs of book b lie from first[b] to first[b + 1]. */
  readonly first: Int32Array;
  /** k of each leg. */
  readonly strike: Float64Array;
  /** m of each leg: shorts above 0, longs below. */
  readonly weight: Float64Array;
  /** 1 where the leg is up. */
  readonly up: Uint8Array;
  /** Options written by each book. */
  readonly shorts: Float64Array;
  /** Maximum loss and cash of each book, whole dollars or coins. */
  readonly maximumLoss: Float64Array;
  readonly cash: Float64Array;
  /** How far a cost in floating point may be from the exact one, see {@link toleranceOf}. */
  readonly tolerance: Float64Array;
}

/** Ledger units, for the exact model's rounding. */
const ROUNDING_UNITS = 2;
/** Of what a book's legs are worth at their strikes: time value is kept to nine decimals. */
const RELATIVE = 1e-8;
/** USD: prices are kept to eight decimals. */
const PRICE_UNITS = 4e-8;
/** Prices of interest lie within a tenth and ten times a strike, and 1/s moves by the square of that. */
const STRETCH = 100;

/**
 * Lays books out for the kernel. The only place where amounts leave whole numbers.
 * @param maximumLossOf Of the book at a place, for whoever knows it already; ledger units.
 */
export function sheetOf(
  books: readonly SheetBook[],
  terms: Terms,
  maximumLossOf = (place: number): bigint => maximumLossUp(books[place]!.legs, terms),
): BookSheet {
  const legs = books.reduce((sum, book) => sum + book.legs.length, 0);
  const numbers = (length: number): Float64Array => new Float64Array(length);
  const sheet: BookSheet = {
    terms,
    books: books.length,
    legs,
    first: new Int32Array(books.length + 1),
    strike: numbers(legs),
    weight: numbers(legs),
    up: new Uint8Array(legs),
    shorts: numbers(books.length),
    maximumLoss: numbers(books.length),
    cash: numbers(books.length),
    tolerance: numbers(books.length),
  };
  let next = 0;
  for (const [index, book] of books.entries()) {
    sheet.first[index] = next;
    for (const leg of book.legs) placeLeg(sheet, next++, leg);
    sheet.shorts[index] = book.legs.reduce((sum, { size }) => (size < 0n ? sum - Number(size) : sum), 0) / ONE_SIZE;
    sheet.maximumLoss[index] = Number(maximumLossOf(index)) / Number(unitsPerWhole(terms));
    sheet.cash[index] = Number(book.cash) / Number(unitsPerWhole(terms));
    sheet.tolerance[index] = toleranceOf(sheet, index, next);
  }
  sheet.first[books.length] = next;
  return sheet;
}

const ONE_SIZE = Number(SIZE_ONE);
const ONE_PRICE = Number(PRICE_ONE);

function placeLeg(sheet: BookSheet, at: number, leg: Leg): void {
  const strike = Number(leg.strike * STRIKE_TO_PRICE) / ONE_PRICE;
  const size = -Number(leg.size) / ONE_SIZE;
  const isQuote = sheet.terms.kind === "quote";
  sheet.strike[at] = isQuote ? strike : 1 / strike;
  sheet.weight[at] = isQuote ? size : size * strike;
  sheet.up[at] = isUp(leg, sheet.terms) ? 1 : 0;
}

/** Rounding of time value, of prices and of the result; the tests of the kernel hold it. */
function toleranceOf(sheet: BookSheet, book: number, end: number): number {
  let tolerance = ROUNDING_UNITS / Number(unitsPerWhole(sheet.terms));
  for (let leg = sheet.first[book]!; leg < end; leg += 1) {
    const size = Math.abs(sheet.weight[leg]!);
    // Of a coin leg the price lies under the strike: k is the strike's inverse, and so is what a unit of price moves.
    const step = sheet.terms.kind === "quote" ? PRICE_UNITS : PRICE_UNITS * sheet.strike[leg]! * sheet.strike[leg]!;
    tolerance += size * (RELATIVE * sheet.strike[leg]! + STRETCH * step);
  }
  return tolerance;
}

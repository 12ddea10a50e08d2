// SPDX-License-Identifier: MIT
import { streamOf } from "../streams.ts";
import { toPrice } from "./PricePath.ts";
import type { PricePath } from "./PricePath.ts";
import { fillSpan } from "./spans.ts";
import type { Span } from "./spans.ts";

/** Filled spans that are kept: eighteen hours of a path, half a megabyte. */
const KEPT_SPANS = 64;

/**
 * A path by the second, drawn span by span when asked: any second costs at most one span, memory does not grow with the
 * path, and no answer depends on what was asked before.
 */
export class SpanPath implements PricePath {
  readonly #seed: number;
  readonly #spans: readonly Span[];
  readonly #last: bigint;
  /** Oldest use first. */
  readonly #filled = new Map<Span, Float64Array>();

  /**
   * @param spans Without holes from second 0 on.
   * @param last Price from the last span's end on.
   */
  constructor(seed: number, spans: readonly Span[], last: bigint) {
    this.#seed = seed;
    this.#spans = spans;
    this.#last = last;
  }

  priceAt(seconds: number): bigint {
    const second = Math.max(Math.floor(seconds), 0);
    const span = this.#spanAt(second);
    return span === undefined ? this.#last : toPrice(this.#fill(span)[second - span.fromSeconds]!);
  }

  #spanAt(second: number): Span | undefined {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#spans[middle]!.toSeconds <= second) low = middle + 1;
      else high = middle;
    }
    return this.#spans[low];
  }

  #fill(span: Span): Float64Array {
    const prices = this.#filled.get(span) ?? fillSpan(span, streamOf(this.#seed, span.stream));
    this.#filled.delete(span);
    this.#filled.set(span, prices);
    if (this.#filled.size > KEPT_SPANS) this.#filled.delete(this.#filled.keys().next().value!);
    return prices;
  }
}

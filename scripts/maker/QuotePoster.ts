// SPDX-License-Identifier: MIT
import { Signature, ZeroAddress } from "ethers";
import type { Counter } from "prom-client";
import { z } from "zod";

import { errorFacts } from "../chain/errorFacts.ts";
import type { Log } from "../chain/Log.ts";
import { quoteDigest } from "../chain/quoteDigest.ts";
import { signedQuoteJson } from "../chain/quoteJson.ts";
import type { Signer } from "../chain/Signer.ts";
import type { Timer } from "../chain/Timer.ts";
import type { Transport } from "../chain/Transport.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { QUOTE_REFUSALS } from "../model/trading/judgeQuote.ts";
import type { Quote, SignedQuote } from "../model/trading/quotes.ts";

/** What a poster works with. */
export interface PosterParts {
  readonly transport: Transport;
  readonly signer: Signer;
  readonly domain: ClearingDomain;
  readonly boards: readonly string[];
  readonly timeoutMs: number;
  readonly log: Log;
  readonly posted: Counter<"board" | "outcome">;
  readonly timer: Timer;
}

/** Quotes offered to one board at once. */
const AT_ONCE = 4;
/** A board of which nothing is heard is left alone for so long: while it is waited for, the others' quotes grow old. */
const AWAY_MS = 10_000;
/** What boards answer; what else one makes up is counted as one, or it would fill the maker's memory. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...QUOTE_REFUSALS,
  "malformed",
  "makerFull",
  "boardFull",
  "tooMany",
  "busy",
  "chainUnavailable",
]);
const answerShape = z.object({ error: z.string().optional() });

/** Signs quotes and offers them to every board. A board that fails costs the others nothing. */
export class QuotePoster {
  readonly #parts: PosterParts;
  /** Until when a board is left alone, by its address. */
  readonly #away = new Map<string, number>();

  constructor(parts: PosterParts) {
    this.#parts = parts;
  }

  /** @returns How many of them a board took, the best of all boards. */
  async post(quotes: readonly Omit<Quote, "maker" | "taker">[]): Promise<number> {
    const signed = await Promise.all(quotes.map((quote) => this.#sign(quote)));
    const taken = await Promise.all(
      this.#parts.boards.map((board, index) => this.#toBoard(board, `${index + 1}`, signed)),
    );
    return Math.max(...taken);
  }

  async #sign(given: Omit<Quote, "maker" | "taker">): Promise<SignedQuote> {
    const { signer, domain } = this.#parts;
    const quote = { ...given, maker: signer.address.toLowerCase(), taker: ZeroAddress };
    const compact = await signer.signDigest(quoteDigest(domain, quote));
    return { quote, signature: Signature.from(compact).serialized };
  }

  async #toBoard(url: string, board: string, signed: readonly SignedQuote[]): Promise<number> {
    const { log, posted, timer } = this.#parts;
    if (timer.elapsedMs() < (this.#away.get(url) ?? 0)) return 0;
    let taken = 0;
    const refusals = new Set<string>();
    for (let start = 0; start < signed.length; start += AT_ONCE) {
      const group = signed.slice(start, start + AT_ONCE);
      const outcomes = await Promise.all(group.map((one) => this.#offer(url, one)));
      for (const outcome of outcomes) {
        posted.inc({ board, outcome });
        if (outcome === "taken") taken += 1;
        else refusals.add(outcome);
      }
      if (!outcomes.every((outcome) => outcome === "unreachable")) continue;
      this.#away.set(url, timer.elapsedMs() + AWAY_MS);
      break;
    }
    if (refusals.size > 0) log.warn({ board, taken, refusals: [...refusals] }, "a board did not take all quotes");
    return taken;
  }

  async #offer(url: string, signed: SignedQuote): Promise<string> {
    const { transport, timeoutMs, log } = this.#parts;
    const body = JSON.stringify(signedQuoteJson(signed));
    try {
      const answer = await transport.request({ url: `${url}/quotes`, method: "POST", body, timeoutMs });
      if (answer.status === 200 || answer.status === 201) return "taken";
      return refusalIn(answer.body);
    } catch (error) {
      log.debug(errorFacts(error), "a board does not answer");
      return "unreachable";
    }
  }
}

function refusalIn(body: string): string {
  try {
    const { error } = answerShape.parse(JSON.parse(body));
    if (error !== undefined && REFUSALS.has(error)) return error;
  } catch {
    // not a board's words, as of something in front of it
  }
  return "unreadable";
}

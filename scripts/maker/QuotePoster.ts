// SPDX-License-Identifier: MIT
import { Signature, ZeroAddress } from "ethers";
import type { Counter } from "prom-client";
import { z } from "zod";

import { errorFacts } from "../chain/errorFacts.ts";
import type { Log } from "../chain/Log.ts";
import { quoteDigest } from "../chain/quoteDigest.ts";
import { signedQuoteJson } from "../chain/quoteJson.ts";
import type { Signer } from "../chain/Signer.ts";
import type { Transport } from "../chain/Transport.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
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
}

/** Quotes offered to one board at once. */
const AT_ONCE = 4;
const answerShape = z.object({ error: z.string().optional() });

/** Signs quotes and offers them to every board. A board that fails costs the others nothing. */
export class QuotePoster {
  readonly #parts: PosterParts;

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
    const { log, posted } = this.#parts;
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
      // A board that is not there is not asked again for each quote.
      if (outcomes.every((outcome) => outcome === "unreachable")) break;
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
      const parsed = answerShape.safeParse(JSON.parse(answer.body));
      return (parsed.success ? parsed.data.error : undefined)?.slice(0, 40) ?? "unreadable";
    } catch (error) {
      log.debug(errorFacts(error), "a board does not answer");
      return "unreachable";
    }
  }
}

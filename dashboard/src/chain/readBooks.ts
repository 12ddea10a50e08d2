// SPDX-License-Identifier: MIT
import { AUCTION_PHASES, bookName } from "../model/book.ts";
import type { BookHealth } from "../model/book.ts";
import { mapRead } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { Page } from "./Page.ts";
import type { Places } from "./Places.ts";

const STATES = ["healthy", "flagged", "settled"] as const;
/** As many as the lens tells at once. */
const AT_ONCE = 16;
const ALL = 10n ** 18n;

/** Books by their ids, as many as there is room for on a page. */
export function readBooks(page: Page, { lens }: Places, ids: readonly bigint[]): () => Read<readonly BookHealth[]>[] {
  const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, part) =>
    ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
  );
  const told = parts.map((part) => {
    const answer = page.ask(lens, "liquidationsOf", [part, ALL]);
    return (): Read<readonly BookHealth[]> =>
      mapRead(answer(), (shown) =>
        shown.flatMap(({ isKnown, auction, phase, ...book }, index) => {
          if (!isKnown) return [];
          const running = {
            phase: AUCTION_PHASES[Number(phase)] ?? "none",
            elapsed: auction.elapsed,
            payment: auction.payment,
            penalty: auction.penalty,
            half: auction.half,
            full: auction.full,
            target: auction.target,
            largestShare: auction.largestShare,
            shortage: auction.shortage,
          };
          return [
            {
              ...bookName(part[index]!),
              state: STATES[Number(book.state)] ?? "healthy",
              isExpired: book.isExpired,
              hasPrice: book.hasPrice,
              cash: book.cash,
              initial: book.initial,
              maintenance: book.maintenance,
              maximumLoss: book.maximumLoss,
              isLiquidatable: auction.isLiquidatable,
              auction: auction.isFlagged ? running : undefined,
            },
          ];
        }),
      );
  });
  return () => told.map((tell) => tell());
}

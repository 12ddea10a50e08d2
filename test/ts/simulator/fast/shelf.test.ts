// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { isFlaggable } from "../../../../scripts/model/clearing/isShort.ts";
import { SOURCE } from "../../../../scripts/model/oracle/types.ts";
import { flag, appraise } from "../../../../scripts/simulator/fast/protocol/liquidateBook.ts";
import { createWorld } from "../../../../scripts/simulator/fast/run/FastWorld.ts";
import type { FastWorld } from "../../../../scripts/simulator/fast/run/FastWorld.ts";
import { openBooks } from "../../../../scripts/simulator/fast/run/openBooks.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";

const ROUND_SECONDS = 15;
const ROUNDS = 60;

/** A market of each kind with two hundred books. */
function worldOf(collateral: string): FastWorld {
  const text = `{ version: 1, name: shelf, about: a test, seed: 3, duration: 24h,
    chain: { kind: l1, blockTime: 12s, start: 2026-01-02T09:00:00Z },
    feeds: [{ id: ETH-USD, path: [[0, 3000]] }],
    markets: [{ feed: ETH-USD, collateral: ${collateral}, expiries: [47h] }],
    actors: { writers: { count: 200, style: mixed, health: [1.0, 1.3] } },
    params: { insurance.quote: 50000000, insurance.coin: 50000000 } }`;
  const world = createWorld(parseScenario(text, "shelf.yaml"));
  openBooks(world);
  return world;
}

describe("A shelf of books", () => {
  for (const collateral of ["USDC", "ETH"]) {
    it(`finds in floating point who the exact model flags, and whose auction is ripe (${collateral})`, () => {
      const { shelves, parameters, scenario } = worldOf(collateral);
      const shelf = shelves[0]!;
      const { feed } = shelf.market;
      assert.lengthOf(shelf.books, 200);
      let [flagged, ripe] = [0, 0];
      for (let step = 1; step <= ROUNDS; step += 1) {
        const round = Math.floor(scenario.chain.startAt / ROUND_SECONDS) + 5 * step;
        const time = round * ROUND_SECONDS + 12;
        const percent = step % 12 < 7 ? 98 : 101; // down in waves, so that some auctions are over before anybody bids
        const price = Math.round((feed.feed.latest.price * percent) / 100);
        const candidate = { price, dispersionPpm: 300, divergent: false, source: SOURCE.quorum };
        const weights = { weightEmaBps: 10_000, impaired: false, upgrade: false, lagging: false };
        feed.relay(candidate, { round, blockTime: time, ...weights });
        const reading = shelf.read(time)!;
        const found = new Set(shelf.findFlaggable(time, () => reading));
        for (const book of shelf.books) {
          const isExact = book.auction === undefined && isFlaggable(book, shelf.market.terms, reading);
          assert.equal(found.has(book), isExact, `step ${step}, book ${book.id}`);
        }
        for (const book of found) if (flag(book, reading).ok) flagged += 1;
        const near = new Set(shelf.findRipe(time, reading.bidTime, parameters.auction));
        for (const book of shelf.books.filter(({ auction }) => auction !== undefined)) {
          const { payment, full, target } = appraise(book, reading, parameters.auction);
          if (payment < full && book.cash < target) continue;
          ripe += 1;
          assert.isTrue(near.has(book), `step ${step}, book ${book.id} is ripe`);
        }
      }
      assert.isAbove(flagged, 20);
      assert.isAbove(ripe, 20);
    });
  }
});

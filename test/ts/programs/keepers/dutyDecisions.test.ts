// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { decideLook, decidePoke, decideRefresh } from "../../../../scripts/keepers/breaker/decideBreaker.ts";
import type {
  FeedStanding,
  StakeStanding,
  WitnessStanding,
} from "../../../../scripts/keepers/breaker/decideBreaker.ts";
import { creditableRounds, decideCredits } from "../../../../scripts/keepers/epochs/decideCredits.ts";
import { decideRoll } from "../../../../scripts/keepers/roller/decideRoll.ts";
import { decideSync } from "../../../../scripts/keepers/roller/decideSync.ts";
import type { AuctionStanding } from "../../../../scripts/keepers/roller/decideSync.ts";
import { decideSettlements } from "../../../../scripts/keepers/settler/decideSettlements.ts";
import type { ExpiryStanding } from "../../../../scripts/keepers/settler/decideSettlements.ts";
import type { SignedReport } from "../../../../scripts/model/types.ts";
import { startWindow, WEEK } from "../../../../scripts/model/vaults/vaultCalendar.ts";

const MINUTE = 60n;
const HOUR = 3_600n;
const NOW = 1_767_690_000n;
const PRICE = 300_000_000_000n;

describe("what keepers decide", () => {
  describe("about a breaker", () => {
    const clear = { cautious: true, reduceOnly: true, halted: true };
    const never = { repeats: 0n, at: 0n };
    const calm: FeedStanding = {
      signal: {
        level: "normal",
        isNew: false,
        observedAt: NOW,
        dispersionPpm: 0n,
        uptime: 10_000n,
        grace: 0n,
        since: { cautious: undefined, recovery: undefined, reduceOnly: undefined, halted: undefined },
      },
      breaker: {
        guardian: { level: "normal", until: 0n },
        stakeLevel: "normal",
        trips: { cautious: never, reduceOnly: never, halted: never },
        clearSeen: clear,
      },
      poked: { uptime: 9_000n, at: NOW - 1_000n },
      mode: "normal",
    };
    const withSince = (since: Partial<FeedStanding["signal"]["since"]>): FeedStanding["signal"] => ({
      ...calm.signal,
      since: { ...calm.signal.since, ...since },
    });

    it("pokes nothing in calm, however long ago the last poke was", () => {
      assert.isUndefined(decidePoke(calm, NOW));
      assert.isUndefined(decidePoke({ ...calm, poked: { uptime: 0n, at: 0n } }, NOW));
    });

    it("pokes a level that is true after it was seen clear, also one that came and went", () => {
      assert.equal(decidePoke({ ...calm, signal: withSince({ cautious: 0n }) }, NOW), "trip");
      assert.equal(decidePoke({ ...calm, signal: withSince({ halted: 999n }) }, NOW), "trip");
      assert.isUndefined(decidePoke({ ...calm, signal: withSince({ halted: 1_000n }) }, NOW), "before the last poke");
    });

    it("pokes a level that is clear again, so that its next trip counts", () => {
      const breaker = { ...calm.breaker, clearSeen: { ...clear, cautious: false } };
      assert.equal(decidePoke({ ...calm, breaker, signal: withSince({ cautious: 15n }) }, NOW), "clear");
      assert.isUndefined(decidePoke({ ...calm, breaker, signal: withSince({ cautious: 0n }) }, NOW), "still true");
    });

    it("pokes when a guardian's halt is over, not while it lasts", () => {
      const guarded = (until: bigint): FeedStanding => ({
        ...calm,
        breaker: { ...calm.breaker, guardian: { level: "halted", until } },
      });
      assert.equal(decidePoke(guarded(NOW), NOW), "resume");
      assert.isUndefined(decidePoke(guarded(NOW + 1n), NOW));
      assert.isUndefined(decidePoke(guarded(calm.poked.at), NOW), "poked since");
    });

    it("pokes for half an hour of bid time only while something is true", () => {
      const long = { ...calm, poked: { uptime: 10_000n - 30n * MINUTE, at: NOW - HOUR } };
      assert.equal(decidePoke({ ...long, mode: "cautious" }, NOW), "bidTime");
      assert.isUndefined(decidePoke(long, NOW));
      const short = { ...calm, poked: { uptime: 10_001n - 30n * MINUTE, at: NOW - HOUR } };
      assert.isUndefined(decidePoke({ ...short, mode: "cautious" }, NOW));
    });

    it("looks at witnesses each quarter of an hour, and when one side has moved by a quarter percent", () => {
      const seen: WitnessStanding = {
        lookedAt: NOW,
        ownThen: PRICE,
        ownNow: PRICE,
        witnessThen: PRICE,
        witnessesNow: [PRICE, PRICE],
      };
      const moved = (PRICE * 10_025n) / 10_000n;
      assert.isFalse(decideLook(seen, NOW + 899n));
      assert.isTrue(decideLook(seen, NOW + 900n));
      assert.isTrue(decideLook({ ...seen, ownNow: moved }, NOW));
      assert.isFalse(decideLook({ ...seen, ownNow: moved - 1n }, NOW));
      assert.isTrue(decideLook({ ...seen, witnessesNow: [moved, moved] }, NOW));
      assert.isFalse(decideLook({ ...seen, witnessesNow: [moved, PRICE] }, NOW), "one of two may not be what counts");
      assert.isFalse(decideLook({ ...seen, witnessesNow: [] }, NOW), "none that could be read");
    });

    it("reads stake when its level rises, a quarter of an hour after it could fall, and while it counts twice a day", () => {
      const stake: StakeStanding = { noted: "normal", lossBps: 0n, steppedAt: NOW, refreshedAt: NOW, isOn: false };
      assert.isFalse(decideRefresh(stake, NOW + 90n * HOUR));
      assert.isTrue(decideRefresh({ ...stake, lossBps: 1_500n }, NOW));
      assert.isTrue(decideRefresh({ ...stake, noted: "cautious", lossBps: 3_300n }, NOW));
      assert.isFalse(decideRefresh({ ...stake, noted: "cautious", lossBps: 3_299n }, NOW));
      assert.isFalse(decideRefresh({ ...stake, noted: "reduceOnly" }, NOW + 899n));
      assert.isTrue(decideRefresh({ ...stake, noted: "reduceOnly" }, NOW + 900n));
      assert.isTrue(decideRefresh({ ...stake, isOn: true }, NOW + 12n * HOUR));
    });
  });

  describe("about reports that came too late", () => {
    const report = (seat: number, round = 100n, setId = 1n): SignedReport => ({
      round,
      setId,
      seat,
      anchorHash: "0x",
      anchorBlock: 1n,
      prices: [],
      signature: { r: "0x", yParityAndS: "0x" },
    });

    it("looks at rounds that are sealed and no older than ten minutes", () => {
      const reports = [report(0, 99n), report(1, 100n), report(2, 100n), report(3, 101n)];
      assert.deepEqual(creditableRounds(reports, 101n, 100n * 15n), [99n, 100n]);
      assert.deepEqual(creditableRounds(reports, 101n, 99n * 15n + 600n), [99n, 100n]);
      assert.deepEqual(creditableRounds(reports, 101n, 99n * 15n + 601n), [100n]);
    });

    it("takes one for each seat that neither signed nor was credited nor is masked", () => {
      const sealed = { round: 100n, setId: 1n, signers: 0b0001n, late: 0b0010n };
      const reports = [report(0), report(1), report(2), report(3), report(3), report(4, 99n), report(5, 100n, 2n)];
      assert.deepEqual(
        decideCredits(sealed, reports, 0b0100n).map(({ seat }) => seat),
        [3],
      );
    });
  });

  describe("about a vault", () => {
    const boundary = 32n * HOUR + 2_900n * WEEK;
    const { opens, closes } = startWindow(boundary);
    const idle = { expiry: 0n, lastBoundary: boundary - WEEK, isWaited: true };

    it("closes from the expiry on, and nothing else while an epoch runs", () => {
      const running = { ...idle, expiry: boundary + WEEK };
      assert.isUndefined(decideRoll(running, boundary + WEEK - 1n));
      assert.equal(decideRoll(running, boundary + WEEK), "close");
    });

    it("starts inside the window, once a boundary", () => {
      assert.isUndefined(decideRoll(idle, opens - 1n), "who waits is priced by the start");
      assert.equal(decideRoll(idle, opens), "start");
      assert.equal(decideRoll(idle, closes), "start");
      assert.notEqual(decideRoll({ ...idle, lastBoundary: boundary }, opens), "start");
    });

    it("prices who waits when no epoch can start any more", () => {
      assert.equal(decideRoll(idle, closes + 1n), "priceWaiting");
      assert.equal(decideRoll({ ...idle, lastBoundary: boundary }, opens), "priceWaiting");
      assert.isUndefined(decideRoll({ ...idle, isWaited: false }, closes + 1n));
    });
  });

  describe("about an auction", () => {
    const fresh: AuctionStanding = {
      expiry: NOW + WEEK,
      elapsed: 0n,
      auctionSeconds: 6n * HOUR,
      wasNormal: true,
      isNormal: true,
      isOver: false,
      startPrice: PRICE,
      price: PRICE,
      passed: HOUR - 1n,
    };

    it("looks once an hour of uptime until the reserve is reached", () => {
      assert.isUndefined(decideSync(fresh, NOW));
      assert.equal(decideSync({ ...fresh, passed: HOUR }, NOW), "clock");
      assert.isUndefined(decideSync({ ...fresh, passed: HOUR, elapsed: 6n * HOUR }, NOW));
    });

    it("starts the clock again when Normal mode is back, and not before", () => {
      assert.equal(decideSync({ ...fresh, wasNormal: false, passed: 0n }, NOW), "resumed");
      assert.isUndefined(decideSync({ ...fresh, wasNormal: false, isNormal: false, passed: HOUR }, NOW));
    });

    it("ends an auction whose price went more than 5 % either way, also at the reserve", () => {
      const limit = PRICE / 20n;
      assert.isUndefined(decideSync({ ...fresh, price: PRICE + limit }, NOW));
      assert.equal(decideSync({ ...fresh, price: PRICE + limit + 1n, elapsed: 6n * HOUR }, NOW), "moved");
      assert.equal(decideSync({ ...fresh, price: PRICE - limit - 1n }, NOW), "moved");
      assert.isUndefined(decideSync({ ...fresh, price: 0n }, NOW), "there is no price");
    });

    it("leaves alone what is over, and the last day, on which nothing is sold", () => {
      const moved = { ...fresh, price: 2n * PRICE };
      assert.isUndefined(decideSync({ ...moved, isOver: true }, NOW));
      assert.isUndefined(decideSync({ ...moved, expiry: NOW + 24n * HOUR }, NOW));
      assert.equal(decideSync({ ...moved, expiry: NOW + 24n * HOUR + 1n }, NOW), "moved");
    });
  });

  describe("about an expiry", () => {
    const limits = { booksAtOnce: 2, witnessAfter: 2n * HOUR };
    const open: ExpiryStanding = { market: 1n, expiry: NOW, feed: 0n, price: 0n, books: new Set([5n, 3n, 4n]) };
    const kinds = (time: bigint, expiries = [open]): string[] =>
      decideSettlements(expiries, time, limits).map(({ kind }) => kind);

    it("asks for a price when the first rung may be open, and for witnesses while they can be proven", () => {
      assert.deepEqual(kinds(NOW + 119n), []);
      assert.deepEqual(kinds(NOW + 120n), ["price"]);
      assert.deepEqual(kinds(NOW + 2n * HOUR), ["price", "witness"]);
      assert.deepEqual(kinds(NOW + 72n * HOUR - 1n), ["price", "witness"]);
      assert.deepEqual(kinds(NOW + 72n * HOUR), ["price"]);
    });

    it("settles books of a priced one in batches, in the order of their ids", () => {
      const tasks = decideSettlements([{ ...open, price: PRICE }], NOW + HOUR, limits);
      assert.deepEqual(
        tasks.map((task) => (task.kind === "books" ? task.ids : [])),
        [[3n, 4n], [5n]],
      );
    });

    it("takes the oldest expiry first", () => {
      const older = { ...open, market: 2n, expiry: NOW - 24n * HOUR, price: PRICE };
      assert.deepEqual(kinds(NOW + HOUR, [open, older]), ["books", "books", "price"]);
    });
  });
});

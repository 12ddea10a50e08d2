// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { CAUSE } from "../../../scripts/model/oracle/signal.ts";
import { auctionCurve } from "../../../dashboard/src/model/auctionCurve.ts";
import { bookName, judgeBook } from "../../../dashboard/src/model/book.ts";
import type { BookHealth, BookVerdict } from "../../../dashboard/src/model/book.ts";
import { connectionOf, readDeployments, readWish, wishText } from "../../../dashboard/src/model/connection.ts";
import { explainMode } from "../../../dashboard/src/model/explainMode.ts";
import type { ModeFacts } from "../../../dashboard/src/model/explainMode.ts";
import type { Feed } from "../../../dashboard/src/model/feed.ts";
import { participationOf } from "../../../dashboard/src/model/participation.ts";
import { quorumProbability, toleranceOf, withinRounds } from "../../../dashboard/src/model/tolerance.ts";
import { shown, shownExact, shownShare, shownSpan } from "../../../dashboard/src/model/units.ts";
import { bookId } from "../../../scripts/model/clearing/ids.ts";
import { expectNear } from "../model/expectNear.ts";

const OWNER = `0x${"ab".repeat(20)}`;
const LENS = `0x${"11".repeat(20)}`;
const HEARTBEAT = 300n;
const NOW = 1_800_000_000n;

const CALM: Feed = {
  index: 0,
  name: "ETH / USD",
  price: 300_000_000_000n,
  low: 299_000_000_000n,
  high: 301_000_000_000n,
  age: 20n,
  source: "quorum",
  dispersionPpm: 100n,
  level: 0n,
  isNew: false,
  isPending: false,
  isDivergent: false,
  quorumStreak: 31n,
  since: { cautious: 32_767n, recovery: 32_767n, reduceOnly: 32_767n, halted: 32_767n },
  mode: 0n,
  phase: 0n,
  capBps: 10_000n,
  dwell: { cautious: 600n, reduceOnly: 900n, halted: 1_800n },
  witness: undefined,
};

const factsOf = (feed: Partial<Feed>, rest: Partial<ModeFacts> = {}): ModeFacts => ({
  feed: { ...CALM, ...feed },
  mode: feed.mode ?? 0n,
  heartbeat: HEARTBEAT,
  now: NOW,
  stakeLossBps: 0n,
  levels: [],
  guardian: [],
  ...rest,
});

const book = (given: Partial<BookHealth>): BookHealth => ({
  ...bookName(bookId(OWNER, 1n, 1_800_000_000n)),
  state: "healthy",
  isExpired: false,
  hasPrice: true,
  cash: 200n,
  initial: 150n,
  maintenance: 100n,
  maximumLoss: 1_000n,
  isLiquidatable: false,
  auction: undefined,
  ...given,
});

describe("What the page makes of what it read", () => {
  describe("why a feed is in its mode", () => {
    it("has no cause in Normal", () => assert.deepEqual(explainMode(factsOf({})).causes, []));

    it("names the age, and dates the mode from the last price", () => {
      const { causes, since } = explainMode(factsOf({ age: 1_500n, mode: 3n }));
      assert.match(causes[0]!, /no price for 25.min/);
      assert.equal(since, NOW - 1_500n);
    });

    it("names the rows of the table that raised the signal, and when", () => {
      const cause = BigInt(CAUSE.average5m | CAUSE.witness);
      const levels = [{ feed: 0, at: NOW - 90n, oldLevel: 0n, newLevel: 3n, cause }];
      const { causes, since } = explainMode(factsOf({ level: 3n, mode: 3n }, { levels }));
      assert.deepEqual(causes, ["far from its 5 min average", "away from its witness"]);
      assert.equal(since, NOW - 90n);
    });

    it("tells how much of a dwell is left", () => {
      const since = { ...CALM.since, reduceOnly: 300n };
      assert.match(explainMode(factsOf({ mode: 3n, since })).causes.join(), /ReduceOnly is over and dwells for 10.min/);
    });

    it("names the guardian while his act lasts", () => {
      const guardian = [{ feeds: 1n, level: 4n, until: NOW + 60n, block: 1n }];
      assert.match(explainMode(factsOf({ mode: 4n }, { guardian })).causes.join(), /guardian asked for Halted/);
      const over = explainMode(factsOf({ mode: 4n }, { guardian: [{ ...guardian[0]!, until: NOW }] }));
      assert.notMatch(over.causes.join(), /guardian asked for/);
    });

    it("says when a market asks for more than its feed", () => {
      assert.match(explainMode(factsOf({ mode: 0n }, { mode: 3n })).causes.join(), /the market asks for it/);
    });
  });

  describe("a book", () => {
    const cases: readonly [Partial<BookHealth>, BookVerdict["kind"], bigint][] = [
      [{ cash: 1_000n }, "safe", 0n],
      [{}, "sound", 0n],
      [{ cash: 120n }, "tight", 30n],
      [{ cash: 90n }, "short", 10n],
      [{ cash: 90n, hasPrice: false }, "sound", 0n],
      [{ cash: 90n, isExpired: true }, "settled", 0n],
      [{ cash: 90n, state: "flagged" }, "auction", 910n],
    ];
    for (const [given, kind, missing] of cases)
      it(`is ${kind} and lacks ${missing} with ${JSON.stringify(given, (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v))}`, () =>
        assert.deepInclude(judgeBook(book(given)), { kind, missing }));

    it("is known by the parts of its id", () => {
      const name = bookName(bookId(OWNER, 2n, 1_800_000_000n, 7n));
      assert.deepInclude(name, { owner: OWNER, market: 2n, expiry: 1_800_000_000n, subId: 7n });
    });
  });

  it("draws an auction's payment up to the cash, and beyond where that is too little", () => {
    const auction = {
      phase: "solvent",
      elapsed: 0n,
      payment: 10n,
      penalty: 5n,
      half: 10n,
      full: 100n,
      target: 0n,
      largestShare: 0n,
      shortage: 0n,
    } as const;
    assert.deepEqual(auctionCurve(auction, 150n), [
      { seconds: 0, payment: 10 },
      { seconds: 1_200, payment: 145 },
    ]);
    assert.deepEqual(auctionCurve(auction, 80n).at(-1), { seconds: 3_600, payment: 105 });
  });

  describe("what a set withstands", () => {
    const seats = [40n, 30n, 20n, 10n].map((weight, seat) => ({ seat, domain: seat % 2, weight, bond: weight * 10n }));

    it("counts the fewest who can stall and who can capture", () => {
      const tolerance = toleranceOf(seats)!;
      assert.deepEqual(tolerance.stall, { members: 1, share: 0.4, bond: 400n });
      assert.deepEqual(tolerance.capture, { members: 2, share: 0.7, bond: 700n });
      expectNear(tolerance.concentration, "concentration", 0.3, 1e-9);
      assert.deepEqual(tolerance.largestDomain, { domain: 0, share: 0.6 });
    });

    it("needs half for a capture, a third for a stall", () => {
      const equal = [1n, 1n, 1n].map((weight, seat) => ({ seat, domain: 0, weight, bond: 1n }));
      assert.equal(toleranceOf(equal)!.stall.members, 1);
      assert.equal(toleranceOf(equal)!.capture.members, 2);
    });

    it("prices a capture by the bonds that buy it most cheaply", () => {
      const odd = [
        { seat: 0, domain: 0, weight: 40n, bond: 4_000n },
        { seat: 1, domain: 0, weight: 35n, bond: 350n },
        { seat: 2, domain: 0, weight: 25n, bond: 250n },
      ];
      assert.equal(toleranceOf(odd)!.cheapestCapture, 600n);
    });

    it("knows nothing of an empty set", () => assert.isUndefined(toleranceOf([])));

    it("adds up the chance of a quorum over all who may be silent", () => {
      const people = [0.9, 0.8, 0.7, 0.6].map((signs) => ({ weight: 25n, signs }));
      let expected = 0;
      for (let set = 0; set < 16; set++) {
        const here = people.map((_, i) => ((set >> i) & 1) === 1);
        if (here.filter(Boolean).length < 3) continue;
        expected += people.reduce((chance, { signs }, i) => chance * (here[i] ? signs : 1 - signs), 1);
      }
      expectNear(quorumProbability(people), "quorum", expected, 1e-12);
    });

    it("has no quorum with three fifths, whoever signs", () => {
      const people = [
        { weight: 60n, signs: 1 },
        { weight: 40n, signs: 0 },
      ];
      assert.equal(quorumProbability(people), 0);
    });

    it("has a quorum in several rounds unless all of them fail", () =>
      expectNear(withinRounds(0.5, 3), "three rounds", 0.875, 1e-12));
  });

  it("counts who signed, of the rounds that were due", () => {
    const round = (at: bigint, signers: bigint, setId = 1n) => ({
      round: at / 15n,
      at,
      setId,
      signers,
      prices: [],
      transaction: "",
    });
    const rounds = [round(NOW, 0b11n), round(NOW - 900n, 0b01n), round(NOW - 1_200n, 0b01n, 9n)];
    const seen = participationOf(rounds, 1n, HEARTBEAT, NOW)!;
    assert.deepInclude(seen, { accepted: 2, due: 3, seconds: 900n });
    expectNear(seen.bySeat.get(0), "seat 0", 2 / 3, 1e-12);
    expectNear(seen.bySeat.get(1), "seat 1", 1 / 3, 1e-12);
    assert.isUndefined(participationOf(rounds, 2n, HEARTBEAT, NOW));
  });

  describe("where to read", () => {
    it("takes two endpoints, the roots and a board from an address, and writes them back", () => {
      const urls = `rpc=${encodeURIComponent("https://a.example/x")}&rpc2=http%3A%2F%2Fb%2F&board=http%3A%2F%2Fc%2Fd%2F`;
      const wish = readWish(`${urls}&lens=${LENS}`);
      const rpc = ["https://a.example/x", "http://b/"];
      assert.deepEqual(wish, { rpc, lens: LENS, vaultLens: undefined, board: "http://c/d" });
      assert.deepEqual(readWish(wishText(wish)), wish);
    });

    it("asks for nothing by what is no web address", () => {
      assert.deepEqual(readWish("rpc=javascript:alert(1)&lens=0x12").rpc, []);
      assert.isUndefined(readWish("lens=0x12").lens);
      assert.isUndefined(readWish("board=ftp://a/").board);
    });

    it("finds the roots of a known chain, and says when it knows none", () => {
      const here = { name: "here", chainId: "5", lens: LENS, board: "http://a/" };
      const known = readDeployments([here, { chainId: "6" }, "nonsense"]);
      assert.lengthOf(known, 1);
      const wish = { rpc: ["http://a/"], lens: undefined, vaultLens: undefined, board: undefined };
      assert.deepInclude(connectionOf(wish, 5n, known), { lens: LENS, board: "http://a" });
      assert.equal(connectionOf({ ...wish, board: "http://b" }, 5n, known).board, "http://b", "what is asked for");
      assert.throws(() => connectionOf(wish, 6n, known), /chain 6/);
    });
  });

  it("writes numbers as people read them", () => {
    assert.equal(shown(-123_456_789n, 4), "−12\u202f345.67");
    assert.equal(shown(5n, 2, 0), "0");
    assert.equal(shownExact(4_000_000_000n, 6), "4\u202f000.00");
    assert.equal(shownExact(41_200_010n, 6), "41.20001");
    assert.equal(shownExact(41_200_000n, 6), "41.20");
    assert.equal(shownSpan(3_700n), "1\u202fh 1\u202fmin");
    assert.equal(shownSpan(0n), "0\u202fs");
    assert.equal(shownShare(0.999_99), "> 99.99\u202f%");
    assert.equal(shownShare(1), "100.00\u202f%");
  });
});

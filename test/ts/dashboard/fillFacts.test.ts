// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { BallastError } from "../../../scripts/model/BallastError.ts";
import { boardWords } from "../../../dashboard/src/model/boardWords.ts";
import { boardWarning, fillFacts, holdsUntil } from "../../../dashboard/src/model/fillFacts.ts";
import type { PlannedFill, QuoteTerms } from "../../../dashboard/src/model/fillFacts.ts";
import { refusalWords } from "../../../dashboard/src/model/refusalWords.ts";

const NOON = 1_800_014_400n;
const QUOTE: QuoteTerms = { maker: `0x${"ab".repeat(20)}`, deadline: NOON, spotLow: 0n, spotHigh: 0n };
const PURCHASE: PlannedFill = {
  size: 2_000_000n,
  premium: 99n,
  fee: 1n,
  fair: { value: 90n, volatilityBps: 8_000n, impliedBps: 8_800n },
  fromFree: 100n,
  fromWallet: 40n,
  margin: 0n,
  longsFromWallet: 0n,
  worst: 100n,
  quotes: [QUOTE],
};

const told = (change: Partial<PlannedFill> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(fillFacts({ ...PURCHASE, ...change }, (units) => `${units} U`));

describe("What filling quotes is told as", () => {
  it("is what it costs in all and each, fee and loss with it", () => {
    const facts = told();
    assert.equal(facts["Premium"], "99 U, 50 U for one", "what one costs is rounded up");
    assert.equal(facts["In all"], "100 U");
    assert.equal(facts["Can be lost at most"], "100 U");
    assert.equal(told({ size: 1_000_000n })["Premium"], "99 U");
  });

  it("stands beside a fair value, on either side of it, where there is one", () => {
    assert.match(told()["Fair value"]!, /^90 U at .* of 80.% a year; the premium is 10\.0.% above and implies 88.%$/);
    assert.match(told({ premium: 81n })["Fair value"]!, /10\.0.% below and/);
    assert.match(told({ fair: undefined })["Fair value"]!, /not known/);
  });

  it("is what a sale brings, rounded down, after its fee, and which options of the wallet it takes", () => {
    const facts = told({ premium: -99n, longsFromWallet: 1_500_000n });
    assert.equal(facts["Premium received"], "99 U, 49 U for one");
    assert.equal(facts["Received in all"], "98 U");
    assert.equal(facts["Options out of the wallet"], "1.50");
    assert.match(facts["Fair value"]!, /the premium is 10\.0.% above/);
    assert.notProperty(facts, "In all");
  });

  it("says that a sale costs something where its fee is more than it brings", () => {
    assert.equal(told({ premium: -1n, fee: 3n })["In all"], "2 U");
  });

  it("says whose money it takes, and from where", () => {
    const source = (fromFree: bigint, fromWallet: bigint): string =>
      told({ fromFree, fromWallet })["Into the book first"]!;
    assert.equal(source(100n, 40n), "100 U: 60 U of the free balance, 40 U out of the wallet");
    assert.equal(source(100n, 0n), "100 U of the free balance");
    assert.equal(source(100n, 100n), "100 U out of the wallet");
    assert.equal(source(0n, 0n), "nothing: its cash does");
  });

  it("holds as long as the quote that is over first, in the range that all of them share", () => {
    const [wide, early] = [
      { ...QUOTE, spotLow: 100_000_000n, spotHigh: 500_000_000n },
      { ...QUOTE, deadline: NOON - 30n, spotLow: 200_000_000n, spotHigh: 900_000_000n },
    ];
    assert.equal(holdsUntil([wide, early]), NOON - 30n);
    assert.equal(
      told({ quotes: [wide, early] })["Holds until"],
      "2027-01-15 11:59:30, while the price is 2.0000 to 5.0000",
    );
    assert.equal(told()["Holds until"], "2027-01-15 12:00:00, at any price");
  });

  it("names each maker once", () => {
    assert.equal(told({ quotes: [QUOTE, QUOTE] })["2 quotes, signed by"], "0xabab…abab");
  });

  it("warns of a board that promised better ones", () => {
    assert.isUndefined(boardWarning(0));
    assert.match(boardWarning(1)!, /^1 better quote of the board does not hold/);
    assert.match(boardWarning(2)!, /^2 better quotes .* are left out/);
  });
});

describe("What is said of a board that is of no use", () => {
  const failed = (code: string, context = {}): string | undefined =>
    boardWords(new BallastError(code, "", { context }));

  it("is why: silent, slow, talking nonsense, or its own reason", () => {
    assert.match(failed("httpUnreachable")!, /does not answer/);
    assert.match(failed("httpTimeout")!, /in time/);
    assert.match(failed("httpMalformed")!, /no list of quotes/);
    assert.match(failed("httpStatus", { status: 503, body: '{"error":"chainUnavailable"}' })!, /cannot tell/);
    assert.match(failed("httpStatus", { status: 404, body: "<html>" })!, /HTTP 404/);
  });

  it("is nothing where the fault is no board’s", () => {
    assert.isUndefined(failed("noPrice"));
    assert.isUndefined(boardWords(new Error("a defect")));
  });
});

describe("A refusal that names a book", () => {
  it("blames the account’s own book only for what is its own", () => {
    const said = "Clearinghouse_Unhealthy(id 1)";
    assert.match(refusalWords("Clearinghouse_Unhealthy", said), /fund it first.*Clearinghouse_Unhealthy/);
    assert.match(refusalWords("Clearinghouse_Unhealthy", said, true), /another account.*Clearinghouse_Unhealthy/);
  });
});

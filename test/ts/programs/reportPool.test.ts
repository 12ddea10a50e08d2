// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { SigningKey } from "ethers";

import { reportDigest } from "../../../scripts/chain/reportDigest.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import type { Seat, SignedReport } from "../../../scripts/model/types.ts";
import { ReportPool } from "../../../scripts/relayer/ReportPool.ts";
import { silentLog } from "./support/silentLog.ts";
import { keyOf } from "./support/World.ts";

const DOMAIN = oracleDomain(31_337n, `0x${"11".repeat(20)}`);
const ROUND = 1_000n;
const ANCHOR = `0x${"aa".repeat(32)}`;

function seatOf(name: string, validatorId: bigint): Seat {
  return { signer: keyOf(name).address, weight: 10n, validatorId };
}

const VIEW = {
  currentRound: ROUND,
  feeds: 2,
  sets: new Map([
    [1n, [seatOf("a", 1n), seatOf("b", 2n), { signer: `0x${"00".repeat(20)}`, weight: 0n, validatorId: 0n }]],
  ]),
};

/** A report signed by a named key; what is changed is what is signed. */
function report(name: string, seat: number, change: Partial<SignedReport> = {}): SignedReport {
  const statement = {
    round: ROUND,
    setId: 1n,
    anchorHash: ANCHOR,
    prices: [5n, 6n, 0n, 0n, 0n, 0n, 0n, 0n],
    ...change,
  };
  const { r, yParityAndS } = new SigningKey(keyOf(name).privateKey).sign(reportDigest(DOMAIN, statement));
  return { ...statement, seat, anchorBlock: 7n, signature: { r, yParityAndS } };
}

function prices(...given: bigint[]): bigint[] {
  return Array.from({ length: 8 }, (_, slot) => given[slot] ?? 0n);
}

function anchored(digit: string): SignedReport {
  return report("a", 0, { anchorHash: `0x${digit.repeat(64)}` });
}

describe("report pool", () => {
  let pool: ReportPool;

  beforeEach(() => {
    pool = new ReportPool(DOMAIN, silentLog);
  });

  it("takes a seat's own report once", () => {
    assert.isUndefined(pool.offer(report("a", 0), VIEW));
    assert.equal(pool.offer(report("a", 0), VIEW), "known");
    assert.deepEqual(pool.rounds(), [ROUND]);
    assert.lengthOf(pool.ofRound(ROUND, 1n), 1);
  });

  it("refuses whatever would make the oracle refuse the whole bundle", () => {
    assert.equal(pool.offer(report("b", 0), VIEW), "notItsSigner", "another validator's seat");
    assert.equal(pool.offer({ ...report("a", 0), prices: prices(9n) }, VIEW), "notItsSigner", "changed after signing");
    assert.equal(pool.offer(report("a", 2), VIEW), "emptySeat");
    assert.equal(pool.offer(report("a", 9), VIEW), "emptySeat", "beyond the set");
    assert.equal(pool.offer(report("a", 0, { setId: 2n }), VIEW), "unknownSet");
    assert.equal(pool.offer(report("a", 0, { prices: prices(5n, 6n, 7n) }), VIEW), "pricesUnlistedFeed");
    assert.equal(pool.offer(report("a", 0, { prices: prices() }), VIEW), "pricesNothing");
    assert.deepEqual(pool.all(), [], "nothing was taken");
  });

  it("keeps to the rounds the oracle can accept", () => {
    assert.equal(pool.offer(report("a", 0, { round: ROUND + 2n }), VIEW), "outsideWindow");
    assert.equal(pool.offer(report("a", 0, { round: ROUND - 40n }), VIEW), "outsideWindow");
    assert.isUndefined(pool.offer(report("a", 0, { round: ROUND - 39n }), VIEW));
    pool.prune(ROUND + 1n);
    assert.deepEqual(pool.rounds(), [], "forgotten");
  });

  it("takes the same vector under a new anchor, but not without end", () => {
    for (const digit of ["1", "2", "3", "4"]) assert.isUndefined(pool.offer(anchored(digit), VIEW), digit);
    assert.equal(pool.offer(anchored("5"), VIEW), "tooManyAnchors");
    assert.deepEqual(pool.equivocations(), [], "a new anchor is no fault");
  });

  it("keeps a second vector as evidence, uses the first, and passes both on", () => {
    const [first, second] = [report("a", 0), report("a", 0, { prices: [9n, 6n, 0n, 0n, 0n, 0n, 0n, 0n] })];
    pool.offer(first, VIEW);
    pool.offer(second, VIEW);
    assert.deepEqual(pool.equivocations(), [{ first, second }]);
    assert.deepEqual(pool.ofRound(ROUND, 1n), [first], "what is relayed");
    assert.deepEqual(pool.all(), [first, second], "what is gossiped");
    assert.equal(pool.offer(second, VIEW), "known");
  });

  it("takes no third vector: two are proof enough", () => {
    for (const price of [5n, 6n]) pool.offer(report("a", 0, { prices: prices(price) }), VIEW);
    assert.equal(pool.offer(report("a", 0, { prices: prices(7n) }), VIEW), "alreadyAccused");
    assert.lengthOf(pool.equivocations(), 1);
  });

  it("refuses a signature whose s the oracle would refuse", () => {
    const good = report("a", 0);
    const high = { ...good, signature: { ...good.signature, yParityAndS: `0x7${"f".repeat(63)}` } };
    assert.equal(pool.offer(high, VIEW), "malleable");
  });

  it("stops listening to a source that offers forgeries", () => {
    const forged = Array.from({ length: 10 }, (_, index) => report("b", 0, { prices: prices(BigInt(index + 1)) }));
    const refused = pool.offerAll([...forged, report("a", 0)], VIEW);
    assert.deepEqual(
      refused.map(({ refusal }) => refusal),
      Array.from({ length: 4 }, () => "notItsSigner"),
    );
    assert.deepEqual(pool.all(), [], "the good one behind them waits for an honest source");
    assert.deepEqual(pool.offerAll([report("a", 0)], VIEW), [], "which delivers it");
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { BlockFacts } from "../../../../scripts/chain/chainFacts.ts";
import { LiquidationReader } from "../../../../scripts/chain/LiquidationReader.ts";
import { findUnhealthy } from "../../../../scripts/keepers/liquidator/findUnhealthy.ts";
import type { UnhealthyBook } from "../../../../scripts/keepers/liquidator/findUnhealthy.ts";
import { potKey } from "../../../../scripts/model/clearing/clearingLedger.ts";
import type { LiquidationReading } from "../../../../scripts/model/clearing/liquidationReading.ts";
import { RandomSession } from "../../clearing/RandomSession.ts";
import { IndexBench } from "../support/IndexBench.ts";
import { Allowed, LiquidatorBench } from "../support/LiquidatorBench.ts";

const ACTIONS = 80;
/** Prices around which the session's strikes lie, some of them hours of a crash away. */
const PRICES = [1_500, 2_300, 2_700, 3_300, 3_900, 5_500];

describe("books that can be flagged", function () {
  this.timeout(60_000);
  let bench: LiquidatorBench;
  let index: IndexBench;

  before(async () => {
    bench = await LiquidatorBench.start();
    const session = await RandomSession.create(8, bench.clearing);
    await session.trade(ACTIONS);
    for (const strike of [2_900, 3_000, 3_400])
      for (const isCall of [true, false])
        for (const dollars of [13_000, 17_000]) await bench.open(dollars, [{ strike, isCall }]);
    index = await IndexBench.start(bench.clearing, bench.stage.open());
  });
  after(async () => {
    index.close();
    await bench.close();
  });

  /** What is found at the head. @param ahead Seconds after it. */
  async function find(ahead = 0n): Promise<{ head: BlockFacts; found: readonly UnhealthyBook[] }> {
    await index.index.advance();
    const { agreed } = index.access;
    const head = await agreed.head();
    const { ledger, unsettled } = index.index;
    const reader = new LiquidationReader(agreed, index.settings.house);
    const readings = new Map<string, LiquidationReading>();
    for (const { market, expiry } of unsettled.expiries()) {
      const reading = await reader.read(market, expiry, head);
      if (reading !== undefined) readings.set(potKey(market, expiry), reading);
    }
    return { head, found: findUnhealthy(ledger, unsettled.expiries(), readings, ahead) };
  }

  /** Books that are found, and healthy books of which the contract says that they can be flagged. */
  async function compare(): Promise<{ found: bigint[]; expected: bigint[] }> {
    const { head, found } = await find();
    const expected: bigint[] = [];
    for (const [id, { status }] of index.index.ledger.books) {
      const isLiquidatable = await bench.house.isLiquidatable(id, { blockTag: Number(head.number) });
      if (status === "healthy" && isLiquidatable) expected.push(id);
    }
    return { found: found.map(({ id }) => id), expected };
  }

  it("are those of which the contract says so, at any price and in any mode", async () => {
    let all = 0;
    for (const price of PRICES) {
      for (const allowed of [Allowed.full, Allowed.slices, Allowed.belowHalf]) {
        await bench.tell(price, { allowed });
        const { found, expected } = await compare();
        assert.sameMembers(found, expected, `${price} ${allowed}`);
        all += found.length;
      }
    }
    assert.isAbove(all, 20, "books were short");
  });

  it("are none where the round before tells otherwise, nor in grace, nor without a price", async () => {
    await bench.tell(5_500, { earlier: 3_000 });
    const { found, expected } = await compare();
    assert.sameMembers(found, expected, "the evidence of two rounds");
    await bench.tell(5_500, { allowed: Allowed.none });
    assert.deepEqual(await compare(), { found: [], expected: [] }, "grace");
    await bench.clearing.risk.fail(1n);
    assert.deepEqual(await compare(), { found: [], expected: [] }, "no price");
    await bench.clearing.risk.fail(2n);
    assert.deepEqual(await compare(), { found: [], expected: [] }, "a risk contract that fails");
    await bench.clearing.risk.fail(0n);
  });

  it("are fewer for a block that comes later: a price without a successor is less sure by then", async () => {
    await bench.tell(4_000);
    const ids = async (ahead: bigint): Promise<bigint[]> => (await find(ahead)).found.map(({ id }) => id);
    const [now, inAMinute, inAnHour] = [await ids(0n), await ids(60n), await ids(3_600n)];
    assert.isAbove(now.length, inAMinute.length);
    assert.includeMembers(now, inAMinute);
    assert.isAbove(inAMinute.length, inAnHour.length);
    assert.includeMembers(inAMinute, inAnHour);
    assert.isAbove(inAnHour.length, 0, "and those who are deep in it are there still");
  });

  it("come with the one first that holds least of its margin", async () => {
    await bench.tell(4_200);
    const covers = (await find()).found.map(({ coverPpm }) => coverPpm);
    assert.isAbove(covers.length, 1);
    assert.deepEqual(
      covers,
      [...covers].sort((a, b) => Number(a - b)),
    );
  });
});

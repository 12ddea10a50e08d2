// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { BookRecord } from "../../../../scripts/model/clearing/clearingLedger.ts";
import type { FlaggingTerms } from "../../../../scripts/simulator/record/FlaggableReader.ts";
import { HealthWatch } from "../../../../scripts/simulator/record/HealthWatch.ts";
import type { FeedSight } from "../../../../scripts/simulator/record/sights.ts";
import { expectNear } from "../../model/expectNear.ts";
import {
  calmFeed,
  calmLedger,
  calmSight,
  eventOf,
  MAXIMUM_LOSS,
  WRITER,
  WRITER_BOOK,
} from "../invariants/calmSight.ts";

const HEARTBEAT = 300;
const DOLLAR = 10n ** 8n;
/** Maintenance of one call of strike 3,000 at 3,000 two days and a bit before its expiry, about: a shock of 15 %. */
const ENOUGH = 600_000_000n;
const TOO_LITTLE = 300_000_000n;
/** Its time value alone is 95 dollars. */
const LESS_THAN_OWED = 50_000_000n;
const SET = { maintenanceShockBps: 1_500, maintenanceFloorBps: 900 };

/** A watch over one market whose true price is a function of time, USD. */
function watchOf(
  truth: (seconds: number) => bigint,
  reading?: FlaggingTerms,
  { gwei = 20, isForSale = true } = {},
): { watch: HealthWatch; reads: () => number } {
  let reads = 0;
  const read = (): Promise<FlaggingTerms | undefined> => {
    reads += 1;
    return Promise.resolve(reading);
  };
  const world = {
    truth: {
      priceAt: (_: string, seconds: number) => truth(seconds) * DOLLAR,
      nativePriceAt: () => 3_000n * DOLLAR,
    },
    scenario: { chain: { blockSeconds: 12 } },
    manners: { gasGwei: () => gwei },
    room: { parameters: { clearing: { markets: [{ parameterSet: 0 }], parameterSets: [SET] } } },
  };
  return {
    watch: new HealthWatch(world as never, HEARTBEAT, { read, isForSale: () => Promise.resolve(isForSale) }),
    reads: () => reads,
  };
}

const lookAt = (book: Partial<BookRecord>, feed: Partial<FeedSight> = {}, isFlag = false) => ({
  view: calmSight(0, {
    ledger: calmLedger(book),
    events: isFlag ? [eventOf("house", "BookFlagged", { flagger: WRITER, id: WRITER_BOOK })] : [],
  }),
  before: new Map([[WRITER_BOOK, calmLedger(book).books.get(WRITER_BOOK)]]),
  feeds: [calmFeed(feed)],
  isReplaced: false,
});

describe("books against the true price", () => {
  it("says nothing of a book that has maintenance, and asks the chain nothing", async () => {
    const { watch, reads } = watchOf(() => 3_000n);
    expect(await watch.see(lookAt({ cash: ENOUGH }))).to.deep.equal({ unhealthy: [], flags: [] });
    expect(reads()).to.equal(0);
    expect(watch.healths.worst.get(WRITER_BOOK)).to.be.above(1);
  });

  it("finds a book that is short at the true price, whatever the oracle says", async () => {
    const { watch } = watchOf(() => 3_000n);
    const { unhealthy } = await watch.see(lookAt({ cash: TOO_LITTLE }));
    expect(unhealthy[0]).to.include({ id: WRITER_BOOK, isShort: true, isFlaggable: false });
    expect(watch.healths.worst.get(WRITER_BOOK)).to.be.below(1);
  });

  it("finds what the Clearinghouse would flag, although it is not short in truth", async () => {
    const high = { price: 3_500n * DOLLAR, low: 3_500n * DOLLAR, high: 3_500n * DOLLAR };
    const { watch, reads } = watchOf(() => 3_000n, { allowed: "full", latest: high, earlier: high });
    const { unhealthy } = await watch.see(lookAt({ cash: ENOUGH }, { ...high, truth: 3_000n * DOLLAR }));
    expect(unhealthy[0]).to.include({ isShort: false, isFlaggable: true });
    expect(reads()).to.equal(1);
  });

  it("says of a book that is short whether a bid on it can pay for its gas", async () => {
    const paysAt = async (gwei: number): Promise<boolean | undefined> => {
      const { unhealthy } = await watchOf(() => 3_000n, undefined, { gwei }).watch.see(lookAt({ cash: TOO_LITTLE }));
      return unhealthy[0]?.paysForGas;
    };
    expect(await paysAt(20)).to.equal(true);
    expect(await paysAt(2_000)).to.equal(false);
  });

  it("says whether a book owes more than it has", async () => {
    const isInsolvent = async (cash: bigint): Promise<boolean | undefined> =>
      (await watchOf(() => 3_000n).watch.see(lookAt({ cash }))).unhealthy[0]?.isInsolvent;
    expect(await isInsolvent(TOO_LITTLE)).to.equal(false);
    expect(await isInsolvent(LESS_THAN_OWED)).to.equal(true);
  });

  it("holds nobody to bid for a flagged book that has its target again", async () => {
    const isHeld = async (isForSale: boolean): Promise<boolean | undefined> => {
      const { watch } = watchOf(() => 3_000n, undefined, { isForSale });
      return (await watch.see(lookAt({ cash: ENOUGH, status: "flagged" }))).unhealthy[0]?.isHeld;
    };
    expect(await isHeld(true)).to.equal(false);
    expect(await isHeld(false)).to.equal(true);
  });

  it("calls a flag wrongful where the book had enough at every true price since, and only there", async () => {
    const calm = watchOf(() => 3_000n);
    const [wrong] = (await calm.watch.see(lookAt({ cash: ENOUGH }, {}, true))).flags;
    expect(wrong).to.include({ isWrongful: true, isFunded: false });
    const [right] = (await calm.watch.see(lookAt({ cash: TOO_LITTLE }, {}, true))).flags;
    expect(right).to.include({ isWrongful: false });
    // Five minutes ago the price was high: whoever flagged had seen it.
    const spike = watchOf((seconds) => (seconds < -100 ? 3_500n : 3_000n));
    const [late] = (await spike.watch.see(lookAt({ cash: ENOUGH }, {}, true))).flags;
    expect(late).to.include({ isWrongful: false });
  });

  it("knows a book that holds its maximum loss", async () => {
    const { watch } = watchOf(() => 9_000n);
    const look = lookAt({ cash: MAXIMUM_LOSS }, { truth: 9_000n * DOLLAR }, true);
    const { flags, unhealthy } = await watch.see(look);
    expect(flags[0]).to.include({ isFunded: true, isWrongful: true });
    expect(unhealthy).to.deep.equal([]);
  });

  it("keeps a book's health when it got its shorts, at its worst, and now", async () => {
    const { watch } = watchOf(() => 3_000n);
    for (const cash of [ENOUGH, TOO_LITTLE, 2n * ENOUGH]) await watch.see(lookAt({ cash }));
    const [before, worst, after] = (["before", "worst", "after"] as const).map((moment) =>
      watch.healths[moment].get(WRITER_BOOK)!,
    );
    expectNear(worst! / before!, "worst", 0.5, 1e-9);
    expectNear(after! / before!, "after", 2, 1e-9);
  });

  it("keeps no health now of a book that was emptied, and that of one whose options ended", async () => {
    const emptied = watchOf(() => 3_000n).watch;
    const settled = watchOf(() => 3_000n).watch;
    for (const watch of [emptied, settled]) await watch.see(lookAt({ cash: ENOUGH }));
    await emptied.see(lookAt({ cash: ENOUGH, legs: [] }));
    await settled.see(lookAt({ cash: ENOUGH, legs: [], status: "settled" }));
    expect(emptied.healths.before.has(WRITER_BOOK)).to.equal(true);
    expect(emptied.healths.after.has(WRITER_BOOK)).to.equal(false);
    expect(settled.healths.after.has(WRITER_BOOK)).to.equal(true);
  });

  it("looks again when the price has moved by what the book can bear", async () => {
    const { watch } = watchOf(() => 3_000n);
    await watch.see({ ...lookAt({ cash: ENOUGH }), before: new Map() });
    const moved = { ...lookAt({ cash: ENOUGH }, { truth: 3_300n * DOLLAR }), before: new Map() };
    const { unhealthy } = await watch.see(moved);
    expect(unhealthy[0]).to.include({ isShort: true });
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { IntentBook } from "../../../../scripts/chain/IntentBook.ts";
import type { Leg } from "../../clearing/ClearingBench.ts";
import { Allowed, LiquidatorBench } from "../support/LiquidatorBench.ts";

/** A book of ten calls at 3,000 holds 12,000 dollars: short at 3,600, worth 10,000 or so. */
const CASH = 12_000;
const FALLEN = 3_600;
const HALF_HOUR = 1_800n;
/** Fees of whoever wants to be first in a block. */
const AHEAD = { maxPriorityFeePerGas: 90n * 10n ** 9n, maxFeePerGas: 95n * 10n ** 9n };

describe("liquidator", function () {
  this.timeout(60_000);
  let bench: LiquidatorBench;

  before(async () => {
    bench = await LiquidatorBench.start();
    await bench.keep();
  });
  after(() => bench.close());
  afterEach(() => bench.reset());

  /** A flagged book whose price has risen for so long. */
  async function flagged(passed: bigint, price = FALLEN, sold?: readonly Partial<Leg>[]): Promise<bigint> {
    const id = await bench.open(CASH, sold);
    await bench.tell(price);
    await bench.house.flag(id);
    await bench.tell(price, { passed });
    return id;
  }

  it("flags a book in the block after the second round that says it is short", async () => {
    const id = await bench.open(CASH);
    const keeper = await bench.keeper("flagger", 0);
    await bench.hold();
    await bench.tell(FALLEN, { earlier: 3_000 });
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.equal(await keeper.sent(), 0, "one round alone is no evidence");

    await bench.tell(FALLEN);
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.stateOf(id), 1n, "flagged in the next block");
    assert.equal((await bench.house.auction(id)).flagger, keeper.address);
  });

  it("flags many books by one transaction in the next block, also those that a rival flags in the same one", async () => {
    const ids: bigint[] = [];
    for (let count = 0; count < 12; count++) ids.push(await bench.open(CASH));
    await bench.tell(FALLEN);
    const keeper = await bench.keeper("flagger of many", 0);
    const rival = await bench.clearing.signer(5);
    await bench.hold();
    await bench.house.connect(rival).flag(ids[7]!, { gasLimit: 1_000_000n, ...AHEAD });
    await keeper.turn();
    await bench.block();
    assert.deepEqual(await Promise.all(ids.map((id) => bench.stateOf(id))), Array<bigint>(12).fill(1n));
    assert.equal((await bench.house.auction(ids[7]!)).flagger, rival.address);
    assert.deepEqual(await bench.receiptsOf(keeper.address), [1]);
  });

  it("flags the others in the block after an owner made one healthy that was to be flagged with them", async () => {
    const ids = [await bench.open(CASH), await bench.open(CASH), await bench.open(CASH)];
    await bench.tell(FALLEN);
    const keeper = await bench.keeper("disturbed", 0);
    const owner = await bench.clearing.signer(1);
    await bench.hold();
    await bench.house.connect(owner).fund(ids[1]!, 50_000_000_000n, { gasLimit: 1_000_000n, ...AHEAD });
    await keeper.turn();
    await bench.block();
    assert.deepEqual(await Promise.all(ids.map((id) => bench.stateOf(id))), [0n, 0n, 0n], "all or none");
    await keeper.turn(); // sees that they failed
    await keeper.turn();
    await bench.block();
    assert.deepEqual(await Promise.all(ids.map((id) => bench.stateOf(id))), [1n, 0n, 1n]);
  });

  it("takes a book in the block after its price is worth it, into a book of its own, and none before", async () => {
    const id = await flagged(60n);
    const keeper = await bench.keeper("bidder", 100_000);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await keeper.sent(), 0, "a minute's payment is below what the legs are worth");

    await bench.tell(FALLEN, { passed: HALF_HOUR });
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.equal(await keeper.sent(), 1, "funding and bid are one transaction");
    assert.isBelow(await bench.left(id), 10, "taken in the next block");
    assert.equal(await bench.stateOf(id), 0n, "what is left is healthy again");
    await keeper.turn();
    await bench.block();
    assert.equal(await keeper.sent(), 1, "and that was all");
  });

  it("takes as much as its capital carries, and comes back for more", async () => {
    const id = await flagged(HALF_HOUR, 3_900);
    const keeper = await bench.keeper("poor bidder", 3_000);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    const left = await bench.left(id);
    assert.isBelow(left, 10);
    assert.isAbove(left, 1, "not all of it");
    assert.equal(await bench.stateOf(id), 1n, "the rest is still for sale");
  });

  it("takes a slice a minute where the mode allows no more", async () => {
    const id = await flagged(HALF_HOUR);
    await bench.tell(FALLEN, { allowed: Allowed.slices });
    const keeper = await bench.keeper("slicer", 100_000);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.left(id), 7.5, "a quarter");
  });

  for (const legs of [1, 8])
    it(`weighs a bid on a book of ${legs} legs with the gas it uses, not with what nodes estimate`, async () => {
      const sold = Array.from({ length: legs }, (_, index) => ({ strike: 3_000 + 50 * index, size: 10 / legs }));
      const id = await flagged(HALF_HOUR, 3_800, sold);
      const keeper = await bench.keeper(`counting ${legs}`, 100_000);
      await bench.hold();
      await keeper.turn();
      const bid = new IntentBook(keeper.access.database).open()[0]!;
      await bench.block();
      assert.equal(await bench.stateOf(id), 0n);
      const used = (await bench.gasOf(keeper.address))[0]!;
      assert.isTrue(used <= bid.expectedGas! && used * 5n >= bid.expectedGas! * 4n, `${used} of ${bid.expectedGas}`);
      assert.isTrue(bid.gasLimit * 2n > bid.expectedGas! * 3n, "though its limit is far above");
    });

  it("bids for no more books than it has capital for", async () => {
    const ids = [await bench.open(CASH), await bench.open(CASH)];
    await bench.tell(3_900);
    for (const id of ids) await bench.house.flag(id);
    await bench.tell(3_900, { passed: HALF_HOUR });
    const keeper = await bench.keeper("one book's bidder", 12_000);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    const left = await Promise.all(ids.map((id) => bench.left(id)));
    assert.isBelow(left[0]! + left[1]!, 20);
    assert.isAbove(left[0]! + left[1]!, 0);
    assert.notInclude(await bench.receiptsOf(keeper.address), 0, "none reverted for want of cash");
  });

  it("never bids at a loss, nor for less than gas costs", async () => {
    const id = await flagged(HALF_HOUR, 5_000); // cash is below what the legs are worth, and insurance has not begun
    const keeper = await bench.keeper("careful", 1_000_000);
    await bench.hold();
    await bench.tell(5_000);
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.left(id), 10);
    assert.equal(await keeper.sent(), 0);
  });

  it("takes a book that cannot pay once insurance makes up what it lacks", async () => {
    const id = await flagged(HALF_HOUR, 4_300);
    const keeper = await bench.keeper("insured", 1_000_000);
    await bench.hold();
    await bench.tell(4_300, { passed: 3_600n });
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.left(id), 0, "all of it: a book that cannot pay is not restored");
  });

  it("does not flag where tip, penalty and its share of the auction are below gas, unless it is a must", async () => {
    const id = await bench.open(CASH);
    await bench.tell(FALLEN);
    const dear = { nativePrice: "100000000000000", auctionShareBps: 0 }; // a million dollars an ether
    const keeper = await bench.keeper("thrifty", 0, dear);
    const dutiful = await bench.keeper("dutiful", 0, { ...dear, flag: { mustDo: true } });
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.stateOf(id), 0n);
    await dutiful.turn();
    await bench.block();
    assert.equal(await bench.stateOf(id), 1n);
  });

  it("weighs gas with what the feed of ether says, where it is told which, and not with its configuration", async () => {
    const id = await bench.open(CASH);
    await bench.tell(FALLEN);
    const market = await bench.house.marketParams(bench.clearing.quoteMarket);
    const dear = { nativePrice: "100000000000000", nativeFeed: Number(market.feed), auctionShareBps: 0 };
    const keeper = await bench.keeper("informed", 0, dear);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.stateOf(id), 1n);
  });

  it("flags where the auction it may win pays for the gas, though the flagger's part does not", async () => {
    const id = await bench.open(CASH);
    await bench.tell(FALLEN);
    const keeper = await bench.keeper("hopeful", 0, { nativePrice: "100000000000000" });
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.stateOf(id), 1n);
  });

  it("takes a book and closes it against a quote in the next block, without capital in the Clearinghouse", async () => {
    const id = await flagged(HALF_HOUR);
    const keeper = await bench.flashKeeper("flash", 800);
    await bench.hold();
    const before = await bench.clearing.dollar.balanceOf(keeper.address);
    await keeper.turn();
    const [taking] = new IntentBook(keeper.access.database).open();
    assert.isUndefined(taking!.expectedGas, "its fills are no bid's: the limit counts");
    await bench.block();
    assert.equal(await bench.left(id), 0);
    const gained = (await bench.clearing.dollar.balanceOf(keeper.address)) - before;
    assert.isAbove(Number(gained), 2_000_000_000, "the payment less the maker's premium, in his own wallet");
  });

  it("leaves a book alone that quotes close at a loss only", async () => {
    const id = await flagged(60n);
    const keeper = await bench.flashKeeper("flash at a loss", 1_300);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.left(id), 10);
    assert.deepEqual(await bench.receiptsOf(keeper.address), [1], "nothing but its approval");
  });

  it("ends what has ended, and calls the backstop in, where that is a must", async () => {
    const other = await bench.open(CASH);
    const id = await flagged(60n);
    const keeper = await bench.keeper("tidy", 0, { unflag: { mustDo: true }, absorb: { mustDo: true } });
    const backstop = await bench.clearing.account(4);
    await bench.house.connect(backstop).lockTranche(bench.clearing.quoteMarket, 500_000_000_000n);
    await bench.tell(3_000);
    await bench.hold();
    await keeper.turn();
    await bench.block();
    assert.equal(await bench.stateOf(id), 0n, "unflagged");

    await bench.tell(FALLEN);
    await bench.block();
    await keeper.turn();
    await bench.block();
    await bench.tell(FALLEN, { passed: 7_300n });
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.deepEqual([await bench.left(id), await bench.left(other)], [0, 0], "absorbed");
  });

  it("takes a bid back when somebody else was faster, and flags again what was flagged before", async () => {
    const id = await bench.open(CASH);
    const keeper = await bench.keeper("slow", 0);
    const rival = await bench.clearing.signer(5);
    await bench.tell(FALLEN);
    await bench.hold();
    await bench.house.connect(rival).flag(id, { gasLimit: 1_000_000n, ...AHEAD });
    await keeper.turn(); // both are in the pool now
    await bench.block();
    assert.equal((await bench.house.auction(id)).flagger, rival.address);
    assert.equal(await keeper.sent(), 1, "one bounded transaction was in vain");
    await keeper.turn();
    await bench.block();
    assert.equal(await keeper.sent(), 1, "and no other");

    await bench.tell(3_000);
    await bench.house.connect(rival).unflag(id, { gasLimit: 1_000_000n });
    await bench.block();
    await keeper.turn();
    await bench.tell(FALLEN);
    await bench.block();
    await keeper.turn();
    await bench.block();
    assert.equal((await bench.house.auction(id)).flagger, keeper.address, "flagged a second time");
  });

  it("is done once by two replicas, and by the other when the one whose turn it is has died", async () => {
    const ids = [await bench.open(CASH), await bench.open(CASH)];
    const replica = (index: number) => ({ replica: { index, replicas: 2, backupMs: 5_000 } });
    const keepers = [await bench.keeper("even", 0, {}, replica(0)), await bench.keeper("odd", 0, {}, replica(1))];
    await bench.tell(FALLEN);
    await bench.hold();
    for (const keeper of keepers) await keeper.turn();
    await bench.block();
    for (const id of ids) assert.equal(await bench.stateOf(id), 1n);
    const sent = [await keepers[0]!.sent(), await keepers[1]!.sent()];
    assert.equal(sent[0]! + sent[1]!, 2, "each once");

    await bench.stage.chain.provider.send("evm_setAutomine", [true]);
    const third = await bench.open(CASH - 1);
    await bench.tell(FALLEN);
    await bench.hold();
    const [survivor, dead] = third % 2n === 0n ? [1, 0] : [0, 1];
    keepers[dead]!.close();
    await keepers[survivor]!.turn();
    await bench.block();
    assert.equal(await bench.stateOf(third), 0n, "not his yet");
    for (let second = 0; second < 5; second++) await bench.block();
    await keepers[survivor]!.turn();
    await bench.block();
    assert.equal(await bench.stateOf(third), 1n);
  });
});

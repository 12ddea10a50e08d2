// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { SETTLEMENT_PRICE } from "../../../clearing/settlementTools.ts";
import type { BenchKeeper } from "../../support/benchKeeper.ts";
import { FIRST_PRICE, GAS } from "../../support/KeeperBench.ts";
import type { KeeperBench } from "../../support/KeeperBench.ts";
import { listPyth } from "../../support/listPyth.ts";

const MARKET = 1n;
const DAY = 86_400n;
const HOUR = 3_600n;
const MINUTE = 60n;
/** revert(0, 0) */
const REVERTING = "0x5f5ffd";
const WRITERS = ["wanda", "wilma", "wendy"] as const;

/** The duty that prices expiries and settles books. */
export function settlerSuite(benchOf: () => KeeperBench): void {
  describe("settler", () => {
    let bench: KeeperBench;
    let keeper: BenchKeeper;
    let expiry: bigint;
    let books: bigint[];

    const price = async (): Promise<bigint> => (await bench.room.house.expiryState(MARKET, expiry)).price;
    const rung = async (): Promise<bigint> => (await bench.room.house.expiryState(MARKET, expiry)).rung;
    const settled = async (): Promise<number> => {
      const { house } = bench.room;
      const found = await house.queryFilter(house.filters.BookSettled());
      return found.filter(({ args }) => args.caller === keeper.address).length;
    };

    beforeEach(async () => {
      bench = benchOf();
      await bench.reset();
      expiry = ((bench.now - 8n * HOUR) / DAY + 1n) * DAY + 8n * HOUR;
      const leg = { market: MARKET, expiry, strike: 30_000_000n, isCall: false, size: 1_000_000n };
      books = [];
      for (const name of WRITERS) books.push(await bench.write(name, { ...leg, funds: 3_100_000_000n, to: "holder" }));
      keeper = await bench.keeper({ settler: { booksAtOnce: 2, moveFees: false } });
    });

    /** The keeper priced the expiry on a rung, and has its tip in its free balance. */
    const isPriced = async (onRung: bigint, at: bigint): Promise<void> => {
      const { house, collaterals } = bench.room;
      assert.equal(await rung(), onRung);
      assert.equal(await price(), at);
      const [priced] = await house.queryFilter(house.filters.ExpirySettled());
      assert.equal(priced!.args.caller, keeper.address);
      assert.isAbove(Number(priced!.args.tip), 0);
      assert.equal(await house.freeBalance(keeper.address, collaterals[0]!), priced!.args.tip);
    };

    /** Somebody posts a price that every seat signed. */
    const postSigned = async (signed: bigint): Promise<void> => {
      const { house } = bench.room;
      const { seats, setId } = bench.set;
      const domain = {
        name: "Ballast Clearinghouse",
        version: "1",
        chainId: bench.chain.chainId,
        verifyingContract: house.target as string,
      };
      const said = { feed: 0, expiry, price: signed, setId };
      const signatures = await Promise.all(
        seats.map((name) => bench.keys.of(name).signTypedData(domain, SETTLEMENT_PRICE, said)),
      );
      const numbers = seats.map((_, seat) => seat);
      await bench.send(() =>
        house.connect(bench.actor).postSettlementPrice(MARKET, expiry, signed, setId, numbers, signatures, GAS),
      );
    };

    /** Rounds through the half hour before the expiry and a little beyond. */
    const window = async (until = expiry + 5n * MINUTE): Promise<void> => {
      await bench.skipTo(expiry - 75n * MINUTE); // an outage before it leaves the half hour itself clean
      await bench.rounds(until, 2n * MINUTE);
    };

    it("does nothing before an expiry", async () => {
      await window(expiry - MINUTE);
      assert.equal(await bench.settle(keeper), 0);
    });

    it("prices it as soon as a rung is open, then settles its books in batches, once each", async () => {
      await window();
      assert.equal(await bench.settle(keeper, 1), 1);
      assert.equal(await price(), FIRST_PRICE);
      assert.equal(await bench.settle(keeper, 1), 2, "three books, two at once");
      assert.equal(await settled(), 3);
      assert.equal(await bench.settle(keeper), 0);
      assert.equal((await bench.room.house.expiryState(MARKET, expiry)).unresolved, 0n, "final");
    });

    it("settles what others left", async () => {
      await window();
      const { house } = bench.room;
      await bench.send(() => house.connect(bench.actor).settleExpiry(MARKET, expiry, 0, GAS));
      await bench.send(() => house.connect(bench.actor).settleBooks(books.slice(0, 2), GAS));
      assert.equal(await bench.settle(keeper), 1);
      assert.equal(await settled(), 1);
    });

    it("points at the first half hour after an outage, a day later", async () => {
      await bench.skipTo(expiry - 3n * HOUR);
      await bench.round();
      await bench.skipTo(expiry + 2n * HOUR);
      await bench.rounds(expiry + 3n * HOUR + 5n * MINUTE, 4n * MINUTE);
      assert.equal(await bench.settle(keeper), 0, "no rung yet");
      await bench.skipTo(expiry + DAY + MINUTE);
      await bench.settle(keeper, 1);
      assert.equal(await rung(), 5n, "a line from before to behind");
    });

    it("records what witnesses said in time, and prices by them when nobody signs any more", async () => {
      await bench.skipTo(expiry - HOUR);
      await bench.round();
      await bench.skipTo(expiry - 10n * MINUTE);
      await bench.publish();
      await bench.skipTo(expiry + 10n * MINUTE);
      await bench.publish();
      assert.equal(await bench.settle(keeper), 0, "a window might still come");
      await bench.skipTo(expiry + 2n * HOUR);
      assert.equal(await bench.settle(keeper, 1), 2, "two witnesses");
      const { house } = bench.room;
      assert.lengthOf(await house.queryFilter(house.filters.WitnessKept()), 2);
      assert.equal(await bench.settle(keeper), 0, "once");
      await bench.skipTo(expiry + 3n * DAY);
      await bench.settle(keeper, 1);
      assert.equal(await rung(), 6n);
      assert.equal(await price(), FIRST_PRICE);
    });

    it("proves what a Pyth witness said by what the router noted of it", async () => {
      const pyth = await listPyth(bench);
      await bench.skipTo(expiry - HOUR);
      for (const minutes of [-30n, -20n, -10n, 10n, 20n]) {
        await bench.skipTo(expiry + minutes * MINUTE);
        await pyth.look(FIRST_PRICE + (minutes > 0n ? 0n : -minutes * 1_000_000n));
      }
      await bench.skipTo(expiry + 2n * HOUR);
      assert.equal(await bench.settle(keeper, 1), 1, "others are silent");
      const { house } = bench.room;
      const [kept] = await house.queryFilter(house.filters.WitnessKept());
      assert.equal(kept!.args.source, BigInt(pyth.source));
      assert.equal(kept!.args.price, FIRST_PRICE + 10_000_000n, "the last one before the expiry");
    });

    it("prices a window that is thinly covered two hours later", async () => {
      await bench.skipTo(expiry - 75n * MINUTE);
      await bench.rounds(expiry - 20n * MINUTE, 2n * MINUTE); // a third of the half hour
      await bench.skipTo(expiry + 2n * HOUR - MINUTE);
      assert.equal(await bench.settle(keeper), 0, "no rung yet");
      await bench.skipTo(expiry + 2n * HOUR);
      await bench.settle(keeper, 1);
      await isPriced(2n, FIRST_PRICE);
    });

    it("takes the price that two thirds of stake signed once its hour of challenges is over", async () => {
      const signed = (FIRST_PRICE * 101n) / 100n;
      await bench.skipTo(expiry + 2n * HOUR);
      await postSigned(signed);
      await bench.skipTo(expiry + 3n * HOUR - MINUTE);
      assert.equal(await bench.settle(keeper, 1), 0, "it may be challenged yet");
      await bench.skipTo(expiry + 3n * HOUR + MINUTE);
      await bench.settle(keeper, 1);
      await isPriced(3n, signed);
    });

    it("has a dirty window confirmed by the witnesses it recorded, a day later", async () => {
      await bench.skipTo(expiry - 75n * MINUTE);
      await bench.rounds(expiry - 10n * MINUTE, 2n * MINUTE);
      await bench.publish();
      await bench.round((FIRST_PRICE * 125n) / 100n); // waits in quarantine
      await bench.rounds(expiry + 5n * MINUTE, 2n * MINUTE);
      await bench.publish();
      await bench.skipTo(expiry + 2n * HOUR);
      assert.equal(await bench.settle(keeper, 1), 2, "two witnesses, no price");
      assert.equal(await rung(), 0n);
      await bench.skipTo(expiry + DAY);
      await bench.settle(keeper, 1);
      await isPriced(4n, FIRST_PRICE);
    });

    it("takes the price of the last opening when the oracle itself has failed for a week", async () => {
      const { oracle } = bench.room;
      await bench.chain.provider.send("hardhat_setCode", [oracle.target, REVERTING]);
      await bench.skipTo(expiry + 7n * DAY - MINUTE);
      assert.equal(await bench.settle(keeper, 1), 0, "it might answer yet");
      await bench.skipTo(expiry + 7n * DAY);
      await bench.settle(keeper, 1);
      await isPriced(8n, FIRST_PRICE);
      await bench.settle(keeper, 1);
      assert.equal(await settled(), 3, "and its books need no oracle");
    });

    it("ends at the last median after a week, whatever failed", async () => {
      await bench.skipTo(expiry + 7n * DAY);
      await bench.settle(keeper, 2);
      assert.equal(await rung(), 7n);
      assert.equal(await settled(), 3);
    });

    it("moves fees once a day, but not the tips of what is still to be priced", async () => {
      const mover = await bench.keeper({ settler: {} }, { name: "mover" });
      assert.equal(await bench.settle(mover), 1);
      const { house } = bench.room;
      const [moved] = await house.queryFilter(house.filters.FeesMoved());
      assert.isAbove(Number(moved!.args.amount), 0);
      await bench.deposit("holder", MARKET, 1_000_000n);
      assert.equal(await bench.settle(mover), 0);
    });
  });
}

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { BenchKeeper } from "../../support/benchKeeper.ts";
import { FIRST_PRICE, GAS } from "../../support/KeeperBench.ts";
import type { KeeperBench } from "../../support/KeeperBench.ts";
import { listPyth } from "../../support/listPyth.ts";

/** return(0, 1) */
const RETURN_A_BYTE = "0x60015ff3";

const FELL = (FIRST_PRICE * 94n) / 100n;

/** The duty that pokes breakers, witnesses and stake. */
export function breakerSuite(benchOf: () => KeeperBench): void {
  describe("breaker", () => {
    let bench: KeeperBench;
    let keeper: BenchKeeper;

    const pokes = async (feed: number): Promise<number> => {
      const { risk } = bench.room;
      const found = await risk.queryFilter(risk.filters.FeedPoked(undefined, feed));
      return found.filter(({ args }) => args.caller === keeper.address && args.paid).length;
    };

    beforeEach(async () => {
      bench = benchOf();
      await bench.reset();
      keeper = await bench.keeper({ breaker: {} });
      await bench.witness();
      await bench.round();
      await bench.settle(keeper, 6);
    });

    it("notes at first what nobody has noted, and is paid for it", async () => {
      assert.equal(await pokes(0), 1, "levels seen clear for the first time");
      assert.equal(await bench.settle(keeper), 0, "nothing is left to be noted");
    });

    it("notes a trip in the block after it, once", async () => {
      await bench.round(FELL);
      assert.equal(await bench.settle(keeper, 1), 2, "and looks whether witnesses have fallen too");
      assert.equal(await pokes(0), 2);
      const { risk } = bench.room;
      const newest = (await risk.queryFilter(risk.filters.FeedPoked(undefined, 0))).at(-1)!;
      assert.equal(newest.args.tripped, 1n, "Cautious");
      assert.equal(await bench.settle(keeper), 0, "while it goes on being true");
    });

    it("leaves alone what somebody else noted first", async () => {
      await bench.round(FELL);
      const { risk, router } = bench.room;
      await bench.send(
        () => risk.connect(bench.actor).poke(0, GAS),
        () => router.connect(bench.actor).pokeWitness(0, GAS),
      );
      assert.equal(await bench.settle(keeper), 0);
    });

    it("looks at witnesses when the last look is old, and at once when they have moved", async () => {
      await bench.publish((FIRST_PRICE * 101n) / 100n);
      assert.equal(await bench.settle(keeper, 1), 1, "moved");
      assert.equal(await bench.settle(keeper, 1), 0);
      await bench.block(901n);
      assert.equal(
        await bench.settle(keeper, 1),
        1,
        "a quarter of an hour later; the witnesses of other feeds are silent",
      );
    });

    describe("after a look that came too late to be paid", () => {
      const moved = (FIRST_PRICE * 101n) / 100n;
      const looks = async (): Promise<readonly boolean[]> => {
        const { router } = bench.room;
        const found = await router.queryFilter(router.filters.WitnessPoked(keeper.address, 0));
        return found.map(({ args }) => args.paid);
      };

      beforeEach(async () => {
        await bench.publish(moved);
        await keeper.turn();
        const ahead = { ...GAS, maxPriorityFeePerGas: 90n * 10n ** 9n, maxFeePerGas: 95n * 10n ** 9n };
        for (const witness of bench.room.witnesses[0]!)
          await witness.connect(bench.actor).push(FIRST_PRICE, bench.now, ahead); // back before the look is mined
        await bench.block();
        assert.isFalse((await looks()).at(-1), "nothing had moved any more");
      });

      it("looks again in the next round", async () => {
        await bench.round();
        await bench.publish(moved);
        assert.equal(await bench.settle(keeper, 1), 1);
      });

      it("looks again within minutes where no round comes", async () => {
        const before = await looks();
        await bench.block(300n);
        await bench.publish(moved);
        await bench.settle(keeper, 2);
        assert.deepEqual(await looks(), [...before, true]);
      });
    });

    it("looks when a Pyth witness has moved, and at none that answers nonsense", async () => {
      const pyth = await listPyth(bench);
      await bench.send(() => bench.room.router.connect(bench.actor).pokeWitness(0, GAS));
      await bench.settle(keeper);
      for (const { target } of bench.room.witnesses[0]!)
        await bench.chain.provider.send("hardhat_setCode", [target, RETURN_A_BYTE]);
      assert.equal(await bench.settle(keeper, 1), 0);
      await pyth.publish((FIRST_PRICE * 101n) / 100n);
      assert.equal(await bench.settle(keeper, 1), 1);
    });

    it("does not look where no witness answers", async () => {
      for (const witness of bench.room.witnesses[0]!)
        await bench.send(() => witness.connect(bench.actor).push(FIRST_PRICE, bench.now - 7_200n, GAS));
      await bench.block(901n);
      assert.equal(await bench.settle(keeper, 1), 0);
    });

    it("reads stake again when it has left", async () => {
      const { registry, risk } = bench.room;
      for (const [name, id] of [...bench.ids].slice(0, 1)) {
        const owner = await bench.account(`${name}, withdrawal`);
        await bench.send(() => registry.connect(owner).requestExit(id, GAS));
      }
      assert.isAbove(Number(await registry.stakeLossBps()), 1_500);
      assert.equal(await bench.settle(keeper, 1), 1);
      assert.lengthOf(await risk.queryFilter(risk.filters.StakeRefreshed(keeper.address)), 1);
      assert.equal(await bench.settle(keeper, 1), 0, "noted");
    });
  });
}

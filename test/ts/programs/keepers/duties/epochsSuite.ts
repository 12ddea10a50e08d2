// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { reportRoutes } from "../../../../../scripts/chain/reportRoutes.ts";
import { serveHttp } from "../../../../../scripts/chain/serveHttp.ts";
import type { HttpServer } from "../../../../../scripts/chain/serveHttp.ts";
import type { SignedReport } from "../../../../../scripts/model/types.ts";
import { FIRST_PRICE, GAS } from "../../support/KeeperBench.ts";
import type { KeeperBench } from "../../support/KeeperBench.ts";
import { silentLog } from "../../support/silentLog.ts";

const DAY = 86_400n;

/** The duty that closes epochs and has late reports credited. */
export function epochsSuite(benchOf: () => KeeperBench): void {
  describe("epochs", () => {
    let bench: KeeperBench;
    let relayer: HttpServer;
    let held: SignedReport[];

    /** A round that the last seat's report misses; a relayer holds it. @returns The round, once it is sealed. */
    const lateRound = async (): Promise<bigint> => {
      const round = bench.now / 15n + 1n;
      const { seats } = bench.set;
      const late = await bench.set.reports(round, [FIRST_PRICE], seats.slice(3));
      held.push(...late);
      await bench.round(FIRST_PRICE, seats.slice(0, 3));
      await bench.round();
      return round;
    };

    /** The day of an epoch goes by, and the set still signs at its end. */
    const age = async (): Promise<void> => {
      await bench.skipTo(bench.now + DAY - 100n);
      await bench.round();
      await bench.block(100n);
    };

    beforeEach(async () => {
      bench = benchOf();
      await bench.reset();
      held = [];
      relayer = await serveHttp(
        "127.0.0.1",
        0,
        reportRoutes(() => held),
        silentLog,
      );
    });
    afterEach(() => relayer.close());

    it("closes an epoch when it is due, once", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0 } });
      assert.equal(await bench.settle(keeper), 0, "too young");
      await age();
      assert.equal(await bench.settle(keeper), 1);
      const { registry } = bench.room;
      const closed = await registry.queryFilter(registry.filters.EpochClosed());
      assert.equal(closed.at(-1)!.args.caller, keeper.address);
    });

    it("leaves an epoch alone that somebody else closed", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0 } });
      await age();
      await bench.send(() => bench.room.registry.connect(bench.actor).closeEpoch(GAS));
      assert.equal(await bench.settle(keeper), 0);
    });

    it("has a report credited that missed its round, once", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0, relayers: [relayer.url] } });
      const round = await lateRound();
      assert.equal(await bench.settle(keeper), 1);
      const { oracle } = bench.room;
      const [credited] = await oracle.queryFilter(oracle.filters.LateReportCredited());
      assert.deepEqual([credited!.args.round, credited!.args.seat], [round, 3n]);
      assert.equal(await bench.settle(keeper), 0);
    });

    it("has a report credited whose round came only with another branch", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0, relayers: [relayer.url] } });
      const round = bench.now / 15n + 1n;
      const { seats } = bench.set;
      held.push(...(await bench.set.reports(round, [FIRST_PRICE], seats.slice(3))));
      const packed = await bench.set.pack(round, [FIRST_PRICE], seats.slice(0, 3));
      await bench.skipTo(round * 15n);
      await bench.round();
      assert.equal(await bench.settle(keeper), 0, "nobody relayed it");

      await bench.driver.reorganize({ depth: 3, blocks: 1, keep: () => false });
      bench.actor.reset();
      await bench.send(() => bench.room.oracle.connect(bench.actor).relay(packed, GAS));
      await bench.round();
      assert.equal(await bench.settle(keeper), 1);
    });

    it("credits nobody for what another signed, and nobody after ten minutes", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0, relayers: [relayer.url] } });
      const round = await lateRound();
      const [honest] = held.splice(0);
      const [other] = await bench.set.reports(round, [FIRST_PRICE + 1_000_000n], bench.set.seats.slice(0, 1));
      held.push({ ...honest!, signature: other!.signature });
      assert.equal(await bench.settle(keeper), 0, "forged");
      held.splice(0, 1, honest!);
      await bench.block(700n);
      assert.equal(await bench.settle(keeper), 0, "too late");
    });

    it("goes on without a relayer that does not answer", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0, relayers: ["http://127.0.0.1:9", relayer.url] } });
      await lateRound();
      assert.equal(await bench.settle(keeper), 1);
    });

    it("declares a silent set stalled, and a day later has its members replaced", async () => {
      const keeper = await bench.keeper({ epochs: { everyMs: 0 } });
      await bench.skipTo(bench.now + DAY + 60n);
      await bench.settle(keeper, 2);
      const { registry } = bench.room;
      assert.lengthOf(await registry.queryFilter(registry.filters.StallDeclared()), 1);
      await bench.skipTo(bench.now + DAY + 60n);
      await bench.settle(keeper, 2);
      assert.lengthOf(await registry.queryFilter(registry.filters.StallEnforced()), 1);
    });
  });
}

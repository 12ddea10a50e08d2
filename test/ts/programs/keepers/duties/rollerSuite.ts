// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { boundaryBefore, startWindow, WEEK } from "../../../../../scripts/model/vaults/vaultCalendar.ts";
import type { OptionsVault } from "../../../../../typechain-types/vaults/OptionsVault.ts";
import type { BenchKeeper } from "../../support/benchKeeper.ts";
import { FIRST_PRICE, GAS } from "../../support/KeeperBench.ts";
import type { KeeperBench } from "../../support/KeeperBench.ts";

const HOUR = 3_600n;
/** A feed that was silent is Normal again after its dwell and a ramp of six hours. */
const WARM_UP = 9n * HOUR;

/** The duty that takes vaults through their week. It goes last: it remembers the chain two days later. */
export function rollerSuite(benchOf: () => KeeperBench): void {
  describe("roller", () => {
    let bench: KeeperBench;
    let keeper: BenchKeeper;
    let vault: OptionsVault;
    let opens: bigint;
    let closes: bigint;

    const queue = async (name: string): Promise<void> => {
      const { parameters, collaterals } = bench.room;
      const account = await bench.account(name);
      const { address } = bench.keys.of(name);
      const market = parameters.vaults[0]!.market;
      const token = collaterals[market - 1]!.connect(account);
      const { collateralDecimals: decimals } = parameters.clearing.markets[market - 1]!;
      const amount = 10n ** BigInt(decimals) * 10_000n;
      await bench.send(
        () => token.mint(address, amount, GAS),
        () => token.approve(vault, amount, GAS),
        () => vault.connect(account).requestDeposit(amount, address, address, GAS),
      );
    };

    before(async () => {
      bench = benchOf();
      await bench.reset();
      vault = bench.room.vaults[0]!;
      ({ opens, closes } = startWindow(boundaryBefore(bench.now) + WEEK));
      await queue("saver");
      await bench.skipTo(opens - WARM_UP);
      await bench.calm(WARM_UP - 300n);
      await bench.keep();
    });

    beforeEach(async () => {
      await bench.reset();
      keeper = await bench.keeper({ roller: { vaults: [await vault.getAddress()] } });
    });

    it("starts an epoch as soon as one may start, once", async () => {
      assert.equal(await bench.settle(keeper), 0, "too early");
      await bench.skipTo(opens);
      assert.equal(await bench.settle(keeper), 1);
      assert.isAbove(Number((await vault.epoch()).expiry), Number(opens));
      assert.equal(await bench.settle(keeper), 0);
    });

    it("waits while the vault says that price or mode are not right", async () => {
      await bench.skipTo(opens + HOUR);
      assert.equal(await bench.settle(keeper), 0, "the price is an hour old");
    });

    it("leaves to others what they did first", async () => {
      await bench.skipTo(opens);
      await bench.send(() => vault.connect(bench.actor).startEpoch(GAS));
      assert.equal(await bench.settle(keeper), 0);
    });

    it("closes an epoch when it is over, and lets in who waited when none can start", async () => {
      await bench.skipTo(opens);
      await bench.settle(keeper);
      await queue("late");
      const { expiry } = await vault.epoch();
      await bench.skipTo(expiry);
      assert.equal(await bench.settle(keeper), 1, "closed, and who came during the week was let in");
      assert.equal((await vault.epoch()).expiry, 0n);
      await queue("later");
      assert.equal(await bench.settle(keeper), 0, "the next start prices those");
      await bench.skipTo(closes + WEEK + 1n);
      assert.equal(await bench.settle(keeper), 1, "nobody could start");
      assert.equal((await vault.waiting()).units, 0n);
      await queue("latest");
      assert.equal(await bench.settle(keeper), 0, "at most once an hour");
    });

    it("looks at a running auction's clock once an hour of uptime", async () => {
      await bench.skipTo(opens);
      await bench.settle(keeper);
      await bench.calm(HOUR - 300n, 60n);
      assert.equal(await bench.settle(keeper), 0, "little would be lost");
      await bench.calm(600n, 60n);
      assert.equal(await bench.settle(keeper), 1);
      const { elapsed } = await vault.epoch();
      assert.isAtLeast(Number(elapsed), Number(HOUR));
      assert.equal(await bench.settle(keeper), 0, "looked at");
    });

    it("ends an auction for good when the price went too far, though it comes back", async () => {
      await bench.skipTo(opens);
      await bench.settle(keeper);
      for (let step = 1n; step <= 4n; step++) await bench.round((FIRST_PRICE * (1_000n + 13n * step)) / 1_000n);
      assert.equal(await bench.settle(keeper), 1);
      assert.isTrue((await vault.epoch()).isOver);
      await bench.round();
      assert.equal(await bench.settle(keeper), 0);
    });

    it("makes insurance of what came to a fund", async () => {
      const { insurer } = await bench.room.house.marketParams(1);
      const funder = await bench.keeper({ roller: { insuranceFunds: [insurer] } }, { name: "funder" });
      assert.equal(await bench.settle(funder), 0);
      const token = bench.room.collaterals[0]!.connect(bench.actor);
      await bench.send(() => token.mint(insurer, 5_000_000n, GAS));
      assert.equal(await bench.settle(funder), 1);
      assert.equal(await token.balanceOf(insurer), 0n);
    });
  });
}

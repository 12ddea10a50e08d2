// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { HOUR } from "../clearing/attackTools.ts";
import type { ClearingBench } from "../clearing/ClearingBench.ts";
import { dollars, GAS, next, Rung, script, seatSigners, settle, WEEK, witnesses } from "../clearing/settlementTools.ts";
import { DOLLAR, VaultBench } from "./VaultBench.ts";

const SOLD = 15;
const HALF_HOUR = 1_800n;

/** What the oracle has of the expiry, the second from which a price can be had, and which: below the strike, or the last opening's. */
interface RungCase {
  readonly rung: bigint;
  readonly name: string;
  readonly opens: bigint;
  readonly price: number;
  readonly tell: (clearing: ClearingBench) => Promise<unknown>;
  /** Mark after the outage, seconds after the expiry. */
  readonly after?: bigint;
}

const CASES: readonly RungCase[] = [
  {
    rung: Rung.Window,
    name: "a clean window",
    opens: 120n,
    price: 2_000,
    tell: async (clearing) => clearing.mark(clearing.expiry, 2_000),
  },
  {
    rung: Rung.Thin,
    name: "a thin window",
    opens: 2n * HOUR,
    price: 2_000,
    tell: async (clearing) => clearing.mark(clearing.expiry, 2_000, { coverage: 600n }),
  },
  {
    rung: Rung.Signed,
    name: "a price that two thirds of stake signed",
    opens: 3n * HOUR + 60n,
    price: 2_100,
    tell: async (clearing) => {
      await clearing.mark(clearing.expiry, 2_000, { coverage: 0n });
      await clearing.marks.setLatest(dollars(2_000), clearing.expiry - 60n);
      const post = await seatSigners(clearing);
      await next(clearing, 2n * HOUR + 60n);
      await post([0, 1, 2], { price: 2_100 });
    },
  },
  {
    rung: Rung.Witnessed,
    name: "a dirty window that a witness confirms",
    opens: 24n * HOUR,
    price: 2_000,
    tell: async (clearing) => {
      await clearing.mark(clearing.expiry, 2_000, { quarantined: true });
      await clearing.at(clearing.expiry + HOUR);
      await script(clearing, 1, 1_990);
      await clearing.house.recordWitness(0, clearing.expiry, 1, 7);
    },
  },
  {
    rung: Rung.Line,
    name: "the line over an outage",
    opens: 24n * HOUR,
    price: 2_100,
    after: 3n * HOUR,
    tell: async (clearing) => {
      const { expiry } = clearing;
      await clearing.mark(expiry, 2_000, { coverage: 359n, round: (expiry - HOUR) / 15n });
      await clearing.mark(expiry + 3n * HOUR, 2_400, { previousBoundary: expiry });
      await clearing.marks.setLatest(dollars(2_500), expiry + 5n * HOUR);
    },
  },
  {
    rung: Rung.Witnesses,
    name: "witnesses and the last median",
    opens: 72n * HOUR,
    price: 2_100,
    tell: async (clearing) => {
      await clearing.mark(clearing.expiry, 9_000, { halted: true });
      await witnesses(clearing, [2_000, 2_100]);
    },
  },
  {
    rung: Rung.Last,
    name: "the last median",
    opens: WEEK,
    price: 2_050,
    tell: async (clearing) => clearing.marks.setLatest(dollars(2_050), clearing.expiry - HALF_HOUR - 600n),
  },
  {
    rung: Rung.Kept,
    name: "the price of the last opening, the oracle being dead",
    opens: WEEK,
    price: 3_000,
    tell: async (clearing) => clearing.marks.setFailure(false, true),
  },
];

describe("Options vault: an expiry that settles on each rung", () => {
  for (const { rung, name, opens, price, tell, after } of CASES) {
    it(`rung ${rung}, ${name}: the vault waits, pays what its options cost, and everybody has his share`, async () => {
      const bench = await VaultBench.create();
      const stays = await bench.entered(1, 40_000);
      const leaves = await bench.entered(2, 20_000);
      const inKind = await bench.entered(3, 20_000);
      const expiry = await bench.start();
      await bench.bought(5, SOLD);
      const buyer = await bench.clearing.signer(5);
      const { strike } = await bench.vault.epoch();
      const series = await bench.vault.seriesId();
      const [shares, kept] = [await bench.vault.balanceOf(leaves), await bench.vault.balanceOf(inKind)];
      await bench.vault.connect(leaves).requestRedeem(shares, leaves, leaves);
      bench.clearing.expiry = expiry;
      await bench.pass(Number(expiry) - (await bench.now()), 0);
      const { cash } = await bench.bookOf(await bench.vault.bookId());

      await tell(bench.clearing);
      const { id } = await bench.vault.connect(inKind).redeemInKind.staticCall(kept, inKind, inKind);
      await bench.vault.connect(inKind).redeemInKind(kept, inKind, inKind);
      await next(bench.clearing, opens - 2n);
      await expect(bench.vault.closeEpoch(), "nothing closes before its price").to.be.revertedWithCustomError(
        bench.vault,
        "OptionsVault_NotSettled",
      );
      const pointer = after === undefined ? 0n : expiry + after;
      await next(bench.clearing, opens - 1n);
      await expect(bench.house.settleExpiry(bench.market, expiry, pointer, GAS), "not a second earlier").to.revert(
        bench.clearing.connection.ethers,
      );
      expect(await settle(bench.clearing, opens, pointer)).to.deep.equal({ rung, price: dollars(price) });

      await bench.vault.closeEpoch();
      await bench.house.settleBooks([id]);
      const payout =
        (BigInt(SOLD) * (strike > BigInt(price) * 10_000n ? strike - BigInt(price) * 10_000n : 0n)) / 10n ** 4n;
      const left = cash - payout * DOLLAR;
      const quarter = left / 4n;
      const paid = await bench.vault.maxWithdraw(leaves);
      await bench.vault.connect(leaves).redeem(shares, leaves, leaves);
      expect(paid, "asked to leave").to.be.closeTo(quarter, DOLLAR);
      expect((await bench.house.book(id)).cash, "left in kind").to.be.closeTo(quarter, DOLLAR);
      expect(await bench.vault.convertToAssets(await bench.vault.balanceOf(stays)), "stays").to.be.closeTo(
        left / 2n,
        DOLLAR,
      );
      await bench.house.connect(buyer).redeem(series, bench.size(SOLD));
      expect(await bench.house.freeBalance(buyer, bench.token), "bought").to.equal(payout * DOLLAR);
      if (rung === Rung.Kept) return; // nothing starts on a dead oracle
      const following = await bench.start();
      expect((following - expiry) % WEEK, "the next epoch begins at a boundary").to.equal(0n);
    });
  }
});

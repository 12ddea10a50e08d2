// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";

import { eventOf, fillOf, quoteOf, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY, Failure, Mode, OPTION, readingAt } from "./ClearingBench.ts";

/** Law 1: every exit passes under every fault. Prices stand at 3,000, live and settled, whatever fails. */
const PUT = { strike: 3200, isCall: false, size: 1 };
const HEDGE = { strike: 3100, isCall: false, size: 1 };
const WEEK = 7n * BigInt(DAY);

interface Scene {
  readonly bench: ClearingBench;
  readonly user: HardhatEthersSigner;
  readonly holder: HardhatEthersSigner;
  /** Short one put, the user holds the long. */
  readonly own: bigint;
  /** Short one put, another holds the long. */
  readonly sold: bigint;
  /** Short one put with a hedge beside it, another holds the long. */
  readonly hedged: bigint;
  /** Of the holder: wrote the hedge. */
  readonly other: bigint;
}

interface Fault {
  readonly name: string;
  readonly strike: (scene: Scene) => Promise<unknown>;
  /** The oracle will never answer: only the last rung is left. */
  readonly isOracleDead?: boolean;
  /** Nobody ever insured the market. */
  readonly isUninsured?: boolean;
  /** The day before expires too, and nothing is known of it. */
  readonly hasUnpriced?: boolean;
}

const removeCode = async ({ bench }: Scene, address: string): Promise<unknown> =>
  bench.connection.ethers.provider.send("hardhat_setCode", [address, "0xfe"]);

const FAULTS: Fault[] = [
  { name: "the oracle reverts", isOracleDead: true, strike: async ({ bench }) => bench.marks.setFailure(true, false) },
  {
    name: "the oracle burns all gas",
    isOracleDead: true,
    strike: async ({ bench }) => bench.marks.setFailure(false, true),
  },
  {
    name: "the oracle answers garbage",
    isOracleDead: true,
    strike: async ({ bench }) => bench.marks.setShortAnswers(true),
  },
  { name: "risk reverts", strike: async ({ bench }) => bench.risk.fail(Failure.Reverts) },
  { name: "risk burns all gas", strike: async ({ bench }) => bench.risk.fail(Failure.BurnsGas) },
  { name: "risk answers garbage", strike: async ({ bench }) => bench.risk.fail(Failure.Nonsense) },
  { name: "risk has no price", strike: async ({ bench }) => bench.risk.fail(Failure.NoPrice) },
  {
    name: "the breaker is Halted",
    strike: async ({ bench }) => bench.risk.set(readingAt(3000, { mode: Mode.Halted, opens: false })),
  },
  { name: "the market is in sunset", strike: async ({ bench }) => bench.house.sunset(bench.quoteMarket) },
  {
    name: "guardian and governance are gone",
    strike: async (scene) => removeCode(scene, await scene.bench.house.authority()),
  },
  {
    name: "the token of another market is frozen",
    strike: async (scene) => removeCode(scene, await scene.bench.coin.getAddress()),
  },
  { name: "an older expiry of the market has no price", hasUnpriced: true, strike: async () => undefined },
  { name: "the insurance is empty", isUninsured: true, strike: async () => undefined },
];

async function stage(fault: Fault): Promise<Scene> {
  const bench = await ClearingBench.create();
  if (fault.isUninsured === true) await bench.risk.set(readingAt(3000, { lossShareBps: 0n }));
  else await bench.insure(1_000_000);
  const [user, holder] = [await bench.account(1), await bench.account(2)];
  const [own, sold, hedged] = [0n, 1n, 2n].map((subId) => bench.bookId(user.address, subId)) as [
    bigint,
    bigint,
    bigint,
  ];
  const other = bench.bookId(holder.address);
  const [mine, theirs] = [bench.house.connect(user), bench.house.connect(holder)];
  for (const id of [own, sold, hedged]) await mine.fund(id, 5_000n * UNIT);
  await theirs.fund(other, 5_000n * UNIT);
  await mine.mint(own, bench.legs(PUT), user.address);
  await mine.mint(sold, bench.legs(PUT), holder.address);
  await mine.mint(hedged, bench.legs(PUT), holder.address);
  await theirs.mint(other, bench.legs(HEDGE), user.address);
  await mine.depositLong(hedged, bench.seriesId(HEDGE), OPTION);
  if (fault.hasUnpriced === true) {
    const older = bench.expiry - BigInt(DAY);
    const id = bench.bookId(user.address, 0n, bench.quoteMarket, older);
    await mine.fund(id, 5_000n * UNIT);
    await mine.mint(id, bench.legs(PUT), holder.address);
  }
  const scene = { bench, user, holder, own, sold, hedged, other };
  await bench.mark(bench.expiry, 3_000);
  await fault.strike(scene);
  return scene;
}

const freeOf = async ({ bench }: Scene, who: HardhatEthersSigner): Promise<bigint> =>
  bench.house.freeBalance(who.address, bench.dollar);

const cashOf = async ({ bench }: Scene, id: bigint): Promise<bigint> => (await bench.house.book(id)).cash;

/** Takes `amount` out of a book and out of the house; it must arrive in the wallet. */
async function cashOut(scene: Scene, id: bigint, amount: bigint, label: string): Promise<void> {
  const { bench, user } = scene;
  const house = bench.house.connect(user);
  const wallet = await bench.dollar.balanceOf(user.address);
  await house.defund(id, amount, user.address);
  await house.withdraw(bench.dollar, amount, user.address);
  expect((await bench.dollar.balanceOf(user.address)) - wallet, label).to.equal(amount);
}

async function afterExpiry({ bench }: Scene): Promise<void> {
  await bench.at(bench.expiry + 1n);
}

async function settled(scene: Scene, fault: Fault): Promise<void> {
  const { bench } = scene;
  await bench.at(bench.expiry + (fault.isOracleDead === true ? WEEK : 120n));
  const sent = bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
  const { rung, price } = await eventOf(bench, sent, "ExpirySettled");
  expect(rung, "the first rung, or the last").to.equal(fault.isOracleDead === true ? 8n : 1n);
  expect(price).to.equal(3_000n * 10n ** 8n);
}

const EXITS: [string, (scene: Scene, fault: Fault) => Promise<void>][] = [
  [
    "deposit and withdraw",
    async (scene) => {
      const { bench, user } = scene;
      const house = bench.house.connect(user);
      const before = await freeOf(scene, user);
      await bench.dollar.mint(user.address, 10n * UNIT);
      await bench.dollar.connect(user).approve(house, 10n * UNIT);
      await house.deposit(bench.dollar, 10n * UNIT, user.address);
      expect((await freeOf(scene, user)) - before, "credited").to.equal(10n * UNIT);
      await house.withdraw(bench.dollar, before + 10n * UNIT, user.address);
      expect(await bench.dollar.balanceOf(user.address), "everything out").to.equal(before + 10n * UNIT);
    },
  ],
  [
    "fund",
    async (scene) => {
      const { bench, user, sold } = scene;
      const cash = await cashOf(scene, sold);
      await bench.house.connect(user).fund(sold, 10n * UNIT);
      expect((await cashOf(scene, sold)) - cash).to.equal(10n * UNIT);
    },
  ],
  [
    "burn against held longs, and out with everything",
    async (scene) => {
      const { bench, user, own } = scene;
      await bench.house.connect(user).burn(own, bench.legs(PUT));
      expect((await bench.house.book(own)).legs.length).to.equal(0);
      await cashOut(scene, own, 5_000n * UNIT - 640_000n, "all but the fee");
    },
  ],
  [
    "deposit a long against a short, and out with everything",
    async (scene) => {
      const { bench, user, own } = scene;
      await bench.house.connect(user).depositLong(own, bench.seriesId(PUT), OPTION);
      await cashOut(scene, own, 5_000n * UNIT - 640_000n, "all but the fee");
    },
  ],
  [
    "defund to maximum loss before the expiry, to the unit",
    async (scene) => {
      const { bench, user, sold } = scene;
      await cashOut(scene, sold, (await cashOf(scene, sold)) - 3_200n * UNIT, "down to the strike");
      if ((await bench.risk.failure()) !== Failure.None) {
        await expect(bench.house.connect(user).defund(sold, 1n, user.address)).to.be.revertedWithCustomError(
          bench.house,
          "Clearinghouse_Unhealthy",
        );
      }
    },
  ],
  [
    "withdraw a long down to maximum loss",
    async ({ bench, user, hedged }) => {
      await bench.house.connect(user).withdrawLong(hedged, bench.seriesId(HEDGE), OPTION, user.address);
      expect(await bench.house.balanceOf(user.address, bench.seriesId(HEDGE))).to.equal(OPTION);
    },
  ],
  [
    "hand longs on",
    async ({ bench, user, holder }) => {
      await bench.house.connect(holder).transfer(user.address, bench.seriesId(PUT), 2n * OPTION);
      expect(await bench.house.balanceOf(user.address, bench.seriesId(PUT))).to.equal(3n * OPTION);
    },
  ],
  [
    "split a fully funded book and leave with the cash of a part",
    async (scene) => {
      const { bench, user, own } = scene;
      const part = await bench.house.nextSplit(own, user.address);
      await bench.house.connect(user).splitBook(own, user.address, 1n, 2n);
      await cashOut(scene, part, (await cashOf(scene, part)) - 1_600n * UNIT, "half of the surplus");
    },
  ],
  [
    "cancel quotes",
    async ({ bench, user, holder }) => {
      const house = bench.house.connect(user);
      await house.cancelQuotes([1n]);
      await house.cancelBefore(9n);
      for (const nonce of [1n, 8n]) {
        const quote = quoteOf(bench, user.address, [{ ...PUT, size: -1 }], { nonce });
        const fill = await fillOf(bench, user, holder.address, quote);
        await expect(bench.house.connect(holder).fillQuotes([fill])).to.be.revertedWithCustomError(
          house,
          "Clearinghouse_NonceCancelled",
        );
      }
      expect(await house.filledAmount(user.address, 1n), "cancelled").to.equal(2n ** 64n - 1n);
    },
  ],
  [
    "fund and defund to maximum loss after the expiry",
    async (scene) => {
      const { bench, user, sold, hedged } = scene;
      await afterExpiry(scene);
      await bench.house.connect(user).fund(sold, 10n * UNIT);
      await cashOut(scene, sold, (await cashOf(scene, sold)) - 3_200n * UNIT, "down to the strike");
      await cashOut(scene, hedged, (await cashOf(scene, hedged)) - 100n * UNIT, "down to the width of the spread");
    },
  ],
  [
    "split after the expiry",
    async (scene) => {
      const { bench, user, hedged } = scene;
      await afterExpiry(scene);
      const part = await bench.house.nextSplit(hedged, user.address);
      await bench.house.connect(user).splitBook(hedged, user.address, 1n, 4n);
      await cashOut(scene, part, (await cashOf(scene, part)) - 25n * UNIT, "a quarter less a quarter of the width");
    },
  ],
  [
    "settle the expiry and the books, and out with the rest",
    async (scene, fault) => {
      const { bench, own, sold, hedged, other } = scene;
      await settled(scene, fault);
      for (const id of [own, sold, hedged, other]) await bench.house.settleBooks([id]);
      const paid = [200n, 200n, 100n].map((dollars) => 5_000n * UNIT - 640_000n - UNIT - dollars * UNIT);
      for (const [index, id] of [own, sold, hedged].entries()) {
        await cashOut(scene, id, paid[index]!, `book ${index}: less fee, a tip and the payoff`);
        expect(await cashOf(scene, id), "nothing stays").to.equal(0n);
      }
    },
  ],
  [
    "redeem",
    async (scene, fault) => {
      const { bench, holder, own, sold, hedged, other } = scene;
      await settled(scene, fault);
      await bench.house.settleBooks([own, sold, hedged, other]);
      const house = bench.house.connect(holder);
      const before = await freeOf(scene, holder);
      await house.redeem(bench.seriesId(PUT), 2n * OPTION);
      expect((await freeOf(scene, holder)) - before, "two puts of 200 dollars").to.equal(400n * UNIT);
      await house.withdraw(bench.dollar, 400n * UNIT, holder.address);
      expect(await bench.dollar.balanceOf(holder.address)).to.equal(400n * UNIT);
    },
  ],
  [
    "redeem before anybody paid, and top up",
    async (scene, fault) => {
      const { bench, holder, own, sold, hedged } = scene;
      await settled(scene, fault);
      const house = bench.house.connect(holder);
      const before = await freeOf(scene, holder);
      await house.redeem(bench.seriesId(PUT), 2n * OPTION);
      await bench.house.settleBooks([sold]);
      await house.redeem(bench.seriesId(PUT), 0n);
      // 200 of 700 dollars of claims came in.
      expect((await freeOf(scene, holder)) - before).to.equal((400n * UNIT * 2n) / 7n);
      await bench.house.settleBooks([own, hedged, bench.bookId(holder.address)]);
      await house.redeem(bench.seriesId(PUT), 0n);
      expect((await freeOf(scene, holder)) - before, "all of it in the end").to.equal(400n * UNIT);
    },
  ],
];

for (const fault of FAULTS) {
  describe(`Exits while ${fault.name}`, () => {
    let scene: Scene;
    let snapshot: unknown;
    const provider = () => scene.bench.connection.ethers.provider;

    before(async () => {
      scene = await stage(fault);
      snapshot = await provider().send("evm_snapshot", []);
    });

    afterEach(async () => {
      await provider().send("evm_revert", [snapshot]);
      snapshot = await provider().send("evm_snapshot", []);
    });

    for (const [name, leave] of EXITS) {
      it(name, async () => leave(scene, fault));
    }
  });
}

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { Failure, Kind, Mode, readingAt } from "../clearing/ClearingBench.ts";
import { DOLLAR, HOUR, VaultBench, WEEK } from "./VaultBench.ts";

const FLAGGED = 1n;

/** Leaves in kind with all shares; the book that came of it. */
async function leave(bench: VaultBench, holder: HardhatEthersSigner): Promise<{ id: bigint; assets: bigint }> {
  const shares = await bench.vault.balanceOf(holder.address);
  const vault = bench.vault.connect(holder);
  const { id, assets } = await vault.redeemInKind.staticCall(shares, holder.address, holder.address);
  await vault.redeemInKind(shares, holder.address, holder.address);
  return { id, assets };
}

describe("Options vault: leaving in kind", () => {
  for (const [name, kind, deposit, options] of [
    ["puts", Kind.Quote, 100_000, 20],
    ["calls", Kind.Coin, 100, 60],
  ] as const) {
    it(`${name}: takes a share of cash and options, rounded down, and leaves both sides fully funded (finding 40)`, async () => {
      const bench = await VaultBench.create({ kind });
      const [leaver, stayer] = [await bench.asked(1, deposit), await bench.asked(2, 2 * deposit)];
      await bench.start();
      await bench.claim(leaver);
      await bench.claim(stayer);
      await bench.bought(5, options);
      const vaultBook = await bench.vault.bookId();
      const before = await bench.bookOf(vaultBook);

      const { id, assets } = await leave(bench, leaver);
      const [left, stayed] = [await bench.bookOf(id), await bench.bookOf(vaultBook)];
      expect(assets).to.equal(0n);
      expect(left.written).to.be.within((before.written - 3n) / 3n, before.written / 3n);
      expect(left.cash).to.be.within(before.cash / 3n - 2n, before.cash / 3n);
      expect(left.cash + stayed.cash).to.equal(before.cash);
      expect(left.written + stayed.written).to.equal(before.written);
      expect(left.cash).to.be.at.least(await bench.house.maxLoss(id));
      expect(stayed.cash).to.be.at.least(await bench.house.maxLoss(vaultBook));
    });
  }

  it("is open while the oracle is dead, the mode is Halted and nobody keeps the vault (law 1)", async () => {
    for (const failure of [Failure.None, Failure.NoPrice, Failure.Reverts, Failure.BurnsGas, Failure.Nonsense]) {
      const bench = await VaultBench.create();
      const holder = await bench.entered(1, 100_000);
      await bench.start();
      await bench.bought(5, 20);
      await bench.clearing.risk.set(readingAt(3_000, { mode: Mode.Halted, opens: false }));
      await bench.clearing.risk.fail(failure);
      await bench.clearing.marks.setFailure(true, false);
      const { id } = await leave(bench, holder);
      expect((await bench.bookOf(id)).written, `failure ${failure}`).to.be.above(0n);
    }
  });

  it("pays cash alone before anything is sold, between two epochs, and once the book is settled", async () => {
    const bench = await VaultBench.create();
    const holders: HardhatEthersSigner[] = [];
    for (const index of [1, 2, 3]) holders.push(await bench.asked(index, 30_000));
    await bench.vault.closeEpoch();
    for (const holder of holders) await bench.claim(holder);
    const [first, second] = [await leave(bench, holders[0]!), (await bench.start(), await leave(bench, holders[1]!))];
    for (const { id, assets } of [first, second]) {
      expect(id).to.equal(0n);
      expect(assets, "a virtual share keeps a unit").to.be.within(30_000n * DOLLAR - 1n, 30_000n * DOLLAR);
    }
    await bench.bought(5, 5);
    const book = await bench.vault.bookId();
    await bench.priced(3_000);
    await bench.house.settleBooks([book]);
    const { id, assets } = await leave(bench, holders[2]!);
    expect(id).to.equal(0n);
    expect(assets).to.be.above(30_000n * DOLLAR);
  });

  it("works after the expiry, before anybody settled it: the part settles by itself", async () => {
    const bench = await VaultBench.create();
    const [leaver, stayer] = [await bench.asked(1, 60_000), await bench.asked(2, 60_000)];
    const expiry = await bench.start();
    await bench.claim(leaver);
    await bench.claim(stayer);
    await bench.bought(5, 20);
    await bench.pass(Number(expiry) + 60 - (await bench.now()));
    const { id } = await leave(bench, leaver);
    await bench.settled(2_400);
    await bench.house.settleBooks([id]);
    const free = (await bench.bookOf(id)).cash;
    const worth = await bench.vault.convertToAssets(await bench.vault.balanceOf(stayer.address));
    // The stayer also has the tips back and paid the duties.
    expect(free).to.be.closeTo(worth, 5n * DOLLAR);
  });

  it("takes a pending request along when it is taken back first (finding 43)", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 60_000);
    await bench.start();
    await bench.bought(5, 10);
    const vault = bench.vault.connect(holder);
    const shares = await bench.vault.balanceOf(holder.address);
    await vault.requestRedeem(shares, holder.address, holder.address);
    await vault.cancelRedeemRequest(0, holder.address);
    await vault.claimCancelRedeemRequest(0, holder.address, holder.address);
    const { id } = await leave(bench, holder);
    expect((await bench.bookOf(id)).written).to.be.above(0n);
  });

  it("asks the receiver's leave, and the owner's", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 60_000);
    await bench.start();
    await bench.bought(5, 10);
    const shares = await bench.vault.balanceOf(holder.address);
    const stranger = await bench.clearing.signer(9);
    await expect(
      bench.vault.connect(holder).redeemInKind(shares, stranger.address, holder.address),
    ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Unauthorized");
    await expect(
      bench.vault.connect(stranger).redeemInKind(shares, holder.address, holder.address),
    ).to.be.revertedWithCustomError(bench.vault, "ERC20InsufficientAllowance");
  });

  it("of a little is a little: whoever holds a cent's share leaves with it", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 100_000);
    await bench.start();
    await bench.bought(5, 20);
    const shares = (await bench.vault.balanceOf(holder.address)) / 10_000_000n;
    await bench.vault.connect(holder).redeemInKind(shares, holder.address, holder.address);
  });
});

describe("Options vault: leverage", () => {
  let bench: VaultBench;
  let holder: HardhatEthersSigner;
  beforeEach(async () => {
    bench = await VaultBench.create({ terms: { fundingBps: 13_000n } });
    holder = await bench.entered(1, 50_000);
    await bench.start();
  });

  it("sells up to 1.3 of initial margin, more than full funding would", async () => {
    const { available } = await bench.vault.offer(bench.size(1));
    const { strike } = await bench.vault.epoch();
    expect(available).to.be.above((2n * 50_000n * 10n ** 10n) / strike);
    const buyer = await bench.holder(5);
    await bench.vault.connect(buyer).buy(available, 10n ** 12n, buyer.address);
    const id = await bench.vault.bookId();
    const { cash } = await bench.bookOf(id);
    const { initial } = await bench.house.requirement(id);
    expect(cash * 10n).to.be.at.least(initial.amount * 13n);
    expect(cash).to.be.below(await bench.house.maxLoss(id));
    await expect(
      bench.vault.connect(buyer).buy(available / 8n, 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_NotFunded");
  });

  /** The price falls until the vault's book can be flagged, and it is. */
  async function flag(): Promise<bigint> {
    const buyer = await bench.holder(5);
    const { available } = await bench.vault.offer(bench.size(1));
    await bench.vault.connect(buyer).buy(available, 10n ** 12n, buyer.address);
    await bench.tell(2_200);
    const low = readingAt(2_200);
    await bench.clearing.risk.setLiquidation({
      allowed: 3n,
      isPrimary: true,
      bidTime: 100_000n,
      earlierPrice: low.price,
      earlierLow: low.low,
      earlierHigh: low.high,
    });
    const id = await bench.vault.bookId();
    await bench.house.flag(id);
    return id;
  }

  it("is flagged like any book; depositors leave in kind and the flag goes along (findings 40, 47)", async () => {
    const book = await flag();
    expect((await bench.house.book(book)).state).to.equal(FLAGGED);
    const shares = (await bench.vault.balanceOf(holder.address)) / 4n;
    const vault = bench.vault.connect(holder);
    const { id } = await vault.redeemInKind.staticCall(shares, holder.address, holder.address);
    await vault.redeemInKind(shares, holder.address, holder.address);
    expect((await bench.house.book(id)).state).to.equal(FLAGGED);
    const [left, stayed] = [await bench.bookOf(id), await bench.bookOf(book)];
    // The same margin health for leaver and stayers, to a millionth.
    expect((left.cash * 10n ** 9n) / left.written).to.be.closeTo(
      (stayed.cash * 10n ** 9n) / stayed.written,
      1_000_000n,
    );
  });

  it("sells nothing while it is flagged", async () => {
    await flag();
    await bench.tell(2_990);
    const buyer = await bench.holder(6);
    await expect(
      bench.vault.connect(buyer).buy(bench.size(1), 10n ** 12n, buyer.address),
    ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_WrongState");
  });

  it("closes after its book was taken by bidders", async () => {
    const book = await flag();
    const bidder = await bench.clearing.account(12, 2_000_000);
    const { expiry } = await bench.vault.epoch();
    const into = bench.clearing.bookId(bidder.address, 0n, bench.market, expiry);
    await bench.house.connect(bidder).fund(into, 1_000_000n * DOLLAR);
    await bench.house.connect(bidder).bid(book, into, 10n ** 18n, 0n);
    await bench.settled(2_200);
    expect(await bench.vault.totalAssets()).to.be.below(50_000n * DOLLAR);
    const shares = await bench.vault.balanceOf(holder.address);
    await bench.vault.connect(holder).requestRedeem(shares, holder.address, holder.address);
    await bench.vault.closeEpoch();
    expect(await bench.vault.maxWithdraw(holder.address)).to.be.above(0n);
  });

  it("asks for no unwinding at a price: a request waits until the epoch is over (finding 47)", async () => {
    await bench.bought(5, 30);
    const shares = await bench.vault.balanceOf(holder.address);
    const written = (await bench.bookOf(await bench.vault.bookId())).written;
    await bench.vault.connect(holder).requestRedeem(shares, holder.address, holder.address);
    await bench.pass(WEEK / 2);
    expect((await bench.bookOf(await bench.vault.bookId())).written).to.equal(written);
    expect(await bench.vault.maxRedeem(holder.address)).to.equal(0n);
    await bench.pass(HOUR);
    await bench.settled(3_000);
    expect(await bench.vault.maxRedeem(holder.address)).to.equal(shares);
  });
});

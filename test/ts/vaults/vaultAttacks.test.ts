// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { FeeToken__factory } from "../../../typechain-types/factories/mocks/FeeToken__factory.ts";
import { Failure, Kind, NO_FEED } from "../clearing/ClearingBench.ts";
import { COIN, DOLLAR, HOUR, VaultBench, vaultTerms, WEEK } from "./VaultBench.ts";

const DAY = 24 * HOUR;

/** Dollars of an account in its wallet and in the Clearinghouse. */
async function wealth(bench: VaultBench, account: HardhatEthersSigner): Promise<bigint> {
  const [held, free] = await Promise.all([
    bench.token.balanceOf(account.address),
    bench.house.freeBalance(account.address, bench.token),
  ]);
  return held + free;
}

async function redeemAll(bench: VaultBench, holder: HardhatEthersSigner): Promise<void> {
  const vault = bench.vault.connect(holder);
  await vault.redeem(await vault.maxRedeem(holder.address), holder.address, holder.address);
}

/** Puts whole dollars of an account into its free balance. */
async function bank(bench: VaultBench, account: HardhatEthersSigner, dollars: number): Promise<void> {
  const amount = BigInt(dollars) * DOLLAR;
  await bench.token.connect(account).approve(bench.house, amount);
  await bench.house.connect(account).deposit(bench.token, amount, account.address);
}

describe("Attacks on an options vault: the price of a share", () => {
  it("a first depositor who gives the vault a fortune cannot round the next one away (inflation)", async () => {
    const bench = await VaultBench.create();
    const attacker = await bench.holder(1);
    const start = await wealth(bench, attacker);
    await bench.vault.connect(attacker).requestDeposit(1n, attacker.address, attacker.address);
    await bench.vault.closeEpoch();
    await bench.claim(attacker);
    await bank(bench, attacker, 10_000);
    await bench.token.connect(attacker).approve(bench.house, 2n ** 255n);
    await bench.house.connect(attacker).deposit(bench.token, 10_000n * DOLLAR, bench.vault);

    const victim = await bench.entered(2, 100);
    const worth = await bench.vault.convertToAssets(await bench.vault.balanceOf(victim.address));
    expect(worth, "the victim has what he gave, to a cent").to.be.at.least(100n * DOLLAR - DOLLAR / 100n);
    const shares = await bench.vault.balanceOf(attacker.address);
    await bench.vault.connect(attacker).requestRedeem(shares, attacker.address, attacker.address);
    await bench.vault.closeEpoch();
    await redeemAll(bench, attacker);
    expect(await wealth(bench, attacker), "and the attacker half of his gift at most").to.be.below(
      start - 4_000n * DOLLAR,
    );
  });

  it("money sent into the vault's book is a gift to all holders and no one's gain (finding 44)", async () => {
    const bench = await VaultBench.create();
    const [attacker, victim] = [await bench.asked(1, 50_000), await bench.asked(2, 50_000)];
    const expiry = await bench.start();
    for (const holder of [attacker, victim]) await bench.claim(holder);
    const before = await wealth(bench, attacker);
    await bank(bench, attacker, 1_000);
    await bench.house.connect(attacker).fund(await bench.vault.bookId(), 1_000n * DOLLAR);
    const shares = await bench.vault.balanceOf(attacker.address);
    await bench.vault.connect(attacker).requestRedeem(shares, attacker.address, attacker.address);
    await bench.pass(Number(expiry) + 1 - (await bench.now()));
    await bench.vault.closeEpoch();
    await redeemAll(bench, attacker);
    expect((await wealth(bench, attacker)) - before).to.be.closeTo(49_500n * DOLLAR, 10n);
    expect(await bench.vault.convertToAssets(await bench.vault.balanceOf(victim.address))).to.be.closeTo(
      50_500n * DOLLAR,
      10n,
    );
  });

  it("a gift beyond all bounds, of a token with trillions of coins, blocks no price: it only keeps deposits out", async () => {
    const bench = await VaultBench.create({ kind: Kind.Coin });
    const holder = await bench.entered(1, 10);
    const donor = await bench.holder(2);
    const gift = 2n ** 70n; // ledger units: a trillion coins
    await bench.token.mint(donor, gift * 10n ** 9n);
    await bench.token.connect(donor).approve(bench.house, gift * 10n ** 9n);
    await bench.house.connect(donor).deposit(bench.token, gift, bench.vault);
    await bench.asked(3, 1);
    await bench.vault.closeEpoch();
    expect((await bench.vault.waiting()).managed).to.equal(2n ** 64n - 1n);
    await expect(bench.vault.connect(donor).requestDeposit(COIN, donor, donor)).to.be.revertedWithCustomError(
      bench.vault,
      "OptionsVault_CapReached",
    );
    const shares = await bench.vault.balanceOf(holder);
    await bench.vault.connect(holder).requestRedeem(shares, holder, holder);
    await bench.vault.closeEpoch();
    const before = await bench.token.balanceOf(holder);
    await bench.vault.connect(holder).redeem(shares, holder, holder);
    expect((await bench.token.balanceOf(holder)) - before, "his coins and almost all of the gift").to.be.above(
      (gift * 10n ** 9n * 99n) / 100n,
    );
  });

  it("tokens sent to the vault itself change nothing", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 1_000);
    const worth = await bench.vault.convertToAssets(await bench.vault.balanceOf(holder.address));
    await bench.token.mint(bench.vault, 500n * DOLLAR);
    expect(await bench.vault.convertToAssets(await bench.vault.balanceOf(holder.address))).to.equal(worth);
    const late = await bench.entered(2, 1_000);
    expect(await bench.vault.balanceOf(late.address)).to.equal(await bench.vault.balanceOf(holder.address));
  });

  it("joining before the start or the close and leaving right after brings nothing (sandwich)", async () => {
    const bench = await VaultBench.create();
    await bench.entered(1, 100_000);
    await bench.start();
    await bench.bought(5, 30);
    await bench.priced(3_000);
    // The premium is earned and seen; a deposit made now gets the price behind it.
    const attacker = await bench.asked(2, 900_000);
    await bench.vault.closeEpoch();
    await bench.claim(attacker);
    const shares = await bench.vault.balanceOf(attacker.address);
    await bench.vault.connect(attacker).requestRedeem(shares, attacker.address, attacker.address);
    await bench.pass(2 * HOUR);
    await bench.vault.startEpoch();
    await redeemAll(bench, attacker);
    expect(await wealth(bench, attacker)).to.be.within(1_000_000n * DOLLAR - 2n, 1_000_000n * DOLLAR);
  });

  it("leaving in the last second before a loss takes its share of the loss along", async () => {
    const bench = await VaultBench.create();
    const [leaver, stayer] = [await bench.asked(1, 60_000), await bench.asked(2, 60_000)];
    const expiry = await bench.start();
    for (const holder of [leaver, stayer]) await bench.claim(holder);
    await bench.bought(5, 40);
    await bench.tell(2_000); // everybody sees what comes
    await bench.pass(Number(expiry) - 5 - (await bench.now()));
    const shares = await bench.vault.balanceOf(leaver.address);
    const vault = bench.vault.connect(leaver);
    const { id } = await vault.redeemInKind.staticCall(shares, leaver.address, leaver.address);
    await vault.redeemInKind(shares, leaver.address, leaver.address);
    const { expiry: day } = await bench.vault.epoch();
    await bench.clearing.mark(day, 2_000);
    await bench.pass(Number(day) + 120 - (await bench.now()));
    await bench.house.settleExpiry(bench.market, day, 0);
    await bench.vault.closeEpoch();
    await bench.house.settleBooks([id]);
    const free = (await bench.bookOf(id)).cash;
    const worth = await bench.vault.convertToAssets(await bench.vault.balanceOf(stayer.address));
    expect(free).to.be.below(48_000n * DOLLAR);
    expect(free).to.be.closeTo(worth, 30n * DOLLAR); // duties and tips
  });

  it("a thousand cents asked to deposit for a stranger are gifts that cost the vault nothing (dust)", async () => {
    const bench = await VaultBench.create();
    const victim = await bench.asked(1, 1_000);
    const attacker = await bench.holder(2);
    const vault = bench.vault.connect(attacker);
    for (let round = 0; round < 20; round += 1) {
      await vault.requestDeposit(1n, victim.address, attacker.address);
    }
    const before = (await (await bench.vault.closeEpoch()).wait())!.gasUsed;
    expect(await bench.vault.maxDeposit(victim.address)).to.equal(1_000n * DOLLAR + 20n);
    await vault.requestDeposit(1n, victim.address, attacker.address);
    const after = (await (await bench.vault.closeEpoch()).wait())!.gasUsed;
    expect(after, "closing costs the same whoever asked how often").to.be.at.most(before);
    await bench.claim(victim);
  });

  it("a token that keeps a part of what is sent is refused before anybody waits for it", async () => {
    const bench = await VaultBench.create();
    const { clearing, factory } = bench;
    const { ethers } = clearing.connection;
    const token = FeeToken__factory.connect(
      await (await ethers.deployContract("FeeToken")).getAddress(),
      await clearing.signer(0),
    );
    await bench.house.enableCollateral(token, NO_FEED);
    const collateral = await token.getAddress();
    const { kind, feed, risk, parameterSet, insurer } = await bench.house.marketParams(bench.market);
    const params = { collateral, kind, feed, risk, parameterSet, insurer };
    await bench.house.createMarket(params);
    const terms = vaultTerms(await bench.house.marketCount());
    const address = await factory.create.staticCall(terms);
    await factory.create(terms);
    const vault = bench.vault.attach(address).connect(await clearing.signer(1)) as typeof bench.vault;
    const holder = (await clearing.signer(1)).address;
    await token.mint(holder, 10n ** 18n);
    await token.connect(await clearing.signer(1)).approve(address, 10n ** 18n);
    await expect(vault.requestDeposit(10n ** 15n, holder, holder))
      .to.be.revertedWithCustomError(vault, "OptionsVault_NotArrived")
      .withArgs(10n ** 15n, (10n ** 15n * 99n) / 100n);
  });

  it("nobody else moves shares, requests or cash of the vault", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 60_000);
    await bench.start();
    await bench.bought(5, 10);
    const attacker = await bench.holder(2);
    const shares = await bench.vault.balanceOf(holder.address);
    await bench.vault.connect(holder).requestRedeem(shares / 2n, holder.address, holder.address);
    const vault = bench.vault.connect(attacker);
    const house = bench.house.connect(attacker);
    const book = await bench.vault.bookId();
    for (const [call, contract, error] of [
      [() => vault.cancelRedeemRequest(0, holder.address), vault, "OptionsVault_Unauthorized"],
      [() => vault.redeem(1n, attacker.address, holder.address), vault, "OptionsVault_Unauthorized"],
      [() => vault.withdraw(1n, attacker.address, holder.address), vault, "OptionsVault_Unauthorized"],
      [() => vault.requestRedeem(1n, attacker.address, holder.address), vault, "ERC20InsufficientAllowance"],
      [() => house.defund(book, 1n, attacker.address), house, "Clearinghouse_Unauthorized"],
      [() => house.splitBook(book, attacker.address, 1, 2), house, "Clearinghouse_Unauthorized"],
    ] as const) {
      await expect(call()).to.be.revertedWithCustomError(contract, error);
    }
  });
});

describe("Options vault: when somebody or something fails", () => {
  it("a keeper that never comes: the vault idles, nobody loses, everybody leaves", async () => {
    const bench = await VaultBench.create();
    const holder = await bench.entered(1, 60_000);
    await bench.pass(20 * WEEK);
    const shares = await bench.vault.balanceOf(holder.address);
    await bench.vault.connect(holder).requestRedeem(shares, holder.address, holder.address);
    await bench.vault.connect(holder).closeEpoch();
    await redeemAll(bench, holder);
    expect(await wealth(bench, holder)).to.equal(1_000_000n * DOLLAR);
  });

  it("an epoch that nobody closed for weeks closes like any other, and the next starts at the next boundary", async () => {
    const bench = await VaultBench.create();
    await bench.entered(1, 60_000);
    await bench.start();
    await bench.bought(5, 15);
    await bench.priced(3_000);
    await bench.pass(5 * WEEK);
    await bench.vault.closeEpoch();
    await bench.start();
    expect((await bench.vault.waiting()).number).to.equal(2n);
  });

  it("an oracle that dies mid-epoch: nothing is sold, in kind one leaves, the ladder settles, the vault closes", async () => {
    const bench = await VaultBench.create();
    const [leaver, stayer] = [await bench.asked(1, 60_000), await bench.asked(2, 60_000)];
    const expiry = await bench.start();
    for (const holder of [leaver, stayer]) await bench.claim(holder);
    await bench.bought(5, 20);
    await bench.clearing.risk.fail(Failure.Reverts);
    await bench.clearing.marks.setFailure(true, false);
    const buyer = await bench.holder(6);
    await expect(bench.vault.connect(buyer).buy(bench.size(1), 10n ** 12n, buyer.address)).to.revert(
      bench.clearing.connection.ethers,
    );
    const shares = await bench.vault.balanceOf(leaver.address);
    await bench.vault.connect(leaver).redeemInKind(shares, leaver.address, leaver.address);
    // Seven days later the last rung takes the price that the last opening left.
    await bench.clearing.at(Number(expiry) + 7 * DAY + 60);
    await bench.house.settleExpiry(bench.market, expiry, 0, { gasLimit: 16_000_000 });
    await bench.vault.closeEpoch();
    expect(await bench.vault.totalAssets()).to.be.above(60_000n * DOLLAR);
  });

  it("an insolvent leveraged vault owes nobody more than it has", async () => {
    const bench = await VaultBench.create({ kind: Kind.Quote, terms: { fundingBps: 13_000n } });
    const holder = await bench.entered(1, 50_000);
    await bench.start();
    const buyer = await bench.holder(5);
    const { available } = await bench.vault.offer(bench.size(1));
    await bench.vault.connect(buyer).buy(available, 10n ** 12n, buyer.address);
    await bench.settled(500);
    expect(await bench.vault.totalAssets()).to.equal(0n);
    // Its shares are worth nothing; whoever asks to join is not robbed by them but has his money back.
    const next = await bench.asked(2, 1_000);
    await bench.vault.closeEpoch();
    expect(await bench.vault.maxDeposit(next.address)).to.equal(0n);
    expect(await bench.vault.claimableCancelDepositRequest(0, next.address)).to.equal(1_000n * DOLLAR);
    await bench.vault.connect(next).claimCancelDepositRequest(0, next.address, next.address);
    expect(await wealth(bench, next)).to.equal(1_000_000n * DOLLAR);
    expect(await bench.vault.convertToAssets(await bench.vault.balanceOf(holder.address))).to.be.below(DOLLAR);
  });
});

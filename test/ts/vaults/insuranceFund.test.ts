// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { UNIT } from "../clearing/attackTools.ts";
import { ClearingBench, DAY, Failure, Kind, Mode, readingAt } from "../clearing/ClearingBench.ts";
import { COOLDOWN, FundBench, SHARE, WINDOW } from "./FundBench.ts";

describe("Insurance fund: entering", () => {
  let bench: FundBench;
  beforeEach(async () => {
    bench = await FundBench.create();
  });

  it("turns collateral into insurance of its market, at par for the first", async () => {
    const holder = await bench.entered(1, 1_000);
    expect(await bench.fund.balanceOf(holder.address)).to.equal(1_000n * SHARE);
    expect((await bench.insurance()).insurance).to.equal(1_000n * UNIT);
    expect(await bench.fund.totalAssets()).to.equal(1_000n * UNIT);
    expect(await bench.clearing.dollar.balanceOf(bench.fund), "nothing stays in the fund").to.equal(0n);
    expect(
      await bench.clearing.dollar.allowance(await bench.fund.getAddress(), await bench.clearing.house.getAddress()),
      "and no approval",
    ).to.equal(0n);
  });

  it("mints what the previews say", async () => {
    await bench.entered(1, 1_000);
    await bench.clearing.house.connect(await bench.clearing.account(5)).fundInsurance(bench.market, 333n * UNIT + 7n);
    const holder = await bench.holder(2);
    const fund = bench.fund.connect(holder);

    const shares = await fund.previewDeposit(10n * UNIT);
    await fund.deposit(10n * UNIT, holder.address);
    expect(await fund.balanceOf(holder.address)).to.equal(shares);

    const before = await bench.clearing.dollar.balanceOf(holder.address);
    const assets = await fund.previewMint(5n * SHARE);
    await fund.mint(5n * SHARE, holder.address);
    expect(before - (await bench.clearing.dollar.balanceOf(holder.address))).to.equal(assets);
    expect(await fund.balanceOf(holder.address)).to.equal(shares + 5n * SHARE);
  });

  it("maxMint is what minting takes, to the last share, whatever a share costs", async () => {
    await bench.entered(1, 1_000);
    await bench.clearing.house.connect(await bench.clearing.account(5)).fundInsurance(bench.market, 333n * UNIT + 7n);
    const holder = await bench.holder(2, 2 ** 45);
    const fund = bench.fund.connect(holder);
    const most = await fund.maxMint(holder.address);
    await expect(fund.mint(most + SHARE, holder.address)).to.be.revertedWithCustomError(
      bench.clearing.house,
      "Clearinghouse_AmountTooLarge",
    );
    await fund.mint(most, holder.address);
    expect(await fund.balanceOf(holder.address)).to.equal(most);
    expect(await fund.maxMint(holder.address), "less than a ledger unit's").to.be.below(SHARE / UNIT);
  });

  it("fees and penalties are everybody's gain", async () => {
    const holder = await bench.entered(1, 1_000);
    await bench.short(20_000);
    const fees = (await bench.insurance()).insurance - 1_000n * UNIT;
    expect(fees, "40 % of 2 bp of 30,000").to.equal((30_000n * UNIT * 2n * 2n) / 50_000n);
    const worth = await bench.fund.convertToAssets(await bench.fund.balanceOf(holder.address));
    expect(worth).to.be.closeTo(1_000n * UNIT + fees, 1n);
  });

  it("refuses what it cannot do by name", async () => {
    const coins = await FundBench.create({ kind: Kind.Coin });
    const holder = await bench.holder(1);
    const fund = bench.fund.connect(holder);
    const refused = (call: Promise<unknown>, error: string) =>
      expect(call, error).to.be.revertedWithCustomError(bench.fund, error);
    await refused(fund.deposit(0n, holder.address), "InsuranceFund_ZeroAmount");
    await refused(fund.mint(0n, holder.address), "InsuranceFund_ZeroAmount");
    await refused(fund.requestRedeem(0n, holder.address, holder.address), "InsuranceFund_ZeroAmount");
    await refused(fund.cancelRedeemRequest(holder.address), "InsuranceFund_NothingRequested");
    await refused(fund.previewRedeem(1n), "InsuranceFund_AsynchronousRedeem");
    await refused(fund.previewWithdraw(1n), "InsuranceFund_AsynchronousRedeem");
    await refused(fund.wire(), "InsuranceFund_AlreadyWired");
    await refused(fund.collect(), "InsuranceFund_NothingToCollect");
    await refused(fund.startSale(), "InsuranceFund_NothingToSell");
    await refused(fund.buyBonds(1n, 1n, holder.address), "InsuranceFund_NothingToSell");
    await expect(coins.fund.deposit(10n ** 9n + 1n, holder.address), "half a ledger unit")
      .to.be.revertedWithCustomError(coins.fund, "InsuranceFund_NotWhole")
      .withArgs(10n ** 9n + 1n, 10n ** 9n);
  });

  it("works for a coin of 18 decimals, whose ledger unit is a billionth", async () => {
    const coins = await FundBench.create({ kind: Kind.Coin });
    const { coin } = coins.clearing;
    const holder = await coins.clearing.signer(1);
    await coin.mint(holder.address, 10n ** 19n);
    await coin.connect(holder).approve(coins.fund, 10n ** 19n);
    const fund = coins.fund.connect(holder);
    await fund.deposit(10n ** 19n, holder.address);
    expect(await fund.decimals()).to.equal(15n);
    expect(await fund.totalAssets()).to.equal(10n ** 19n);
    await coins.ask(holder);
    await coins.pass(COOLDOWN);
    await fund.redeem(await fund.maxRedeem(holder.address), holder.address, holder.address);
    expect(await coin.balanceOf(holder.address)).to.equal(10n ** 19n);
  });

  it("is wired once, by anyone, to the market that names it and no other", async () => {
    const clearing = await ClearingBench.create();
    const { ethers } = clearing.connection;
    const params = {
      collateral: await clearing.dollar.getAddress(),
      kind: Kind.Quote,
      feed: 0n,
      risk: await clearing.risk.getAddress(),
      parameterSet: 0n,
      insurer: ethers.ZeroAddress,
    };
    const fund = await ethers.deployContract("InsuranceFund", [
      await clearing.house.getAddress(),
      params,
      await clearing.coin.getAddress(),
      "n",
      "s",
    ]);
    const insurer = await fund.getAddress();
    // Somebody else's market names the fund too, with another parameter set.
    await clearing.house.createMarket({ ...params, parameterSet: 1n, insurer });
    await expect(fund.getFunction("wire")(), "its own does not exist yet").to.be.revertedWithCustomError(
      clearing.house,
      "Clearinghouse_UnknownMarket",
    );
    expect(await fund.getFunction("totalAssets")(), "a fund without a market is empty, not broken").to.equal(0n);
    expect(await fund.getFunction("maxDeposit")(insurer)).to.equal(0n);
    await clearing.house.createMarket({ ...params, insurer });
    await fund.connect(await clearing.signer(7)).getFunction("wire")();
    expect(await fund.getFunction("market")()).to.equal(4n);
  });

  it("says which interfaces it has", async () => {
    for (const id of ["0x01ffc9a7", "0xe3bc4e65", "0x620ee8e4", "0x2f0a18c5"])
      expect(await bench.fund.supportsInterface(id), id).to.equal(true);
    expect(await bench.fund.supportsInterface("0xffffffff")).to.equal(false);
    expect(await bench.fund.share()).to.equal(await bench.fund.getAddress());
    expect(await bench.fund.asset()).to.equal(await bench.clearing.dollar.getAddress());
  });
});

describe("Insurance fund: leaving", () => {
  let bench: FundBench;
  beforeEach(async () => {
    bench = await FundBench.create();
  });

  it("waits ten days of uptime, then has three days, then has lapsed", async () => {
    const holder = await bench.entered(1, 1_000);
    const shares = await bench.fund.balanceOf(holder.address);
    await bench.ask(holder);
    const state = async () => [
      await bench.fund.pendingRedeemRequest(0, holder.address),
      await bench.fund.claimableRedeemRequest(0, holder.address),
    ];
    await bench.pass(COOLDOWN - 1);
    expect(await state(), "a second early").to.deep.equal([shares, 0n]);
    await expect(bench.fund.connect(holder).redeem(1n * SHARE, holder.address, holder.address))
      .to.be.revertedWithCustomError(bench.fund, "InsuranceFund_NotClaimable")
      .withArgs(holder.address, 1n * SHARE, 0n);
    await bench.pass(1);
    expect(await state(), "due").to.deep.equal([0n, shares]);
    await bench.pass(WINDOW);
    expect(await state(), "the last second").to.deep.equal([0n, shares]);
    await bench.pass(1);
    expect(await state(), "lapsed").to.deep.equal([shares, 0n]);
    expect(await bench.fund.maxRedeem(holder.address)).to.equal(0n);
    expect(await bench.fund.maxWithdraw(holder.address)).to.equal(0n);

    await bench.fund.connect(holder).cancelRedeemRequest(holder.address);
    await bench.ask(holder);
    await bench.pass(COOLDOWN);
    expect(await bench.leave(holder)).to.equal(1_000n * UNIT);
  });

  /** A request that is asked for, with an oracle that says nothing of uptime from then on. */
  const takesThirtyDays = async (silence: () => Promise<unknown>): Promise<void> => {
    const holder = await bench.entered(1, 1_000);
    await bench.ask(holder);
    await silence();
    const started = Number((await bench.fund.requestOf(holder.address)).requestedAt);
    await bench.clearing.at(started + 30 * DAY - 1);
    expect(await bench.fund.maxRedeem(holder.address)).to.equal(0n);
    await bench.clearing.at(started + 30 * DAY);
    expect(await bench.leave(holder)).to.equal(1_000n * UNIT);
  };

  it("with the oracle halted for weeks it takes thirty days of wall time (law 1)", async () =>
    takesThirtyDays(async () => {
      await bench.clearing.marks.setFailure(true, false);
      await bench.clearing.risk.fail(Failure.Reverts);
    }));

  it("an uptime that no feed can have counts like silence: it lets no request lapse", async () =>
    takesThirtyDays(async () => bench.clearing.marks.setUptime(2n ** 64n - 1n)));

  it("asks the oracle nothing about who asked for nothing", async () => {
    const holder = await bench.entered(1, 1_000);
    const little = { gasLimit: 150_000 };
    expect(await bench.fund.claimableRedeemRequest(0, holder.address, little)).to.equal(0n);
    await bench.ask(holder);
    await expect(bench.fund.claimableRedeemRequest(0, holder.address, little)).to.be.revertedWithCustomError(
      bench.fund,
      "InsuranceFund_GasStarved",
    );
  });

  it("asks for no mode and no price", async () => {
    const holder = await bench.entered(1, 1_000);
    await bench.ask(holder);
    await bench.clearing.risk.set(readingAt(3000, { mode: Mode.Halted, opens: false }));
    await bench.clearing.house.sunset(bench.market);
    await bench.pass(COOLDOWN);
    await bench.clearing.risk.fail(Failure.BurnsGas);
    expect(await bench.leave(holder)).to.equal(1_000n * UNIT);
  });

  it("pays part of what is claimable, in shares or in assets", async () => {
    const holder = await bench.entered(1, 1_000);
    await bench.ask(holder);
    await bench.pass(COOLDOWN);
    const fund = bench.fund.connect(holder);
    await fund.withdraw(100n * UNIT, holder.address, holder.address);
    await fund.redeem(200n * SHARE, holder.address, holder.address);
    expect(await fund.claimableRedeemRequest(0, holder.address)).to.equal(700n * SHARE);
    expect((await bench.insurance()).insurance).to.equal(700n * UNIT);
    await expect(fund.withdraw(701n * UNIT, holder.address, holder.address)).to.be.revertedWithCustomError(
      fund,
      "InsuranceFund_NotClaimable",
    );
  });

  it("what is added to a request restarts its clock; a cancelled one gives its shares back", async () => {
    const holder = await bench.entered(1, 1_000);
    await bench.ask(holder, 400n * SHARE);
    await bench.pass(COOLDOWN);
    await bench.ask(holder, 100n * SHARE);
    expect(await bench.fund.claimableRedeemRequest(0, holder.address)).to.equal(0n);
    expect(await bench.fund.pendingRedeemRequest(0, holder.address)).to.equal(500n * SHARE);
    await bench.fund.connect(holder).cancelRedeemRequest(holder.address);
    expect(await bench.fund.balanceOf(holder.address)).to.equal(1_000n * SHARE);
  });

  it("only the holder or his operator asks, cancels and redeems, and nobody restarts his clock", async () => {
    const [holder, other] = [await bench.entered(1, 1_000), await bench.entered(2, 1_000)];
    const theirs = bench.fund.connect(other);
    await bench.ask(holder);
    const refused = (call: Promise<unknown>, error = "InsuranceFund_Unauthorized") =>
      expect(call, error).to.be.revertedWithCustomError(bench.fund, error);
    await refused(theirs.requestRedeem(1n, holder.address, holder.address));
    await refused(theirs.requestRedeem(1n, holder.address, other.address), "InsuranceFund_WrongController");
    await refused(theirs.cancelRedeemRequest(holder.address));
    await bench.pass(COOLDOWN);
    await refused(theirs.redeem(1n * SHARE, other.address, holder.address));
    await refused(theirs.withdraw(1n * UNIT, other.address, holder.address));
    await bench.fund.connect(holder).setOperator(other.address, true);
    await theirs.redeem(1n * SHARE, holder.address, holder.address);
    await bench.fund.connect(holder).setOperator(other.address, false);
    await refused(theirs.redeem(1n * SHARE, holder.address, holder.address));
  });

  it("what is reserved stays: an exit counts only the rest", async () => {
    const [first, second] = [await bench.entered(1, 50_000), await bench.entered(2, 50_000)];
    await bench.ask(first);
    const book = await bench.short(12_000, 10, bench.clearing.expiry + 20n * BigInt(DAY));
    await bench.pass(COOLDOWN);
    await bench.flag(book, 5_800);
    const { insurance, reserved } = await bench.insurance();
    expect(reserved, "what the book lacks").to.be.above(10_000n * UNIT);
    expect(await bench.fund.totalAssets()).to.equal(insurance - reserved);
    const paid = await bench.leave(first);
    expect(paid).to.be.closeTo((insurance - reserved) / 2n, 2n);
    const left = await bench.insurance();
    expect(left.insurance - left.reserved, "the other's half").to.be.closeTo((insurance - reserved) / 2n, 2n);
    expect(await bench.fund.balanceOf(second.address)).to.equal(50_000n * SHARE);
  });
});

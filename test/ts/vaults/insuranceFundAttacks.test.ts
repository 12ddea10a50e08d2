// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { UNIT } from "../clearing/attackTools.ts";
import { DAY, Kind, NO_FEED } from "../clearing/ClearingBench.ts";
import { COOLDOWN, FundBench, SHARE, WINDOW } from "./FundBench.ts";

const LATER = 20n * BigInt(DAY);

describe("Attacks on the insurance fund: leaving before a loss (design review, finding 16)", () => {
  it("who asks when he sees the loss bears it: shares that wait stay at risk, at the price of the execution", async () => {
    const bench = await FundBench.create();
    const [runner, other] = [await bench.entered(1, 50_000), await bench.entered(2, 50_000)];
    const book = await bench.short(12_000);
    await bench.ask(runner);
    await bench.pass(2 * DAY);
    await bench.settle(book, 5_000);
    const { insurance, reserved } = await bench.insurance();
    const fees = 2_400_000n; // 40 % of 2 bp of 30,000
    const drawn = 100_000n * UNIT + fees - insurance;
    expect(drawn / UNIT, "20,000 owed, 12,000 held before fee and tips").to.be.closeTo(8_000n, 10n);
    expect(reserved).to.equal(0n);
    await bench.pass(COOLDOWN - 2 * DAY + DAY);
    expect(await bench.leave(runner)).to.be.closeTo(insurance / 2n, 2n);
    expect(await bench.fund.convertToAssets(await bench.fund.balanceOf(other.address))).to.be.closeTo(
      insurance / 2n,
      2n,
    );
  });

  it("a flagged insolvent book is reserved for: a request that fell due the same day leaves without its share", async () => {
    const bench = await FundBench.create();
    const [runner] = [await bench.entered(1, 50_000), await bench.entered(2, 50_000)];
    const book = await bench.short(12_000, 10, bench.clearing.expiry + LATER);
    await bench.ask(runner);
    await bench.pass(COOLDOWN);
    await bench.flag(book, 5_800);
    const { insurance, reserved } = await bench.insurance();
    expect(await bench.leave(runner)).to.be.at.most((insurance - reserved) / 2n);
    const left = await bench.insurance();
    expect(left.insurance, "the loss is still covered").to.be.at.least(reserved);
  });

  it("nobody keeps a request ready: an unused one lapses, however often the wall clock turns", async () => {
    const bench = await FundBench.create();
    const runner = await bench.entered(1, 50_000);
    await bench.ask(runner);
    await bench.pass(COOLDOWN + WINDOW + 1);
    for (const days of [1, 6, 10, 4, 30]) {
      await bench.pass(days * DAY);
      expect(await bench.fund.maxRedeem(runner.address), `${days} days later`).to.equal(0n);
    }
  });

  it("starving the oracle's answer of gas buys no time: it fails instead", async () => {
    const bench = await FundBench.create();
    const runner = await bench.entered(1, 50_000);
    const theirs = bench.fund.connect(runner);
    for (const gasLimit of [120_000, 160_000, 220_000]) {
      const call = theirs.requestRedeem.staticCall(SHARE, runner.address, runner.address, { gasLimit });
      await expect(call, String(gasLimit)).to.be.revertedWithCustomError(theirs, "InsuranceFund_GasStarved");
    }
  });
});

describe("Attacks on the insurance fund: buying what is reserved", () => {
  it("who enters while much is reserved gains nothing when it is released", async () => {
    const bench = await FundBench.create();
    await bench.entered(1, 50_000);
    const book = await bench.short(12_000, 10, bench.clearing.expiry + LATER);
    await bench.flag(book, 5_800);
    const attacker = await bench.entered(3, 50_000);
    expect(await bench.fund.convertToAssets(await bench.fund.balanceOf(attacker.address))).to.be.below(50_000n * UNIT);
    // The book is healed: all of the reserve is the fund's again.
    const writer = await bench.clearing.account(8);
    await bench.clearing.house.connect(writer).fund(book, 30_000n * UNIT);
    await bench.clearing.house.unflag(book);
    expect((await bench.insurance()).reserved).to.equal(0n);
    await bench.ask(attacker);
    await bench.pass(COOLDOWN);
    expect(await bench.leave(attacker), "no more than was paid in").to.be.at.most(50_000n * UNIT);
  });

  it("who enters with everything reserved voids nobody's shares", async () => {
    const bench = await FundBench.create();
    const holder = await bench.entered(1, 5_000);
    const book = await bench.short(12_000, 10, bench.clearing.expiry + LATER);
    await bench.flag(book, 5_800);
    const { insurance, reserved } = await bench.insurance();
    expect(reserved, "all of it").to.equal(insurance);
    expect(await bench.fund.totalAssets()).to.equal(0n);
    await bench.entered(3, 1);
    expect(await bench.fund.generation()).to.equal(0n);
    expect(await bench.fund.balanceOf(holder.address)).to.equal(5_000n * SHARE);
    expect((await bench.fund.totalSupply()) - 5_000n * SHARE, "bought at the price of all insurance").to.be.at.most(
      SHARE,
    );
  });

  it("an exit that would pay nothing burns nothing", async () => {
    const bench = await FundBench.create();
    const holder = await bench.entered(1, 5_000);
    await bench.ask(holder);
    const book = await bench.short(12_000, 10, bench.clearing.expiry + LATER);
    await bench.pass(COOLDOWN);
    await bench.flag(book, 5_800);
    expect(await bench.fund.maxRedeem(holder.address)).to.equal(0n);
    await expect(
      bench.fund.connect(holder).redeem(5_000n * SHARE, holder.address, holder.address),
    ).to.be.revertedWithCustomError(bench.fund, "InsuranceFund_NothingToPay");
    expect(await bench.fund.claimableRedeemRequest(0, holder.address)).to.equal(5_000n * SHARE);
  });
});

describe("Attacks on the insurance fund: donations (finding 44)", () => {
  it("a donation before the first real deposit steals nothing worth it", async () => {
    const bench = await FundBench.create();
    const attacker = await bench.holder(3);
    await bench.fund.connect(attacker).deposit(1n, attacker.address);
    const gift = 10_000n * UNIT;
    const giver = await bench.clearing.account(4);
    await bench.clearing.house.connect(giver).fundInsurance(bench.market, gift);
    const victim = await bench.entered(1, 100);
    const worth = await bench.fund.convertToAssets(await bench.fund.balanceOf(victim.address));
    expect(100n * UNIT - worth, "ten thousand dollars cost the victim half a cent").to.be.below(10_000n);
    const won = await bench.fund.convertToAssets(await bench.fund.balanceOf(attacker.address));
    expect(won, "and half of them are gone for the attacker").to.be.below(gift / 2n + 5_000n);
  });

  it("tokens and free balance sent to the fund count only once they are insurance, for everybody", async () => {
    const bench = await FundBench.create();
    const holder = await bench.entered(1, 1_000);
    const stranger = await bench.clearing.account(4, 500, 0);
    const { dollar, house } = bench.clearing;
    await dollar.mint(await bench.fund.getAddress(), 300n * UNIT);
    await house.connect(stranger).withdraw(dollar, 200n * UNIT, stranger.address);
    await dollar.connect(stranger).approve(house, 200n * UNIT);
    await house.connect(stranger).deposit(dollar, 200n * UNIT, bench.fund);
    expect(await bench.fund.totalAssets()).to.equal(1_000n * UNIT);
    const before = await bench.fund.totalSupply();
    await bench.entered(2, 1_000);
    expect((await bench.fund.totalSupply()) - before, "nor for whoever enters").to.equal(before);

    await bench.fund.connect(stranger).collect();
    expect(await bench.fund.totalAssets()).to.equal(2_500n * UNIT);
    expect(await bench.fund.convertToAssets(await bench.fund.balanceOf(holder.address))).to.be.closeTo(
      1_250n * UNIT,
      1n,
    );
  });
});

describe("Attacks on the insurance fund: a drained fund (finding 45)", () => {
  it("below a millionth of par the next deposit begins a new generation at par; the old shares are void", async () => {
    const bench = await FundBench.create();
    const old = await bench.entered(1, 10_000);
    await bench.ask(old, 4_000n * SHARE);
    await bench.loseAllBut(9_998n);
    const newcomer = await bench.holder(2);
    const expected = await bench.fund.previewDeposit(100n * UNIT);
    await expect(bench.fund.connect(newcomer).deposit(100n * UNIT, newcomer.address))
      .to.emit(bench.fund, "GenerationStarted")
      .withArgs(1n, 10_000n * SHARE, 9_998n);
    const shares = await bench.fund.balanceOf(newcomer.address);
    expect(shares).to.equal(expected);
    expect(shares).to.equal(await bench.fund.totalSupply());
    expect(await bench.fund.balanceOf(old.address), "void").to.equal(0n);
    expect((await bench.fund.requestOf(old.address)).shares, "asked for or not").to.equal(0n);
    await expect(bench.fund.connect(old).cancelRedeemRequest(old.address)).to.be.revertedWithCustomError(
      bench.fund,
      "InsuranceFund_NothingRequested",
    );
    await expect(bench.fund.connect(old).transfer(newcomer.address, 1n)).to.be.revertedWithCustomError(
      bench.fund,
      "ERC20InsufficientBalance",
    );
    await bench.ask(newcomer);
    await bench.pass(COOLDOWN);
    const paid = await bench.leave(newcomer);
    expect(paid).to.be.at.least(100n * UNIT - 1n);
    expect(paid).to.be.at.most(100n * UNIT + 9_998n);
  });

  it("at a millionth of par and above everybody keeps his shares, and the newcomer's number is bounded", async () => {
    const bench = await FundBench.create();
    const old = await bench.entered(1, 10_000);
    await bench.loseAllBut(10_000n);
    await bench.entered(2, 100);
    expect(await bench.fund.generation()).to.equal(0n);
    expect(await bench.fund.balanceOf(old.address)).to.equal(10_000n * SHARE);
    expect(await bench.fund.totalSupply()).to.be.below(100n * SHARE * 1_000_001n);
  });

  it("again and again: a third generation after the second one was lost", async () => {
    const bench = await FundBench.create();
    for (const index of [1, 2, 3]) {
      const holder = await bench.entered(index, 1_000);
      expect(await bench.fund.balanceOf(holder.address), `generation ${index - 1}`).to.equal(1_000n * SHARE);
      await bench.loseAllBut(0n);
    }
    expect(await bench.fund.generation()).to.equal(2n);
  });
});

describe("Attacks on the insurance fund: other people's markets (finding 3)", () => {
  it("a market of the attacker's own that names the fund draws nothing from it", async () => {
    const bench = await FundBench.create();
    await bench.entered(1, 100_000);
    const { clearing } = bench;
    const sent = await clearing.house.createMarket({
      collateral: await clearing.dollar.getAddress(),
      kind: Kind.Quote,
      feed: 0n,
      risk: await clearing.risk.getAddress(),
      parameterSet: 1n,
      insurer: await bench.fund.getAddress(),
    });
    await sent.wait();
    const own = bench.market + 1n;
    const attacker = await clearing.account(8);
    const book = clearing.bookId(attacker.address, 0n, own, clearing.expiry);
    await clearing.house.connect(attacker).fundInsurance(own, 1_000n * UNIT);
    await clearing.house.connect(attacker).fund(book, 14_000n * UNIT);
    await clearing.house
      .connect(attacker)
      .mint(book, clearing.legs({ strike: 3000, isCall: true, size: 10 }), attacker.address);
    await clearing.mark(clearing.expiry, 6_000);
    await clearing.at(clearing.expiry + 120n);
    await clearing.house.settleExpiry(own, clearing.expiry, 0);
    await clearing.house.settleBooks([book]);
    expect((await bench.insurance()).insurance, "untouched").to.equal(100_000n * UNIT);
    expect(await bench.fund.totalAssets()).to.equal(100_000n * UNIT);
  });

  it("only the insurer withdraws insurance, and not what is reserved", async () => {
    const bench = await FundBench.create();
    await bench.entered(1, 50_000);
    const { house } = bench.clearing;
    const stranger = await bench.clearing.signer(5);
    await expect(house.connect(stranger).withdrawInsurance(bench.market, 1n, stranger.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_NotInsurer")
      .withArgs(stranger.address, await bench.fund.getAddress());
    const book = await bench.short(12_000, 10, bench.clearing.expiry + LATER);
    await bench.flag(book, 5_800);
    await expect(bench.loseAllBut(0n)).to.be.revertedWithCustomError(house, "Clearinghouse_InsuranceReserved");
  });
});

describe("Attacks on the insurance fund: odd collateral", () => {
  async function oddly() {
    const first = await FundBench.create();
    const { clearing } = first;
    const { ethers } = clearing.connection;
    const token = await ethers.deployContract("OddToken", [6]);
    await clearing.house.enableCollateral(token, NO_FEED);
    const [owner] = await ethers.getSigners();
    const params = {
      collateral: await token.getAddress(),
      kind: Kind.Quote,
      feed: 0n,
      risk: await clearing.risk.getAddress(),
      parameterSet: 0n,
      insurer: owner!.address,
    };
    const deployed = await ethers.deployContract("InsuranceFund", [
      await clearing.house.getAddress(),
      params,
      await clearing.coin.getAddress(),
      "n",
      "s",
    ]);
    const fund = first.fund.attach(await deployed.getAddress()) as typeof first.fund;
    await clearing.house.createMarket({ ...params, insurer: await fund.getAddress() });
    await fund.wire();
    const holder = await clearing.signer(1);
    await token.getFunction("mint")(holder.address, 10n ** 12n);
    await token.connect(holder).getFunction("approve")(await fund.getAddress(), 2n ** 255n);
    return { clearing, token, fund, holder, theirs: fund.connect(holder) };
  }

  it("a token that takes a fee is counted by what arrived; a mint that is short of it is refused", async () => {
    const { clearing, token, fund, holder, theirs } = await oddly();
    await token.getFunction("setFee")(100n);
    await theirs.deposit(1_000n * UNIT, holder.address);
    const market = await fund.market();
    const { insurance } = await clearing.house.marketState(market);
    expect(insurance, "a hundredth, twice").to.equal(980_100_000n);
    expect(await fund.balanceOf(holder.address)).to.equal(insurance * 10n ** 6n);
    await expect(theirs.mint(SHARE, holder.address)).to.be.revertedWithCustomError(
      fund,
      "InsuranceFund_NothingArrived",
    );
  });

  it("a token of which nothing arrives buys no share, and one that takes a fee no bonds", async () => {
    const { clearing, token, fund, holder, theirs } = await oddly();
    await clearing.coin.mint(fund, 10n ** 18n);
    await fund.startSale();
    for (const fee of [100n, 10_000n]) {
      await token.getFunction("setFee")(fee);
      await expect(
        theirs.buyBonds(10n ** 12n, 2n * UNIT, holder.address),
        `bonds, ${fee} bps`,
      ).to.be.revertedWithCustomError(fund, "InsuranceFund_NothingArrived");
    }
    await expect(theirs.deposit(UNIT, holder.address))
      .to.be.revertedWithCustomError(fund, "InsuranceFund_NothingArrived")
      .withArgs(UNIT, 0n);
    await token.getFunction("setFee")(0n);
    await theirs.buyBonds(10n ** 12n, 2n * UNIT, holder.address);
  });

  it("a token that calls back enters and leaves nothing twice", async () => {
    const { clearing, token, fund, holder, theirs } = await oddly();
    await theirs.deposit(1_000n * UNIT, holder.address);
    await theirs.requestRedeem(1_000n * SHARE, holder.address, holder.address);
    for (const [name, args] of [
      ["deposit", [UNIT, holder.address]],
      ["collect", []],
      ["redeem", [SHARE, holder.address, holder.address]],
      ["cancelRedeemRequest", [holder.address]],
    ] as const) {
      const data = fund.interface.encodeFunctionData(name as "deposit", args as unknown as [bigint, string]);
      await token.getFunction("setCall")(await fund.getAddress(), data);
      await theirs.deposit(UNIT, holder.address);
      expect(await token.getFunction("callSucceeded")(), name).to.equal(false);
      expect(await token.getFunction("callAnswer")(), name).to.equal(
        clearing.connection.ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10),
      );
    }
    await clearing.at((await clearing.connection.ethers.provider.getBlock("latest"))!.timestamp + 30 * DAY);
    const data = fund.interface.encodeFunctionData("redeem", [SHARE, holder.address, holder.address]);
    await token.getFunction("setCall")(await fund.getAddress(), data);
    await theirs.redeem(500n * SHARE, holder.address, holder.address);
    expect(await token.getFunction("callSucceeded")()).to.equal(false);
    expect(await fund.totalAssets()).to.equal(504n * UNIT);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { toBeHex, ZeroAddress, zeroPadValue } from "ethers";

import { UNIT } from "../clearing/attackTools.ts";
import { Kind, NO_FEED, PARAMETERS } from "../clearing/ClearingBench.ts";
import { FundBench } from "./FundBench.ts";
import { COIN, DOLLAR, HOUR, VaultBench, vaultTerms } from "./VaultBench.ts";

const DEPOSIT = "deposit(uint256,address,address)";
const MINT = "mint(uint256,address,address)";

describe("What an options vault refuses", () => {
  let bench: VaultBench;
  beforeEach(async () => {
    bench = await VaultBench.create();
  });
  const refused = async (call: Promise<unknown>, error: string, label = error) =>
    expect(call, label).to.be.revertedWithCustomError(bench.vault, `OptionsVault_${error}`);

  it("to sell or to look at an auction without an epoch", async () => {
    const buyer = await bench.holder(2);
    await refused(bench.vault.connect(buyer).buy(1n, DOLLAR, buyer.address), "NoEpoch", "buy");
    await refused(bench.vault.syncAuction(), "NoEpoch", "syncAuction");
  });

  it("to sell nothing, to nobody, and to be left in kind for nobody or with nothing", async () => {
    const holder = await bench.entered(1, 60_000);
    await bench.start();
    const vault = bench.vault.connect(holder);
    await refused(vault.buy(0n, DOLLAR, holder.address), "ZeroAmount", "buy");
    await refused(vault.buy(1n, DOLLAR, ZeroAddress), "ZeroAddress", "buy");
    await refused(vault.redeemInKind(1n, ZeroAddress, holder.address), "ZeroAddress", "redeemInKind");
    await refused(vault.redeemInKind(0n, holder.address, holder.address), "ZeroAmount", "redeemInKind");
  });

  it("to strangers whatever belongs to a request", async () => {
    const holder = await bench.asked(1, 1_000);
    const stranger = bench.vault.connect(await bench.holder(2));
    const owner = holder.address;
    const calls = {
      requestDeposit: async () => stranger.requestDeposit(DOLLAR, owner, owner),
      deposit: async () => stranger[DEPOSIT](DOLLAR, owner, owner),
      mint: async () => stranger[MINT](1n, owner, owner),
      cancelDepositRequest: async () => stranger.cancelDepositRequest(0, owner),
      claimCancelDepositRequest: async () => stranger.claimCancelDepositRequest(0, owner, owner),
      redeem: async () => stranger.redeem(1n, owner, owner),
      withdraw: async () => stranger.withdraw(DOLLAR, owner, owner),
      cancelRedeemRequest: async () => stranger.cancelRedeemRequest(0, owner),
      claimCancelRedeemRequest: async () => stranger.claimCancelRedeemRequest(0, owner, owner),
    };
    for (const [name, call] of Object.entries(calls)) await refused(call(), "Unauthorized", name);
    for (const name of ["requestRedeem", "redeemInKind"] as const)
      await expect(stranger[name](1n, owner, owner), name).to.be.revertedWithCustomError(
        bench.vault,
        "ERC20InsufficientAllowance",
      );
  });

  it("claims of nothing, and of more than has its price", async () => {
    const holder = await bench.asked(1, 1_000);
    const vault = bench.vault.connect(holder);
    const { address } = holder;
    const nothing = {
      requestRedeem: async () => vault.requestRedeem(0n, address, address),
      deposit: async () => vault[DEPOSIT](0n, address, address),
      withdraw: async () => vault.withdraw(0n, address, address),
    };
    for (const [name, call] of Object.entries(nothing)) await refused(call(), "ZeroAmount", name);
    await refused(vault.requestRedeem(1n, ZeroAddress, address), "ZeroAddress", "requestRedeem");
    const early = {
      deposit: async () => vault[DEPOSIT](DOLLAR, address, address),
      mint: async () => vault[MINT](1n, address, address),
      "mint nothing": async () => vault[MINT](0n, address, address),
      redeem: async () => vault.redeem(1n, address, address),
      "redeem nothing": async () => vault.redeem(0n, address, address),
      withdraw: async () => vault.withdraw(DOLLAR, address, address),
    };
    for (const [name, call] of Object.entries(early)) await refused(call(), "NotClaimable", name);
    const none = {
      claimCancelDepositRequest: async () => vault.claimCancelDepositRequest(0, address, address),
      cancelRedeemRequest: async () => vault.cancelRedeemRequest(0, address),
      claimCancelRedeemRequest: async () => vault.claimCancelRedeemRequest(0, address, address),
    };
    for (const [name, call] of Object.entries(none)) await refused(call(), "NothingRequested", name);
  });

  it("assets that are no whole ledger units", async () => {
    const coins = await VaultBench.create({ kind: Kind.Coin });
    const holder = await coins.holder(1);
    const vault = coins.vault.connect(holder);
    const { address } = holder;
    const calls = {
      requestDeposit: async () => vault.requestDeposit(COIN + 1n, address, address),
      deposit: async () => vault[DEPOSIT](COIN + 1n, address, address),
      withdraw: async () => vault.withdraw(COIN + 1n, address, address),
    };
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name)
        .to.be.revertedWithCustomError(coins.vault, "OptionsVault_NotWhole")
        .withArgs(COIN + 1n, 10n ** 9n);
    }
  });

  it("to begin where no strike of the market has so little delta", async () => {
    // Strikes 2,500 dollars apart: below 3,000 there is one, and it has too much.
    const { house } = bench;
    await house.enableParameters({ ...PARAMETERS, strikeStep: 2_500n * 10_000n });
    const { collateral, kind, feed, risk, insurer } = await house.marketParams(bench.market);
    const params = { collateral, kind, feed, risk, insurer, parameterSet: 2n };
    const market = await house.createMarket.staticCall(params);
    await house.createMarket(params);
    const terms = vaultTerms(market, { deltaBps: 100n });
    const coarse = bench.vault.attach(await bench.factory.create.staticCall(terms)) as typeof bench.vault;
    await bench.factory.create(terms);
    const holder = await bench.holder(1);
    await bench.token.connect(holder).approve(coarse, 2n ** 255n);
    await coarse.connect(holder).requestDeposit(10_000n * DOLLAR, holder.address, holder.address);
    await bench.toBoundary(2 * HOUR);
    bench.realised = 2;
    await bench.tell();
    await expect(coarse.startEpoch())
      .to.be.revertedWithCustomError(coarse, "OptionsVault_NoStrike")
      .withArgs(3_000n * 10n ** 8n, 100n);
  });

  it("a second start on one boundary, even if the first epoch were gone", async () => {
    await bench.asked(1, 60_000);
    await bench.start();
    const { provider } = bench.clearing.connection.ethers;
    const address = await bench.vault.getAddress();
    const slot = await slotOfEpoch(bench);
    // Nothing in the contract ends an epoch before the next boundary; so it is taken out of the storage.
    await provider.send("hardhat_setStorageAt", [address, toBeHex(slot), zeroPadValue("0x", 32)]);
    expect((await bench.vault.epoch()).expiry).to.equal(0n);
    await refused(bench.vault.startEpoch(), "AlreadyStarted");
  });
});

describe("What an options vault refuses of odd collateral, and of holders of shares", () => {
  /** A vault on a token that may take fees, with a holder who has all shares and as many tokens again. */
  async function oddly() {
    const bench = await VaultBench.create();
    const { clearing, house } = bench;
    const token = await clearing.connection.ethers.deployContract("OddToken", [6]);
    const collateral = await token.getAddress();
    await house.enableCollateral(collateral, NO_FEED);
    const { kind, feed, risk, parameterSet, insurer } = await house.marketParams(bench.market);
    const params = { collateral, kind, feed, risk, parameterSet, insurer };
    const market = await house.createMarket.staticCall(params);
    await house.createMarket(params);
    const terms = vaultTerms(market);
    const vault = bench.vault.attach(await bench.factory.create.staticCall(terms)) as typeof bench.vault;
    await bench.factory.create(terms);
    const holder = await clearing.signer(1);
    await token.getFunction("mint")(holder.address, 120_000n * DOLLAR);
    await token.connect(holder).getFunction("approve")(vault, 2n ** 255n);
    const theirs = vault.connect(holder);
    await theirs.requestDeposit(60_000n * DOLLAR, holder.address, holder.address);
    await vault.closeEpoch();
    await theirs[DEPOSIT](60_000n * DOLLAR, holder.address, holder.address);
    const shares = await vault.balanceOf(holder.address);
    const keeps = async (bps: bigint): Promise<unknown> => token.getFunction("setFee")(bps);
    return { bench, vault, theirs, holder, shares, keeps };
  }

  it("to price shares while less comes back than leaves", async () => {
    const { bench, vault, theirs, holder, shares, keeps } = await oddly();
    await theirs.requestRedeem(shares / 2n, holder.address, holder.address);
    await keeps(100n);
    await expect(vault.closeEpoch())
      .to.be.revertedWithCustomError(vault, "OptionsVault_NotArrived")
      .withArgs(30_000n * DOLLAR, 29_700n * DOLLAR);
    await bench.toBoundary(2 * HOUR);
    await expect(vault.startEpoch(), "at the start of an epoch").to.be.revertedWithCustomError(
      vault,
      "OptionsVault_NotArrived",
    );
    await keeps(0n);
    await vault.closeEpoch();
  });

  it("a premium of which a part is kept", async () => {
    const { bench, vault, theirs, holder, keeps } = await oddly();
    await bench.toBoundary(2 * HOUR);
    await vault.startEpoch();
    const { premium } = await vault.offer(bench.size(10));
    await keeps(100n);
    await expect(theirs.buy(bench.size(10), premium * 2n, holder.address)).to.be.revertedWithCustomError(
      vault,
      "OptionsVault_NotArrived",
    );
    await keeps(0n);
    await theirs.buy(bench.size(10), premium * 2n, holder.address);
  });

  it("no shares to whom was given no allowance, and none that are not there", async () => {
    const { bench, vault, theirs, holder, shares } = await oddly();
    const other = await bench.clearing.signer(2);
    const taking = async (amount: bigint) => vault.connect(other).transferFrom(holder.address, other.address, amount);
    await expect(taking(1n)).to.be.revertedWithCustomError(vault, "ERC20InsufficientAllowance");
    await expect(theirs.transfer(other.address, shares + 1n)).to.be.revertedWithCustomError(
      vault,
      "ERC20InsufficientBalance",
    );
    await theirs.approve(other.address, 2n);
    await taking(1n);
    await theirs.transfer(other.address, 1n);
    expect(await vault.balanceOf(other.address)).to.equal(2n);
    expect(await vault.allowance(holder.address, other.address)).to.equal(1n);
  });
});

/** Slot that holds the expiry of the running epoch, in its lowest four bytes. */
async function slotOfEpoch(bench: VaultBench): Promise<number> {
  const { expiry } = await bench.vault.epoch();
  const { provider } = bench.clearing.connection.ethers;
  for (let slot = 0; slot < 64; slot += 1) {
    const word = BigInt(await provider.getStorage(await bench.vault.getAddress(), slot));
    if ((word & 0xffff_ffffn) === expiry) return slot;
  }
  throw new Error("no slot holds the expiry");
}

describe("What an insurance fund refuses", () => {
  it("to be deployed without a Clearinghouse or a bond", async () => {
    const { clearing, fund } = await FundBench.create();
    const { ethers } = clearing.connection;
    const { collateral, kind, feed, risk, parameterSet, insurer } = await clearing.house.marketParams(1n);
    const params = { collateral, kind, feed, risk, parameterSet, insurer };
    const house = await clearing.house.getAddress();
    for (const [by, bond] of [
      [ZeroAddress, collateral],
      [house, ZeroAddress],
    ]) {
      await expect(ethers.deployContract("InsuranceFund", [by, params, bond, "", ""])).to.be.revertedWithCustomError(
        fund,
        "InsuranceFund_ZeroAddress",
      );
    }
  });

  it("to take anything before it knows its market", async () => {
    const { clearing, fund } = await FundBench.create();
    const { ethers } = clearing.connection;
    const { collateral, kind, feed, risk, parameterSet, insurer } = await clearing.house.marketParams(1n);
    const params = { collateral, kind, feed, risk, parameterSet, insurer };
    const house = await clearing.house.getAddress();
    const deployed = await ethers.deployContract("InsuranceFund", [house, params, clearing.coin, "Fund", "F"]);
    const unwired = fund.attach(await deployed.getAddress()) as typeof fund;
    const calls = {
      deposit: async () => unwired.deposit(UNIT, insurer),
      mint: async () => unwired.mint(UNIT, insurer),
      collect: async () => unwired.collect(),
    };
    for (const [name, call] of Object.entries(calls))
      await expect(call(), name).to.be.revertedWithCustomError(fund, "InsuranceFund_NotWired");
    await clearing.coin.mint(unwired, COIN);
    await unwired.startSale();
    await expect(unwired.buyBonds(1n, UNIT, insurer), "bonds").to.be.revertedWithCustomError(
      fund,
      "InsuranceFund_NotWired",
    );
    expect(await unwired.maxDeposit(insurer)).to.equal(0n);
    await expect(unwired.wire(), "no market names it").to.be.revertedWithCustomError(
      clearing.house,
      "Clearinghouse_UnknownMarket",
    );
  });

  it("a deposit too small for a share, rather than keep it for nothing", async () => {
    const { clearing, fund, market } = await FundBench.create();
    const giver = await clearing.account(4, 10, 0);
    await clearing.house.connect(giver).fundInsurance(market, 2n * UNIT);
    const holder = await clearing.signer(5);
    await clearing.dollar.mint(holder.address, UNIT);
    await clearing.dollar.connect(holder).approve(fund, UNIT);
    await expect(fund.connect(holder).deposit(1n, holder.address))
      .to.be.revertedWithCustomError(fund, "InsuranceFund_NoShares")
      .withArgs(1n);
  });

  it("shares and requests to strangers, and bonds to nobody", async () => {
    const bench = await FundBench.create();
    const holder = await bench.entered(1, 1_000);
    const stranger = bench.fund.connect(await bench.holder(2));
    await bench.ask(holder);
    const owner = holder.address;
    const calls = {
      requestRedeem: async () => stranger.requestRedeem(1n, owner, owner),
      cancelRedeemRequest: async () => stranger.cancelRedeemRequest(owner),
      redeem: async () => stranger.redeem(10n ** 12n, owner, owner),
      withdraw: async () => stranger.withdraw(UNIT, owner, owner),
    };
    for (const [name, call] of Object.entries(calls))
      await expect(call(), name).to.be.revertedWithCustomError(bench.fund, "InsuranceFund_Unauthorized");
    await expect(stranger.buyBonds(1n, 1n, ZeroAddress)).to.be.revertedWithCustomError(
      bench.fund,
      "InsuranceFund_ZeroAddress",
    );
  });

  it("assets to withdraw that are nothing, or no whole ledger units", async () => {
    const { fund } = await FundBench.create({ kind: Kind.Coin });
    const to = await fund.getAddress();
    await expect(fund.withdraw(0n, to, to)).to.be.revertedWithCustomError(fund, "InsuranceFund_ZeroAmount");
    await expect(fund.withdraw(COIN + 1n, to, to))
      .to.be.revertedWithCustomError(fund, "InsuranceFund_NotWhole")
      .withArgs(COIN + 1n, 10n ** 9n);
  });

  it("to take an oracle for silent that was starved of gas, when bonds are sold", async () => {
    const bench = await FundBench.create();
    const buyer = await bench.holder(1);
    await bench.bond.mint(bench.fund, COIN);
    const starved = { gasLimit: 220_000 };
    const refused = async (call: Promise<unknown>, label: string) =>
      expect(call, label).to.be.revertedWithCustomError(bench.fund, "InsuranceFund_GasStarved");
    await refused(bench.fund.startSale(starved), "startSale");
    await bench.fund.startSale();
    await refused(bench.fund.connect(buyer).buyBonds(1n, UNIT, buyer.address, starved), "buyBonds");
  });

  it("shares that are not there, and shares of others", async () => {
    const bench = await FundBench.create();
    const holder = await bench.entered(1, 1_000);
    const other = await bench.holder(2);
    const shares = await bench.fund.balanceOf(holder.address);
    await expect(bench.fund.connect(holder).transfer(other.address, shares + 1n)).to.be.revertedWithCustomError(
      bench.fund,
      "ERC20InsufficientBalance",
    );
    const taking = async () => bench.fund.connect(other).transferFrom(holder.address, other.address, 1n);
    await expect(taking()).to.be.revertedWithCustomError(bench.fund, "ERC20InsufficientAllowance");
    await bench.fund.connect(holder).approve(other.address, 1n);
    await taking();
    expect(await bench.fund.balanceOf(other.address)).to.equal(1n);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Contract, Interface } from "ethers";
import type { Signer } from "ethers";

import { FundBench } from "../vaults/FundBench.ts";
import { DOLLAR, VaultBench } from "../vaults/VaultBench.ts";
import * as standards from "./standards.ts";

const ASSETS = 1_000n * DOLLAR;
const CLAIM = "deposit(uint256,address,address)";

/** A vault as somebody sees it who knows the standards alone. */
function seenBy(address: string, signer: Signer): Contract {
  const kept = [standards.ERC20, standards.ERC4626, standards.ERC7540_DEPOSIT, standards.ERC7540_REDEEM];
  return new Contract(address, Interface.from(kept.flatMap(({ abi }) => [...abi])), signer);
}

/** An options vault that somebody asked to join, and what he sees of it. */
async function asked() {
  const bench = await VaultBench.create();
  const holder = await bench.asked(1, 1_000);
  return { bench, holder, vault: seenBy(await bench.vault.getAddress(), holder) };
}

describe("Options vaults for who knows ERC-4626 and ERC-7540 alone", () => {
  it("preview nothing, whoever asks: the price is the next one's", async () => {
    const { bench, vault } = await asked();
    await bench.vault.closeEpoch();
    for (const name of ["previewDeposit", "previewMint", "previewWithdraw", "previewRedeem"])
      await expect(vault.getFunction(name)(1n), name).to.be.revertedWithCustomError(
        bench.vault,
        "OptionsVault_Asynchronous",
      );
  });

  it("answer every other view, with a request and without one", async () => {
    const { vault, holder } = await asked();
    for (const name of ["maxDeposit", "maxMint", "maxWithdraw", "maxRedeem"])
      expect(await vault.getFunction(name)(holder.address), name).to.equal(0n);
    for (const name of ["convertToShares", "convertToAssets"])
      expect(await vault.getFunction(name)(0n), name).to.equal(0n);
    expect(await vault.getFunction("totalAssets")()).to.equal(0n);
    expect(await vault.getFunction("pendingRedeemRequest")(0n, holder.address)).to.equal(0n);
  });

  it("take a request from pending to claimable, never both, and then out of both", async () => {
    const { bench, vault, holder } = await asked();
    const stages = async (): Promise<bigint[]> =>
      Promise.all(
        ["pendingDepositRequest", "claimableDepositRequest"].map((name) => vault.getFunction(name)(0n, holder.address)),
      );
    expect(await stages()).to.deep.equal([ASSETS, 0n]);
    await bench.vault.closeEpoch();
    expect(await stages()).to.deep.equal([0n, ASSETS]);
    expect(await vault.getFunction("maxDeposit")(holder.address), "what is claimable").to.equal(ASSETS);
    await vault.getFunction(CLAIM)(ASSETS, holder.address, holder.address);
    expect(await stages()).to.deep.equal([0n, 0n]);
  });

  it("name controller and receiver when shares are claimed, and mint none then that were not there", async () => {
    const { bench, vault, holder } = await asked();
    await bench.vault.closeEpoch();
    const shares = (await vault.getFunction("maxMint")(holder.address)) as bigint;
    const other = await bench.clearing.signer(5);
    await expect(vault.getFunction(CLAIM)(ASSETS, other.address, holder.address))
      .to.emit(bench.vault, "Deposit")
      .withArgs(holder.address, other.address, ASSETS, shares);
    expect(await bench.vault.totalSupply()).to.equal(shares);
    expect(await bench.vault.balanceOf(other.address)).to.equal(shares);
  });

  it("take redeemed shares away at once, and pay for them when they are claimed", async () => {
    const { bench, vault, holder } = await asked();
    await bench.vault.closeEpoch();
    await vault.getFunction(CLAIM)(ASSETS, holder.address, holder.address);
    const shares = (await vault.getFunction("balanceOf")(holder.address)) as bigint;
    await expect(vault.getFunction("requestRedeem")(shares, holder.address, holder.address))
      .to.emit(bench.vault, "RedeemRequest")
      .withArgs(holder.address, holder.address, 0n, holder.address, shares);
    expect(await vault.getFunction("balanceOf")(holder.address)).to.equal(0n);
    await bench.vault.closeEpoch();
    const claimed = (await vault.getFunction("maxWithdraw")(holder.address)) as bigint;
    await expect(vault.getFunction("redeem")(shares, holder.address, holder.address))
      .to.emit(bench.vault, "Withdraw")
      .withArgs(holder.address, holder.address, holder.address, claimed, shares);
    expect(claimed).to.equal(ASSETS);
  });
});

describe("Insurance funds for who knows ERC-4626 alone", () => {
  it("mint what the preview says, and no more for the same", async () => {
    const bench = await FundBench.create();
    const holder = await bench.holder(1);
    const fund = seenBy(await bench.fund.getAddress(), holder);
    const expected = (await fund.getFunction("previewDeposit")(ASSETS)) as bigint;
    await expect(fund.getFunction("deposit(uint256,address)")(ASSETS, holder.address))
      .to.emit(bench.fund, "Deposit")
      .withArgs(holder.address, holder.address, ASSETS, expected);
    expect(await bench.fund.balanceOf(holder.address)).to.equal(expected);
  });

  it("take what the preview of minting says", async () => {
    const bench = await FundBench.create();
    const holder = await bench.holder(1);
    const shares = 7n * 10n ** 12n + 3n;
    const expected = await bench.fund.previewMint(shares);
    await expect(bench.fund.connect(holder).mint(shares, holder.address)).to.changeTokenBalance(
      bench.clearing.connection.ethers,
      bench.clearing.dollar,
      holder,
      -expected,
    );
  });

  it("give nobody more by a round trip through conversions", async () => {
    const bench = await FundBench.create();
    await bench.entered(1, 1_234);
    for (const assets of [1n, 999_999n, ASSETS + 1n]) {
      const shares = await bench.fund.convertToShares(assets);
      expect(await bench.fund.convertToAssets(shares)).to.be.at.most(assets);
    }
  });

  it("preview no leaving, which is asked for (ERC-7540)", async () => {
    const { fund } = await FundBench.create();
    for (const preview of [fund.previewRedeem(1n), fund.previewWithdraw(1n)])
      await expect(preview).to.be.revertedWithCustomError(fund, "InsuranceFund_AsynchronousRedeem");
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";

import { Kind } from "../clearing/ClearingBench.ts";
import { COIN, DOLLAR, SHARES_PER_COIN, SHARES_PER_DOLLAR, VaultBench } from "./VaultBench.ts";

const CLAIM = "deposit(uint256,address,address)";
const MINT = "mint(uint256,address,address)";

describe("Options vault: asking to deposit (ERC-7540)", () => {
  let bench: VaultBench;
  let holder: HardhatEthersSigner;
  beforeEach(async () => {
    bench = await VaultBench.create();
    holder = await bench.asked(1, 1_000);
  });

  it("takes the assets, shows them as pending and mints nothing", async () => {
    expect(await bench.vault.pendingDepositRequest(0, holder.address)).to.equal(1_000n * DOLLAR);
    expect(await bench.vault.claimableDepositRequest(0, holder.address)).to.equal(0n);
    expect(await bench.token.balanceOf(bench.vault)).to.equal(1_000n * DOLLAR);
    expect(await bench.vault.totalSupply()).to.equal(0n);
    expect(await bench.vault.totalAssets(), "what waits is nobody's yet").to.equal(0n);
  });

  it("names controller, owner and caller", async () => {
    const vault = bench.vault.connect(holder);
    await expect(vault.requestDeposit(DOLLAR, bench.factory, holder.address))
      .to.emit(vault, "DepositRequest")
      .withArgs(await bench.factory.getAddress(), holder.address, 0n, holder.address, DOLLAR);
  });

  it("becomes claimable with the next price, at par for the first", async () => {
    await bench.vault.closeEpoch();
    expect(await bench.vault.pendingDepositRequest(0, holder.address)).to.equal(0n);
    expect(await bench.vault.claimableDepositRequest(0, holder.address)).to.equal(1_000n * DOLLAR);
    expect(await bench.vault.maxDeposit(holder.address)).to.equal(1_000n * DOLLAR);
    expect(await bench.vault.maxMint(holder.address)).to.equal(1_000n * SHARES_PER_DOLLAR);
    expect(await bench.vault.balanceOf(holder.address), "not pushed").to.equal(0n);
    await expect(bench.vault.connect(holder)[CLAIM](1_000n * DOLLAR, holder.address, holder.address))
      .to.emit(bench.vault, "Deposit")
      .withArgs(holder.address, holder.address, 1_000n * DOLLAR, 1_000n * SHARES_PER_DOLLAR);
    expect(await bench.vault.balanceOf(holder.address)).to.equal(1_000n * SHARES_PER_DOLLAR);
  });

  it("is claimed in parts, by assets or by shares, and never for more than there is", async () => {
    await bench.vault.closeEpoch();
    const vault = bench.vault.connect(holder);
    await vault[CLAIM](300n * DOLLAR, holder.address, holder.address);
    await vault[MINT](150n * SHARES_PER_DOLLAR, holder.address, holder.address);
    const other = await bench.clearing.signer(4);
    await vault["mint(uint256,address)"](50n * SHARES_PER_DOLLAR, other.address);
    expect(await bench.vault.maxDeposit(holder.address)).to.equal(500n * DOLLAR);
    await expect(vault[CLAIM](501n * DOLLAR, holder.address, holder.address)).to.be.revertedWithCustomError(
      bench.vault,
      "OptionsVault_NotClaimable",
    );
    await vault["deposit(uint256,address)"](500n * DOLLAR, holder.address);
    expect(await bench.vault.balanceOf(holder.address)).to.equal(950n * SHARES_PER_DOLLAR);
    expect(await bench.vault.balanceOf(other.address), "what he minted for another").to.equal(50n * SHARES_PER_DOLLAR);
    expect(await bench.vault.maxMint(holder.address)).to.equal(0n);
  });

  it("adds up over requests of several epochs, each at its own price", async () => {
    await bench.vault.closeEpoch();
    await donate(bench, 500);
    await bench.vault.connect(holder).requestDeposit(300n * DOLLAR, holder.address, holder.address);
    await bench.vault.closeEpoch();
    const { units, shares } = await bench.vault.priceOf(1);
    const expected = 1_000n * SHARES_PER_DOLLAR + (300n * DOLLAR * shares) / units;
    expect(await bench.vault.maxMint(holder.address)).to.equal(expected);
    expect(await bench.vault.maxDeposit(holder.address)).to.equal(1_300n * DOLLAR);
    await bench.claim(holder);
    expect(await bench.vault.balanceOf(holder.address)).to.equal(expected);
  });

  it("is taken back at once while it waits, and claimed apart (ERC-7887)", async () => {
    const vault = bench.vault.connect(holder);
    await expect(vault.cancelDepositRequest(0, holder.address))
      .to.emit(vault, "CancelDepositRequest")
      .withArgs(holder.address, 0n, holder.address);
    expect(await bench.vault.pendingCancelDepositRequest(0, holder.address)).to.equal(false);
    expect(await bench.vault.claimableCancelDepositRequest(0, holder.address)).to.equal(1_000n * DOLLAR);
    expect(await bench.vault.pendingDepositRequest(0, holder.address)).to.equal(0n);
    await expect(vault.claimCancelDepositRequest(0, holder.address, holder.address))
      .to.emit(vault, "CancelDepositClaim")
      .withArgs(holder.address, holder.address, 0n, holder.address, 1_000n * DOLLAR);
    expect(await bench.token.balanceOf(holder.address)).to.equal(1_000_000n * DOLLAR);
    await expect(vault.claimCancelDepositRequest(0, holder.address, holder.address)).to.be.revertedWithCustomError(
      vault,
      "OptionsVault_NothingRequested",
    );
  });

  it("cannot be taken back once it has its price", async () => {
    await bench.vault.closeEpoch();
    await expect(bench.vault.connect(holder).cancelDepositRequest(0, holder.address)).to.be.revertedWithCustomError(
      bench.vault,
      "OptionsVault_NothingRequested",
    );
  });

  it("refuses by name what it cannot take", async () => {
    const vault = bench.vault.connect(holder);
    const refused = (call: Promise<unknown>, error: string) =>
      expect(call, error).to.be.revertedWithCustomError(bench.vault, error);
    await refused(vault.requestDeposit(0n, holder.address, holder.address), "OptionsVault_ZeroAmount");
    await refused(vault.requestDeposit(DOLLAR, ZeroAddress, holder.address), "OptionsVault_ZeroAddress");
    const other = await bench.holder(2);
    await refused(vault.requestDeposit(DOLLAR, holder.address, other.address), "OptionsVault_Unauthorized");
    await refused(vault[CLAIM](DOLLAR, holder.address, other.address), "OptionsVault_Unauthorized");
    await refused(vault.cancelDepositRequest(0, other.address), "OptionsVault_Unauthorized");

    const coins = await VaultBench.create({ kind: Kind.Coin });
    const coinHolder = await coins.holder(1);
    await expect(
      coins.vault.connect(coinHolder).requestDeposit(COIN + 1n, coinHolder.address, coinHolder.address),
    ).to.be.revertedWithCustomError(coins.vault, "OptionsVault_NotWhole");
  });

  it("stops at the cap, counting what waits and what shares held at their last price", async () => {
    const capped = await VaultBench.create({ terms: { depositCap: 1_000n * DOLLAR } });
    const first = await capped.asked(1, 600);
    await capped.vault.closeEpoch();
    const vault = capped.vault.connect(first);
    await vault.requestDeposit(300n * DOLLAR, first.address, first.address);
    await expect(vault.requestDeposit(101n * DOLLAR, first.address, first.address)).to.be.revertedWithCustomError(
      capped.vault,
      "OptionsVault_CapReached",
    );
    await vault.requestDeposit(100n * DOLLAR, first.address, first.address);
  });
});

describe("Options vault: asking to redeem (ERC-7540)", () => {
  let bench: VaultBench;
  let holder: HardhatEthersSigner;
  let shares: bigint;
  beforeEach(async () => {
    bench = await VaultBench.create();
    holder = await bench.entered(1, 1_000);
    shares = await bench.vault.balanceOf(holder.address);
  });

  it("takes the shares and shows them as pending", async () => {
    await expect(bench.vault.connect(holder).requestRedeem(shares, holder.address, holder.address))
      .to.emit(bench.vault, "RedeemRequest")
      .withArgs(holder.address, holder.address, 0n, holder.address, shares);
    expect(await bench.vault.balanceOf(holder.address)).to.equal(0n);
    expect(await bench.vault.pendingRedeemRequest(0, holder.address)).to.equal(shares);
    expect(await bench.vault.totalSupply(), "they stay at stake until they are priced").to.equal(shares);
  });

  it("becomes claimable with the next price, by shares or by assets", async () => {
    await bench.vault.connect(holder).requestRedeem(shares, holder.address, holder.address);
    expect(await bench.vault.claimableRedeemRequest(0, holder.address)).to.equal(0n);
    await bench.vault.closeEpoch();
    expect(await bench.vault.pendingRedeemRequest(0, holder.address)).to.equal(0n);
    expect(await bench.vault.claimableRedeemRequest(0, holder.address)).to.equal(shares);
    expect(await bench.vault.maxRedeem(holder.address)).to.equal(shares);
    expect(await bench.vault.maxWithdraw(holder.address)).to.equal(1_000n * DOLLAR);
    const vault = bench.vault.connect(holder);
    await vault.redeem(shares / 4n, holder.address, holder.address);
    await vault.withdraw(250n * DOLLAR, holder.address, holder.address);
    expect(await bench.vault.maxRedeem(holder.address)).to.equal(shares / 2n);
    await expect(vault.redeem(shares, holder.address, holder.address)).to.be.revertedWithCustomError(
      vault,
      "OptionsVault_NotClaimable",
    );
    await vault.redeem(shares / 2n, holder.address, holder.address);
    expect(await bench.token.balanceOf(holder.address)).to.equal(1_000_000n * DOLLAR);
    expect(await bench.token.balanceOf(bench.vault)).to.equal(0n);
  });

  it("is taken back at once while it waits, and claimed apart (ERC-7887)", async () => {
    const vault = bench.vault.connect(holder);
    await vault.requestRedeem(shares, holder.address, holder.address);
    await expect(vault.cancelRedeemRequest(0, holder.address))
      .to.emit(vault, "CancelRedeemRequest")
      .withArgs(holder.address, 0n, holder.address);
    expect(await bench.vault.pendingCancelRedeemRequest(0, holder.address)).to.equal(false);
    expect(await bench.vault.claimableCancelRedeemRequest(0, holder.address)).to.equal(shares);
    await expect(vault.claimCancelRedeemRequest(0, holder.address, holder.address))
      .to.emit(vault, "CancelRedeemClaim")
      .withArgs(holder.address, holder.address, 0n, holder.address, shares);
    expect(await bench.vault.balanceOf(holder.address)).to.equal(shares);
  });

  it("is asked and claimed by operators, and asked by whoever has an allowance", async () => {
    const operator = await bench.clearing.signer(4);
    const vault = bench.vault.connect(operator);
    await expect(vault.requestRedeem(1n, holder.address, holder.address)).to.be.revertedWithCustomError(
      vault,
      "ERC20InsufficientAllowance",
    );
    await bench.vault.connect(holder).approve(operator.address, shares / 2n);
    await vault.requestRedeem(shares / 2n, holder.address, holder.address);
    await bench.vault.connect(holder).setOperator(operator.address, true);
    await vault.requestRedeem(shares / 2n, holder.address, holder.address);
    await bench.vault.closeEpoch();
    await vault.redeem(shares, operator.address, holder.address);
    expect(await bench.token.balanceOf(operator.address)).to.equal(1_000n * DOLLAR);
    await bench.vault.connect(holder).setOperator(operator.address, false);
    await expect(vault.cancelRedeemRequest(0, holder.address)).to.be.revertedWithCustomError(
      vault,
      "OptionsVault_Unauthorized",
    );
  });
});

describe("Options vault: what the standards ask", () => {
  let bench: VaultBench;
  beforeEach(async () => {
    bench = await VaultBench.create();
  });

  it("says which standards it keeps (ERC-165)", async () => {
    const ids = {
      "ERC-165": "0x01ffc9a7",
      "ERC-7575": "0x2f0a18c5",
      "ERC-7575 share": "0xf815c03d",
      "ERC-7540 operators": "0xe3bc4e65",
      "ERC-7540 deposits": "0xce3bbe50",
      "ERC-7540 redeeming": "0x620ee8e4",
      "ERC-7887 deposits": "0x8bf840e3",
      "ERC-7887 redeeming": "0xe76cffc7",
    };
    for (const [name, id] of Object.entries(ids)) {
      expect(await bench.vault.supportsInterface(id), name).to.equal(true);
    }
    expect(await bench.vault.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("is its own share and names itself for its asset alone (ERC-7575)", async () => {
    expect(await bench.vault.share()).to.equal(await bench.vault.getAddress());
    expect(await bench.vault.vault(await bench.vault.asset())).to.equal(await bench.vault.getAddress());
    expect(await bench.vault.vault(bench.factory)).to.equal(ZeroAddress);
  });

  it("previews nothing: the price is the next one's (ERC-7540)", async () => {
    for (const call of [
      bench.vault.previewDeposit(1n),
      bench.vault.previewMint(1n),
      bench.vault.previewRedeem(1n),
      bench.vault.previewWithdraw(1n),
    ]) {
      await expect(call).to.be.revertedWithCustomError(bench.vault, "OptionsVault_Asynchronous");
    }
  });

  it("has name, symbol and the decimals of its asset and six more", async () => {
    expect(await bench.vault.name()).to.equal("Ballast weekly");
    expect(await bench.vault.symbol()).to.equal("bWEEK");
    expect(await bench.vault.decimals()).to.equal(12n);
    const coins = await VaultBench.create({ kind: Kind.Coin });
    expect(await coins.vault.decimals(), "nine of the ledger, six more").to.equal(15n);
    const holder = await coins.entered(1, 3);
    expect(await coins.vault.balanceOf(holder.address)).to.equal(3n * SHARES_PER_COIN);
  });

  it("says what it is in a document that needs no server (ERC-7572), whatever its name contains", async () => {
    const hostile = { name: 'a "b"\n\u0007\\', symbol: 'b"X' };
    for (const [kind, fundingBps, product] of [
      [Kind.Quote, 0n, "cash-secured puts"],
      [Kind.Quote, 12_000n, "puts on margin"],
      [Kind.Coin, 0n, "covered calls"],
      [Kind.Coin, 12_000n, "calls on margin"],
    ] as const) {
      const { vault } = await VaultBench.create({ kind, terms: { ...hostile, fundingBps } });
      const uri = await vault.contractURI();
      const [head, body] = uri.split(",");
      expect(head).to.equal("data:application/json;base64");
      expect(JSON.parse(Buffer.from(body!, "base64").toString())).to.deep.equal({
        ...hostile,
        description: `Writes ${product} every week by rule and sells them by auction. Nobody manages it.`,
      });
    }
  });

  it("converts there and back without a gain, and its views never revert", async () => {
    await bench.entered(1, 1_234);
    await donate(bench, 77);
    for (const assets of [1n, 999n, DOLLAR, 10n ** 15n]) {
      const shares = await bench.vault.convertToShares(assets);
      expect(await bench.vault.convertToAssets(shares)).to.be.at.most(assets);
    }
    for (const view of [bench.vault.maxDeposit, bench.vault.maxMint, bench.vault.maxRedeem, bench.vault.maxWithdraw]) {
      expect(await view(bench.factory)).to.equal(0n);
    }
  });
});

/** Somebody adds whole dollars to the vault's free balance. */
async function donate(bench: VaultBench, dollars: number): Promise<void> {
  const donor = await bench.clearing.signer(17);
  const amount = BigInt(dollars) * DOLLAR;
  await bench.token.mint(donor.address, amount);
  await bench.token.connect(donor).approve(bench.house, amount);
  await bench.house.connect(donor).deposit(bench.token, amount, bench.vault);
}

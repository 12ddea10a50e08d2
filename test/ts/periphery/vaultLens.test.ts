// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { VaultLens__factory } from "../../../typechain-types/factories/periphery/VaultLens__factory.ts";
import type { VaultLens } from "../../../typechain-types/periphery/VaultLens.ts";
import { Failure, Kind } from "../clearing/ClearingBench.ts";
import type { Choice } from "../vaults/VaultBench.ts";
import { DOLLAR, HOUR, SHARES_PER_DOLLAR, VaultBench, vaultTerms, WEEK } from "../vaults/VaultBench.ts";

const MOST_GAS = 16_777_216n;
const MOST_VAULTS = 16;

async function lensOnVault(choice?: Choice): Promise<{ bench: VaultBench; lens: VaultLens; address: string }> {
  const bench = await VaultBench.create(choice);
  const [owner] = await bench.clearing.connection.ethers.getSigners();
  const lens = await new VaultLens__factory(owner!).deploy(bench.factory);
  return { bench, lens, address: await bench.vault.getAddress() };
}

describe("Lens of vaults: a vault", () => {
  it("says what a new one is, and how much it takes", async () => {
    const { bench, lens, address } = await lensOnVault({ terms: { depositCap: 1_000n * DOLLAR } });
    const shown = await lens.vaultOf(address);
    expect([shown.vault, shown.asset, shown.decimals, shown.isCall]).to.deep.equal([
      address,
      await bench.token.getAddress(),
      12n,
      false,
    ]);
    expect([...shown.terms]).to.deep.equal([...(await bench.vault.terms())]);
    expect([shown.totalAssets, shown.totalSupply, shown.depositRoom]).to.deep.equal([0n, 0n, 1_000n * DOLLAR]);
    expect([shown.lastPrice.units, shown.bookId, shown.seriesId]).to.deep.equal([0n, 0n, 0n]);
    expect([shown.isKnown, shown.offer.isOpen, shown.canClose]).to.deep.equal([true, false, false]);
  });

  it("counts what waits against the deposit cap, and what joined", async () => {
    const { bench, lens, address } = await lensOnVault({ terms: { depositCap: 1_000n * DOLLAR } });
    await bench.asked(1, 300);
    const asked = await lens.vaultOf(address);
    expect([asked.waiting.units, asked.depositRoom]).to.deep.equal([300n * DOLLAR, 700n * DOLLAR]);
    await bench.vault.closeEpoch();
    await bench.asked(2, 200);
    const joined = await lens.vaultOf(address);
    expect([joined.totalAssets, joined.totalSupply]).to.deep.equal([300n * DOLLAR, 300n * SHARES_PER_DOLLAR]);
    expect([joined.waiting.units, joined.waiting.managed, joined.depositRoom]).to.deep.equal([
      200n * DOLLAR,
      300n * DOLLAR,
      500n * DOLLAR,
    ]);
    expect(joined.lastPrice.shares, "of the price that the first one got").to.equal(10n ** 6n);
    const one = await bench.holder(3);
    await expect(
      bench.vault.connect(one).requestDeposit(500n * DOLLAR + 1n, one, one),
      "not a unit more",
    ).to.be.revertedWithCustomError(bench.vault, "OptionsVault_CapReached");
    await bench.vault.connect(one).requestDeposit(500n * DOLLAR, one, one);
  });

  it("counts room in token units of a coin with more decimals than the ledger", async () => {
    const { lens, address } = await lensOnVault({ kind: Kind.Coin, terms: { depositCap: 5n * 10n ** 9n } });
    const shown = await lens.vaultOf(address);
    expect([shown.isCall, shown.depositRoom, shown.decimals]).to.deep.equal([true, 5n * 10n ** 18n, 15n]);
  });

  it("follows an epoch from the window in which it may start to its end", async () => {
    const { bench, lens, address } = await lensOnVault();
    await bench.asked(1, 100_000);
    await bench.toBoundary(HOUR - 60);
    expect((await lens.vaultOf(address)).canStart, "before the window").to.equal(false);
    await bench.pass(120);
    expect((await lens.vaultOf(address)).canStart, "in the window").to.equal(true);
    await bench.vault.startEpoch();
    const running = await lens.vaultOf(address);
    expect([running.canStart, running.canClose, running.offer.isOpen]).to.deep.equal([false, false, true]);
    expect([...running.epoch]).to.deep.equal([...(await bench.vault.epoch())]);
    expect([running.bookId, running.seriesId]).to.deep.equal([
      await bench.vault.bookId(),
      await bench.vault.seriesId(),
    ]);
    expect([...running.offer]).to.deep.equal([...(await bench.vault.offer(10n ** 6n))]);
    await bench.pass(WEEK - HOUR);
    expect((await lens.vaultOf(address)).canClose, "after the expiry").to.equal(true);
    await bench.vault.closeEpoch();
    expect((await lens.vaultOf(address)).canStart, "the window of the next boundary is not open yet").to.equal(false);
  });

  it("says once a boundary has been used that no epoch can start on it again", async () => {
    const { bench, lens, address } = await lensOnVault();
    await bench.asked(1, 100_000);
    await bench.toBoundary(2 * HOUR);
    await bench.vault.startEpoch();
    await bench.pass(WEEK - 2 * HOUR);
    await bench.vault.closeEpoch();
    await bench.pass(2 * HOUR);
    expect((await lens.vaultOf(address)).canStart).to.equal(true);
    await bench.vault.startEpoch();
    expect((await lens.vaultOf(address)).canStart).to.equal(false);
  });

  it("shows a vault all the same with a dead oracle or a dead risk contract, and says that it has no offer", async () => {
    const { bench, lens, address } = await lensOnVault();
    await bench.asked(1, 100_000);
    await bench.toBoundary(2 * HOUR);
    await bench.vault.startEpoch();
    const { totalSupply } = await lens.vaultOf(address);
    for (const failure of Object.values(Failure)) {
      await bench.clearing.risk.fail(failure);
      const shown = await lens.vaultOf(address);
      expect([shown.totalSupply, shown.offer.isOpen]).to.deep.equal([totalSupply, failure === Failure.None]);
    }
    await bench.clearing.risk.fail(Failure.None);
    for (const [reverts, burnsGas] of [
      [true, false],
      [false, true],
    ] as const) {
      await bench.clearing.marks.setFailure(reverts, burnsGas);
      const shown = await lens.vaultOf(address);
      expect([shown.totalSupply, shown.isKnown, shown.offer.premium]).to.deep.equal([totalSupply, false, 0n]);
    }
  });
});

describe("Lens of vaults: a position", () => {
  it("follows what somebody asked for until it is claimed", async () => {
    const { bench, lens, address } = await lensOnVault();
    const holder = await bench.asked(1, 1_000);
    const vault = bench.vault.connect(holder);
    const at = () => lens.positionOf(address, holder.address);
    expect((await at()).pendingDeposit).to.equal(1_000n * DOLLAR);
    await bench.vault.closeEpoch();
    const matured = await at();
    expect([matured.pendingDeposit, matured.claimableDeposit, matured.claimableShares, matured.shares]).to.deep.equal([
      0n,
      1_000n * DOLLAR,
      1_000n * SHARES_PER_DOLLAR,
      0n,
    ]);
    await vault["deposit(uint256,address)"](1_000n * DOLLAR, holder);
    const claimed = await at();
    expect([claimed.shares, claimed.assets]).to.deep.equal([1_000n * SHARES_PER_DOLLAR, 1_000n * DOLLAR]);

    await vault.requestRedeem(400n * SHARES_PER_DOLLAR, holder, holder);
    expect((await at()).pendingRedeem).to.equal(400n * SHARES_PER_DOLLAR);
    await bench.vault.closeEpoch();
    const leaving = await at();
    expect([leaving.shares, leaving.claimableRedeem, leaving.claimableAssets]).to.deep.equal([
      600n * SHARES_PER_DOLLAR,
      400n * SHARES_PER_DOLLAR,
      400n * DOLLAR,
    ]);
  });

  it("shows what was taken back and not claimed yet", async () => {
    const { bench, lens, address } = await lensOnVault();
    const holder = await bench.asked(1, 1_000);
    const vault = bench.vault.connect(holder);
    await vault.cancelDepositRequest(0, holder);
    const back = await lens.positionOf(address, holder);
    expect([back.pendingDeposit, back.cancelledDeposit]).to.deep.equal([0n, 1_000n * DOLLAR]);
  });
});

describe("Lens of vaults: lists and refusals", () => {
  it("lists vaults in their order, below the gas of a transaction with the longest names and an oracle that burns all", async () => {
    const { bench, lens } = await lensOnVault();
    await bench.asked(1, 100_000);
    await bench.toBoundary(2 * HOUR);
    await bench.vault.startEpoch();
    for (let index = 1; index < MOST_VAULTS; index += 1) {
      const symbol = `b${index}`.padEnd(16, "x");
      await bench.factory.create(vaultTerms(bench.market, { name: symbol.repeat(4), symbol }));
    }
    await bench.clearing.marks.setFailure(false, true);
    const page = await lens.vaults(0, MOST_VAULTS);
    expect(page.map(({ vault }) => vault)).to.deep.equal([...(await bench.factory.vaults(0, MOST_VAULTS))]);
    expect(await lens.vaults.estimateGas(0, MOST_VAULTS)).to.be.below(MOST_GAS);
    expect((await lens.vaults(15, 5)).length).to.equal(1);
  });

  it("refuses what is no vault of its factory, too long a page, and too little gas for an answer", async () => {
    const { bench, lens, address } = await lensOnVault();
    const stranger = await bench.token.getAddress();
    await expect(lens.vaultOf(stranger)).to.be.revertedWithCustomError(lens, "VaultLens_UnknownVault");
    await expect(lens.positionOf(stranger, stranger)).to.be.revertedWithCustomError(lens, "VaultLens_UnknownVault");
    await expect(lens.vaults(0, 17)).to.be.revertedWithCustomError(lens, "VaultLens_TooMany").withArgs(17, 16);
    await expect(lens.vaultOf(address, { gasLimit: 800_000 })).to.be.revertedWithCustomError(
      lens,
      "VaultLens_TooLittleGas",
    );
  });

  it("is not deployed without a factory", async () => {
    const { bench, lens } = await lensOnVault();
    const [owner] = await bench.clearing.connection.ethers.getSigners();
    await expect(new VaultLens__factory(owner!).deploy(ZeroAddress)).to.be.revertedWithCustomError(
      lens,
      "VaultLens_ZeroAddress",
    );
  });
});

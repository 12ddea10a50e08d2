// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { VaultBench, vaultTerms } from "./VaultBench.ts";

describe("Options vaults: the factory", () => {
  let bench: VaultBench;
  beforeEach(async () => {
    bench = await VaultBench.create();
  });

  it("makes a vault at the address that its terms decide, for anybody", async () => {
    const terms = vaultTerms(bench.market, { deltaBps: 1_000n });
    const expected = await bench.factory.addressOf(terms);
    const anybody = await bench.clearing.signer(7);
    await expect(bench.factory.connect(anybody).create(terms)).to.emit(bench.factory, "VaultCreated");
    expect(await bench.factory.isVault(expected)).to.equal(true);
    const vault = bench.vault.attach(expected) as typeof bench.vault;
    expect((await vault.terms()).deltaBps).to.equal(1_000n);
    expect(await vault.house()).to.equal(await bench.house.getAddress());
  });

  it("makes one vault of the same terms, and lists them in order", async () => {
    const terms = vaultTerms(bench.market);
    expect(await bench.factory.create.staticCall(terms)).to.equal(await bench.vault.getAddress());
    await bench.factory.create(terms);
    expect(await bench.factory.vaultCount()).to.equal(1n);
    const other = vaultTerms(bench.market, { symbol: "bOTHER" });
    await bench.factory.create(other);
    const all = await bench.factory.vaults(0, 100);
    expect([...all]).to.deep.equal([await bench.vault.getAddress(), await bench.factory.addressOf(other)]);
    expect([...(await bench.factory.vaults(1, 1))]).to.deep.equal([all[1]]);
    expect([...(await bench.factory.vaults(2, 5))]).to.deep.equal([]);
  });

  it("says what a vault was made with", async () => {
    const given = vaultTerms(bench.market);
    const terms = await bench.vault.terms();
    for (const [name, value] of Object.entries(given)) {
      expect(terms[name as keyof typeof terms], name).to.equal(value);
    }
  });

  it("refuses terms out of bounds, and says which", async () => {
    for (const [which, change] of [
      [1n, { fundingBps: 9_999n }],
      [2n, { deltaBps: 99n }],
      [2n, { deltaBps: 5_001n }],
      [3n, { floorVolatilityBps: 999n }],
      [4n, { highBps: 10_400n }],
      [5n, { reserveBps: 9_999n }],
      [6n, { auctionSeconds: 60n }],
      [7n, { depositCap: 0n }],
      [8n, { managementFeeBps: 201n, feeRecipient: bench.factory }],
      [9n, { performanceFeeBps: 2_001n, feeRecipient: bench.factory }],
      [10n, { performanceFeeBps: 1n }],
      [10n, { feeRecipient: bench.factory }],
      [11n, { name: "" }],
      [11n, { name: "n".repeat(65) }],
      [12n, { symbol: "" }],
      [12n, { symbol: "é".repeat(9) }],
    ] as const) {
      const terms = vaultTerms(bench.market, change);
      await expect(bench.factory.create(terms), JSON.stringify(Object.keys(change)))
        .to.be.revertedWithCustomError(bench.vault, "OptionsVault_BadTerms")
        .withArgs(
          which,
          (given: bigint) => given >= 0n,
          (least: bigint) => least >= 0n,
          (most: bigint) => most >= 0n,
        );
    }
  });

  it("makes none in a market that does not exist", async () => {
    await expect(bench.factory.create(vaultTerms(99n))).to.revert(bench.clearing.connection.ethers);
    expect(await bench.factory.vaultCount()).to.equal(1n);
  });

  it("is not deployed without its parts", async () => {
    const { ethers } = bench.clearing.connection;
    const house = await bench.house.getAddress();
    await expect(
      ethers.deployContract("OptionsVaultFactory", [ZeroAddress, house, house]),
    ).to.be.revertedWithCustomError(bench.factory, "OptionsVaultFactory_ZeroAddress");
    await expect(
      ethers.deployContract("OptionsVaultFactory", [house, ZeroAddress, house]),
    ).to.be.revertedWithCustomError(bench.factory, "OptionsVaultFactory_BadCode");
  });
});

describe("Options vaults: fees", () => {
  it("are off unless its terms name them", async () => {
    const bench = await VaultBench.create();
    await bench.entered(1, 100_000);
    await bench.start();
    await bench.bought(5, 30);
    const supply = await bench.vault.totalSupply();
    await bench.settled(3_000);
    expect(await bench.vault.totalSupply()).to.equal(supply);
  });

  it("take their share of what a share gained above its highest price, once", async () => {
    const recipient = (await (await VaultBench.create()).clearing.signer(15)).address;
    const terms = { performanceFeeBps: 1_000n, feeRecipient: recipient };
    const bench = await VaultBench.create({ terms });
    const holder = await bench.entered(1, 100_000);
    const worth = async (account: string) => bench.vault.convertToAssets(await bench.vault.balanceOf(account));
    await bench.start();
    await bench.bought(5, 30);
    await bench.settled(3_000);
    const gained = (await worth(holder.address)) + (await worth(recipient)) - 100_000n * 10n ** 6n;
    expect(await worth(recipient)).to.be.closeTo(gained / 10n, 3n);

    // A week of loss pays nothing, nor the way back.
    const paid = await bench.vault.balanceOf(recipient);
    await bench.start();
    await bench.bought(6, 30);
    await bench.settled(2_500);
    expect(await bench.vault.balanceOf(recipient)).to.equal(paid);
    await bench.tell(3_000);
    await bench.start();
    await bench.bought(7, 10);
    await bench.settled(3_000);
    expect(await bench.vault.balanceOf(recipient)).to.equal(paid);
  });

  it("take a share of the assets by the year", async () => {
    const recipient = (await (await VaultBench.create()).clearing.signer(15)).address;
    const bench = await VaultBench.create({ terms: { managementFeeBps: 200n, feeRecipient: recipient } });
    await bench.entered(1, 100_000);
    const expiry = await bench.start();
    await bench.pass(Number(expiry) + 1 - (await bench.now()));
    await bench.vault.closeEpoch();
    const taken = await bench.vault.convertToAssets(await bench.vault.balanceOf(recipient));
    expect(taken).to.be.within(37n * 10n ** 6n, 80n * 10n ** 6n); // one to two weeks of 2 % of 100,000 a year
  });
});

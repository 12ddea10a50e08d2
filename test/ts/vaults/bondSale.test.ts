// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { InsurerDirectory__factory } from "../../../typechain-types/factories/periphery/InsurerDirectory__factory.ts";
import { SlashEscrow__factory } from "../../../typechain-types/factories/oracle/SlashEscrow__factory.ts";
import { UNIT } from "../clearing/attackTools.ts";
import { DAY } from "../clearing/ClearingBench.ts";
import { FundBench, SHARE } from "./FundBench.ts";

const HOUR = 3_600;
const BOND = 10n ** 18n;
const MOST = 2n ** 200n;
/** Hours after which a bond token costs a dollar or less, and a little more than half of one. */
const HOURS_TO_A_DOLLAR = 20;

/** A fund with a holder, and bonds in it. */
async function withBonds(bonds = 1_000) {
  const bench = await FundBench.create();
  const holder = await bench.entered(1, 1_000);
  const buyer = await bench.holder(2);
  await bench.bond.mint(await bench.fund.getAddress(), BigInt(bonds) * BOND);
  return { bench, holder, buyer, fund: bench.fund.connect(buyer) };
}

describe("Sale of slashed bonds", () => {
  it("starts above anything and halves with every hour of uptime", async () => {
    const { bench, fund } = await withBonds();
    await fund.startSale();
    expect(await fund.sale()).to.deep.equal([10n ** 24n, 1_000n * BOND]);
    await bench.pass(HOUR / 2);
    expect((await fund.sale()).priceWad, "a straight line between two halvings").to.equal((3n * 10n ** 24n) / 4n);
    await bench.pass(HOUR / 2);
    expect((await fund.sale()).priceWad).to.equal(5n * 10n ** 23n);
    await bench.pass((HOURS_TO_A_DOLLAR - 1) * HOUR);
    expect((await fund.sale()).priceWad).to.equal((10n ** 24n) >> 20n);
    await bench.pass(100 * HOUR);
    expect((await fund.sale()).priceWad, "near nothing").to.equal((10n ** 24n) >> 60n);
  });

  it("counts for nothing until somebody pays, and then for what he paid", async () => {
    const { bench, fund, buyer } = await withBonds();
    await fund.startSale();
    await bench.pass(HOURS_TO_A_DOLLAR * HOUR);
    expect(await fund.totalAssets()).to.equal(1_000n * UNIT);
    const { priceWad } = await fund.sale();
    await fund.buyBonds(400n * BOND, MOST, buyer.address);
    const paid = (400n * UNIT * priceWad + BOND - 1n) / BOND;
    expect(await fund.totalAssets()).to.equal(1_000n * UNIT + paid);
    expect(await bench.bond.balanceOf(buyer.address)).to.equal(400n * BOND);
    expect((await fund.sale()).left).to.equal(600n * BOND);
    // More than is left is cut to it; then the sale is over.
    await fund.buyBonds(MOST, MOST, buyer.address);
    expect(await bench.bond.balanceOf(buyer.address)).to.equal(1_000n * BOND);
    expect(await fund.sale()).to.deep.equal([0n, 0n]);
  });

  it("no amount is free, and crumbs cost more than their share", async () => {
    const { bench, fund, buyer } = await withBonds();
    await fund.startSale();
    await bench.pass(60 * HOUR);
    const before = await bench.clearing.dollar.balanceOf(buyer.address);
    for (let i = 0; i < 3; i += 1) await fund.buyBonds(1n, MOST, buyer.address);
    expect(before - (await bench.clearing.dollar.balanceOf(buyer.address))).to.equal(3n);
  });

  it("a buyer says what he pays at most", async () => {
    const { bench, fund, buyer } = await withBonds();
    await fund.startSale();
    await bench.pass(HOURS_TO_A_DOLLAR * HOUR);
    const { priceWad } = await fund.sale();
    const payment = (100n * UNIT * priceWad + BOND - 1n) / BOND;
    await expect(fund.buyBonds(100n * BOND, payment - 1n, buyer.address))
      .to.be.revertedWithCustomError(fund, "InsuranceFund_PaymentTooLarge")
      .withArgs(payment, payment - 1n);
    await fund.buyBonds(100n * BOND, payment, buyer.address);
  });

  it("stands still while no prices arrive: a halt sells nothing for less (law 5)", async () => {
    const { bench, fund, buyer } = await withBonds();
    await fund.startSale();
    await bench.pass(10 * HOUR);
    const { priceWad } = await fund.sale();
    await bench.pass(5 * DAY, 0);
    expect((await fund.sale()).priceWad).to.equal(priceWad);
    await bench.clearing.marks.setFailure(true, false);
    await expect(fund.buyBonds(BOND, MOST, buyer.address)).to.be.revertedWithCustomError(fund, "InsuranceFund_NoClock");
  });

  it("nobody restarts a running sale; bonds that come later wait, and what nobody wanted is offered again", async () => {
    const { bench, fund, buyer } = await withBonds();
    await fund.startSale();
    await bench.bond.mint(await fund.getAddress(), 50n * BOND);
    await bench.pass(59 * HOUR);
    await expect(fund.startSale()).to.be.revertedWithCustomError(fund, "InsuranceFund_SaleRuns");
    expect((await fund.sale()).left, "the late ones are not in it").to.equal(1_000n * BOND);
    await fund.buyBonds(999n * BOND, MOST, buyer.address);
    await bench.pass(HOUR);
    await fund.startSale();
    expect(await fund.sale()).to.deep.equal([10n ** 24n, 51n * BOND]);
  });

  it("the collateral itself is never sold", async () => {
    const first = await FundBench.create();
    const dollar = await first.clearing.dollar.getAddress();
    const { ethers } = first.clearing.connection;
    const { collateral, kind, feed, risk, parameterSet } = await first.clearing.house.marketParams(first.market);
    const params = { collateral, kind, feed, risk, parameterSet, insurer: ethers.ZeroAddress };
    const deployed = await ethers.deployContract("InsuranceFund", [
      await first.clearing.house.getAddress(),
      params,
      dollar,
      "n",
      "s",
    ]);
    const fund = first.fund.attach(await deployed.getAddress()) as typeof first.fund;
    await first.clearing.house.createMarket({ ...params, insurer: await fund.getAddress() });
    await fund.wire();
    await first.clearing.dollar.mint(await fund.getAddress(), 70n * UNIT);
    await expect(fund.startSale()).to.be.revertedWithCustomError(fund, "InsuranceFund_NothingToSell");
    await fund.collect();
    expect(await fund.totalAssets()).to.equal(70n * UNIT);
  });
});

describe("Slashed bonds, from the record of a fault to insurance", () => {
  it("day's batch, pushed by open interest, paid to the fund, sold, and everybody's", async () => {
    const bench = await FundBench.create();
    const holder = await bench.entered(1, 100_000);
    const buyer = await bench.holder(2);
    const { clearing, bond } = bench;
    const { ethers } = clearing.connection;
    const [deployer, registry] = await ethers.getSigners();
    const authority = await (await ethers.deployContract("OpenAuthority")).getAddress();
    const escrow = await new SlashEscrow__factory(deployer!).deploy(bond, authority);
    await escrow.wire(registry!.address);
    const directory = await new InsurerDirectory__factory(deployer!).deploy(clearing.house, authority);
    await escrow.setDirectory(directory);
    await directory.listMarket(bench.market);
    await bench.short(20_000);
    // Observed on the day before the fault.
    const midnight = (Math.floor((await bench.now()) / DAY) + 1) * DAY;
    await clearing.at(midnight + HOUR);
    await directory.observe();
    await clearing.at(midnight + 2 * HOUR);
    await directory.observe();
    await clearing.at(midnight + DAY + HOUR);

    await bond.mint(await escrow.getAddress(), 1_000n * BOND);
    const now = await bench.now();
    await escrow.connect(registry!).record(7, 1_000n * BOND, deployer!.address, now);
    await escrow.push(Math.floor(now / DAY));
    await escrow.pay(bench.fund);
    expect(await bond.balanceOf(bench.fund), "all but the reporter's tenth").to.equal(900n * BOND);

    await bench.fund.startSale();
    await bench.pass(HOURS_TO_A_DOLLAR * HOUR);
    const { insurance } = await bench.insurance();
    const { priceWad } = await bench.fund.sale();
    await bench.fund.connect(buyer).buyBonds(900n * BOND, MOST, buyer.address);
    const gain = (900n * UNIT * priceWad + BOND - 1n) / BOND;
    expect((await bench.insurance()).insurance - insurance).to.equal(gain);
    expect(await bench.fund.convertToAssets(100_000n * SHARE)).to.be.closeTo(insurance + gain, 1n);
    expect(await bench.fund.balanceOf(holder.address)).to.equal(100_000n * SHARE);
  });
});

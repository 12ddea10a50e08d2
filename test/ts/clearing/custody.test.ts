// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ClearingBench, Kind, NO_FEED } from "./ClearingBench.ts";

const UNIT = 10n ** 6n;

/** A bench with a market on an odd token, and an account that holds and approved a million of it. */
async function withOddToken(decimals: number) {
  const bench = await ClearingBench.create();
  const [owner] = await bench.connection.ethers.getSigners();
  const token = await bench.connection.ethers.deployContract("OddToken", [decimals]);
  await bench.house.enableCollateral(token, NO_FEED);
  const create = async () =>
    bench.house.createMarket({
      collateral: await token.getAddress(),
      kind: Kind.Quote,
      feed: 0n,
      risk: await bench.risk.getAddress(),
      parameterSet: 0n,
      insurer: owner!.address,
    });
  const user = await bench.signer(5);
  await token.getFunction("mint")(user.address, 10n ** 6n * 10n ** BigInt(Math.min(decimals, 18)));
  await token.connect(user).getFunction("approve")(await bench.house.getAddress(), 2n ** 255n);
  return { bench, token, create, user, house: bench.house.connect(user), address: await token.getAddress() };
}

describe("Custody", () => {
  it("credits whole ledger units and pays them back to whom it is told", async () => {
    const bench = await ClearingBench.create();
    const user = await bench.account(1, 1_000, 2);
    const other = await bench.signer(2);
    expect(await bench.house.freeBalance(user.address, bench.dollar), "6 decimals").to.equal(1_000n * UNIT);
    expect(await bench.house.freeBalance(user.address, bench.coin), "9 of 18 decimals").to.equal(2n * 10n ** 9n);

    await bench.house.connect(user).withdraw(bench.coin, 10n ** 9n, other.address);

    expect(await bench.coin.balanceOf(other.address)).to.equal(10n ** 18n);
    expect(await bench.house.freeBalance(user.address, bench.coin)).to.equal(10n ** 9n);
  });

  it("pays the insurer what of insurance he asks for, into anybody's free balance, and nobody else", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(1_000);
    const [insurer, to] = [await bench.signer(0), await bench.signer(2)];
    const house = bench.house.connect(insurer);
    const market = bench.quoteMarket;
    await expect(house.withdrawInsurance(market, 400n * UNIT, to.address))
      .to.emit(house, "InsuranceWithdrawn")
      .withArgs(insurer.address, market, 400n * UNIT, to.address, 600n * UNIT);
    expect(await house.freeBalance(to.address, bench.dollar)).to.equal(400n * UNIT);
    expect((await house.marketState(market)).insurance).to.equal(600n * UNIT);
    const refused = (call: Promise<unknown>, error: string) =>
      expect(call, error).to.be.revertedWithCustomError(house, error);
    await refused(house.withdrawInsurance(market, 600n * UNIT + 1n, to.address), "Clearinghouse_InsuranceReserved");
    await refused(house.withdrawInsurance(market, 0n, to.address), "Clearinghouse_ZeroAmount");
    await refused(house.withdrawInsurance(market, 1n, ZeroAddress), "Clearinghouse_ZeroAddress");
    await refused(house.withdrawInsurance(99n, 1n, to.address), "Clearinghouse_UnknownMarket");
    await refused(bench.house.connect(to).withdrawInsurance(market, 1n, to.address), "Clearinghouse_NotInsurer");
    await house.withdrawInsurance(market, 600n * UNIT, to.address);
  });

  it("refuses what it cannot do, with the figures", async () => {
    const bench = await ClearingBench.create();
    const user = await bench.account(1, 1_000, 0);
    const house = bench.house.connect(user);
    await expect(house.withdraw(bench.dollar, 1_001n * UNIT, user.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_InsufficientBalance")
      .withArgs(user.address, bench.dollar, 1_001n * UNIT, 1_000n * UNIT);
    await expect(house.withdraw(bench.dollar, 0n, user.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_ZeroAmount",
    );
    await expect(house.withdraw(bench.dollar, 1n, ZeroAddress)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_ZeroAddress",
    );
    await expect(house.withdraw(user.address, 1n, user.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_UnknownToken",
    );
    await expect(house.deposit(bench.dollar, 2n ** 80n, user.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_AmountTooLarge",
    );
    await expect(house.deposit(bench.dollar, 0n, user.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_ZeroAmount",
    );
  });

  it("deposits with a permit, also when somebody used the permit first", async () => {
    const bench = await ClearingBench.create();
    const user = await bench.signer(3);
    const house = await bench.house.getAddress();
    await bench.dollar.mint(user.address, 10n * UNIT);
    const { chainId } = await bench.connection.ethers.provider.getNetwork();
    const domain = { name: "Dollar", version: "1", chainId, verifyingContract: await bench.dollar.getAddress() };
    const types = {
      Permit: ["owner", "spender"]
        .map((name) => ({ name, type: "address" }))
        .concat(["value", "nonce", "deadline"].map((name) => ({ name, type: "uint256" }))),
    };
    const value = { owner: user.address, spender: house, value: 10n * UNIT, nonce: 0n, deadline: 2n ** 40n };
    const { v, r, s } = bench.connection.ethers.Signature.from(await user.signTypedData(domain, types, value));
    await bench.dollar.permit(user.address, house, 10n * UNIT, 2n ** 40n, v, r, s);

    await bench.house.connect(user).depositWithPermit(bench.dollar, 10n * UNIT, user.address, 2n ** 40n, v, r, s);

    expect(await bench.house.freeBalance(user.address, bench.dollar)).to.equal(10n * UNIT);
  });

  it("pays the reward pot by anyone's call, out of mint fees", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(100_000);
    const writer = await bench.account(1);
    const book = bench.bookId(writer.address);
    await bench.house.connect(writer).fund(book, 10_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs({ strike: 3000, isCall: true, size: 5 }), writer.address);
    await bench.house.moveFees(bench.quoteMarket);
    await bench.house.withdrawFor(bench.dollar);
    expect(await bench.dollar.balanceOf(bench.pot), "60 % of 2 bp of 15,000 dollars, less a tip").to.equal(800_000n);
  });
});

describe("Odd tokens are handled or refused, never a silent loss", () => {
  it("refuses at market creation what has no code or no sensible decimals", async () => {
    const bench = await ClearingBench.create();
    const [owner] = await bench.connection.ethers.getSigners();
    for (const collateral of [owner!.address, await bench.risk.getAddress()]) {
      await bench.house.enableCollateral(collateral, NO_FEED);
      await expect(
        bench.house.createMarket({
          collateral,
          kind: 0n,
          feed: 0n,
          risk: bench.risk,
          parameterSet: 0n,
          insurer: owner!.address,
        }),
      ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_BadToken");
    }
    for (const decimals of [0, 1, 19, 255]) {
      const { create, address } = await withOddToken(decimals);
      await expect(create(), `${decimals} decimals`)
        .to.be.revertedWithCustomError(bench.house, "Clearinghouse_BadToken")
        .withArgs(address, decimals);
    }
  });

  for (const decimals of [2, 6, 8, 18]) {
    it(`keeps 10 billion units of a token with ${decimals} decimals`, async () => {
      const { bench, token, create, user, house, address } = await withOddToken(decimals);
      await create();
      const whole = 10n ** 10n;
      await token.getFunction("mint")(user.address, whole * 10n ** BigInt(decimals));
      const units = whole * 10n ** BigInt(Math.min(decimals, 9));
      await house.deposit(address, units, user.address);
      expect(await bench.house.freeBalance(user.address, address)).to.equal(units);
      await house.withdraw(address, units, bench.pot);
      expect(await token.getFunction("balanceOf")(bench.pot)).to.equal(whole * 10n ** BigInt(decimals));
    });
  }

  it("credits what arrives of a token that takes a fee", async () => {
    const { bench, token, create, user, house, address } = await withOddToken(6);
    await create();
    await token.getFunction("setFee")(100n);
    await house.deposit(address, 1_000n * UNIT, user.address);
    expect(await bench.house.freeBalance(user.address, address)).to.equal(990n * UNIT);
    expect(await bench.house.owed(address)).to.equal(await token.getFunction("balanceOf")(bench.house));
  });

  it("credits no more than was asked for, whatever else arrives meanwhile", async () => {
    const { bench, token, create, user, house, address } = await withOddToken(6);
    await create();
    const gift = token.interface.encodeFunctionData("mint", [await bench.house.getAddress(), 50n * UNIT]);
    await token.getFunction("setCall")(address, gift);
    await house.deposit(address, 100n * UNIT, user.address);
    expect(await token.getFunction("balanceOf")(bench.house), "with the gift").to.equal(150n * UNIT);
    expect(await bench.house.freeBalance(user.address, address)).to.equal(100n * UNIT);
    expect(await bench.house.owed(address)).to.equal(100n * UNIT);
  });

  it("pays everybody the same share of a token that shrank, and takes no newcomer's money", async () => {
    const { bench, token, create, user, house, address } = await withOddToken(6);
    await create();
    const second = await bench.signer(6);
    await house.deposit(address, 600n * UNIT, user.address);
    await house.deposit(address, 400n * UNIT, second.address);
    await token.getFunction("shrinkTo")(5_000n);

    await expect(house.deposit(address, UNIT, user.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_TokenShrunk",
    );
    await house.withdraw(address, 600n * UNIT, bench.pot);
    expect(await token.getFunction("balanceOf")(bench.pot), "half of 600").to.equal(300n * UNIT);
    await bench.house.connect(second).withdraw(address, 400n * UNIT, bench.pot);
    expect(await token.getFunction("balanceOf")(bench.pot), "half of 400 more").to.equal(500n * UNIT);
  });

  it("lets a token call back into nothing that is locked", async () => {
    const { bench, token, create, user, house, address } = await withOddToken(6);
    await create();
    await house.deposit(address, 100n * UNIT, user.address);
    const attack = bench.house.interface.encodeFunctionData("withdraw", [address, 1n, user.address]);
    await token.getFunction("setCall")(await bench.house.getAddress(), attack);
    await house.withdraw(address, 10n * UNIT, user.address);
    expect(await token.getFunction("callSucceeded")(), "the inner call").to.equal(false);
    const selector = bench.house.interface.getError("ReentrancyGuardReentrantCall")!.selector;
    expect(await token.getFunction("callAnswer")()).to.equal(selector);
  });

  it("never moves nothing, for a token may refuse that", async () => {
    const { create, token, user, house, address } = await withOddToken(6);
    await create();
    await token.getFunction("setRefusesZero")(true);
    await house.deposit(address, 100n * UNIT, user.address);
    await token.getFunction("shrinkTo")(0n + 1n);
    await house.withdraw(address, 1n, user.address);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";

import { ClearingBench, OPTION } from "../clearing/ClearingBench.ts";
import { ERC165, ERC6909 } from "./standards.ts";

const UNIT = 10n ** 6n;
const CALL = { strike: 3000, isCall: true, size: 3 };

/** Three calls that `holder` has; `other` and `third` have none. */
async function held() {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const [writer, holder] = [await bench.account(1), await bench.signer(2)];
  const book = bench.bookId(writer.address);
  await bench.house.connect(writer).fund(book, 20_000n * UNIT);
  await bench.house.connect(writer).mint(book, bench.legs(CALL), holder.address);
  const [other, third] = [await bench.signer(3), await bench.signer(4)];
  return { bench, house: bench.house, holder, other, third, id: bench.seriesId(CALL) };
}

describe("Options as ERC-6909 tokens", () => {
  it("say that they are (ERC-165)", async () => {
    const { house } = await held();
    for (const { name, interfaceId } of [ERC165, ERC6909])
      expect(await house.supportsInterface(interfaceId!), name).to.equal(true);
    expect(await house.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("move by their holder, who is named as caller and sender", async () => {
    const { house, holder, other, id } = await held();
    await expect(house.connect(holder).transfer(other.address, id, OPTION))
      .to.emit(house, "Transfer")
      .withArgs(holder.address, holder.address, other.address, id, OPTION);
    expect(await house.balanceOf(other.address, id)).to.equal(OPTION);
    expect(await house.balanceOf(holder.address, id)).to.equal(2n * OPTION);
  });

  it("come from nobody and go to nobody when they are made and redeemed", async () => {
    const { bench, house, holder, id } = await held();
    const [made] = await house.queryFilter(house.getEvent("Transfer"));
    expect([made!.args.sender, made!.args.receiver, made!.args.id]).to.deep.equal([ZeroAddress, holder.address, id]);
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    await expect(house.connect(holder).redeem(id, OPTION))
      .to.emit(house, "Transfer")
      .withArgs(holder.address, holder.address, ZeroAddress, id, OPTION);
  });

  it("move by an allowance, which falls, unless it is without end", async () => {
    const { house, holder, other, third, id } = await held();
    await expect(house.connect(holder).approve(other.address, id, 2n * OPTION))
      .to.emit(house, "Approval")
      .withArgs(holder.address, other.address, id, 2n * OPTION);
    await expect(house.connect(other).transferFrom(holder.address, third.address, id, OPTION))
      .to.emit(house, "Transfer")
      .withArgs(other.address, holder.address, third.address, id, OPTION);
    expect(await house.allowance(holder.address, other.address, id)).to.equal(OPTION);
    await house.connect(holder).approve(other.address, id, MaxUint256);
    await house.connect(other).transferFrom(holder.address, third.address, id, OPTION);
    expect(await house.allowance(holder.address, other.address, id)).to.equal(MaxUint256);
  });

  it("move by an operator without an allowance, and no longer when he is none", async () => {
    const { house, holder, other, third, id } = await held();
    await expect(house.connect(holder).setOperator(other.address, true))
      .to.emit(house, "OperatorSet")
      .withArgs(holder.address, other.address, true);
    await house.connect(other).transferFrom(holder.address, third.address, id, OPTION);
    expect(await house.allowance(holder.address, other.address, id)).to.equal(0n);
    await house.connect(holder).setOperator(other.address, false);
    await expect(
      house.connect(other).transferFrom(holder.address, third.address, id, OPTION),
    ).to.be.revertedWithCustomError(house, "ERC6909InsufficientAllowance");
  });

  it("do not move beyond what is there", async () => {
    const { house, holder, other, id } = await held();
    await expect(house.connect(holder).transfer(other.address, id, 4n * OPTION)).to.be.revertedWithCustomError(
      house,
      "ERC6909InsufficientBalance",
    );
  });
});

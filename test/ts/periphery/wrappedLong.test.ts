// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { WrappedLong__factory } from "../../../typechain-types/factories/periphery/WrappedLong__factory.ts";
import { WrappedLongFactory__factory } from "../../../typechain-types/factories/periphery/WrappedLongFactory__factory.ts";
import type { WrappedLong } from "../../../typechain-types/periphery/WrappedLong.ts";
import { ClearingBench, Failure, Mode, OPTION, readingAt } from "../clearing/ClearingBench.ts";

const UNIT = 10n ** 6n;
const CALL = { strike: 3000, isCall: true, size: 3 };
const PUT = { strike: 3000, isCall: false, size: 1 };

/** Three calls at 3,000 of two writers, held by `alice`; wrapper of their series, and the one of a put. */
async function wrapped() {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const [owner] = await bench.connection.ethers.getSigners();
  const [first, second, alice] = [await bench.account(1), await bench.account(2), await bench.signer(3)];
  const [bob, carol] = [await bench.signer(4), await bench.signer(5)];
  const books = [bench.bookId(first.address), bench.bookId(second.address)] as const;
  for (const [writer, book, size] of [
    [first, books[0], 1],
    [second, books[1], 2],
  ] as const) {
    await bench.house.connect(writer).fund(book, 20_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs({ ...CALL, size }, PUT), alice.address);
  }
  const factory = await new WrappedLongFactory__factory(owner!).deploy(bench.house);
  const id = bench.seriesId(CALL);
  const create = async (seriesId: bigint): Promise<WrappedLong> => {
    await factory.create(seriesId);
    return WrappedLong__factory.connect(await factory.addressOf(seriesId), alice);
  };
  const wrapper = await create(id);
  return { bench, factory, create, wrapper, id, books, alice, bob, carol };
}

type Wrapping = Awaited<ReturnType<typeof wrapped>>;

async function wrapAll({ bench, wrapper, id, alice }: Wrapping): Promise<void> {
  await bench.house.connect(alice).approve(wrapper, id, 3n * OPTION);
  await wrapper.wrap(3n * OPTION, alice.address);
}

/** Prices the expiry at 3,400: every call is due 400 dollars. */
async function price({ bench }: Wrapping): Promise<void> {
  await bench.mark(bench.expiry, 3_400);
  await bench.at(bench.expiry + 120n);
  await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
}

describe("Wrapped long: an ERC-20 for a series", () => {
  it("has the name, symbol and decimals of the series, at an address known before", async () => {
    const { bench, factory, id, bob } = await wrapped();
    const other = bench.seriesId(PUT);
    const expected = await factory.addressOf(other);
    expect(await bench.connection.ethers.provider.getCode(expected)).to.equal("0x");
    await expect(factory.connect(bob).create(other))
      .to.emit(factory, "WrapperCreated")
      .withArgs(bob.address, other, expected);
    const wrapper = WrappedLong__factory.connect(expected, bob);
    expect([await wrapper.house(), await wrapper.seriesId()]).to.deep.equal([await bench.house.getAddress(), other]);
    expect([await wrapper.name(), await wrapper.symbol(), await wrapper.decimals()]).to.deep.equal([
      await bench.house.name(other),
      await bench.house.symbol(other),
      6n,
    ]);
    expect(await factory.addressOf(id)).to.not.equal(expected);
  });

  it("is created once, whoever is first, and never for what is no series", async () => {
    const { bench, factory, id, bob } = await wrapped();
    const place = await factory.addressOf(id);
    expect(await factory.connect(bob).create.staticCall(id)).to.equal(place);
    await expect(factory.create(id)).to.not.emit(factory, "WrapperCreated");
    for (const seriesId of [0n, bench.seriesId(CALL, 9n), id | (1n << 105n)]) {
      await expect(factory.create(seriesId), `${seriesId}`).to.be.revertedWithCustomError(
        factory,
        "WrappedLongFactory_UnknownSeries",
      );
    }
  });

  it("wraps and unwraps one to one, to whom it is told", async () => {
    const { bench, wrapper, id, alice, bob, carol } = await wrapped();
    await bench.house.connect(alice).approve(wrapper, id, 2n * OPTION);
    await expect(wrapper.wrap(2n * OPTION, bob.address))
      .to.emit(wrapper, "Wrapped")
      .withArgs(alice.address, bob.address, 2n * OPTION);
    expect([await wrapper.balanceOf(bob.address), await wrapper.totalSupply()]).to.deep.equal([
      2n * OPTION,
      2n * OPTION,
    ]);
    expect(await bench.house.balanceOf(wrapper, id)).to.equal(2n * OPTION);
    await wrapper.connect(bob).transfer(carol.address, OPTION);
    await expect(wrapper.connect(carol).unwrap(OPTION, alice.address))
      .to.emit(wrapper, "Unwrapped")
      .withArgs(carol.address, alice.address, OPTION);
    expect(await bench.house.balanceOf(alice.address, id)).to.equal(2n * OPTION);
    expect([await bench.house.balanceOf(wrapper, id), await wrapper.totalSupply()]).to.deep.equal([OPTION, OPTION]);
  });

  it("takes permits, and keeps name and domain when the oracle can name nothing any more", async () => {
    const setting = await wrapped();
    const { bench, wrapper, alice, bob } = setting;
    await wrapAll(setting);
    await bench.marks.setFailure(true, false);
    const { chainId } = await bench.connection.ethers.provider.getNetwork();
    const [, name, version, , verifyingContract] = await wrapper.eip712Domain();
    expect([name, version, verifyingContract]).to.deep.equal(["Ballast Wrapped Long", "1", await wrapper.getAddress()]);
    const domain = { name, version, chainId, verifyingContract };
    const types = {
      Permit: ["owner", "spender"]
        .map((field) => ({ name: field, type: "address" }))
        .concat(["value", "nonce", "deadline"].map((field) => ({ name: field, type: "uint256" }))),
    };
    const value = { owner: alice.address, spender: bob.address, value: OPTION, nonce: 0n, deadline: 2n ** 40n };
    const { v, r, s } = bench.connection.ethers.Signature.from(await alice.signTypedData(domain, types, value));
    await wrapper.connect(bob).permit(alice.address, bob.address, OPTION, 2n ** 40n, v, r, s);
    await wrapper.connect(bob).transferFrom(alice.address, bob.address, OPTION);
    expect(await wrapper.balanceOf(bob.address)).to.equal(OPTION);
    await expect(
      wrapper.connect(bob).permit(alice.address, bob.address, OPTION, 2n ** 40n, v, r, s),
      "twice",
    ).to.be.revertedWithCustomError(wrapper, "ERC2612InvalidSigner");
  });

  it("can be left at any time, whatever fails", async () => {
    const setting = await wrapped();
    const { bench, wrapper, id, alice } = setting;
    await wrapAll(setting);
    const leave = async (label: string): Promise<void> => {
      await wrapper.unwrap(1n, alice.address);
      expect(await bench.house.balanceOf(wrapper, id), label).to.equal(await wrapper.totalSupply());
    };
    await bench.risk.set(readingAt(3000, { mode: Mode.Halted, opens: false }));
    await bench.house.sunset(bench.quoteMarket);
    await leave("halted, sunset");
    await bench.risk.fail(Failure.BurnsGas);
    await bench.marks.setFailure(true, true);
    await leave("risk contract and oracle dead");
    await bench.at(bench.expiry + 60n);
    await leave("expired, without a price");
    await bench.marks.setFailure(false, false);
    await price(setting);
    await leave("priced");
    await bench.house.settleBooks([...setting.books]);
    await leave("final");
  });
});

describe("Wrapped long: redemption is nobody's race", () => {
  it("pays an early and a late holder the same share and tops both up", async () => {
    const setting = await wrapped();
    const { bench, wrapper, id, books, alice, bob, carol } = setting;
    await wrapAll(setting);
    await wrapper.transfer(bob.address, OPTION);
    await wrapper.transfer(carol.address, OPTION);
    await price(setting);
    await bench.house.settleBooks([books[0]]);
    const redeem = async (holder: typeof alice, amount: bigint): Promise<bigint> => {
      const house = bench.house.connect(holder);
      if (amount !== 0n) await wrapper.connect(holder).unwrap(amount, holder.address);
      const before = await bench.house.freeBalance(holder.address, bench.dollar);
      await house.redeem(id, amount);
      return (await bench.house.freeBalance(holder.address, bench.dollar)) - before;
    };

    const early = await redeem(bob, OPTION);
    expect(early, "a third of the claims is collected").to.be.within((400n * UNIT) / 3n, (400n * UNIT) / 3n + UNIT);
    expect(await redeem(carol, OPTION), "later, nothing new collected: the same").to.equal(early);
    await bench.house.settleBooks([books[1]]);
    expect(early + (await redeem(bob, 0n)), "topped up").to.equal(400n * UNIT);
    expect(await redeem(alice, OPTION), "all at once").to.equal(400n * UNIT);
    expect(early + (await redeem(carol, 0n))).to.equal(400n * UNIT);
    expect(await bench.house.balanceOf(wrapper, id), "nothing stays behind").to.equal(0n);
    const { par, paid } = await bench.house.receiptOf(await wrapper.getAddress(), bench.quoteMarket, bench.expiry);
    expect([par, paid], "no receipt of its own").to.deep.equal([0n, 0n]);
  });

  it("leaves donated longs out of everything: nobody gains, nobody loses, nobody takes them", async () => {
    const setting = await wrapped();
    const { bench, wrapper, id, alice, bob } = setting;
    await bench.house.connect(alice).approve(wrapper, id, OPTION);
    await wrapper.wrap(OPTION, bob.address);
    await bench.house.connect(alice).transfer(wrapper, id, 2n * OPTION);
    expect([await wrapper.totalSupply(), await bench.house.balanceOf(wrapper, id)]).to.deep.equal([
      OPTION,
      3n * OPTION,
    ]);
    for (const thief of [alice, bob]) {
      await expect(wrapper.connect(thief).unwrap(OPTION + 1n, thief.address)).to.be.revertedWithCustomError(
        wrapper,
        "ERC20InsufficientBalance",
      );
    }
    await price(setting);
    await bench.house.settleBooks([...setting.books]);
    await wrapper.connect(bob).unwrap(OPTION, bob.address);
    const before = await bench.house.freeBalance(bob.address, bench.dollar);
    await bench.house.connect(bob).redeem(id, OPTION);
    expect((await bench.house.freeBalance(bob.address, bench.dollar)) - before).to.equal(400n * UNIT);
  });
});

describe("Wrapped long: attacks", () => {
  it("never moves longs of anybody but the caller, and no other series, even as an operator", async () => {
    const { bench, wrapper, create, id, alice, bob } = await wrapped();
    await bench.house.connect(alice).setOperator(wrapper, true);
    await expect(wrapper.connect(bob).wrap(OPTION, bob.address)).to.be.revertedWithCustomError(
      bench.house,
      "ERC6909InsufficientAllowance",
    );
    await wrapper.wrap(3n * OPTION, alice.address);
    await expect(wrapper.wrap(1n, alice.address), "of the call there is none left").to.be.revertedWithCustomError(
      bench.house,
      "ERC6909InsufficientBalance",
    );
    const put = bench.seriesId(PUT);
    expect(await bench.house.balanceOf(alice.address, put), "puts are untouched").to.equal(2n * OPTION);
    const puts = await create(put);
    await expect(puts.wrap(OPTION, alice.address), "made no operator").to.be.revertedWithCustomError(
      bench.house,
      "ERC6909InsufficientAllowance",
    );
    expect(await bench.house.isOperator(wrapper, bob.address)).to.equal(false);
    await expect(bench.house.connect(bob).transferFrom(wrapper, bob.address, id, 1n)).to.be.revertedWithCustomError(
      bench.house,
      "ERC6909InsufficientAllowance",
    );
  });

  it("refuses nothing, nobody and itself as receivers, so that no long is lost in it", async () => {
    const setting = await wrapped();
    const { bench, wrapper, id, alice, bob } = setting;
    await bench.house.connect(alice).approve(wrapper, id, 3n * OPTION);
    const zero = `0x${"00".repeat(20)}`;
    const itself = await wrapper.getAddress();
    for (const call of [wrapper.wrap, wrapper.unwrap]) {
      await expect(call(0n, alice.address)).to.be.revertedWithCustomError(wrapper, "WrappedLong_ZeroAmount");
      await expect(call(1n, itself)).to.be.revertedWithCustomError(wrapper, "WrappedLong_BadReceiver").withArgs(itself);
    }
    await expect(wrapper.wrap(1n, zero)).to.be.revertedWithCustomError(wrapper, "ERC20InvalidReceiver");
    await wrapper.wrap(3n * OPTION, alice.address);
    await expect(wrapper.unwrap(1n, zero)).to.be.revertedWithCustomError(bench.house, "ERC6909InvalidReceiver");
    await expect(wrapper.connect(bob).unwrap(1n, bob.address)).to.be.revertedWithCustomError(
      wrapper,
      "ERC20InsufficientBalance",
    );
    expect(await wrapper.totalSupply()).to.equal(3n * OPTION);
  });

  it("gives back longs that close the writer's short, as if they had never been wrapped", async () => {
    const setting = await wrapped();
    const { bench, wrapper, id, books } = setting;
    await wrapAll(setting);
    const writer = await bench.signer(1);
    await wrapper.transfer(writer.address, OPTION);
    await wrapper.connect(writer).unwrap(OPTION, writer.address);
    await bench.house.connect(writer).burn(books[0], bench.legs({ ...CALL, size: 1 }));
    expect(await bench.house.openInterest(id)).to.equal(2n * OPTION);
    expect(await bench.house.balanceOf(wrapper, id)).to.equal(await wrapper.totalSupply());
  });
});

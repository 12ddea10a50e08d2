// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { InsurerDirectory__factory } from "../../../typechain-types/factories/periphery/InsurerDirectory__factory.ts";
import type { InsurerDirectory } from "../../../typechain-types/periphery/InsurerDirectory.ts";
import { UNIT } from "../clearing/attackTools.ts";
import { ClearingBench, DAY } from "../clearing/ClearingBench.ts";

const HOUR = 3_600;
/** USD with 2 decimals of one option at 3,000. */
const NOTIONAL = 300_000n;

describe("Insurer directory", () => {
  let bench: ClearingBench;
  let directory: InsurerDirectory;
  /** First midnight after the start. */
  let midnight: number;
  let insurer: string;

  beforeEach(async () => {
    bench = await ClearingBench.create();
    await bench.insure(1_000_000);
    const [owner] = await bench.connection.ethers.getSigners();
    insurer = owner!.address;
    const authority = await bench.connection.ethers.deployContract("OpenAuthority");
    directory = await new InsurerDirectory__factory(owner!).deploy(bench.house, authority);
    await directory.listMarket(bench.quoteMarket);
    await directory.listMarket(bench.coinMarket);
    const { timestamp } = (await bench.connection.ethers.provider.getBlock("latest"))!;
    midnight = (Math.floor(timestamp / DAY) + 1) * DAY;
  });

  const open = async (options: number, subId = 0n): Promise<bigint> => {
    const writer = await bench.account(1);
    const book = bench.bookId(writer.address, subId);
    await bench.house.connect(writer).fund(book, BigInt(options) * 3_100n * UNIT);
    await bench.house
      .connect(writer)
      .mint(book, bench.legs({ strike: 3000, isCall: true, size: options }), writer.address);
    return book;
  };
  const close = async (book: bigint, options: number): Promise<void> => {
    const writer = await bench.signer(1);
    await bench.house.connect(writer).burn(book, bench.legs({ strike: 3000, isCall: true, size: options }));
  };
  /** Observed at exactly this second of the first day. */
  const observeAt = async (second: number): Promise<void> => {
    await bench.connection.ethers.provider.send("evm_setNextBlockTimestamp", [midnight + second]);
    await directory.observe();
  };
  const exposure = async (day: number): Promise<bigint> =>
    (await directory.exposureAt(BigInt(midnight + day * DAY))).openInterest[0]!;

  it("answers for a day what was open over the day before it, on average over all of it", async () => {
    await open(10);
    for (let hour = 0; hour < 24; hour += 2) await observeAt(hour * HOUR);
    await observeAt(DAY - 1);
    await bench.at(midnight + 2 * DAY);
    const { insurers, openInterest } = await directory.exposureAt(BigInt(midnight + DAY));
    expect([...insurers]).to.deep.equal([insurer, insurer]);
    expect(openInterest[0]).to.equal((10n * NOTIONAL * BigInt(DAY - 1)) / BigInt(DAY));
    expect(openInterest[1], "nothing open in the other").to.equal(0n);
    expect(await exposure(2), "nothing observed on the second day").to.equal(0n);
  });

  it("says nothing about times to come", async () => {
    const { insurers, openInterest } = await directory.exposureAt(2n ** 40n);
    expect([insurers.length, openInterest.length]).to.deep.equal([0, 0]);
  });

  it("interest opened for one observation counts for nothing (a flash of it)", async () => {
    await observeAt(HOUR);
    await bench.at(midnight + 2 * HOUR - 60);
    const book = await open(100);
    await observeAt(2 * HOUR);
    await close(book, 100);
    await observeAt(2 * HOUR + 12);
    await bench.at(midnight + 2 * DAY);
    expect(await exposure(1)).to.equal(0n);
  });

  it("of two observations in one block the lower one stays, whoever comes last", async () => {
    const low = await open(1);
    await observeAt(HOUR);
    const { provider } = bench.connection.ethers;
    const writer = await bench.account(1, 1_000_000, 0);
    const book = bench.bookId(writer.address, 5n);
    await bench.house.connect(writer).fund(book, 310_000n * UNIT);
    await provider.send("evm_setAutomine", [false]);
    await directory.observe({ gasLimit: 1_000_000 });
    await bench.house
      .connect(writer)
      .mint(book, bench.legs({ strike: 3000, isCall: true, size: 100 }), writer.address, { gasLimit: 1_000_000 });
    await directory.connect(writer).observe({ gasLimit: 1_000_000 });
    await provider.send("evm_setNextBlockTimestamp", [midnight + 2 * HOUR]);
    await provider.send("evm_mine", []);
    await provider.send("evm_setAutomine", [true]);
    expect((await bench.house.marketState(bench.quoteMarket)).openNotional, "all of it in that block").to.equal(
      101n * NOTIONAL,
    );
    await observeAt(3 * HOUR);
    await bench.at(midnight + 2 * DAY);
    expect(await exposure(1), "one option for two hours").to.equal((NOTIONAL * 2n * BigInt(HOUR)) / BigInt(DAY));
    expect((await bench.house.book(low)).legs.length).to.equal(1);
  });

  it("a gap in the observations counts as two hours, and a day that is over never changes", async () => {
    await open(10);
    await observeAt(HOUR);
    await observeAt(20 * HOUR);
    await bench.at(midnight + DAY);
    const counted = await exposure(1);
    expect(counted).to.equal((10n * NOTIONAL * 2n * BigInt(HOUR)) / BigInt(DAY));
    await observeAt(DAY + HOUR);
    expect(await exposure(1)).to.equal(counted);
    await bench.at(midnight + 2 * DAY);
    expect(await exposure(2), "from midnight on").to.equal((10n * NOTIONAL * BigInt(HOUR)) / BigInt(DAY));
  });

  it("a market that is not listed counts for nothing, and only governance lists", async () => {
    const attacker = await bench.signer(6);
    const { collateral, kind, feed, risk, parameterSet } = await bench.house.marketParams(bench.quoteMarket);
    await bench.house
      .connect(attacker)
      .createMarket({ collateral, kind, feed, risk, parameterSet, insurer: attacker.address });
    // An authority that says yes to nobody.
    const guarded = await new InsurerDirectory__factory(attacker).deploy(bench.house, insurer);
    await expect(guarded.listMarket(3n)).to.be.revertedWithCustomError(guarded, "AccessManagedUnauthorized");
    expect([...(await directory.listedMarkets())]).to.deep.equal([bench.quoteMarket, bench.coinMarket]);
    await expect(directory.listMarket(bench.quoteMarket)).to.be.revertedWithCustomError(
      directory,
      "InsurerDirectory_AlreadyListed",
    );
    await expect(directory.listMarket(99n)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_UnknownMarket");
  });
});

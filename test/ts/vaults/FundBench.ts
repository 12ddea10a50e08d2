// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { InsuranceFund__factory } from "../../../typechain-types/factories/vaults/InsuranceFund__factory.ts";
import type { InsuranceFund } from "../../../typechain-types/vaults/InsuranceFund.ts";
import { UNIT } from "../clearing/attackTools.ts";
import { ClearingBench, DAY, Kind, readingAt } from "../clearing/ClearingBench.ts";

/** Shares of a dollar at par: six decimals of the dollar, six more. */
export const SHARE = 10n ** 12n;
export const COOLDOWN = 10 * DAY;
export const WINDOW = 3 * DAY;
const MAXIMUM = 2n ** 255n;

interface Choice {
  readonly kind?: bigint;
  /** Token in place of the bench's dollar. */
  readonly collateral?: string;
  readonly bond?: string;
}

/** A fund on a market of its own, on the real Clearinghouse; the bench's other helpers work on that market. */
export class FundBench {
  private constructor(
    readonly clearing: ClearingBench,
    readonly fund: InsuranceFund,
    readonly market: bigint,
    readonly bond: ClearingBench["dollar"],
  ) {}

  static async create(choice: Choice = {}): Promise<FundBench> {
    const clearing = await ClearingBench.create();
    // Insurance does not cap what is opened: the tests are about what becomes of it.
    await clearing.risk.set(readingAt(3000, { lossShareBps: 0n }));
    const { ethers } = clearing.connection;
    const [owner] = await ethers.getSigners();
    const isCoin = choice.kind === Kind.Coin;
    const params = {
      collateral: choice.collateral ?? (await (isCoin ? clearing.coin : clearing.dollar).getAddress()),
      kind: choice.kind ?? Kind.Quote,
      feed: 0n,
      risk: await clearing.risk.getAddress(),
      parameterSet: isCoin ? 1n : 0n,
      insurer: owner!.address,
    };
    const bond = choice.bond ?? (await (await ethers.deployContract("MockToken", ["Bond", "BOND", 18])).getAddress());
    const deployed = await ethers.deployContract("InsuranceFund", [
      await clearing.house.getAddress(),
      params,
      bond,
      "Ballast insurance",
      "bINS",
    ]);
    const fund = InsuranceFund__factory.connect(await deployed.getAddress(), owner!);
    await clearing.house.createMarket({ ...params, insurer: await fund.getAddress() });
    await fund.wire();
    const market = await fund.market();
    if (!isCoin) [clearing.quoteMarket, clearing.quoteHash] = [market, await fund.marketHash()];
    const token = clearing.dollar.attach(bond) as ClearingBench["dollar"];
    return new FundBench(clearing, fund, market, token);
  }

  /** Signer `index` with dollars of his own that the fund may take. */
  async holder(index: number, dollars = 1_000_000): Promise<HardhatEthersSigner> {
    const signer = await this.clearing.signer(index);
    await this.clearing.dollar.mint(signer.address, BigInt(dollars) * UNIT);
    await this.clearing.dollar.connect(signer).approve(this.fund, MAXIMUM);
    return signer;
  }

  /** Deposits whole dollars of a new holder. */
  async entered(index: number, dollars: number): Promise<HardhatEthersSigner> {
    const signer = await this.holder(index);
    await this.fund.connect(signer).deposit(BigInt(dollars) * UNIT, signer.address);
    return signer;
  }

  async ask(holder: HardhatEthersSigner, shares?: bigint): Promise<void> {
    const all = shares ?? (await this.fund.balanceOf(holder.address));
    await this.fund.connect(holder).requestRedeem(all, holder.address, holder.address);
  }

  /** Takes everything that is claimable. @returns Dollars paid, in units. */
  async leave(holder: HardhatEthersSigner): Promise<bigint> {
    const before = await this.clearing.dollar.balanceOf(holder.address);
    const shares = await this.fund.maxRedeem(holder.address);
    await this.fund.connect(holder).redeem(shares, holder.address, holder.address);
    return (await this.clearing.dollar.balanceOf(holder.address)) - before;
  }

  /** Lets wall time pass, and as much uptime unless said otherwise. */
  async pass(seconds: number, up = seconds): Promise<void> {
    await this.clearing.marks.setUptime((await this.clearing.marks.metrics(0)).uptime + BigInt(up));
    await this.clearing.at((await this.now()) + seconds);
  }

  async now(): Promise<number> {
    return (await this.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
  }

  async insurance(): Promise<{ insurance: bigint; reserved: bigint }> {
    return this.clearing.house.marketState(this.market);
  }

  /** A book of signer 8 with one short call at 3,000 and `cash` dollars, the long with signer 9. */
  async short(cash: number, size = 10, expiry = this.clearing.expiry): Promise<bigint> {
    const { clearing } = this;
    const [writer, buyer] = [await clearing.account(8), await clearing.signer(9)];
    const book = clearing.bookId(writer.address, 0n, this.market, expiry);
    await clearing.house.connect(writer).fund(book, BigInt(cash) * UNIT);
    await clearing.house.connect(writer).mint(book, clearing.legs({ strike: 3000, isCall: true, size }), buyer.address);
    return book;
  }

  /** The price leaves the book behind and somebody flags it. */
  async flag(book: bigint, price: number): Promise<void> {
    const { clearing } = this;
    const reading = readingAt(price, { lossShareBps: 0n });
    await clearing.risk.set(reading);
    await clearing.risk.setLiquidation({
      allowed: 3n,
      isPrimary: true,
      bidTime: 1_000n,
      earlierPrice: reading.price,
      earlierLow: reading.low,
      earlierHigh: reading.high,
    });
    await clearing.house.flag(book);
  }

  /** Settles the bench's expiry and one book at `price`. */
  async settle(book: bigint, price: number): Promise<void> {
    const { clearing } = this;
    await clearing.mark(clearing.expiry, price);
    if ((await this.now()) < Number(clearing.expiry) + 120) await clearing.at(clearing.expiry + 120n);
    await clearing.house.settleExpiry(this.market, clearing.expiry, 0);
    await clearing.house.settleBooks([book]);
  }

  /** Acts as the fund itself, for losses that books would take weeks to make. */
  async loseAllBut(units: bigint): Promise<void> {
    const { provider, getSigner } = this.clearing.connection.ethers;
    const address = await this.fund.getAddress();
    await provider.send("hardhat_impersonateAccount", [address]);
    await provider.send("hardhat_setBalance", [address, "0xde0b6b3a7640000"]);
    const { insurance } = await this.insurance();
    const house = this.clearing.house.connect(await getSigner(address));
    await house.withdrawInsurance(this.market, insurance - units, (await this.clearing.signer(18)).address);
  }
}

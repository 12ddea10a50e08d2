// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { Kind } from "../clearing/ClearingBench.ts";
import { VaultBench } from "./VaultBench.ts";

const WEEKS = 52;
const HOLDERS = [1, 2, 3, 4];
const MAXIMUM = 2n ** 255n;

/** A year of one vault: prices wander, holders join, leave, take back and leave in kind, some options are sold. */
class Year {
  private readonly holders: HardhatEthersSigner[] = [];
  private readonly left: bigint[] = [];
  private buyer!: HardhatEthersSigner;

  constructor(
    private readonly bench: VaultBench,
    private readonly random: SeededRandom,
  ) {}

  async play(weeks: number): Promise<void> {
    for (const index of HOLDERS) this.holders.push(await this.bench.holder(index));
    this.buyer = await this.bench.holder(9);
    await this.act(this.holders[0]!, 0);
    for (let week = 0; week < weeks; week += 1) await this.week(week);
  }

  private async week(week: number): Promise<void> {
    const { bench } = this;
    for (const holder of this.holders) await this.act(holder, week);
    await bench.start();
    await bench.pass(1 + Math.floor(this.random.unit() * 25_000));
    const { available } = await bench.vault.offer(bench.size(1));
    const size = BigInt(Math.floor(Number(available) * this.random.unit()));
    if (size >= 10_000n) await bench.vault.connect(this.buyer).buy(size, MAXIMUM, this.buyer.address);
    for (const holder of this.holders) await this.act(holder, week);
    const price = bench.price * Math.exp((this.random.unit() - 0.5) * 0.3);
    const id = await bench.vault.bookId();
    await bench.priced(Math.round(price));
    for (const book of this.left.splice(0)) await bench.house.settleBooks([book]);
    await bench.vault.closeEpoch();
    expect((await bench.house.book(id)).cash, `week ${week}: all cash came home`).to.equal(0n);
    await bench.tell(Math.round(price));
    await this.redeemLongs(week);
    await this.addUp(week);
  }

  /** One thing that a holder may do at any time. */
  private async act(holder: HardhatEthersSigner, week: number): Promise<void> {
    const { bench, random } = this;
    const vault = bench.vault.connect(holder);
    const { address } = holder;
    const claimable = await vault.maxDeposit(address);
    if (claimable > 0n) await vault["deposit(uint256,address,address)"](claimable, address, address);
    const due = await vault.maxRedeem(address);
    if (due > 0n) await vault.redeem(due, address, address);
    const shares = (await vault.balanceOf(address)) / BigInt(1 + Math.floor(random.unit() * 4));
    const choice = week === 0 ? 0 : Math.floor(random.unit() * 6);
    if (choice <= 1) {
      const whole = 1 + Math.floor(random.unit() * 30_000);
      const amount = (BigInt(whole) * bench.one) / (bench.isCoin ? 1_000n : 1n);
      await vault.requestDeposit(amount, address, address);
    } else if (choice === 2 && shares > 0n) {
      await vault.requestRedeem(shares, address, address);
    } else if (choice === 3 && (await vault.pendingDepositRequest(0, address)) > 0n) {
      await vault.cancelDepositRequest(0, address);
      await vault.claimCancelDepositRequest(0, address, address);
    } else if (choice === 4 && (await vault.pendingRedeemRequest(0, address)) > 0n) {
      await vault.cancelRedeemRequest(0, address);
      await vault.claimCancelRedeemRequest(0, address, address);
    } else if (choice === 5 && shares > 10n ** 12n) {
      const { id } = await vault.redeemInKind.staticCall(shares, address, address);
      await vault.redeemInKind(shares, address, address);
      if (id !== 0n) this.left.push(id);
    }
  }

  private async redeemLongs(week: number): Promise<void> {
    const { bench } = this;
    const sold = await bench.vault.queryFilter(bench.vault.filters.OptionsSold());
    const series = sold.at(-1)?.args.seriesId;
    if (series === undefined) return;
    const held = await bench.house.balanceOf(this.buyer.address, series);
    if (held === 0n) return;
    const before = await bench.house.freeBalance(this.buyer.address, bench.token);
    const due = await bench.house.previewRedeem(this.buyer.address, series, held);
    await bench.house.connect(this.buyer).redeem(series, held);
    const paid = (await bench.house.freeBalance(this.buyer.address, bench.token)) - before;
    expect(paid, `week ${week}: what the vault owed is paid`).to.equal(due);
  }

  /** Every token of the vault is somebody's, and no share is worth more than there is. */
  private async addUp(week: number): Promise<void> {
    const { bench } = this;
    const { vault, token } = bench;
    const scale = bench.isCoin ? 10n ** 9n : 1n;
    let waiting = 0n;
    let shares = 0n;
    for (const { address } of this.holders) {
      waiting += await vault.pendingDepositRequest(0, address);
      waiting += await vault.claimableCancelDepositRequest(0, address);
      waiting += await vault.maxWithdraw(address);
      shares += (await vault.balanceOf(address)) + (await vault.maxMint(address));
      shares += await vault.claimableCancelRedeemRequest(0, address);
    }
    const held = await token.balanceOf(vault);
    expect(held, `week ${week}: what waits is there`).to.be.at.least(waiting);
    expect(held - waiting, `week ${week}: but for rounding`).to.be.at.most(1_000n * scale);
    const supply = await vault.totalSupply();
    expect(supply, `week ${week}: shares are the holders'`).to.be.at.least(shares);
    expect(supply - shares, `week ${week}: but for rounding`).to.be.at.most(10n ** 9n);
    const free = (await bench.house.freeBalance(vault, token)) * scale;
    expect(await vault.convertToAssets(supply), `week ${week}: shares are worth what is there`).to.be.at.most(free);
  }
}

describe("Options vault: a year of weekly epochs", () => {
  for (const [name, kind] of [
    ["puts", Kind.Quote],
    ["calls", Kind.Coin],
  ] as const) {
    it(`${name}: shares and requests add up to the token every week`, async () => {
      const bench = await VaultBench.create({ kind });
      await new Year(bench, new SeededRandom(7)).play(WEEKS);
      expect((await bench.vault.waiting()).number).to.be.at.least(BigInt(WEEKS));
    }).timeout(300_000);
  }
});

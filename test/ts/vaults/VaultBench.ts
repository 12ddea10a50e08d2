// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroAddress } from "ethers";

import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { OptionsVault__factory } from "../../../typechain-types/factories/vaults/OptionsVault__factory.ts";
import { OptionsVaultFactory__factory } from "../../../typechain-types/factories/vaults/OptionsVaultFactory__factory.ts";
import type { MockToken } from "../../../typechain-types/mocks/MockToken.ts";
import type { OptionsVault } from "../../../typechain-types/vaults/OptionsVault.ts";
import type { IOptionsVault, OptionsVaultFactory } from "../../../typechain-types/vaults/OptionsVaultFactory.ts";
import { ClearingBench, DAY, Kind, readingAt } from "../clearing/ClearingBench.ts";

export const WEEK = 7 * DAY;
export const HOUR = 3_600;
/** Friday 08:00 UTC, one day and eight hours after the epoch of unix time. */
const FIRST_BOUNDARY = DAY + 8 * HOUR;
const MAXIMUM = MaxUint256;
/** Whoever may be handed books. */
const RECEIVE = 4n;
const CALM = 2n ** 15n - 1n;

/** Token units of one dollar and one coin, and shares of either at par. */
export const DOLLAR = 10n ** 6n;
export const COIN = 10n ** 18n;
export const SHARES_PER_DOLLAR = 10n ** 12n;
export const SHARES_PER_COIN = 10n ** 15n;

export interface Choice {
  readonly kind?: bigint;
  readonly terms?: Partial<IOptionsVault.VaultTermsStruct>;
  readonly price?: number;
  /** Instead of one of its own. */
  readonly clearing?: ClearingBench;
}

/** A vault on the real Clearinghouse; risk contract and oracle say what the test tells. */
export class VaultBench {
  price: number;
  /** Standard deviation per year that the oracle reports. */
  realised = 0.6;
  private readonly kind: bigint;

  private constructor(
    readonly clearing: ClearingBench,
    readonly factory: OptionsVaultFactory,
    readonly vault: OptionsVault,
    readonly token: MockToken,
    choice: Choice,
  ) {
    this.price = choice.price ?? 3_000;
    this.kind = choice.kind ?? Kind.Quote;
  }

  static async create(choice: Choice = {}): Promise<VaultBench> {
    const clearing = choice.clearing ?? (await ClearingBench.create());
    const { ethers } = clearing.connection;
    const [owner] = await ethers.getSigners();
    const factory = OptionsVaultFactory__factory.connect(await deployFactory(clearing), owner!);
    const isCoin = choice.kind === Kind.Coin;
    const market = isCoin ? clearing.coinMarket : clearing.quoteMarket;
    const token = MockToken__factory.connect(await (isCoin ? clearing.coin : clearing.dollar).getAddress(), owner!);
    const terms = vaultTerms(market, choice.terms);
    const address = await factory.create.staticCall(terms);
    await factory.create(terms);
    const vault = OptionsVault__factory.connect(address, owner!);
    const bench = new VaultBench(clearing, factory, vault, token, choice);
    await bench.tell();
    return bench;
  }

  get house() {
    return this.clearing.house;
  }

  get isCoin(): boolean {
    return this.kind === Kind.Coin;
  }

  /** Token units of a dollar or a coin. */
  get one(): bigint {
    return this.isCoin ? COIN : DOLLAR;
  }

  get market(): bigint {
    return this.isCoin ? this.clearing.coinMarket : this.clearing.quoteMarket;
  }

  /** Tells price, band of 0.1 % and mode; stake secures what is open. */
  async tell(price = this.price, reading: object = {}, metrics: object = {}): Promise<void> {
    this.price = price;
    await this.clearing.risk.set(readingAt(price, { lossShareBps: 0n, ...reading }));
    const scaled = BigInt(Math.round(price * 1e8));
    const old = await this.clearing.marks.metrics(0);
    await this.clearing.marks.setMetrics({
      price: scaled,
      round: 1n,
      source: 1n,
      level: 0n,
      uptime: old.uptime,
      average5m: scaled,
      average30m: scaled,
      average12h: scaled,
      variancePerYearWad: BigInt(Math.round(this.realised ** 2 * 1e18)),
      dispersionPpm: 0n,
      laggedDispersionPpm: 0n,
      sinceCautious: CALM,
      sinceRecovery: CALM,
      sinceReduceOnly: CALM,
      sinceHalted: CALM,
      quorumStreak: 31n,
      divergentInTwenty: 0n,
      divergent: false,
      pending: false,
      isNew: false,
      ...metrics,
    });
  }

  async now(): Promise<number> {
    return (await this.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
  }

  /** Lets wall time pass, and as much uptime unless said otherwise. */
  async pass(seconds: number, up = seconds): Promise<void> {
    const { uptime } = await this.clearing.marks.metrics(0);
    await this.clearing.marks.setUptime(uptime + BigInt(up));
    await this.clearing.at((await this.now()) + seconds);
  }

  /** The next boundary, and `after` seconds. */
  async toBoundary(after = 0): Promise<number> {
    const now = await this.now();
    const boundary = now - ((now - FIRST_BOUNDARY) % WEEK) + WEEK;
    await this.pass(boundary + after - now);
    return boundary;
  }

  /** Signer `index` with tokens that the vault may take, and the right to be handed books by it. */
  async holder(index: number, whole = 1_000_000): Promise<HardhatEthersSigner> {
    const signer = await this.clearing.signer(index);
    await this.token.mint(signer.address, BigInt(whole) * this.one);
    await this.token.connect(signer).approve(this.vault, MAXIMUM);
    await this.house.connect(signer).setManager(this.vault, RECEIVE);
    return signer;
  }

  /** Asks to deposit whole dollars or coins. */
  async asked(index: number, whole: number): Promise<HardhatEthersSigner> {
    const signer = await this.holder(index);
    await this.vault.connect(signer).requestDeposit(BigInt(whole) * this.one, signer.address, signer.address);
    return signer;
  }

  /** A new holder who has his shares; between two epochs. */
  async entered(index: number, whole: number): Promise<HardhatEthersSigner> {
    const signer = await this.asked(index, whole);
    await this.vault.closeEpoch();
    await this.claim(signer);
    return signer;
  }

  async claim(holder: HardhatEthersSigner): Promise<bigint> {
    const vault = this.vault.connect(holder);
    const assets = await vault.maxDeposit(holder.address);
    await vault["deposit(uint256,address,address)"](assets, holder.address, holder.address);
    return this.vault.balanceOf(holder.address);
  }

  /** Starts an epoch two hours after the next boundary; its expiry. */
  async start(): Promise<bigint> {
    await this.toBoundary(2 * HOUR);
    await this.vault.startEpoch();
    return (await this.vault.epoch()).expiry;
  }

  /** Buys whole options for a new buyer; what they cost. */
  async bought(index: number, options: number): Promise<bigint> {
    const buyer = await this.holder(index);
    const before = await this.token.balanceOf(buyer.address);
    await this.vault.connect(buyer).buy(this.size(options), MAXIMUM, buyer.address);
    return before - (await this.token.balanceOf(buyer.address));
  }

  size(options: number): bigint {
    return BigInt(Math.round(options * 1e6));
  }

  /** The epoch's expiry settles at `price` by its clean window if anything was sold, and the vault closes. */
  async settled(price: number): Promise<void> {
    const isSold = (await this.bookOf(await this.vault.bookId())).written > 0n;
    await (isSold ? this.priced(price) : this.expired());
    await this.vault.closeEpoch();
  }

  /** The epoch's expiry is over. */
  async expired(): Promise<void> {
    const { expiry } = await this.vault.epoch();
    await this.pass(Number(expiry) + 120 - (await this.now()));
  }

  /** The epoch's expiry is priced. */
  async priced(price: number): Promise<void> {
    const { expiry } = await this.vault.epoch();
    await this.clearing.mark(expiry, price);
    await this.expired();
    await this.house.settleExpiry(this.market, expiry, 0);
  }

  /** What is left of a book in cash and shorts. */
  async bookOf(id: bigint): Promise<{ cash: bigint; written: bigint }> {
    const { cash, legs } = await this.house.book(id);
    return { cash, written: legs.length === 0 ? 0n : -legs[0]!.size };
  }
}

export function vaultTerms(
  market: bigint,
  change: Partial<IOptionsVault.VaultTermsStruct> = {},
): IOptionsVault.VaultTermsStruct {
  return {
    market,
    fundingBps: 0n,
    deltaBps: 2_000n,
    floorVolatilityBps: 5_000n,
    highBps: 15_000n,
    reserveBps: 10_500n,
    auctionSeconds: 6n * BigInt(HOUR),
    depositCap: 5_000_000_000_000_000n,
    managementFeeBps: 0n,
    performanceFeeBps: 0n,
    feeRecipient: ZeroAddress,
    name: "Ballast weekly",
    symbol: "bWEEK",
    ...change,
  };
}

async function deployFactory(clearing: ClearingBench): Promise<string> {
  const { ethers } = clearing.connection;
  const libraries: Record<string, string> = {};
  for (const name of ["VaultMarket", "VaultMetadata"]) {
    libraries[name] = await (await ethers.deployContract(name)).getAddress();
  }
  const halves = [
    await ethers.deployContract("VaultCode", [0], { libraries }),
    await ethers.deployContract("VaultCode", [1], { libraries }),
  ];
  const factory = await ethers.deployContract("OptionsVaultFactory", [await clearing.house.getAddress(), ...halves]);
  return factory.getAddress();
}

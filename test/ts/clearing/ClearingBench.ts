// SPDX-License-Identifier: MIT
import type { ContractTransactionResponse } from "ethers";
import { Wallet } from "ethers";

import { clearingDomain, QUOTE_TYPES } from "../../../scripts/model/clearing/quoteTypedData.ts";
import type { IClearingRecords } from "../../../typechain-types/clearing/Clearinghouse.ts";
import type { Clearinghouse } from "../../../typechain-types/clearing/Clearinghouse.ts";
import { Clearinghouse__factory } from "../../../typechain-types/factories/clearing/Clearinghouse__factory.ts";
import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { ScriptedMarks__factory } from "../../../typechain-types/factories/mocks/ScriptedMarks__factory.ts";
import { ScriptedRisk__factory } from "../../../typechain-types/factories/mocks/ScriptedRisk__factory.ts";
import type { MockToken } from "../../../typechain-types/mocks/MockToken.ts";
import type { ScriptedMarks } from "../../../typechain-types/mocks/ScriptedMarks.ts";
import type { IRisk, ScriptedRisk } from "../../../typechain-types/mocks/ScriptedRisk.ts";
import { onFreshChain } from "../onFreshChain.ts";
import type { Connection } from "../onFreshChain.ts";

export const DAY = 86_400;
export const OPTION = 10n ** 6n;
export const STRIKE = 10n ** 4n;
export const PRICE = 10n ** 8n;

export const Mode = { Normal: 0n, Cautious: 1n, Recovery: 2n, ReduceOnly: 3n, Halted: 4n } as const;
export const Failure = { None: 0n, NoPrice: 1n, Reverts: 2n, BurnsGas: 3n, Nonsense: 4n } as const;
export const Kind = { Quote: 0n, Coin: 1n } as const;

/** A collateral without a price of its own. */
export const NO_FEED = 15n;
export const PARAMETERS = {
  initialShockBps: 2_500n,
  maintenanceShockBps: 1_500n,
  initialFloorBps: 1_200n,
  maintenanceFloorBps: 900n,
  capBps: 10_000n,
  mintFee: 20n,
  expiryCapPercent: 100n,
  strikeStep: 50n * STRIKE,
  minimumSize: 1_000n,
  dust: 50_000_000n,
  tip: 1_000_000n,
};

export interface Leg {
  readonly strike: number;
  readonly isCall: boolean;
  readonly size: number;
}

/** Readings in whole dollars; what is not said is calm. */
export function readingAt(price: number, change: Partial<IRisk.ReadingStruct> = {}): IRisk.ReadingStruct {
  const scaled = BigInt(Math.round(price * 1e8));
  return {
    mode: Mode.Normal,
    opens: true,
    price: scaled,
    low: scaled - scaled / 1000n,
    high: scaled + scaled / 1000n,
    age: 5n,
    average12h: scaled,
    volatilityBps: 12_000n,
    multiplierBps: 10_000n,
    addOnBps: 0n,
    notionalCap: 10n ** 15n,
    lossShareBps: 800n,
    ...change,
  };
}

/** Where a bench stands that does not stand on a chain of its own. */
interface Over {
  readonly connection: Connection;
  readonly risk?: string;
  readonly oracle?: string;
}

/** The Clearinghouse with its modules, one quote market and one coin market, a scripted risk contract and oracle. */
export class ClearingBench {
  connection!: Connection;
  house!: Clearinghouse;
  risk!: ScriptedRisk;
  marks!: ScriptedMarks;
  dollar!: MockToken;
  coin!: MockToken;
  quoteMarket = 0n;
  coinMarket = 0n;
  quoteHash = "";
  coinHash = "";
  /** Three days ahead, 08:00 UTC. */
  expiry = 0n;
  readonly pot = Wallet.createRandom().address;
  #riskOfMarkets = "";

  /**
   * @param over A chain that is there already, and on it the risk contract of the markets and the oracle that the Clearinghouse
   * names, instead of the scripted ones.
   */
  static async create(over?: Over): Promise<ClearingBench> {
    if (over !== undefined) return ClearingBench.#deploy(over.connection, over);
    const deployed = await onFreshChain("clearing", (connection) => ClearingBench.#deploy(connection));
    return Object.assign(new ClearingBench(), deployed);
  }

  static async #deploy(connection: Connection, over?: Over): Promise<ClearingBench> {
    const bench = new ClearingBench();
    bench.connection = connection;
    const { ethers } = connection;
    const [owner] = await ethers.getSigners();
    const put = async (
      name: string,
      parameters: unknown[] = [],
      libraries: Record<string, string> = {},
    ): Promise<string> => (await ethers.deployContract(name, parameters, { libraries })).getAddress();
    bench.risk = ScriptedRisk__factory.connect(await put("ScriptedRisk"), owner!);
    bench.marks = ScriptedMarks__factory.connect(await put("ScriptedMarks"), owner!);
    bench.dollar = MockToken__factory.connect(await put("MockToken", ["Dollar", "USDC", 6]), owner!);
    bench.coin = MockToken__factory.connect(await put("MockToken", ["Coin", "WETH", 18]), owner!);
    const names = await put("SeriesNames");
    const modules = {
      books: await put("BookModule"),
      moves: await put("MoveModule"),
      fills: await put("FillModule"),
      settlement: await put("SettlementModule", [bench.marks, bench.marks]),
      liquidation: await put("LiquidationModule"),
    };
    const house = await put(
      "Clearinghouse",
      [over?.oracle ?? (await bench.marks.getAddress()), bench.pot, await put("OpenAuthority"), modules],
      { SeriesNames: names },
    );
    bench.house = Clearinghouse__factory.connect(house, owner!);
    await bench.risk.set(readingAt(3000));
    bench.#riskOfMarkets = over?.risk ?? (await bench.risk.getAddress());
    await bench.house.enableRisk(bench.#riskOfMarkets);
    await bench.house.enableFeed(0);
    await bench.house.enableCollateral(bench.dollar, NO_FEED);
    await bench.house.enableCollateral(bench.coin, NO_FEED);
    await bench.house.enableParameters(PARAMETERS);
    await bench.house.enableParameters({
      ...PARAMETERS,
      initialShockBps: 2_800n,
      maintenanceShockBps: 1_800n,
      initialFloorBps: 1_400n,
      maintenanceFloorBps: 1_000n,
      dust: 15_000_000n,
      tip: 300_000n,
    });
    [bench.quoteMarket, bench.quoteHash] = await bench.market(bench.dollar, Kind.Quote, 0n);
    [bench.coinMarket, bench.coinHash] = await bench.market(bench.coin, Kind.Coin, 1n);
    const now = (await ethers.provider.getBlock("latest"))!.timestamp;
    bench.expiry = BigInt((Math.floor(now / DAY) + 3) * DAY + DAY / 3);
    return bench;
  }

  private async market(token: MockToken, kind: bigint, parameterSet: bigint): Promise<[bigint, string]> {
    const [owner] = await this.connection.ethers.getSigners();
    const params = {
      collateral: await token.getAddress(),
      kind,
      feed: 0n,
      risk: this.#riskOfMarkets,
      parameterSet,
      insurer: owner!.address,
    };
    const sent = await this.house.createMarket(params);
    const receipt = await sent.wait();
    const log = receipt!.logs
      .map((entry) => this.house.interface.parseLog(entry))
      .find((entry) => entry?.name === "MarketCreated");
    return [log!.args.market as bigint, log!.args.marketHash as string];
  }

  /** Signer `index`, with `dollars` and `coins` deposited. */
  async account(
    index: number,
    dollars = 1_000_000,
    coins = 1_000,
  ): Promise<Awaited<ReturnType<ClearingBench["signer"]>>> {
    const signer = await this.signer(index);
    const house = await this.house.getAddress();
    for (const [token, whole, scale, units] of [
      [this.dollar, dollars, 10n ** 6n, 10n ** 6n],
      [this.coin, coins, 10n ** 18n, 10n ** 9n],
    ] as const) {
      if (whole === 0) continue;
      await token.mint(signer.address, BigInt(whole) * scale);
      await token.connect(signer).approve(house, BigInt(whole) * scale);
      await this.house.connect(signer).deposit(await token.getAddress(), BigInt(whole) * units, signer.address);
    }
    return signer;
  }

  async signer(index: number) {
    return (await this.connection.ethers.getSigners())[index]!;
  }

  bookId(owner: string, subId = 0n, market = this.quoteMarket, expiry = this.expiry): bigint {
    return (BigInt(owner) << 96n) | (market << 64n) | (expiry << 32n) | subId;
  }

  seriesId(leg: Omit<Leg, "size">, market = this.quoteMarket, expiry = this.expiry): bigint {
    return (market << 73n) | (expiry << 41n) | ((BigInt(leg.strike) * STRIKE) << 1n) | (leg.isCall ? 1n : 0n);
  }

  legs(...legs: Leg[]): IClearingRecords.LegAmountStruct[] {
    return legs.map(({ strike, isCall, size }) => ({
      strike: BigInt(Math.round(strike * 1e4)),
      isCall,
      size: BigInt(Math.round(size * 1e6)),
    }));
  }

  /** Moves the clock to `time` in a new block. */
  async at(time: bigint | number): Promise<void> {
    await this.connection.ethers.provider.send("evm_setNextBlockTimestamp", [Number(time)]);
    await this.connection.ethers.provider.send("evm_mine", []);
  }

  /** What the oracle keeps of the half hour before `boundary`. */
  async mark(boundary: bigint, price: number, change: object = {}): Promise<void> {
    const coverage = "coverage" in change ? BigInt(change.coverage as bigint) : 1_800n;
    const scaled = BigInt(Math.round(price * 1e8));
    await this.marks.setMark(0, boundary, {
      price: scaled,
      round: boundary / 15n - 1n,
      sum: scaled * coverage,
      coverage,
      divergentSeconds: 0n,
      quarantined: false,
      halted: false,
      previousBoundary: boundary - 1_800n,
      ...change,
    });
  }

  async insure(dollars: number): Promise<void> {
    const signer = await this.account(19, dollars, 0);
    await this.house.connect(signer).fundInsurance(this.quoteMarket, BigInt(dollars) * 10n ** 6n);
  }

  /** Signs a quote for this deployment; `change` signs it for another. */
  async sign(maker: { signTypedData: Wallet["signTypedData"] }, quote: object, change: object = {}): Promise<string> {
    const { chainId } = await this.connection.ethers.provider.getNetwork();
    const domain = { ...clearingDomain(chainId, await this.house.getAddress()), ...change };
    return maker.signTypedData(domain, QUOTE_TYPES, quote);
  }
}

export async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<number> {
  return Number((await (await sent).wait())!.gasUsed);
}

// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { hexlify } from "ethers";
import type { BaseContract } from "ethers";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import type { RelayReport } from "../../../scripts/model/types.ts";
import { Clearinghouse__factory } from "../../../typechain-types/factories/clearing/Clearinghouse__factory.ts";
import type { Clearinghouse } from "../../../typechain-types/clearing/Clearinghouse.ts";
import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { MockAggregator } from "../../../typechain-types/mocks/MockAggregator.ts";
import type { MockToken } from "../../../typechain-types/mocks/MockToken.ts";
import type { RiskManager } from "../../../typechain-types/risk/RiskManager.ts";
import { DAY, Kind, NO_FEED, PARAMETERS, STRIKE } from "../clearing/ClearingBench.ts";
import { OracleRoom } from "../oracle/OracleRoom.ts";

const ACCESS_MANAGER = createRequire(import.meta.url)("@openzeppelin/contracts/build/contracts/AccessManager.json") as {
  abi: string[];
  bytecode: string;
};
const USD = 10n ** 8n;
const ZERO = `0x${"0".repeat(64)}`;
export const HEARTBEAT = 60;
export const DOLLAR = 10n ** 6n;
const POKE_TIP = DOLLAR;
/** Thousand dollars of open notional in all. */
const CEILING = 10_000n;

export interface Leg {
  readonly strike: number;
  readonly isCall: boolean;
  readonly size: number;
}

/** The whole protocol with seven validators, two witnesses and nobody who governs; feed 0 is the coin, feed 1 the dollar. */
export class FaultBench {
  room!: OracleRoom;
  house!: Clearinghouse;
  risk!: RiskManager;
  coin!: MockToken;
  manager!: BaseContract;
  authority = "";
  witnesses: MockAggregator[] = [];
  /** USD per coin, and per dollar, as validators and witnesses see them. */
  price = 3000;
  peg = 1;
  quoteMarket = 1n;
  coinMarket = 2n;
  /** 08:00 UTC of the second day. */
  expiry = 0n;

  static async create(): Promise<FaultBench> {
    const bench = new FaultBench();
    bench.room = await OracleRoom.create({ feeds: 2, riskManager: (room) => bench.deployRisk(room) });
    await bench.addWitnesses();
    await bench.room.registry.closeEpoch();
    await bench.deployClearing();
    const now = await bench.room.now();
    bench.expiry = BigInt((Math.floor(now / DAY) + 1) * DAY + DAY / 3);
    return bench;
  }

  private async addWitnesses(): Promise<void> {
    const owner = await this.signer(0);
    for (let index = 0; index < 2; index += 1) {
      const witness = await new MockAggregator__factory(owner).deploy(8, "ETH / USD");
      this.witnesses.push(witness);
      await witness.push(BigInt(this.price) * USD, await this.room.now());
      await this.room.router.addSource(0, {
        kind: 0n,
        target: await witness.getAddress(),
        id: ZERO,
        heartbeat: 3_600n,
        minimum: 10n * USD,
        maximum: 10n ** 6n * USD,
        thresholdBps: 50n,
        trueTime: true,
        decimals: 0n,
        usableAt: 0n,
      });
    }
  }

  private async deployRisk({ connection, oracle, registry, pot }: OracleRoom): Promise<string> {
    const { ethers } = connection;
    const [owner] = await ethers.getSigners();
    const factory = new ethers.ContractFactory(ACCESS_MANAGER.abi, ACCESS_MANAGER.bytecode, owner);
    this.manager = await factory.deploy(owner!.address);
    this.authority = await this.manager.getAddress();
    const settings = [oracle, registry, pot, POKE_TIP, NO_FEED, 6, 9_000, CEILING, this.authority] as const;
    this.risk = await new RiskManager__factory(owner!).deploy(...settings);
    return this.risk.getAddress();
  }

  private async deployClearing(): Promise<void> {
    const { ethers } = this.room.connection;
    const owner = await this.signer(0);
    const put = async (name: string, parameters: unknown[] = [], libraries: Record<string, string> = {}) =>
      (await ethers.deployContract(name, parameters, { libraries })).getAddress();
    const oracle = await this.room.oracle.getAddress();
    this.coin = MockToken__factory.connect(await put("MockToken", ["Coin", "WETH", 18]), owner);
    const modules = {
      books: await put("BookModule"),
      moves: await put("MoveModule"),
      fills: await put("FillModule"),
      settlement: await put("SettlementModule", [oracle, await this.room.router.getAddress()]),
      liquidation: await put("LiquidationModule"),
    };
    const names = { SeriesNames: await put("SeriesNames") };
    const pot = await this.room.pot.getAddress();
    this.house = Clearinghouse__factory.connect(
      await put("Clearinghouse", [oracle, pot, this.authority, modules], names),
      owner,
    );
    await this.list();
    const handOver = this.manager.getFunction("renounceRole");
    await handOver(0n, owner.address);
  }

  private async list(): Promise<void> {
    const insurer = (await this.signer(0)).address;
    await this.house.enableRisk(this.risk);
    await this.house.enableFeed(0);
    await this.house.enableCollateral(this.room.token, 1);
    await this.house.enableCollateral(this.coin, NO_FEED);
    const parameters = { ...PARAMETERS, expiryCapPercent: 50n };
    await this.house.enableParameters(parameters);
    const coins = { initialShockBps: 2_800n, maintenanceShockBps: 1_800n, initialFloorBps: 1_400n };
    await this.house.enableParameters({ ...parameters, ...coins, dust: 15_000_000n, tip: 300_000n });
    for (const [token, kind, parameterSet] of [
      [this.room.token, Kind.Quote, 0n],
      [this.coin, Kind.Coin, 1n],
    ] as const) {
      const params = { collateral: await token.getAddress(), kind, feed: 0n, risk: await this.risk.getAddress() };
      await this.house.createMarket({ ...params, parameterSet, insurer });
    }
  }

  /** Honest hours until the new feed is listed and its ramp is over, and insurance for both markets. */
  async warmUp(): Promise<void> {
    await this.rounds(410);
    const insurer = await this.account(9);
    await this.house.connect(insurer).fundInsurance(this.quoteMarket, 50_000n * DOLLAR);
    await this.house.connect(insurer).fundInsurance(this.coinMarket, 20n * 10n ** 9n);
  }

  /** A round a minute; witnesses and keepers at the first and every twentieth. */
  async rounds(count: number, step = HEARTBEAT): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await this.room.moveBy(step - 15);
      if (index % 20 === 0) await this.lookAtWitnesses();
      await this.room.acceptRound(this.vector());
    }
  }

  vector(price = this.price): bigint[] {
    return [price, this.peg].map((value) => BigInt(Math.round(value * 1e8)));
  }

  async lookAtWitnesses(): Promise<void> {
    for (const witness of this.witnesses) await witness.push(this.vector()[0]!, await this.room.now());
    await this.room.router.pokeWitness(0);
  }

  async relay(round: bigint, reports: readonly RelayReport[]): Promise<void> {
    const setId = (await this.room.oracle.health()).setId;
    await this.room.oracle.relay(hexlify(encodeRelay({ round, setId, reports: [...reports] })));
  }

  async signer(index: number) {
    return (await this.room.connection.ethers.getSigners())[index]!;
  }

  /** Signer `index` with a million dollars and a thousand coins deposited. */
  async account(index: number) {
    const signer = await this.signer(index);
    const house = await this.house.getAddress();
    for (const [token, amount, units] of [
      [this.room.token, 10n ** 12n, 10n ** 12n],
      [this.coin, 10n ** 21n, 10n ** 12n],
    ] as const) {
      await token.mint(signer.address, amount);
      await token.connect(signer).approve(house, amount);
      await this.house.connect(signer).deposit(await token.getAddress(), units, signer.address);
    }
    return signer;
  }

  /** A book with shorts and `cash` left beside them; the longs are its owner's too. */
  async writer(index: number, leg: Leg, cash: bigint, market = this.quoteMarket) {
    const signer = await this.account(index);
    const house = this.house.connect(signer);
    const book = (BigInt(signer.address) << 96n) | (market << 64n) | (this.expiry << 32n);
    await house.fund(book, cash + 100n * DOLLAR);
    await house.mint(book, this.legs(leg), signer.address);
    return { signer, house, book };
  }

  legs({ strike, isCall, size }: Leg) {
    return [{ strike: BigInt(strike) * STRIKE, isCall, size: BigInt(Math.round(size * 1e6)) }];
  }

  seriesId({ strike, isCall }: Leg, market = this.quoteMarket): bigint {
    return (market << 73n) | (this.expiry << 41n) | ((BigInt(strike) * STRIKE) << 1n) | (isCall ? 1n : 0n);
  }
}

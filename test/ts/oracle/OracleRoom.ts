// SPDX-License-Identifier: MIT
import { hexlify, TypedDataEncoder } from "ethers";
import type { Wallet } from "ethers";
import hre from "hardhat";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import type { RelayReport } from "../../../scripts/model/types.ts";
import { keyOf, ROUND_SECONDS, TIP_BASE } from "./OracleBench.ts";

const UNIT = 10n ** 6n;
const BOND = 100_000n * UNIT;
const SIGNER_PROOF = { SignerProof: [{ name: "withdrawal", type: "address" }, { name: "signer", type: "address" }] };

export interface RoomOptions {
  readonly validators?: number;
  readonly target?: number;
  readonly feeds?: number;
  readonly bonds?: readonly bigint[];
}

/** The whole oracle room, deployed and wired as in production, with two scripted witnesses per feed. */
export class OracleRoom {
  connection!: Awaited<ReturnType<typeof hre.network.create>>;
  oracle!: any;
  registry!: any;
  pot!: any;
  escrow!: any;
  router!: any;
  slasher!: any;
  facade!: any;
  token!: any;
  authority!: any;
  aggregators: any[] = [];
  keys: Wallet[] = [];
  feeds = 1;

  static async create(options: RoomOptions = {}): Promise<OracleRoom> {
    const room = new OracleRoom();
    room.connection = await hre.network.create();
    room.feeds = options.feeds ?? 1;
    await room.deploy(options.target ?? 21);
    const count = options.validators ?? 7;
    for (let index = 0; index < count; index += 1) await room.join(index, options.bonds?.[index] ?? BOND);
    return room;
  }

  private async deploy(target: number): Promise<void> {
    const { ethers } = this.connection;
    const link = async (names: string[]): Promise<Record<string, string>> => {
      const entries = names.map(async (name) => [name, await (await ethers.deployContract(name)).getAddress()] as const);
      return Object.fromEntries(await Promise.all(entries));
    };
    const [deployer] = await ethers.getSigners();
    this.authority = await ethers.deployContract("OpenAuthority");
    this.token = await ethers.deployContract("MockToken", ["USD Coin", "USDC", 6]);
    const anchor = await ethers.deployContract("BlockHashAnchor", ["0x0000F90827F1C53a10cb7A02335B175320002935"]);
    const libraries = await link(["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"]);
    const oracleFactory = await ethers.getContractFactory("PriceOracle", { libraries });
    this.oracle = await oracleFactory.deploy(anchor, 60, TIP_BASE, this.authority);
    this.pot = await ethers.deployContract("RewardPot", [this.token, this.oracle]);
    this.escrow = await ethers.deployContract("SlashEscrow", [this.token, this.authority]);
    const registryFactory = await ethers.getContractFactory("ValidatorRegistry", {
      libraries: await link(["EpochDuty", "SetBuilder"]),
    });
    this.registry = await registryFactory.deploy(
      this.token, this.oracle, this.pot, this.escrow, target, 50_000n * UNIT, 5n * UNIT, this.authority,
    );
    this.router = await ethers.deployContract("WitnessRouter", [this.oracle, this.pot, UNIT, this.authority]);
    await this.oracle.connect(deployer!).wire(this.registry, this.router);
    await this.pot.wire(this.registry, this.router);
    await this.escrow.wire(this.registry);
    for (let feed = 0; feed < this.feeds; feed += 1) await this.oracle.addFeed(`FEED-${feed}`, 1n);
    this.facade = await ethers.deployContract("AggregatorFacade", [this.oracle, 0]);
  }

  /** Registers validator `index + 1` with its test key and a fresh withdrawal account. */
  async join(index: number, bond: bigint): Promise<void> {
    const { ethers } = this.connection;
    const [deployer] = await ethers.getSigners();
    const key = keyOf(index);
    this.keys[index] = key;
    await this.token.mint(deployer!.address, bond);
    await this.token.approve(this.registry, bond);
    const { chainId } = await ethers.provider.getNetwork();
    const domain = {
      name: "Ballast Validator Registry", version: "1", chainId, verifyingContract: await this.registry.getAddress(),
    };
    const proof = await key.signTypedData(domain, SIGNER_PROOF, { withdrawal: deployer!.address, signer: key.address });
    await this.registry.register(deployer!.address, key.address, bond, index % 4, proof);
  }

  async now(): Promise<number> {
    return Number((await this.connection.ethers.provider.getBlock("latest"))!.timestamp);
  }

  async moveTo(time: number): Promise<void> {
    await this.connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
    await this.connection.provider.request({ method: "evm_mine", params: [] });
  }

  async moveBy(seconds: number): Promise<void> {
    await this.moveTo((await this.now()) + seconds);
  }

  async nextRound(): Promise<bigint> {
    const round = Math.floor((await this.now()) / ROUND_SECONDS) + 1;
    await this.moveTo(round * ROUND_SECONDS + 2);
    return BigInt(round);
  }

  async report(round: bigint, validator: number, seat: number, vector: readonly (bigint | number)[]): Promise<RelayReport> {
    const provider = this.connection.ethers.provider;
    const anchorBlock = (await provider.getBlockNumber()) - 1;
    const anchorHash = (await provider.getBlock(anchorBlock))!.hash!;
    const setId = (await this.oracle.health()).setId;
    const { chainId } = await provider.getNetwork();
    const prices = Array.from({ length: 8 }, (_, feed) => BigInt(vector[feed] ?? 0));
    const domain = oracleDomain(chainId, await this.oracle.getAddress());
    const digest = TypedDataEncoder.hash({ ...domain }, PRICE_REPORT_TYPES, { round, setId, anchorHash, prices });
    const { r, yParityAndS } = this.keys[validator]!.signingKey.sign(digest);
    return { seat, anchorBlock: BigInt(anchorBlock), signature: { r, yParityAndS }, prices };
  }

  /** One more round in which the listed seats (all by default) sign the same vector. */
  async acceptRound(vector: readonly (bigint | number)[], seats?: readonly number[]): Promise<bigint> {
    const round = await this.nextRound();
    const occupants: bigint[] = [...(await this.registry.seats())];
    const wanted = seats ?? occupants.flatMap((id, seat) => (id === 0n ? [] : [seat]));
    const reports: RelayReport[] = [];
    for (const seat of wanted) reports.push(await this.report(round, Number(occupants[seat]!) - 1, seat, vector));
    const setId = (await this.oracle.health()).setId;
    await this.oracle.relay(hexlify(encodeRelay({ round, setId, reports })));
    return round;
  }
}

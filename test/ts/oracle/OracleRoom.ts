// SPDX-License-Identifier: MIT
import { hexlify, TypedDataEncoder } from "ethers";
import type { Wallet } from "ethers";
import hre from "hardhat";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import type { RelayReport } from "../../../scripts/model/types.ts";
import { PriceOracle__factory } from "../../../typechain-types/factories/oracle/PriceOracle__factory.ts";
import type { PriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import { ValidatorRegistry__factory } from "../../../typechain-types/factories/oracle/ValidatorRegistry__factory.ts";
import type { ValidatorRegistry } from "../../../typechain-types/oracle/ValidatorRegistry.ts";
import { RewardPot__factory } from "../../../typechain-types/factories/oracle/RewardPot__factory.ts";
import type { RewardPot } from "../../../typechain-types/oracle/RewardPot.ts";
import { SlashEscrow__factory } from "../../../typechain-types/factories/oracle/SlashEscrow__factory.ts";
import type { SlashEscrow } from "../../../typechain-types/oracle/SlashEscrow.ts";
import { WitnessRouter__factory } from "../../../typechain-types/factories/oracle/WitnessRouter__factory.ts";
import type { WitnessRouter } from "../../../typechain-types/oracle/WitnessRouter.ts";
import { AggregatorFacade__factory } from "../../../typechain-types/factories/oracle/AggregatorFacade__factory.ts";
import type { AggregatorFacade } from "../../../typechain-types/oracle/AggregatorFacade.ts";
import { OpenAuthority__factory } from "../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import type { OpenAuthority } from "../../../typechain-types/mocks/OpenAuthority.ts";
import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import type { MockToken } from "../../../typechain-types/mocks/MockToken.ts";
import { onFreshChain } from "../onFreshChain.ts";
import type { Connection } from "../onFreshChain.ts";
import { keyOf, ROUND_SECONDS, TIP_BASE } from "./OracleBench.ts";

const UNIT = 10n ** 6n;
const BOND = 100_000n * UNIT;
const SIGNER_PROOF = {
  SignerProof: [
    { name: "withdrawal", type: "address" },
    { name: "signer", type: "address" },
  ],
};

export interface RoomOptions {
  readonly validators?: number;
  readonly target?: number;
  readonly feeds?: number;
  readonly bonds?: readonly bigint[];
  /** Failure domains; four in turn by default. */
  readonly domains?: readonly number[];
  /** Deploys the risk contract whose pokes the pot pays for; without one nobody is paid for a poke. */
  readonly riskManager?: (room: OracleRoom) => Promise<string>;
}

/** The whole oracle room, deployed and wired as in production, with two scripted witnesses per feed. */
export class OracleRoom {
  connection!: Connection;
  oracle!: PriceOracle;
  registry!: ValidatorRegistry;
  pot!: RewardPot;
  escrow!: SlashEscrow;
  router!: WitnessRouter;
  facade!: AggregatorFacade;
  token!: MockToken;
  authority!: OpenAuthority;
  keys: Wallet[] = [];
  feeds = 1;

  static async create({ riskManager, ...options }: RoomOptions = {}): Promise<OracleRoom> {
    if (riskManager !== undefined) return OracleRoom.#deploy(await hre.network.create(), { ...options, riskManager });
    const bonds = options.bonds?.map(String);
    const what = `oracle room ${JSON.stringify({ ...options, bonds })}`;
    const deployed = await onFreshChain(what, (connection) => OracleRoom.#deploy(connection, options));
    return Object.assign(new OracleRoom(), deployed, { keys: [...deployed.keys] });
  }

  static async #deploy(connection: Connection, options: RoomOptions): Promise<OracleRoom> {
    const room = new OracleRoom();
    room.connection = connection;
    room.feeds = options.feeds ?? 1;
    await room.deploy(options.target ?? 21);
    // Without a risk contract the oracle stands for it, which credits nobody.
    const poked = (await options.riskManager?.(room)) ?? (await room.oracle.getAddress());
    await room.pot.wire(room.registry, room.router, poked);
    const count = options.validators ?? 7;
    for (let index = 0; index < count; index += 1) {
      await room.join(index, options.bonds?.[index] ?? BOND, options.domains?.[index] ?? index % 4);
    }
    return room;
  }

  private async deploy(target: number): Promise<void> {
    const { ethers } = this.connection;
    const link = async (names: string[]): Promise<Record<string, string>> => {
      const entries = names.map(
        async (name) => [name, await (await ethers.deployContract(name)).getAddress()] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    };
    const [deployer] = await ethers.getSigners();
    const runner = deployer!;
    const put = async (name: string, parameters: unknown[] = [], linked: string[] = []): Promise<string> => {
      const factory = await ethers.getContractFactory(name, { libraries: await link(linked) });
      return (await factory.deploy(...parameters)).getAddress();
    };
    const authority = await put("OpenAuthority");
    const token = await put("MockToken", ["USD Coin", "USDC", 6]);
    const anchor = await put("BlockHashAnchor", ["0x0000F90827F1C53a10cb7A02335B175320002935"]);
    const cold = ["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"];
    const oracle = await put("PriceOracle", [anchor, 60, TIP_BASE, authority], cold);
    const pot = await put("RewardPot", [token, oracle]);
    const escrow = await put("SlashEscrow", [token, authority]);
    const settings = [token, oracle, pot, escrow, target, 50_000n * UNIT, 5n * UNIT, authority];
    const registry = await put("ValidatorRegistry", settings, ["SetBuilder"]);
    const router = await put("WitnessRouter", [oracle, pot, UNIT, authority]);
    this.authority = OpenAuthority__factory.connect(authority, runner);
    this.token = MockToken__factory.connect(token, runner);
    this.oracle = PriceOracle__factory.connect(oracle, runner);
    this.pot = RewardPot__factory.connect(pot, runner);
    this.escrow = SlashEscrow__factory.connect(escrow, runner);
    this.registry = ValidatorRegistry__factory.connect(registry, runner);
    this.router = WitnessRouter__factory.connect(router, runner);
    await this.oracle.wire(registry, router);
    await this.escrow.wire(registry);
    for (let feed = 0; feed < this.feeds; feed += 1) await this.oracle.addFeed(`FEED-${feed}`, 1n);
    this.facade = AggregatorFacade__factory.connect(await put("AggregatorFacade", [oracle, 0]), runner);
  }

  /** Registers validator `index + 1` with its test key and a fresh withdrawal account. */
  async join(index: number, bond: bigint, failureDomain = index % 4): Promise<void> {
    const { ethers } = this.connection;
    const [deployer] = await ethers.getSigners();
    const key = keyOf(index);
    this.keys[index] = key;
    await this.token.mint(deployer!.address, bond);
    await this.token.approve(this.registry, bond);
    const { chainId } = await ethers.provider.getNetwork();
    const domain = {
      name: "Ballast Validator Registry",
      version: "1",
      chainId,
      verifyingContract: await this.registry.getAddress(),
    };
    const proof = await key.signTypedData(domain, SIGNER_PROOF, { withdrawal: deployer!.address, signer: key.address });
    await this.registry.register(deployer!.address, key.address, bond, failureDomain, proof);
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

  async report(
    round: bigint,
    validator: number,
    seat: number,
    vector: readonly (bigint | number)[],
  ): Promise<RelayReport> {
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

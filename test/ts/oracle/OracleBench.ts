// SPDX-License-Identifier: MIT
import { hexlify, keccak256, toUtf8Bytes, TypedDataEncoder, Wallet } from "ethers";
import type { ContractTransactionResponse, Signer } from "ethers";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import { encodeSet } from "../../../scripts/model/setCode.ts";
import type { RelayReport, Seat } from "../../../scripts/model/types.ts";
import { PriceOracle__factory } from "../../../typechain-types/factories/oracle/PriceOracle__factory.ts";
import type { PriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import { onFreshChain } from "../onFreshChain.ts";
import type { Connection } from "../onFreshChain.ts";

export const ROUND_SECONDS = 15;
export const HEARTBEAT = 60;
export const TIP_BASE = 500_000n; // 0.5 of a 6-decimal token
/** What a test signs for: a price per feed, missing feeds abstain. */
export type Vector = readonly (bigint | number)[];

export interface BenchOptions {
  readonly weights?: readonly number[];
  readonly feeds?: number;
  readonly heartbeat?: number;
  /** Where to deploy; a fresh chain in this process unless said. */
  readonly connection?: Connection;
}

/** Deterministic keys: key `i` of every test is the same. */
export function keyOf(index: number): Wallet {
  return new Wallet(keccak256(toUtf8Bytes(`ballast test key ${index}`)));
}

/** A price oracle on a fresh chain, with the test standing in for registry, witness router and governance. */
export class OracleBench {
  private constructor(
    readonly connection: Connection,
    readonly oracle: PriceOracle,
    readonly registry: Signer,
    readonly router: Signer,
    readonly relayer: Signer,
    readonly keys: Wallet[],
    readonly weights: number[],
    readonly feeds: number,
  ) {}

  static async create({ connection, ...options }: BenchOptions = {}): Promise<OracleBench> {
    if (connection !== undefined) return OracleBench.#deploy(connection, options);
    const what = `oracle ${JSON.stringify(options)}`;
    return (await onFreshChain(what, (fresh) => OracleBench.#deploy(fresh, options))).#copy();
  }

  static async #deploy(connection: Connection, options: Omit<BenchOptions, "connection">): Promise<OracleBench> {
    const weights = [...(options.weights ?? [100, 100, 100, 100, 100, 100, 100])];
    const feeds = options.feeds ?? 1;
    const { ethers } = connection;
    const [deployer, registry, router, relayer] = await ethers.getSigners();
    const libraries: Record<string, string> = {};
    for (const name of ["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"]) {
      libraries[name] = await (await ethers.deployContract(name)).getAddress();
    }
    const anchor = await ethers.deployContract("NativeAnchor");
    const authority = await ethers.deployContract("OpenAuthority");
    const factory = await ethers.getContractFactory("PriceOracle", { libraries });
    const arguments_ = [
      await anchor.getAddress(),
      options.heartbeat ?? HEARTBEAT,
      TIP_BASE,
      await authority.getAddress(),
    ];
    const deployed = await factory.deploy(...arguments_);
    const oracle = PriceOracle__factory.connect(await deployed.getAddress(), deployer!);
    await oracle.wire(await registry!.getAddress(), await router!.getAddress());
    for (let feed = 0; feed < feeds; feed += 1) await oracle.addFeed(`FEED-${feed}`, 1n);
    const keys = weights.map((_, index) => keyOf(index));
    const bench = new OracleBench(connection, oracle, registry!, router!, relayer!, keys, weights, feeds);
    await bench.install(weights);
    return bench;
  }

  /** Whose keys and weights a test may change. */
  #copy(): OracleBench {
    const { connection, oracle, registry, router, relayer, keys, weights, feeds } = this;
    return new OracleBench(connection, oracle, registry, router, relayer, [...keys], [...weights], feeds);
  }

  /** Installs a set of these weights with the bench's keys; weight 0 leaves the seat empty. */
  async install(weights: readonly number[], keys: readonly Wallet[] = this.keys): Promise<void> {
    const seats: Seat[] = weights.map((weight, index) => ({
      signer: weight === 0 ? `0x${"0".repeat(40)}` : keys[index]!.address,
      weight: BigInt(weight),
      validatorId: weight === 0 ? 0n : BigInt(1 + index),
    }));
    const nominal = weights.reduce((sum, weight) => sum + weight, 0);
    await this.oracle.connect(this.registry).installSet(encodeSet(seats), nominal);
  }

  async now(): Promise<number> {
    return Number((await this.connection.ethers.provider.getBlock("latest"))!.timestamp);
  }

  /** Moves the chain to `time` with a block. */
  async moveTo(time: number): Promise<void> {
    await this.connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
    await this.connection.provider.request({ method: "evm_mine", params: [] });
  }

  async moveBy(seconds: number): Promise<void> {
    await this.moveTo((await this.now()) + seconds);
  }

  /** First round that starts after now, with the chain moved to `delay` seconds into it. */
  async nextRound(delay = 2, ahead = 1): Promise<bigint> {
    const round = Math.floor((await this.now()) / ROUND_SECONDS) + ahead;
    await this.moveTo(round * ROUND_SECONDS + delay);
    return BigInt(round);
  }

  pad(vector: Vector): bigint[] {
    return Array.from({ length: 8 }, (_, feed) => BigInt(vector[feed] ?? 0));
  }

  async setId(): Promise<bigint> {
    return (await this.oracle.health()).setId;
  }

  async sign(
    round: bigint,
    seat: number,
    vector: Vector,
    options: { setId?: bigint; anchorBlock?: number; key?: Wallet; chainId?: bigint; oracle?: string } = {},
  ): Promise<RelayReport & { setId: bigint; anchorHash: string }> {
    const provider = this.connection.ethers.provider;
    const anchorBlock = options.anchorBlock ?? (await provider.getBlockNumber()) - 1;
    const anchorHash = (await provider.getBlock(anchorBlock))!.hash!;
    const setId = options.setId ?? (await this.setId());
    const { chainId } = await provider.getNetwork();
    const domain = oracleDomain(options.chainId ?? chainId, options.oracle ?? (await this.oracle.getAddress()));
    const prices = this.pad(vector);
    const key = options.key ?? this.keys[seat]!;
    const signature = key.signingKey.sign(
      TypedDataEncoder.hash({ ...domain }, PRICE_REPORT_TYPES, { round, setId, anchorHash, prices }),
    );
    return {
      seat,
      anchorBlock: BigInt(anchorBlock),
      anchorHash,
      setId,
      signature: { r: signature.r, yParityAndS: signature.yParityAndS },
      prices,
    };
  }

  /** Signs with every listed seat; `vectors` maps seat to vector. */
  async pack(round: bigint, vectors: ReadonlyMap<number, Vector>, setId?: bigint): Promise<string> {
    const reports: RelayReport[] = [];
    const set = setId ?? (await this.setId());
    for (const [seat, vector] of [...vectors].sort(([a], [b]) => a - b)) {
      reports.push(await this.sign(round, seat, vector, { setId: set }));
    }
    return hexlify(encodeRelay({ round, setId: set, reports }));
  }

  async relay(round: bigint, vectors: ReadonlyMap<number, Vector>): Promise<ContractTransactionResponse> {
    const packed = await this.pack(round, vectors);
    return this.oracle.connect(this.relayer).relay(packed);
  }

  /** All seats (or those listed) sign the same vector. */
  same(vector: Vector, seats: readonly number[] = this.keys.map((_, index) => index)): Map<number, Vector> {
    return new Map(seats.map((seat) => [seat, vector]));
  }

  /** Accepts a round of one price from everybody in the next round. */
  async accept(vector: Vector, seats?: readonly number[]): Promise<bigint> {
    const round = await this.nextRound();
    await this.relay(round, this.same(vector, seats));
    return round;
  }

  async witness(
    feed: number,
    price: bigint | number,
    options: { observedAt?: number; agreed?: boolean; conflicted?: boolean; threshold?: number } = {},
  ): Promise<ContractTransactionResponse> {
    const observedAt = options.observedAt ?? (await this.now());
    return this.oracle
      .connect(this.router)
      .recordWitness(
        feed,
        price,
        observedAt,
        options.agreed ?? false,
        options.conflicted ?? false,
        options.threshold ?? 0,
      );
  }
}

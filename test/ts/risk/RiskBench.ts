// SPDX-License-Identifier: MIT
import type { Signer } from "ethers";
import hre from "hardhat";

import { LEVELS, PHASES } from "../../../scripts/model/risk/types.ts";
import type { Level, Phase } from "../../../scripts/model/risk/types.ts";
import { OpenAuthority__factory } from "../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { ReadMeter__factory } from "../../../typechain-types/factories/mocks/ReadMeter__factory.ts";
import { ScriptedWords__factory } from "../../../typechain-types/factories/mocks/ScriptedWords__factory.ts";
import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { ReadMeter } from "../../../typechain-types/mocks/ReadMeter.ts";
import type { ScriptedWords } from "../../../typechain-types/mocks/ScriptedWords.ts";
import type { RiskManager } from "../../../typechain-types/risk/RiskManager.ts";
import { averagesWord, calmFeed, latestWord, witnessWord } from "./words.ts";
import type { FeedState, WitnessState } from "./words.ts";

export const MINUTE = 60;
export const HOUR = 3_600;
export const DAY = 86_400;
export const HEARTBEAT = 60;
export const NO_FEED = 15;
export const POKE_TIP = 1_000_000n;
/** Thousand dollars. */
export const CEILING = 1_000_000n;
export const CEILING_CENTS = CEILING * 100_000n;
export const PRICE = 3000n * 10n ** 8n;
export const LEVEL = (level: Level): bigint => BigInt(LEVELS.indexOf(level));
export const FAR_EXPIRY = 4_000_000_000n;

/** The part of a reading that these tests look at. */
export interface ShownReading {
  readonly ok: boolean;
  readonly mode: Level;
  readonly opens: boolean;
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly multiplierBps: bigint;
  readonly addOnBps: bigint;
  readonly notionalCap: bigint;
  readonly lossShareBps: bigint;
}

/** A risk contract over an oracle that answers the words a test writes. */
export class RiskBench {
  private constructor(
    readonly connection: Awaited<ReturnType<typeof hre.network.create>>,
    readonly risk: RiskManager,
    readonly script: ScriptedWords,
    readonly meter: ReadMeter,
    readonly signers: Signer[],
  ) {}

  static async create(options: { bondFeed?: number; haircut?: number } = {}): Promise<RiskBench> {
    const connection = await hre.network.create();
    const signers = await connection.ethers.getSigners();
    const [deployer] = signers;
    const script = await new ScriptedWords__factory(deployer!).deploy();
    const authority = await new OpenAuthority__factory(deployer!).deploy();
    const risk = await new RiskManager__factory(deployer!).deploy(
      script,
      script,
      script,
      POKE_TIP,
      options.bondFeed ?? NO_FEED,
      6,
      options.haircut ?? 9_000,
      CEILING,
      await authority.getAddress(),
    );
    const meter = await new ReadMeter__factory(deployer!).deploy();
    const bench = new RiskBench(connection, risk, script, meter, signers);
    await bench.alignClock();
    return bench;
  }

  async now(): Promise<number> {
    return (await this.connection.ethers.provider.getBlock("latest"))!.timestamp;
  }

  /** The next call or transaction happens at `time`. */
  async moveTo(time: number): Promise<void> {
    await this.connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
    await this.connection.provider.request({ method: "evm_mine", params: [] });
  }

  async moveBy(seconds: number): Promise<void> {
    await this.moveTo((await this.now()) + seconds);
  }

  /** Moves to the start of a round of half-hour step, so that ages are exact. */
  private async alignClock(): Promise<void> {
    await this.moveTo((Math.floor((await this.now()) / 1800) + 2) * 1800 + 60);
  }

  /** Writes a feed that was observed when the clock shows now, and a fresh witness that agrees unless told otherwise. */
  async set(
    changes: Partial<FeedState> = {},
    witness: Partial<WitnessState> | null = {},
    feed = 0,
  ): Promise<FeedState> {
    const now = BigInt(await this.now());
    const state = calmFeed((now / 15n) * 15n, changes);
    const told = { price: state.price, observedAt: now, distanceBps: 0n, agreed: false, ...witness };
    await this.script.setWords(feed, {
      latest: latestWord(state),
      averages: averagesWord(state),
      witness: witness === null ? 0n : witnessWord(told),
      pendingPrice: state.isPending ? state.price / 2n : 0n,
    });
    return state;
  }

  async read(feed = 0, expiry = FAR_EXPIRY): Promise<ShownReading> {
    const [ok, told] = await this.risk.tryRead(feed, expiry, NO_FEED, 0);
    const { opens, price, low, high, multiplierBps, addOnBps, notionalCap, lossShareBps } = told;
    const mode = LEVELS[Number(told.mode)]!;
    return { ok, mode, opens, price, low, high, multiplierBps, addOnBps, notionalCap, lossShareBps };
  }

  async mode(feed = 0): Promise<Level> {
    return LEVELS[Number((await this.risk.standOf(feed)).mode)]!;
  }

  async phase(feed = 0): Promise<Phase> {
    return PHASES[Number((await this.risk.standOf(feed)).phase)]!;
  }

  /** Writes a feed whose clocks say what they say, and tells mode and phase. */
  async stanceOf(changes: Partial<FeedState>): Promise<[Level, Phase]> {
    await this.set(changes);
    return [await this.mode(), await this.phase()];
  }
}

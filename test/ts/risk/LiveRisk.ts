// SPDX-License-Identifier: MIT
import { OpenAuthority__factory } from "../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { ScriptedWords__factory } from "../../../typechain-types/factories/mocks/ScriptedWords__factory.ts";
import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { RiskManager } from "../../../typechain-types/risk/RiskManager.ts";
import { OracleBench } from "../oracle/OracleBench.ts";
import { CEILING, NO_FEED, POKE_TIP } from "./RiskBench.ts";
import { averagesWord, calmFeed } from "./words.ts";

const DOLLAR = 10n ** 8n;
const PRICE_BITS = (1n << 64n) - 1n;
/** Level, quarantine and youth of a feed's word. */
const STATE_BITS = (7n << 110n) | (15n << 116n) | (7n << 120n);

/** The deployed risk contract on the deployed oracle, in the steady state: calm for longer than its clocks can tell. */
export class LiveRisk {
  private constructor(
    readonly oracle: OracleBench,
    readonly risk: RiskManager,
    private readonly slots: { latest: string; averages: string },
    private price: bigint,
  ) {}

  static async create(dollars: number): Promise<LiveRisk> {
    const oracle = await OracleBench.create();
    const [deployer] = await oracle.connection.ethers.getSigners();
    const registry = await new ScriptedWords__factory(deployer!).deploy();
    const authority = await new OpenAuthority__factory(deployer!).deploy();
    const stand = await registry.getAddress();
    const named = [await oracle.oracle.getAddress(), stand, stand, POKE_TIP] as const;
    const guard = await authority.getAddress();
    const risk = await new RiskManager__factory(deployer!).deploy(...named, NO_FEED, 6, 9_000, CEILING, guard);
    const price = BigInt(dollars) * DOLLAR;
    await oracle.accept([price]);
    await oracle.accept([price]);
    const words = await oracle.oracle.riskWords(0);
    const find = async (word: bigint): Promise<string> => {
      for (let slot = 0; ; slot += 1) {
        const stored = await oracle.connection.ethers.provider.getStorage(named[0], slot);
        if (BigInt(stored) === word) return `0x${slot.toString(16)}`;
      }
    };
    const slots = { latest: await find(words.latest), averages: await find(words.averages) };
    const live = new LiveRisk(oracle, risk, slots, price);
    await live.settleAt(dollars);
    return live;
  }

  /** The price has been `dollars` for hours; ring and witness know it too. */
  async settleAt(dollars: number): Promise<void> {
    this.price = BigInt(dollars) * DOLLAR;
    const { latest } = await this.oracle.oracle.riskWords(0);
    await this.#store(this.slots.latest, (latest & ~(PRICE_BITS | STATE_BITS)) | this.price);
    await this.#store(this.slots.averages, averagesWord(calmFeed(0n)));
    await this.oracle.witness(0, this.price);
    for (let round = 0; round < 6; round += 1) await this.refresh();
  }

  /** One more round of the same price, so that none is old. */
  async refresh(): Promise<void> {
    await this.oracle.accept([this.price]);
  }

  async #store(slot: string, word: bigint): Promise<void> {
    await this.oracle.connection.provider.request({
      method: "hardhat_setStorageAt",
      params: [await this.oracle.oracle.getAddress(), slot, `0x${word.toString(16).padStart(64, "0")}`],
    });
  }
}

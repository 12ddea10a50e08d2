// SPDX-License-Identifier: MIT
import { OpenAuthority__factory } from "../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { ScriptedWords__factory } from "../../../typechain-types/factories/mocks/ScriptedWords__factory.ts";
import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { ScriptedWords } from "../../../typechain-types/mocks/ScriptedWords.ts";
import type { RiskManager } from "../../../typechain-types/risk/RiskManager.ts";
import { ROUND_SECONDS } from "../oracle/OracleBench.ts";
import { ClearingBench, Kind } from "../clearing/ClearingBench.ts";
import { CEILING, NO_FEED, POKE_TIP } from "./RiskBench.ts";
import { averagesWord, calmFeed, latestWord, witnessWord } from "./words.ts";
import type { FeedState } from "./words.ts";

export const DOLLARS = 10n ** 6n;

/** A market of the Clearinghouse that asks the real risk contract, over an oracle that answers the words a test writes. */
export class RiskedHouse {
  private constructor(
    readonly bench: ClearingBench,
    readonly script: ScriptedWords,
    readonly risk: RiskManager,
    readonly market: bigint,
  ) {}

  static async create(insurance = 1_000n): Promise<RiskedHouse> {
    const bench = await ClearingBench.create();
    const [owner] = await bench.connection.ethers.getSigners();
    const script = await new ScriptedWords__factory(owner!).deploy();
    const authority = await new OpenAuthority__factory(owner!).deploy();
    const named = await script.getAddress();
    const given = [named, named, named, POKE_TIP, NO_FEED, 6, 9_000, CEILING, await authority.getAddress()] as const;
    const risk = await new RiskManager__factory(owner!).deploy(...given);
    await bench.house.enableRisk(risk);
    const sent = await bench.house.createMarket({
      collateral: await bench.dollar.getAddress(),
      kind: Kind.Quote,
      feed: 0n,
      risk: await risk.getAddress(),
      parameterSet: 0n,
      insurer: owner!.address,
    });
    const logs = (await sent.wait())!.logs.map((entry) => bench.house.interface.parseLog(entry));
    const market = logs.find((entry) => entry?.name === "MarketCreated")!.args.market as bigint;
    const insurer = await bench.account(19, 1_000_000, 0);
    await bench.house.connect(insurer).fundInsurance(market, insurance * DOLLARS);
    const house = new RiskedHouse(bench, script, risk, market);
    await house.tell();
    return house;
  }

  async now(): Promise<number> {
    return (await this.bench.connection.ethers.provider.getBlock("latest"))!.timestamp;
  }

  async moveBy(seconds: number): Promise<void> {
    await this.bench.at((await this.now()) + seconds);
  }

  /** Writes the feed, observed at the start of the next round, which is now, and a witness that agrees. */
  async tell(changes: Partial<FeedState> = {}): Promise<void> {
    await this.bench.at((Math.floor((await this.now()) / ROUND_SECONDS) + 1) * ROUND_SECONDS);
    const now = BigInt(await this.now());
    const feed = calmFeed(now, changes);
    await this.script.setWords(0, {
      latest: latestWord(feed),
      averages: averagesWord(feed),
      witness: witnessWord({ price: feed.price, observedAt: now, distanceBps: 0n, agreed: false }),
      pendingPrice: 0n,
    });
  }

  /** Somebody with a funded book. */
  async writer(index = 1, dollars = 50_000n) {
    const signer = await this.bench.account(index);
    const book = this.bench.bookId(signer.address, 0n, this.market);
    const house = this.bench.house.connect(signer);
    await house.fund(book, dollars * DOLLARS);
    return { signer, book, house };
  }
}

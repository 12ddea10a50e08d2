// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OpenAuthority__factory } from "../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { ScriptedWords__factory } from "../../../typechain-types/factories/mocks/ScriptedWords__factory.ts";
import { RiskManager__factory } from "../../../typechain-types/factories/risk/RiskManager__factory.ts";
import type { ScriptedWords } from "../../../typechain-types/mocks/ScriptedWords.ts";
import { ClearingBench, Kind } from "../clearing/ClearingBench.ts";
import { CEILING, NO_FEED } from "./RiskBench.ts";
import { averagesWord, calmFeed, latestWord, witnessWord } from "./words.ts";
import type { FeedState } from "./words.ts";

const CALL = { strike: 3200, isCall: true, size: 1 };
const DOLLARS = 10n ** 6n;

describe("RiskManager under the Clearinghouse", () => {
  let bench: ClearingBench;
  let script: ScriptedWords;
  let market: bigint;
  beforeEach(async () => {
    bench = await ClearingBench.create();
    const [owner] = await bench.connection.ethers.getSigners();
    script = await new ScriptedWords__factory(owner!).deploy();
    const authority = await new OpenAuthority__factory(owner!).deploy();
    const named = await script.getAddress();
    const guard = await authority.getAddress();
    const risk = await new RiskManager__factory(owner!).deploy(named, named, NO_FEED, 6, 9_000, CEILING, guard);
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
    market = logs.find((entry) => entry?.name === "MarketCreated")!.args.market as bigint;
    const insurer = await bench.account(19, 10_000, 0);
    await bench.house.connect(insurer).fundInsurance(market, 1_000n * DOLLARS);
    await tell();
  });

  const tell = async (changes: Partial<FeedState> = {}): Promise<void> => {
    const now = BigInt((await bench.connection.ethers.provider.getBlock("latest"))!.timestamp);
    const feed = calmFeed((now / 15n) * 15n, changes);
    await script.setWords(0, {
      latest: latestWord(feed),
      averages: averagesWord(feed),
      witness: witnessWord({ price: feed.price, observedAt: now, distanceBps: 0n, agreed: false }),
      pendingPrice: 0n,
    });
  };
  const writer = async () => {
    const signer = await bench.account(1);
    const book = bench.bookId(signer.address, 0n, market);
    const house = bench.house.connect(signer);
    await house.fund(book, 50_000n * DOLLARS);
    return { signer, book, house };
  };

  it("opens in Normal and Cautious, up to what insurance covers at 8 %, and half of it in Cautious (review 41)", async () => {
    const { signer, book, house } = await writer();
    await house.mint(book, bench.legs({ ...CALL, size: 3 }), signer.address); // 9,600 of 12,500 dollars
    await expect(house.mint(book, bench.legs(CALL), signer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_CapReached",
    );
    await tell({ level: "cautious" });
    const half = bench.legs({ ...CALL, size: 0.1 });
    await expect(house.mint(book, half, signer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_CapReached",
    );
  });

  it("opens nothing in ReduceOnly or Halted, and every exit goes on", async () => {
    const { signer, book, house } = await writer();
    await house.mint(book, bench.legs({ ...CALL, size: 2 }), signer.address);
    for (const level of ["reduceOnly", "halted"] as const) {
      await tell({ level });
      await expect(house.mint(book, bench.legs({ ...CALL, size: 0.1 }), signer.address)).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_NotOpen",
      );
      await house.burn(book, bench.legs({ ...CALL, size: 0.5 }));
    }
    await script.setBroken(true);
    await house.burn(book, bench.legs({ ...CALL, size: 1 }));
    await house.defund(book, 1_000n * DOLLARS, signer.address);
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { hexlify, SigningKey } from "ethers";

import { seatsOf } from "../../../scripts/chain/OracleReader.ts";
import { reportDigest } from "../../../scripts/chain/reportDigest.ts";
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { aggregate, isInBand, tookPart } from "../../../scripts/model/aggregate.ts";
import type { FeedAggregate, WeightedVector } from "../../../scripts/model/aggregate.ts";
import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import { stepReliability } from "../../../scripts/model/stepReliability.ts";
import type { Prices } from "../../../scripts/model/types.ts";
import type { PriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import { deployOracle } from "../programs/support/deployOracle.ts";
import { CHAIN_ID, startChain } from "../programs/support/startChain.ts";
import type { TestChain } from "../programs/support/startChain.ts";
import { keyOf } from "../programs/support/World.ts";

const FIRST_ROUND = 120_000_000n;
const FEEDS = ["A", "B", "C", "D"];
const LEVELS = [250_000_000_000n, 6_500_000_000_000n, 100_000_000n, 1_234_567n];
const WEIGHTS = [50_000n, 41_000n, 60_001n, 55_555n, 45_000n, 52_345n, 48_000n, 30_000n];
/** Seats that are often wrong, so that reliabilities part and the two medians differ. */
const SLOPPY = new Set([1, 6]);
const ROUNDS = 80n;
const EPOCH = 25n;

describe("reference model against the oracle", function () {
  this.timeout(240_000);
  const keys = WEIGHTS.map((_, seat) => keyOf(`model ${seat}`));
  const random = new SeededRandom(5);
  let chain: TestChain;
  let oracle: PriceOracle;
  let anchor: { number: number; hash: string };

  before(async () => {
    chain = await startChain(FIRST_ROUND * 15n - 1_000n);
    const deployer = await chain.provider.getSigner(0);
    oracle = await deployOracle(
      deployer,
      FEEDS,
      keys.map((key) => key.address),
      (seat) => WEIGHTS[seat]!,
    );
  });

  after(() => chain.close());

  function percent(chance: bigint): boolean {
    return random.below(100n) < chance;
  }

  function observe(seat: number): Prices {
    return Array.from({ length: 8 }, (_, feed) => {
      const level = LEVELS[feed];
      if (level === undefined || percent(8n)) return 0n;
      const spreadPpm = percent(6n) ? 25_000n : SLOPPY.has(seat) ? 9_000n : 1_200n; // now and then far out
      return level + (level * (random.below(2n * spreadPpm + 1n) - spreadPpm)) / 1_000_000n;
    });
  }

  async function vectors(): Promise<WeightedVector[]> {
    const present = WEIGHTS.map((_, seat) => seat).filter((seat) => seat < 5 || percent(75n));
    const read = present.map(async (seat) => ({
      seat,
      weight: WEIGHTS[seat]!,
      reliability: await oracle.reliabilityOf(seat),
      prices: observe(seat),
    }));
    return (await Promise.all(read)).filter(({ prices }) => prices.some((price) => price !== 0n));
  }

  async function relay(round: bigint, given: readonly WeightedVector[]): Promise<void> {
    const domain = oracleDomain(CHAIN_ID, await oracle.getAddress());
    const reports = given.map(({ seat, prices }) => {
      const digest = reportDigest(domain, { round, setId: 1n, anchorHash: anchor.hash, prices });
      const { r, yParityAndS } = new SigningKey(keys[seat]!.privateKey).sign(digest);
      return { seat, prices, anchorBlock: BigInt(anchor.number), signature: { r, yParityAndS } };
    });
    await chain.provider.send("evm_setNextBlockTimestamp", [Number(round * 15n + 3n)]);
    await (await oracle.relay(hexlify(encodeRelay({ round, setId: 1n, reports })))).wait();
  }

  /** Compares what the oracle published in its latest round; returns the feeds the model gives a quorum. */
  async function compareFeeds(round: bigint, expected: readonly (FeedAggregate | undefined)[]): Promise<number> {
    let quorums = 0;
    for (const [feed] of FEEDS.entries()) {
      const model = expected[feed];
      const [, answer, , updatedAt] = await oracle.latestRoundData(feed);
      assert.equal(updatedAt === round * 15n, model?.quorum === true, `round ${round} feed ${feed}: published or kept`);
      if (model?.quorum !== true) continue;
      quorums += 1;
      assert.equal(answer, model.published, `round ${round} feed ${feed}: price`);
      const { dispersionPpm } = await oracle.readRisk(feed);
      assert.equal(dispersionPpm, ((model.dispersionPpm + 9n) / 10n) * 10n, `round ${round} feed ${feed}: dispersion`);
      assert.equal((await oracle.metrics(feed)).divergent, model.divergent, `round ${round} feed ${feed}: divergent`);
    }
    return quorums;
  }

  it("agrees on medians, bounds, quorum, band, participation and reliability", async () => {
    const total = WEIGHTS.reduce((sum, weight) => sum + weight, 0n);
    const counters = WEIGHTS.map(() => ({ tookPart: 0n, inBand: 0n }));
    let [quorums, differing, previousBand] = [0, 0, { round: 0n, inBand: [] as number[], tookPart: [] as number[] }];

    for (let offset = 1n; offset <= ROUNDS; offset++) {
      const round = FIRST_ROUND + offset;
      anchor = await chain.provider.getBlock("latest").then((block) => ({ number: block!.number, hash: block!.hash! }));
      const given = await vectors();
      const lagged = await Promise.all(
        Array.from({ length: 8 }, async (_, feed) =>
          feed < FEEDS.length ? (await oracle.metrics(feed)).laggedDispersionPpm : 0n,
        ),
      );
      const expected = aggregate(given, { active: total, nominal: total });
      if (!expected.some((feed) => feed?.quorum === true)) {
        const refusal = await relay(round, given).catch((error: { data?: string }) => error.data?.slice(0, 10));
        assert.equal(
          refusal,
          oracle.interface.getError("PriceOracle_NoQuorum")!.selector,
          `round ${round} has no quorum`,
        );
        continue;
      }
      await relay(round, given);
      quorums += await compareFeeds(round, expected);
      differing += expected.filter((feed) => feed !== undefined && feed.effectiveMedian !== feed.stakeMedian).length;

      if (previousBand.round !== 0n) {
        const [ok, header] = await oracle.tryRoundHeader(previousBand.round);
        assert.isTrue(ok, "header of the folded round");
        assert.deepEqual(seatsOf(header.inBand), previousBand.inBand, `round ${previousBand.round}: in band`);
        assert.deepEqual(seatsOf(header.tookPart), previousBand.tookPart, `round ${previousBand.round}: took part`);
      }
      // A median needs more than half of the weight and three signers, even where it is not published.
      const medians = expected.map((feed) =>
        feed !== undefined && feed.signers >= 3 && 2n * feed.pricedWeight > total ? feed.published : 0n,
      );
      const part = given.filter(({ prices }) => tookPart(prices, FEEDS.length));
      const inside = part.filter(({ prices }) => isInBand(prices, medians, lagged));
      previousBand = { round, inBand: inside.map(({ seat }) => seat), tookPart: part.map(({ seat }) => seat) };

      if (offset % EPOCH === 0n) await closeEpoch(counters);
      for (const { seat } of part) counters[seat]!.tookPart += 1n;
      for (const { seat } of inside) counters[seat]!.inBand += 1n;
    }
    assert.isAbove(quorums, 200, "feeds compared");
    assert.isAbove(differing, 5, "rounds in which reliability moved the median");
  });

  /** The latest round is not folded yet, so the epoch holds the rounds before it. */
  async function closeEpoch(counters: { tookPart: bigint; inBand: bigint }[]): Promise<void> {
    const before = await Promise.all(WEIGHTS.map((_, seat) => oracle.reliabilityOf(seat)));
    await (await oracle.closeEpoch()).wait();
    for (const [seat, count] of counters.entries()) {
      const expected = stepReliability(before[seat]!, count.inBand, count.tookPart);
      assert.equal(
        await oracle.reliabilityOf(seat),
        expected,
        `reliability of seat ${seat}, ${count.inBand} of ${count.tookPart}`,
      );
      count.tookPart = 0n;
      count.inBand = 0n;
    }
  }
});

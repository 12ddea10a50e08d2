// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { resumeSeconds } from "../../../scripts/model/oracle/feedStep.ts";
import { packWitness } from "../../../scripts/model/oracle/feedWords.ts";
import { emptyFeed } from "../../../scripts/model/oracle/types.ts";
import { weighAnswer } from "../../../scripts/model/oracle/witness.ts";
import { OracleBench, ROUND_SECONDS } from "../oracle/OracleBench.ts";

const LOOKS = 90;
const HEARTBEAT = 60;
/** Testimony older than this is compared with our price of then. */
const LAG_SECONDS = 120;
const SEARCH_ROUNDS = 64;

describe("Witness answers against their model", () => {
  it("agrees on the witness word over ninety looks, between rounds, in outages and behind them", async () => {
    const bench = await OracleBench.create();
    const random = new SeededRandom(21);
    const below = (limit: number): number => Number(random.below(BigInt(limit)));
    const { witness } = emptyFeed();
    const rounds: { round: number; price: number }[] = [];
    const kinds = new Set<string>();

    const priceAt = (time: number): number => {
      const newest = Math.floor(time / ROUND_SECONDS);
      const known = rounds.findLast(({ round }) => round <= newest && round > newest - SEARCH_ROUNDS);
      return (rounds.at(-1)!.round <= newest ? rounds.at(-1)! : (known ?? rounds.at(-1)!)).price;
    };

    for (let look = 0; look < LOOKS; look += 1) {
      if (look === 0 || below(3) !== 0) {
        const price = 3_000e8 + (below(2_000) - 1_000) * 1e7;
        const round = await bench.nextRound();
        await bench.relay(round, bench.same([price]));
        rounds.push({ round: Number(round), price });
      }
      await bench.moveBy([5, 20, 90, 200, 700][below(5)]!);
      const price = Math.round(rounds.at(-1)!.price * (1 + [-0.12, -0.081, -0.04, -0.01, 0, 0.02, 0.09][below(7)]!));
      const observedAt = (await bench.now()) - [0, 7, 100, 130, 400][below(5)]!;
      const answer = {
        price,
        observedAt,
        thresholdBps: [0, 50, 380, 900][below(4)]!,
        agreed: false,
        conflicted: below(9) === 0,
      };
      const sent = await bench.witness(0, price, {
        observedAt,
        conflicted: answer.conflicted,
        threshold: answer.thresholdBps,
      });
      const time = (await sent.getBlock())!.timestamp;

      const isResuming = time > rounds.at(-1)!.round * ROUND_SECONDS + resumeSeconds(HEARTBEAT);
      weighAnswer(witness, answer, priceAt(Math.max(observedAt, time - LAG_SECONDS)), time, isResuming);
      const { witness: word } = await bench.oracle.riskWords(0);
      expect(word, `look ${look}`).to.equal(packWitness(witness));
      kinds.add(`${isResuming} ${witness.farSamples}`);
    }
    expect(kinds, "what was seen").to.include.keys("false 0", "false 1", "false 2", "true 0");
  }).timeout(120_000);
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { priceOf } from "../../../scripts/model/oracle/feedFold.ts";
import { resumeSeconds } from "../../../scripts/model/oracle/feedStep.ts";
import { packWitness } from "../../../scripts/model/oracle/feedWords.ts";
import { emptyFeed } from "../../../scripts/model/oracle/types.ts";
import { weighAnswer } from "../../../scripts/model/oracle/witness.ts";
import { OracleBench, ROUND_SECONDS } from "../oracle/OracleBench.ts";

const LOOKS = 240;
const HEARTBEAT = 60;
/** Testimony older than this is compared with our price of then. */
const LAG_SECONDS = 120;
const SEARCH_ROUNDS = 64;

describe("Witness answers against their model", () => {
  it("agrees on the witness word over many looks, between rounds, in outages and behind them", async () => {
    const bench = await OracleBench.create();
    const random = new SeededRandom(21);
    const below = (limit: number): number => Number(random.below(BigInt(limit)));
    const { witness } = emptyFeed();
    const rounds: { round: number; price: number }[] = [];
    const kinds = new Map<string, number>();

    const priceAt = (time: number): number => {
      const newest = Math.floor(time / ROUND_SECONDS);
      const known = rounds.findLast(({ round }) => round <= newest && round > newest - SEARCH_ROUNDS);
      return (rounds.at(-1)!.round <= newest ? rounds.at(-1)! : (known ?? rounds.at(-1)!)).price;
    };

    /** The feed as the contract holds it: five-minute average and source of the latest price. */
    const own = async (): Promise<{ average: number; isQuorum: boolean }> => {
      const { latest, averages } = await bench.oracle.riskWords(0);
      const price = Number(latest & (2n ** 64n - 1n));
      return { average: priceOf(price, Number(averages & (2n ** 26n - 1n))), isQuorum: ((latest >> 113n) & 7n) === 1n };
    };

    for (let look = 0; look < LOOKS; look += 1) {
      if (look === 0 || below(3) !== 0) {
        const from = rounds.at(-1)?.price ?? 3_000e8;
        const price = Math.round(from * [1, 1.002, 0.97, 1.04, 0.95, 3_000e8 / from][below(6)]!);
        const round = await bench.nextRound();
        await bench.relay(round, bench.same([price]));
        const published = Number((await bench.oracle.latestRoundData(0))[1]);
        if (published === price) rounds.push({ round: Number(round), price });
      }
      await bench.moveBy([2, 5, 20, 90, 200, 700][below(6)]!);
      const latest = rounds.at(-1)!.price;
      const { average, isQuorum } = await own();
      const shifted = latest * [0.88, 0.919, 0.96, 0.99, 1, 1.02, 1.09][below(7)]!;
      const price = Math.round([shifted, shifted, average, latest, witness.price || latest][below(5)]!);
      const observedAt = (await bench.now()) - [0, 0, 7, 100, 130, 400][below(6)]!;
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
      const heldFrom = witness.observedAt;
      const spokenAt = Math.max(observedAt, time - LAG_SECONDS);
      weighAnswer(witness, answer, { price: priceAt(spokenAt), average, isQuorum, isResuming }, time);
      const { witness: word } = await bench.oracle.riskWords(0);
      expect(word, `look ${look}`).to.equal(packWitness(witness));
      if (witness.farSamples !== 0) expect(Math.abs(witness.distanceBps), "samples of what is near").to.be.above(150);
      const isHeld = witness.observedAt === heldFrom && observedAt !== heldFrom;
      const isFar = Math.abs(witness.distanceBps) > 800;
      for (const kind of [`${witness.farSamples} ${isFar ? "far" : "near"}`, ...(isHeld ? ["held"] : [])]) {
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    }
    for (const kind of ["0 near", "0 far", "1 near", "1 far", "2 far", "3 near", "3 far", "held"]) {
      expect(kinds.get(kind) ?? 0, `${kind} among ${[...kinds].join("; ")}`).to.be.at.least(3);
    }
  }).timeout(240_000);
});

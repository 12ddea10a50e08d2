// SPDX-License-Identifier: MIT
import { expect } from "chai";
import hre from "hardhat";

import {
  ageOf,
  bidSeconds,
  liquidationOf,
  opens,
  recordTrips,
  stanceAt,
} from "../../../scripts/model/risk/modeMachine.ts";
import { DWELLING, LEVELS, LIQUIDATIONS, PHASES } from "../../../scripts/model/risk/types.ts";
import type { Breaker, Level } from "../../../scripts/model/risk/types.ts";
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { ModeHarness__factory } from "../../../typechain-types/factories/mocks/ModeHarness__factory.ts";
import { averagesWord, breakerWord, calmFeed, CLOCK_MAXIMUM, latestWord } from "./words.ts";
import type { FeedState } from "./words.ts";

const BATCH = 100;
const BATCHES = 20;
const HEARTBEATS = [15n, 60n, 300n];

/** Draws states around the bounds of every rule, so that one that is off by a second shows. */
class Draw {
  constructor(private readonly random: SeededRandom) {}

  below(limit: number): bigint {
    return this.random.below(BigInt(limit));
  }

  pick<T>(items: readonly T[]): T {
    return items[Number(this.below(items.length))]!;
  }

  rarely(): boolean {
    return this.below(4) === 0n;
  }

  clock(): bigint | undefined {
    if (this.rarely()) return undefined;
    const bound = this.pick([0, 600, 900, 1_500, 1_800, 2_700, 3_600, 14_400, 21_600, 24_300, 32_000]);
    const near = BigInt(bound) + this.below(5) - 2n;
    const clock = this.rarely() ? this.below(32_768) : near;
    return clock < 0n || clock >= CLOCK_MAXIMUM ? 0n : clock;
  }

  feed(time: bigint): FeedState {
    const rounds = this.rarely() ? this.below(250) : this.below(5);
    return calmFeed((time / 15n - rounds) * 15n, {
      level: this.rarely() ? this.pick(LEVELS) : "normal",
      isNew: this.below(12) === 0n,
      dispersionPpm: this.pick([2_000n, 14_990n, 15_000n, 40_000n]),
      uptime: 40_000n + this.below(100_000),
      grace: this.rarely() ? this.below(16) * 120n : 0n,
      since: { cautious: this.clock(), recovery: this.clock(), reduceOnly: this.clock(), halted: this.clock() },
    });
  }

  breaker(time: bigint): Breaker {
    const trip = (): { repeats: bigint; at: bigint } => ({
      repeats: this.rarely() ? this.below(8) : 0n,
      at: this.rarely() ? ((time - this.below(90_000)) / 64n) * 64n : 0n,
    });
    const levels: Level[] = ["normal", "cautious", "reduceOnly"];
    return {
      guardian: {
        level: this.pick(["normal", "reduceOnly", "halted"] as const),
        until: this.rarely() ? time + this.below(3) - 1n : 0n,
      },
      stakeLevel: this.rarely() ? this.pick(levels) : "normal",
      trips: { cautious: trip(), reduceOnly: trip(), halted: trip() },
      clearSeen: { cautious: this.rarely(), reduceOnly: this.rarely(), halted: !this.rarely() },
    };
  }
}

describe("Mode machine against its model", () => {
  it("agrees on mode, phase, permissions, trips and bid time of two thousand drawn states", async () => {
    const { ethers } = await hre.network.create();
    const [deployer] = await ethers.getSigners();
    const harness = await new ModeHarness__factory(deployer!).deploy();
    const draw = new Draw(new SeededRandom(4));
    const seen = new Set<string>();
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const cases = Array.from({ length: BATCH }, () => {
        const time = 1_800_000_000n + draw.below(1_000_000);
        const feed = draw.feed(time);
        const pokedUptime = feed.uptime - draw.below(40_000);
        return { feed, breaker: draw.breaker(time), time, heartbeat: draw.pick(HEARTBEATS), pokedUptime };
      });
      const answers = await harness.answers(
        cases.map(({ feed, breaker, ...rest }) => ({
          word: breakerWord(breaker),
          latest: latestWord(feed),
          averages: averagesWord(feed),
          ...rest,
        })),
      );
      for (const [index, { feed, breaker, time, heartbeat, pokedUptime }] of cases.entries()) {
        const told = answers[index]!;
        const stance = stanceAt(feed, breaker, time, heartbeat);
        const label = `${batch}:${index} ${stance.mode} ${stance.phase}`;
        expect(LEVELS[Number(told.mode)], label).to.equal(stance.mode);
        expect(PHASES[Number(told.recovery)], label).to.equal(stance.phase);
        expect(told.capBps, label).to.equal(stance.capBps);
        expect(told.opens, label).to.equal(opens(stance));
        expect(told.lends, label).to.equal(["normal", "cautious"].includes(stance.mode));
        expect(told.reduces, label).to.equal(stance.mode !== "halted");
        expect(told.multiplierBps, label).to.equal(stance.mode === "normal" ? 10_000n : 12_500n);
        const liquidation = liquidationOf(stance, ageOf(feed, time), heartbeat, feed.dispersionPpm);
        expect(LIQUIDATIONS[Number(told.liquidation)], label).to.equal(liquidation);
        const trips = recordTrips(breaker, feed, pokedUptime, time);
        const bits = DWELLING.reduce((sum, level, at) => sum + (trips.tripped.includes(level) ? 1 << at : 0), 0);
        expect(told.tripped, label).to.equal(BigInt(bits));
        expect(told.nextWord, label).to.equal(breakerWord(trips.breaker));
        expect(told.bidSeconds, label).to.equal(bidSeconds(feed, breaker, { uptime: pokedUptime, at: 0n }, time));
        seen.add(`${stance.mode} ${stance.phase} ${liquidation}`);
      }
    }
    expect(seen.size, "kinds of states seen").to.be.greaterThan(18);
  }).timeout(60_000);
});

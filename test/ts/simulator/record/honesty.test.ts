// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { Honesty } from "../../../../scripts/simulator/record/Honesty.ts";
import { KINDS } from "../../../../scripts/simulator/scenario/population.ts";
import { calmSight, eventOf, roundOf } from "../invariants/calmSight.ts";

const NAMES = ["validator-1", "validator-2", "validator-3", "validator-4"];

/** @param stopped Whose process does not run. */
function honestyOf(stopped: Set<string> = new Set(), faults: readonly object[] = []): Honesty {
  const world = {
    actors: new Map(
      NAMES.map((name) => [
        name,
        {
          get isRunning() {
            return !stopped.has(name);
          },
        },
      ]),
    ),
    truth: { priceAt: () => 3_000n * 10n ** 8n },
    scenario: { seed: 1, faults },
    population: {
      ...Object.fromEntries(KINDS.map((kind) => [kind, []])),
      validators: NAMES,
      endpoints: ["rpc-1", "rpc-2"],
      liquidators: ["liquidator-1"],
    },
  };
  return new Honesty(world as never, (validator) => validator === "validator-4");
}

const loss = (validator: string, fault: string) => ({ validator, fault, amount: 1n });

describe("who is honest", () => {
  it("is nobody who was made to lie, and nobody who was seen five percent from the truth", () => {
    const honesty = honestyOf();
    honesty.see(calmSight(0, { relays: [roundOf([3_000n, 3_149n, 3_151n, 3_000n], 3_000n)] }));
    const honest = NAMES.filter((name) => honesty.isHonestLoss(loss(name, "deviation")));
    expect(honest).to.deep.equal(["validator-1", "validator-2"]);
  });

  it("is not whose process stood still in the epoch it lost stake for, and is again in the next", () => {
    const stopped = new Set(["validator-2"]);
    const honesty = honestyOf(stopped);
    honesty.see(calmSight(0));
    stopped.clear();
    honesty.see(calmSight(1, { events: [eventOf("registry", "EpochClosed", { epoch: 1n })] }));
    expect(honesty.isHonestLoss(loss("validator-2", "downtime")), "for its absence").to.equal(false);
    expect(honesty.isHonestLoss(loss("validator-2", "deviation")), "for a lie").to.equal(true);
    expect(honesty.isHonestLoss(loss("validator-1", "downtime")), "of another").to.equal(true);
    honesty.see(calmSight(2));
    expect(honesty.isHonestLoss(loss("validator-2", "downtime")), "in the next epoch").to.equal(true);
  });

  it("is not whom a fault keeps from signing while it lasts", () => {
    const silent = {
      name: "s",
      family: "oracle",
      type: "oracle.silent",
      target: ["validator-3"],
      atSeconds: 10,
      forSeconds: 5,
      with: {},
    };
    const honesty = honestyOf(new Set(), [silent]);
    expect([9, 10, 15, 16].map((seconds) => honesty.isSilenced("validator-3", seconds))).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
    expect(honesty.isSilenced("validator-1", 12)).to.equal(false);
  });

  it("is silenced alone by what hits one program's endpoints, and with all validators by what hits an endpoint of all", () => {
    const hanging = (target: string): object => ({
      name: target,
      family: "rpc",
      type: "rpc.hang",
      target: [target],
      atSeconds: 0,
      forSeconds: 60,
      with: {},
    });
    const silencedBy = (target: string): string[] => {
      const honesty = honestyOf(new Set(), [hanging(target)]);
      return [...NAMES, "liquidator-1"].filter((name) => honesty.isSilenced(name, 30));
    };
    expect(silencedBy("liquidator-1")).to.deep.equal(["liquidator-1"]);
    expect(silencedBy("validator-2")).to.deep.equal(["validator-2"]);
    expect(silencedBy("rpc-1")).to.deep.equal(NAMES);
  });
});

// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { PacedDuty } from "../../../../scripts/keepers/PacedDuty.ts";
import type { Duty, Job, KeeperView } from "../../../../scripts/keepers/Duty.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";

describe("a duty in no hurry", () => {
  let looks: number;
  let failing: boolean;
  let paced: PacedDuty;

  const at = (seconds: bigint): Promise<readonly Job[]> => paced.due({ nowMs: seconds * 1_000n } as KeeperView);
  const jobOf = (key: string): Job => {
    const work = { key, className: "epochs", to: "0x", data: "0x", rewardWei: 0n, deadlineMs: 0n };
    return { work, shareId: 0n };
  };

  beforeEach(() => {
    looks = 0;
    failing = false;
    const duty: Duty = {
      name: "epochs",
      classes: [],
      due: () => {
        if (failing) return Promise.reject(new BallastError("rpcUnreachable", "nobody there"));
        looks += 1;
        return Promise.resolve([jobOf(`look ${looks}`)]);
      },
    };
    paced = new PacedDuty(duty, 60_000n);
  });

  it("looks at once, and again when its time has come", async () => {
    for (const seconds of [0n, 12n, 59n]) await at(seconds);
    assert.equal(looks, 1);
    await at(60n);
    assert.equal(looks, 2);
  });

  it("lists between two looks what it found, or it would be wanted no more", async () => {
    const found = await at(0n);
    assert.deepEqual(await at(12n), found);
    assert.equal(looks, 1);
  });

  it("looks again in the next turn when it could not look", async () => {
    failing = true;
    await at(0n).then(
      () => assert.fail("it failed"),
      (error: unknown) => assert.instanceOf(error, BallastError),
    );
    failing = false;
    assert.equal((await at(1n))[0]!.work.key, "look 1");
  });

  it("begins again when the clock was set back", async () => {
    await at(600n);
    await at(10n);
    assert.equal(looks, 2);
  });
});

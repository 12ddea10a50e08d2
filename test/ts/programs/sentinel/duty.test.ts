// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { KeeperView } from "../../../../scripts/keepers/Duty.ts";
import { ROUND_MS } from "../../../../scripts/model/constants.ts";
import { roundAt } from "../../../../scripts/model/rounds.ts";
import type { AddOnState } from "../../../../scripts/model/sentinel/decideAddOn.ts";
import type { Observation } from "../../../../scripts/model/sentinel/observation.ts";
import { SentinelDuty } from "../../../../scripts/sentinel/SentinelDuty.ts";
import { readWeights, SHIPPED_WEIGHTS } from "../../../../scripts/sentinel/weightsFile.ts";
import { MUST } from "../support/DeskBench.ts";
import { silentLog } from "../support/silentLog.ts";

const START_MS = 1_800_000_000_000n;
const LOOK_DELAY_MS = 1_000n;
const MINUTE_MS = 60_000n;
const HOUR_MS = 60n * MINUTE_MS;
const FEED = 2;

/** A sentinel's duty between eyes and a chain that a test speaks for. */
class DutyBench {
  readonly duty: SentinelDuty;
  nowMs = START_MS;
  /** Whether quorum prices arrive; undefined where nothing can be seen. */
  sees: "prices" | "none" | undefined = "prices";
  told: AddOnState["told"];
  #latest = 0;

  private constructor(weights: Awaited<ReturnType<typeof readWeights>>) {
    this.duty = new SentinelDuty({
      eyes: { look: (_feeds, slot) => Promise.resolve(new Map([[FEED, this.#observe(Number(slot))]])) },
      told: { last: () => Promise.resolve(this.told) },
      metrics: { show: () => undefined },
      log: silentLog,
      riskManager: `0x${"11".repeat(20)}`,
      feeds: [FEED],
      weights,
      detector: "logistic",
      addOn: { release: 0.6, dwellMs: 10n * MINUTE_MS, renewMs: 10n * MINUTE_MS },
      lookDelayMs: LOOK_DELAY_MS,
      action: { ...MUST, name: "sentinel" },
    });
  }

  static async create(): Promise<DutyBench> {
    return new DutyBench(await readWeights(SHIPPED_WEIGHTS));
  }

  /** Keys of what is due after so many more rounds. */
  async after(rounds: number): Promise<string[]> {
    let keys: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      this.nowMs += ROUND_MS;
      keys = await this.due();
    }
    return keys;
  }

  /** Keys of what is due now. */
  async due(): Promise<string[]> {
    const timestamp = this.nowMs / 1000n;
    const view: KeeperView = {
      head: { number: 1n, hash: "", parentHash: "", timestamp },
      nowMs: this.nowMs + LOOK_DELAY_MS,
      account: "",
      signal: new AbortController().signal,
    };
    return (await this.duty.due(view)).map(({ work }) => work.key);
  }

  /** The chain has heard what is due; an hour later nothing of it is left. */
  tell(addOnBps: bigint): void {
    this.told = { addOnBps, atMs: this.nowMs };
  }

  #observe(slot: number): Observation {
    expect(slot, "the slot that ended").to.equal(Number(roundAt(this.nowMs)) - 1);
    if (this.sees === "prices" || this.#latest === 0) this.#latest = slot;
    return {
      round: slot,
      latestRound: this.#latest,
      missingShare: 0,
      unheardShare: this.sees === undefined ? undefined : 0,
      inclusionSeconds: 6,
      dispersionBps: 4,
      witnessGapBps: 10,
      baseFeeGwei: 1,
      errorShare: 0,
      disagreementShare: 0,
      headAgeSeconds: 2,
    };
  }
}

describe("Duty of a sentinel", () => {
  let bench: DutyBench;

  beforeEach(async () => {
    bench = await DutyBench.create();
    await bench.after(25);
  });

  it("keeps a report due under one key until the chain has heard it", async () => {
    bench.sees = "none";
    const [first, ...others] = await bench.after(9);
    expect(others, "one job").to.deep.equal([]);

    expect(await bench.after(3), "still the same work").to.deep.equal([first]);
    bench.tell(1_000n);
    expect(await bench.due(), "heard").to.deep.equal([]);
  });

  it("takes an alarm for other work than the one of an hour before", async () => {
    bench.sees = "none";
    const first = await bench.after(9);
    bench.tell(1_000n);
    await bench.due();
    bench.sees = "prices";
    for (const addOnBps of [500n, 250n, 0n]) {
      while ((await bench.after(1)).length === 0);
      bench.tell(addOnBps);
    }
    await bench.after(Number(HOUR_MS / ROUND_MS));
    bench.told = undefined; // older than an hour
    await bench.after(25);

    bench.sees = "none";
    const second = await bench.after(9);
    expect(second.length, "due again").to.equal(1);
    expect(second, "a key of its own").not.to.deep.equal(first);
  });

  it("takes a report back when it cannot see any more", async () => {
    bench.sees = "none";
    expect((await bench.after(9)).length, "due").to.equal(1);

    bench.sees = undefined;
    expect(await bench.after(1), "abstains").to.deep.equal([]);
  });
});

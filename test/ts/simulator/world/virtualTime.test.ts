// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { VirtualTime } from "../../../../scripts/simulator/world/VirtualTime.ts";

const START = 1_000_000;

/** Everything that follows from what is known has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("virtual time", () => {
  let time: VirtualTime;
  let seen: string[];
  beforeEach(() => {
    time = new VirtualTime(START, START, settled);
    seen = [];
  });
  const note = (text: string) => () => void seen.push(`${text} at ${time.nowMs - START}`);

  it("jumps from event to event, those of one moment in the order they were asked for", async () => {
    time.schedule(START + 20, note("late"));
    time.schedule(START + 10, note("first"));
    time.schedule(START + 10, note("second"));
    await time.run(START + 15);
    assert.deepEqual(seen, ["first at 10", "second at 10"]);
    assert.equal(time.nowMs, START + 15);
    await time.run(START + 20);
    assert.deepEqual(seen.at(-1), "late at 20");
  });

  it("keeps a thousand events in order, whatever order they come in", async () => {
    const order: number[] = [];
    for (let index = 0; index < 1_000; index++) {
      const atMs = START + ((index * 7_919) % 997);
      time.schedule(atMs, () => order.push(time.nowMs));
    }
    await time.run(START + 1_000);
    assert.lengthOf(order, 1_000);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
  });

  it("moves on only when everybody has done what follows", async () => {
    const slow = async (): Promise<void> => {
      await time.waitUntil(START + 10);
      for (let step = 0; step < 5; step++) await Promise.resolve();
      note("slow")();
    };
    void slow();
    time.schedule(START + 11, note("next"));
    await time.run(START + 11);
    assert.deepEqual(seen, ["slow at 10", "next at 11"]);
  });

  it("takes an event back, and never wakes it", async () => {
    const cancel = time.schedule(START + 10, note("cancelled"));
    time.schedule(START + 10, note("kept"));
    cancel();
    cancel();
    await time.run(START + 10);
    assert.deepEqual(seen, ["kept at 10"]);
  });

  it("sweeps out what was cancelled, and loses nothing with it", async () => {
    const cancels = Array.from({ length: 10_000 }, (_, index) => time.schedule(START + index, note(`${index}`)));
    for (const [index, cancel] of cancels.entries()) if (index % 1_000 !== 0) cancel();
    await time.run(START + 10_000);
    assert.lengthOf(seen, 10);
    assert.deepEqual(seen.at(-1), "9000 at 9000");
  });

  it("ends a wait with the reason of the signal", async () => {
    const stopping = new AbortController();
    const waiting = time.waitUntil(START + 10, stopping.signal).catch((reason: unknown) => reason);
    stopping.abort("told to");
    assert.equal(await waiting, "told to");
    assert.equal(await time.waitUntil(START + 20, stopping.signal).catch((reason: unknown) => reason), "told to");
  });

  it("lets a clock show another time and wake by it", async () => {
    const clock = time.clock(() => 5_000);
    assert.equal(await clock.now(), BigInt(START + 5_000));
    void clock.waitUntil(BigInt(START + 6_000), new AbortController().signal).then(note("woken"));
    await time.run(START + 999);
    assert.isEmpty(seen);
    await time.run(START + 1_000);
    assert.deepEqual(seen, ["woken at 1000"]);
  });
});

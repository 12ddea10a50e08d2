// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { BlockFacts } from "../../../../scripts/chain/chainFacts.ts";
import { SkippedRounds } from "../../../../scripts/keepers/epochs/SkippedRounds.ts";

describe("rounds that nobody relayed", () => {
  let asked: bigint[];
  let branch: string;
  let skipped: SkippedRounds;

  const blockAt = (number: bigint, on = branch): BlockFacts => ({
    number,
    hash: `${on}${number}`,
    parentHash: `${on}${number - 1n}`,
    timestamp: number * 12n,
  });

  beforeEach(async () => {
    asked = [];
    branch = "a";
    skipped = new SkippedRounds({
      block: (number) => {
        asked.push(number);
        return Promise.resolve(blockAt(number));
      },
    });
    await skipped.look(blockAt(10n));
    skipped.add(7n);
  });

  it("are remembered while the chain grows, which its parent hashes tell", async () => {
    await skipped.look(blockAt(10n));
    await skipped.look(blockAt(11n));
    assert.isTrue(skipped.has(7n));
    assert.isEmpty(asked, "nobody had to be asked");
    await skipped.look(blockAt(15n));
    assert.isTrue(skipped.has(7n));
    assert.deepEqual(asked, [11n]);
  });

  for (const [where, number] of [
    ["beside", 10n],
    ["above", 11n],
    ["far above", 15n],
  ] as const)
    it(`are forgotten when the chain goes on in another branch ${where} the last look`, async () => {
      branch = "b";
      await skipped.look(blockAt(number));
      assert.isFalse(skipped.has(7n));
    });

  it("are forgotten when the chain is shorter than it was", async () => {
    await skipped.look(blockAt(9n));
    assert.isFalse(skipped.has(7n));
  });

  it("are kept for the next look when the chain cannot be read", async () => {
    const blind = new SkippedRounds({ block: () => Promise.reject(new Error("nobody answers")) });
    await blind.look(blockAt(10n));
    blind.add(7n);
    await blind.look(blockAt(15n)).catch(() => undefined);
    await blind.look(blockAt(11n));
    assert.isTrue(blind.has(7n));
  });

  it("are so many at most, and the oldest goes first", () => {
    for (let round = 8n; round < 8n + 256n; round++) skipped.add(round);
    assert.deepEqual([skipped.has(7n), skipped.has(8n)], [false, true]);
  });
});

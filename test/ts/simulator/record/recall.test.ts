// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { appliedOnce } from "../../../../scripts/simulator/invariants/s12AppliedOnce.ts";
import { modeEdges } from "../../../../scripts/simulator/invariants/s09Modes.ts";
import { onePrice } from "../../../../scripts/simulator/invariants/s06OnePrice.ts";
import type { Invariant } from "../../../../scripts/simulator/invariants/Invariant.ts";
import { PriceRecord } from "../../../../scripts/simulator/record/PriceRecord.ts";
import { Recall } from "../../../../scripts/simulator/record/Recall.ts";
import type { BlockSight } from "../../../../scripts/simulator/record/sights.ts";
import { calmContext, calmFeed, calmSight, roundOf } from "../invariants/calmSight.ts";

const DEPTH = 3;

/** What a judge says of blocks of which all but the first are taken back, and of those that come in their place. */
function onTwoBranches(
  invariant: Invariant,
  gone: readonly BlockSight[],
  instead: readonly BlockSight[],
): (string | undefined)[] {
  const recall = new Recall();
  recall.add({ memories: [invariant.memory!] });
  const look = (sight: BlockSight): string | undefined => {
    recall.keep(sight.number - 1, DEPTH);
    return invariant.check(sight, calmContext());
  };
  for (const sight of gone) look(sight);
  recall.goBack(gone[0]!.number);
  return instead.map(look);
}

describe("what is known of blocks that are taken back", () => {
  it("is forgotten in every part, and only that", () => {
    const [first, second] = [{ seen: [0], last: 0 }, { names: new Map<string, number>() }];
    const recall = new Recall();
    recall.add({ memories: [first, second] });
    for (let block = 1; block <= 5; block++) {
      recall.keep(block - 1, DEPTH);
      first.seen.push(block);
      first.last = block;
      second.names.set(`block ${block}`, block);
    }
    recall.goBack(3);
    expect(first).to.deep.equal({ seen: [0, 1, 2, 3], last: 3 });
    expect([...second.names.values()]).to.deep.equal([1, 2, 3]);
  });

  it("is forgotten again when the branch that came instead goes as well", () => {
    const memory = { last: 0 };
    const recall = new Recall();
    recall.add({ memories: [memory] });
    for (const branch of [10, 20, 30]) {
      for (const block of [1, 2]) {
        recall.keep(block - 1, DEPTH);
        memory.last = branch + block;
      }
      recall.goBack(0);
      expect(memory.last).to.equal(0);
    }
  });

  it("cannot be forgotten further back than was said", () => {
    const recall = new Recall();
    for (let block = 1; block <= 5; block++) recall.keep(block - 1, DEPTH);
    expect(() => recall.goBack(1))
      .to.throw()
      .with.property("code", "reorgTooDeep");
  });

  it("does not count rounds, errors and ages", () => {
    const prices = new PriceRecord();
    const recall = new Recall();
    recall.add(prices);
    prices.see(calmSight(0, { relays: [roundOf([1n, 1n, 1n, 1n], 1n)] }));
    const before = prices.summary;
    recall.keep(100, DEPTH);
    prices.see(calmSight(1, { relays: [roundOf([1n, 1n, 1n, 1n], 1n)], feeds: [calmFeed({ age: 500, price: 1n })] }));
    expect(prices.summary).not.to.deep.equal(before);
    recall.goBack(100);
    expect(prices.summary).to.deep.equal(before);
  });

  it("lets a transaction come again, and a round", () => {
    const round = roundOf([1n, 1n, 1n, 1n], 1n);
    const gone = [calmSight(0), calmSight(1, { hashes: ["0xaa"], relays: [round] })];
    const instead = [calmSight(1), calmSight(2, { hashes: ["0xaa"], relays: [round] })];
    expect(onTwoBranches(appliedOnce(), gone, instead)).to.deep.equal([undefined, undefined]);
    expect(onTwoBranches(onePrice(), gone, instead)).to.deep.equal([undefined, undefined]);
  });

  it("leaves no dwell of a mode that never was", () => {
    const tripped = calmSight(1, { feeds: [calmFeed({ level: "cautious", mode: "cautious" })] });
    expect(onTwoBranches(modeEdges(), [calmSight(0), tripped], [calmSight(1), calmSight(2)])).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});

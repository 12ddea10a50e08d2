// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { BlockFacts } from "../../../scripts/chain/chainFacts.ts";
import type { SignedReport } from "../../../scripts/model/types.ts";
import { KnownAnchors } from "../../../scripts/relayer/KnownAnchors.ts";

describe("anchors that a relayer found", () => {
  let branch: string;
  let asked: string[];
  let anchors: KnownAnchors;

  const blockAt = (number: bigint): BlockFacts => ({
    number,
    hash: `${branch}${number}`,
    parentHash: `${branch}${number - 1n}`,
    timestamp: number * 12n,
  });
  const reportOn = (anchorHash: string): SignedReport => ({
    round: 1n,
    setId: 1n,
    anchorHash,
    anchorBlock: 0n,
    seat: 0,
    prices: [],
    signature: { r: "0x", yParityAndS: "0x" },
  });
  const heightsOf = async (hash: string, head: bigint): Promise<ReadonlyMap<string, bigint>> =>
    anchors.heightsOf([reportOn(hash)], blockAt(head));

  beforeEach(() => {
    branch = "a";
    asked = [];
    anchors = new KnownAnchors({
      block: (number) => Promise.resolve(blockAt(number)),
      blockByHash: (hash) => {
        asked.push(hash);
        return Promise.resolve(hash.startsWith(branch) ? blockAt(BigInt(hash.slice(1))) : undefined);
      },
    });
  });

  it("are not looked for again while each head is the child of the one before", async () => {
    for (const head of [20n, 20n, 21n, 22n]) assert.equal((await heightsOf("a15", head)).get("a15"), 15n);
    assert.deepEqual(asked, ["a15"]);
  });

  it("are looked for again at a head that is no child of the last one", async () => {
    await heightsOf("a15", 20n);
    branch = "b";
    assert.isFalse((await heightsOf("a15", 21n)).has("a15"));
  });

  it("are looked for again at the next head when they were not there", async () => {
    await heightsOf("b15", 20n);
    await heightsOf("b15", 20n);
    assert.deepEqual(asked, ["b15"], "once at a head");
    await heightsOf("b15", 21n);
    assert.deepEqual(asked, ["b15", "b15"]);
  });

  it("are looked for again when the chain refused what rested on them", async () => {
    await heightsOf("a15", 20n);
    anchors.forget();
    await heightsOf("a15", 20n);
    assert.deepEqual(asked, ["a15", "a15"]);
  });

  it("are forgotten with the blocks that the oracle cannot see any more", async () => {
    await heightsOf("a15", 20n);
    for (let head = 21n; head <= 271n; head++) await heightsOf("a15", head);
    assert.deepEqual(asked, ["a15", "a15"]);
  });
});

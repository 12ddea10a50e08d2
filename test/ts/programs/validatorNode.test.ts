// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { recoverReporter } from "../../../scripts/chain/recoverReporter.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import { encodeSet } from "../../../scripts/model/setCode.ts";
import type { PriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import { ChainStage, codeOf } from "./support/ChainStage.ts";
import { deployOracle } from "./support/deployOracle.ts";
import { CHAIN_ID } from "./support/startChain.ts";
import { ValidatorBench } from "./support/ValidatorBench.ts";
import { keyOf } from "./support/World.ts";

const WEIGHT = 50_000n;

/** An oracle whose only seat is `name`'s, on a chain that from now on mines when it is told to. */
async function deployFor(stage: ChainStage, name: string): Promise<PriceOracle> {
  const { provider } = stage.chain;
  await provider.send("evm_setAutomine", [true]);
  const oracle = await deployOracle(await provider.getSigner(0), ["ETH / USD"], [keyOf(name).address]);
  await stage.driver.begin();
  await stage.driver.mine();
  return oracle;
}

describe("a validator and endpoints that do not confirm each other", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: ValidatorBench;

  beforeEach(async () => {
    stage = await ChainStage.start(2);
    const oracle = await deployFor(stage, "own");
    bench = await ValidatorBench.start(stage, await oracle.getAddress(), ["own"]);
  });

  afterEach(() => stage.close());

  /** The second endpoint shows other blocks from now on. */
  function split(): void {
    const methods = ["eth_getBlockByNumber"];
    const tell = (block: unknown): unknown => ({ ...(block as object), hash: `0x${"ab".repeat(32)}` });
    stage.proxies[1]!.add({ kind: "lie", tell, methods });
  }

  it("signs while both show the same head", async () => {
    const round = await bench.nextRound();
    await bench.node.turn();
    assert.deepEqual(
      bench.book.all().map((report) => report.round),
      [round],
    );
  });

  it("does not sign on a head that one of two shows, and signs the round once they are one again", async () => {
    split();
    const round = await bench.nextRound();
    assert.equal(await codeOf(bench.node.turn()), "headUnconfirmed");
    assert.isEmpty(bench.book.all());
    stage.heal();
    await bench.turnAfter(2_000n);
    assert.deepEqual(
      bench.book.all().map((report) => report.round),
      [round],
      "there was time left",
    );
  });

  it("does not sign while the other is not there, and counts the round it missed", async () => {
    stage.proxies[1]!.add({ kind: "refuse" });
    await bench.nextRound(7_001n);
    assert.equal(await codeOf(bench.node.turn()), "headUnconfirmed");
    assert.equal(await codeOf(bench.node.turn()), "headUnconfirmed");
    const missed = 'ballast_validator_rounds_total{outcome="headUnconfirmed"} 1\n';
    assert.include(await bench.registry.metrics(), missed, "once");
    assert.isEmpty(bench.book.all());
  });
});

describe("a validator whose clock is wrong", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: ValidatorBench;

  beforeEach(async () => {
    stage = await ChainStage.start(2);
    const oracle = await deployFor(stage, "own");
    bench = await ValidatorBench.start(stage, await oracle.getAddress(), ["own"], { maximumSkewMs: 60_000n });
  });

  afterEach(() => stage.close());

  /** A block so many seconds from the validator's clock. */
  async function blockAt(secondsAhead: bigint): Promise<void> {
    const now = (await bench.clock.now()) / 1_000n;
    await stage.chain.provider.send("evm_setNextBlockTimestamp", [Number(now + secondsAhead)]);
    await stage.driver.mine();
  }

  it("signs with one that is half a minute off", async () => {
    await bench.nextRound();
    await blockAt(30n);
    await bench.node.turn();
    assert.lengthOf(bench.book.all(), 1);
  });

  it("signs nothing with one that is ten minutes behind, says so and counts the round, and goes on when it is right", async () => {
    await bench.nextRound(7_001n);
    await blockAt(600n);
    assert.equal(await codeOf(bench.node.turn()), "clockSkewed");
    assert.isEmpty(bench.book.all());
    const metrics = await bench.registry.metrics();
    assert.include(metrics, 'ballast_validator_rounds_total{outcome="clockSkewed"} 1\n');
    assert.match(metrics, /ballast_clock_lead_seconds -(599|600)/);
    await bench.turnAfter(600_000n); // sees that the clock is right; the round is half over
    await bench.nextRound();
    await bench.node.turn();
    assert.lengthOf(bench.book.all(), 1);
  });

  it("signs nothing with one that is ahead of blocks as they come, and goes on when it was set back", async () => {
    bench.clock.advanceTo((await bench.clock.now()) + 600_000n);
    await blockAt(-590n);
    await bench.nextRound(7_001n);
    assert.equal(await codeOf(bench.node.turn()), "clockSkewed");
    assert.isEmpty(bench.book.all());
    const { clock } = bench;
    const right = (await clock.now()) - 600_000n;
    clock.now = () => Promise.resolve(right);
    await bench.node.turn();
    clock.now = () => Promise.resolve(right + 7_999n);
    await bench.node.turn();
    assert.lengthOf(bench.book.all(), 1, "no restart, and no wait until the wrong time comes");
  });

  it("signs on a chain that stands: an old block alone says nothing about the clock", async () => {
    for (let round = 0; round < 10; round++) {
      await bench.nextRound();
      await bench.node.turn();
    }
    assert.lengthOf(bench.book.all(), 10);
  });
});

describe("a validator whose key is rotated", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let oracle: PriceOracle;
  let bench: ValidatorBench;

  beforeEach(async () => {
    stage = await ChainStage.start(2);
    oracle = await deployFor(stage, "old");
    bench = await ValidatorBench.start(stage, await oracle.getAddress(), ["old", "new"]);
  });

  afterEach(() => stage.close());

  async function installSet(name: string): Promise<void> {
    const seat = { signer: keyOf(name).address, weight: WEIGHT, validatorId: 1n };
    await oracle.installSet(encodeSet([seat]), WEIGHT);
    await stage.driver.mine();
  }

  async function signedBy(): Promise<[round: bigint, setId: bigint, signer: string | undefined][]> {
    const domain = oracleDomain(CHAIN_ID, await oracle.getAddress());
    const names = new Map(["old", "new"].map((name) => [keyOf(name).address, name]));
    return bench.book
      .all()
      .map((report) => [report.round, report.setId, names.get(recoverReporter(domain, report) ?? "")]);
  }

  it("signs with the old key up to the last round of the old set, with the new one from the set that names it", async () => {
    const first = await bench.nextRound();
    await bench.node.turn();
    await installSet("new");
    await bench.turnAfter(5_000n);
    await bench.turnAfter(5_000n);
    assert.deepEqual(await signedBy(), [[first, 1n, "old"]], "the round is not signed a second time");
    const second = await bench.nextRound();
    await bench.node.turn();
    assert.deepEqual(await signedBy(), [
      [first, 1n, "old"],
      [second, 2n, "new"],
    ]);
  });

  it("binds the last vector to a new fork with the key and in the set it was signed with", async () => {
    await stage.driver.mine(3);
    const first = await bench.nextRound();
    await bench.node.turn();
    const [before] = bench.book.all();
    await stage.driver.reorganize({ depth: 4 });
    await installSet("new");
    await bench.turnAfter(5_000n);
    await bench.turnAfter(5_000n);
    assert.deepEqual(await signedBy(), [[first, 1n, "old"]]);
    assert.notEqual(bench.book.all()[0]!.anchorHash, before!.anchorHash, "signed again");
    assert.deepEqual(bench.book.all()[0]!.prices, before!.prices);
  });

  it("is silent when the set names a key it does not have", async () => {
    await installSet("stranger");
    await bench.nextRound();
    await bench.node.turn();
    assert.isEmpty(bench.book.all());
    assert.include(await bench.registry.metrics(), 'outcome="notInSet"} 1\n');
  });
});

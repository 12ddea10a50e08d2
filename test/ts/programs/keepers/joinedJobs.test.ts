// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { Work } from "../../../../scripts/model/intents/types.ts";
import type { ChainStage } from "../support/ChainStage.ts";
import { DeskBench, EACH, FINAL_DEPTH, Killed, ONCE, startDeskStage } from "../support/DeskBench.ts";
import type { Trap } from "../support/DeskBench.ts";
import { JoiningDuty, keeperOn, ListedDuty, turns } from "../support/KeeperNodeBench.ts";

const { signal } = new AbortController();
const DEATHS: readonly Trap[] = ["add", "bind", "signTransaction", "saveSigned", "broadcast", "finish"].flatMap(
  (method) => [
    { method, when: "before" },
    { method, when: "after" },
  ],
);
const ETHER = 10n ** 18n;

describe("a keeper's jobs that one transaction can do", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: DeskBench;
  let duty: JoiningDuty;

  before(async () => {
    stage = await startDeskStage(1);
  });
  after(() => stage.close());
  beforeEach(async () => {
    bench = await DeskBench.start(stage);
    duty = new JoiningDuty(bench);
  });
  afterEach(() => bench.close());

  const works = (count: number, change: Partial<Work> = {}): Work[] =>
    Array.from({ length: count }, () => bench.work({ to: EACH, ...change }));
  const effects = (): Promise<number[]> => Promise.all(duty.wanted.map((one) => bench.effects(one)));

  it("are done by one transaction in the next block, once each", async () => {
    duty.wanted = works(5);
    await turns(bench, keeperOn(bench, [duty]), 1);
    assert.deepEqual([await effects(), await bench.sent()], [[1, 1, 1, 1, 1], 1]);
    await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 1);
    assert.deepEqual(
      duty.wanted.map(({ key }) => bench.book.stateOf(`count ${key}`)),
      duty.wanted.map(() => "done" as const),
    );
    assert.equal(await bench.sent(), 1);
  });

  it("are done by as few as the gas of their class allows", async () => {
    duty.wanted = works(40);
    await turns(bench, keeperOn(bench, [duty]), 1);
    assert.equal(
      (await effects()).reduce((a, b) => a + b),
      40,
    );
    assert.equal(await bench.sent(), 4, "half a million gas, with headroom, is ten to nineteen");
  });

  it("go without the one that the chain refuses", async () => {
    duty.isStubborn = true;
    duty.wanted = works(6);
    await bench.sendElsewhere(0, EACH, duty.wanted[2]!.data);
    await stage.driver.mine();
    await turns(bench, keeperOn(bench, [duty]), 1);
    assert.deepEqual(await effects(), [1, 1, 1, 1, 1, 1]);
    assert.isAtMost(await bench.sent(), 1 + 3);
  });

  it("are tried one by one in the next block when one of them made all fail", async () => {
    const rival = await DeskBench.start(stage);
    duty.wanted = works(4);
    const keeper = keeperOn(bench, [duty]);
    await rival.sendElsewhere(0, EACH, duty.wanted[1]!.data, 90n * 10n ** 9n);
    await turns(bench, keeper, 1);
    assert.deepEqual(await effects(), [0, 1, 0, 0], "all or none");
    await keeper.turn(signal); // sees that they failed
    await turns(bench, keeper, 1);
    assert.deepEqual(await effects(), [1, 1, 1, 1]);
    assert.equal(await bench.sent(), 1 + 3);
    await turns(bench, keeper, FINAL_DEPTH + 2);
    assert.lengthOf(bench.book.open(), 0);
    assert.equal(await bench.sent(), 1 + 3);
    rival.close();
  });

  it("are sent anew without one that is wanted no more", async () => {
    duty.wanted = works(4);
    const keeper = keeperOn(bench, [duty]);
    await keeper.turn(signal);
    const [dropped] = duty.wanted.splice(1, 1);
    await keeper.turn(signal); // taken back
    await keeper.turn(signal);
    await turns(bench, keeper, 1);
    assert.deepEqual([await effects(), await bench.effects(dropped!)], [[1, 1, 1], 0]);
    await turns(bench, keeper, FINAL_DEPTH + 2);
    assert.equal(await bench.sent(), 2, "an empty one in its place, and the new one");
  });

  it("must each be worth its share of the gas: none rides on what others bring", async () => {
    const rich = works(3, { className: "gain", rewardWei: ETHER });
    const poor = works(2, { className: "gain", rewardWei: 1n });
    duty.wanted = [rich[0]!, poor[0]!, rich[1]!, poor[1]!, rich[2]!];
    await turns(bench, keeperOn(bench, [duty]), 1);
    assert.deepEqual(await effects(), [1, 0, 1, 0, 1]);
  });

  it("are only looked at in a dry run", async () => {
    duty.wanted = works(3);
    const keeper = keeperOn(bench, [duty], { dryRun: true });
    await turns(bench, keeper, 1);
    assert.deepEqual([await bench.sent(), bench.book.open().length], [0, 0]);
    assert.include(await keeper.registry.metrics(), 'ballast_jobs_total{duty="count",outcome="dryRun"} 3');
  });

  for (const death of DEATHS) {
    it(`are done once when it is killed ${death.when} ${death.method}`, async () => {
      duty.wanted = works(3);
      bench.restart(death);
      const died = await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      assert.isTrue(died);
      bench.restart();
      await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3);
      assert.deepEqual([await effects(), await bench.sent()], [[1, 1, 1], 1]);
      assert.lengthOf(bench.book.open(), 0);
    });
  }

  it("that are hopeless keep no other waiting, however many they are", async () => {
    const listed = new ListedDuty(bench);
    listed.isStubborn = true;
    const hopeless = [bench.work({ to: ONCE }), bench.work({ to: ONCE })];
    for (const [nonce, { data }] of hopeless.entries()) await bench.sendElsewhere(nonce, ONCE, data);
    await stage.driver.mine();
    const good = bench.work({ to: ONCE });
    listed.wanted = [...hopeless, good];
    await turns(bench, keeperOn(bench, [listed], { jobsPerTurn: 2 }), 2);
    assert.equal(await bench.effects(good), 1);
  });
});

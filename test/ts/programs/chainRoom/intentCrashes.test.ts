// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { ChainStage } from "../support/ChainStage.ts";
import { DeskBench, FINAL_DEPTH, Killed, ONCE, startDeskStage } from "../support/DeskBench.ts";
import type { Trap } from "../support/DeskBench.ts";

/** Every point at which a program can die on the way of an intent, by what it was about to do or had just done. */
const DEATHS: readonly (Trap & { readonly name: string })[] = [
  { name: "before the intent is saved", method: "add", when: "before" },
  { name: "when the intent is saved", method: "add", when: "after" },
  { name: "before its nonce is saved", method: "bind", when: "before" },
  { name: "when its nonce is saved", method: "bind", when: "after" },
  { name: "while it is signed", method: "signTransaction", when: "before" },
  { name: "when it is signed, not saved", method: "saveSigned", when: "before" },
  { name: "when the signature is saved, not sent", method: "saveSigned", when: "after" },
  { name: "before it is sent", method: "broadcast", when: "before" },
  { name: "when it is sent", method: "broadcast", when: "after" },
  { name: "when it is mined, before that is believed", method: "finish", when: "before" },
  { name: "when it is done", method: "finish", when: "after" },
];

describe("intents of a program that dies", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: DeskBench;

  before(async () => {
    stage = await startDeskStage(1);
  });
  after(() => stage.close());
  beforeEach(async () => {
    bench = await DeskBench.start(stage);
  });
  afterEach(() => bench.close());

  /** Proposes and works until death or the end. */
  async function live(work: ReturnType<DeskBench["work"]>): Promise<string> {
    try {
      await bench.desk.propose(work);
      await bench.settle();
      return "lived";
    } catch (error) {
      if (error instanceof Killed) return "died";
      throw error;
    }
  }

  for (const death of DEATHS) {
    it(`have their effect exactly once when it dies ${death.name}`, async () => {
      const work = bench.work(); // of a counter that would count twice
      bench.restart(death);
      assert.equal(await live(work), "died");
      bench.restart();
      assert.equal(await live(work), "lived");
      assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
      assert.equal(bench.book.stateOf(work.key), "done");
    });
  }

  for (const death of DEATHS.slice(3, -2)) {
    it(`have their effect exactly once when it dies ${death.name}, and blocks go on without it`, async () => {
      const work = bench.work();
      bench.restart(death);
      assert.equal(await live(work), "died");
      await stage.driver.mine(FINAL_DEPTH + 1);
      bench.restart();
      assert.equal(await live(work), "lived");
      assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
    });
  }

  for (const death of DEATHS.slice(1)) {
    it(`have their effect exactly once when it dies ${death.name} and its disk is lost`, async () => {
      const work = bench.work({ to: ONCE }); // nobody remembers: the contract's own refusal is what is left
      bench.restart(death);
      assert.equal(await live(work), "died");
      await bench.loseDisk();
      assert.equal(await live(work), "lived");
      await stage.driver.mine(); // what was sent before the loss and is still waiting
      assert.equal(await live(work), "lived");
      assert.equal(await bench.effects(work), 1);
      assert.isAtMost(await bench.sent(), 1, "and nothing was wasted");
    });
  }

  describe("and wakes with an old copy of its disk", () => {
    const ages: readonly [string, () => Promise<void>][] = [
      ["from before its nonce was saved", () => Promise.resolve()],
      ["from when it was sent", async () => void (await bench.desk.advance())],
      [
        "from before it was made dearer",
        async () => {
          await bench.desk.advance();
          await bench.pass(5_000n);
        },
      ],
    ];
    for (const [name, age] of ages) {
      it(`finds its work in the chain, ${name}`, async () => {
        const work = bench.work(); // of a counter that would count twice
        await bench.desk.propose(work);
        await age();
        const putBack = bench.backUp();
        await bench.settle();
        assert.equal(bench.book.stateOf(work.key), "done");

        putBack();
        assert.equal(bench.book.stateOf(work.key), "open", "it does not know");
        await bench.settle();
        assert.equal(bench.book.stateOf(work.key), "done");
        assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
      });
    }

    it("does what it had not done, beside transactions it does not know", async () => {
      const [work, other] = [bench.work(), bench.work()];
      await bench.desk.propose(work);
      const putBack = bench.backUp();
      bench.desk.withdraw(work.key);
      await bench.settle();
      await bench.desk.propose(other);
      await bench.settle();

      putBack();
      await bench.settle();
      assert.deepEqual([await bench.effects(work), await bench.effects(other)], [1, 1]);
      assert.equal(await bench.sent(), 2);
    });
  });

  it("are done once by two replicas with accounts of their own, at the cost of one refusal at most", async () => {
    const twin = await DeskBench.start(stage);
    const work = bench.work({ to: ONCE });
    for (const replica of [bench, twin]) assert.deepEqual(await replica.desk.propose(work), { kind: "planned" });
    for (const replica of [bench, twin]) await replica.desk.advance(); // both saw the same block: both send
    await bench.settle();
    await twin.settle();
    assert.equal(await bench.effects(work), 1);
    assert.sameMembers([bench.book.stateOf(work.key), twin.book.stateOf(work.key)], ["done", "reverted"]);
    assert.equal((await twin.desk.propose({ ...work, key: "again" })).kind, "refused", "and both know");
    twin.close();
  });

  for (const [name, isEarly] of [
    ["at the same moment", false],
    ["one after the other", true],
  ] as const) {
    it(`are done once by two programs with one account and a disk each, ${name}`, async () => {
      const [first, second] = [await DeskBench.start(stage, {}, "shared"), await DeskBench.start(stage, {}, "shared")];
      const work = first.work(); // of a counter that would count twice
      const before = await first.sent();
      for (const twin of [first, second]) assert.deepEqual(await twin.desk.propose(work), { kind: "planned" });
      if (isEarly) await first.desk.advance();
      else await Promise.all([first.desk.advance(), second.desk.advance()]);
      await second.settle();
      await first.settle();
      assert.deepEqual([await first.effects(work), (await first.sent()) - before], [1, 1]);
      for (const twin of [first, second]) {
        assert.equal(twin.book.stateOf(work.key), "done");
        twin.close();
      }
    });
  }
});

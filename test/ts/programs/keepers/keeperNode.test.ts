// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { toBeHex, toQuantity } from "ethers";

import type { KeeperNode } from "../../../../scripts/keepers/KeeperNode.ts";
import type { Work } from "../../../../scripts/model/intents/types.ts";
import { codeOf } from "../support/ChainStage.ts";
import type { ChainStage } from "../support/ChainStage.ts";
import { DeskBench, EACH, FINAL_DEPTH, Killed, ONCE, startDeskStage } from "../support/DeskBench.ts";
import type { Trap } from "../support/DeskBench.ts";
import { JoiningDuty, keeperOn, ListedDuty, turns } from "../support/KeeperNodeBench.ts";

const BACKUP_MS = 10_000n;
const { signal } = new AbortController();
/** Where a turn may end for good, by what it was about to do or had just done. */
const DEATHS: readonly Trap[] = ["add", "bind", "signTransaction", "saveSigned", "broadcast"].flatMap((method) => [
  { method, when: "before" },
  { method, when: "after" },
]);

describe("a keeper", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let bench: DeskBench;
  let duty: ListedDuty;

  before(async () => {
    stage = await startDeskStage(1);
  });
  after(() => stage.close());
  beforeEach(async () => {
    bench = await DeskBench.start(stage);
    duty = new ListedDuty(bench);
  });
  afterEach(() => bench.close());

  /** Work of which the chain will only have it once; its number falls to a replica of two. */
  const work = (owner?: number): Work => {
    for (;;) {
      const made = bench.work({ to: ONCE });
      if (owner === undefined || BigInt(made.data) % 2n === BigInt(owner)) return made;
    }
  };

  it("does what is due in one turn, and nothing twice", async () => {
    duty.wanted = [work(), work(), work()];
    await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3);
    assert.deepEqual(await Promise.all(duty.wanted.map((one) => bench.effects(one))), [1, 1, 1]);
    assert.equal(await bench.sent(), 3);
    assert.lengthOf(bench.book.open(), 0);
  });

  for (const joined of [false, true])
    it(`makes ${joined ? "a transaction of several jobs" : "a transaction"} that waits dearer up to what it brings in now`, async () => {
      const paid = joined ? new JoiningDuty(bench) : duty;
      const price = (gwei: bigint): Promise<unknown> =>
        stage.chain.provider.send("hardhat_setNextBlockBaseFeePerGas", [toQuantity(gwei * 1_000_000_000n)]);
      const job = { className: "gain", to: EACH, rewardWei: 10n ** 15n };
      paid.wanted = joined ? [bench.work(job), bench.work(job)] : [bench.work(job)];
      const effects = async (): Promise<number[]> => Promise.all(paid.wanted.map((one) => bench.effects(one)));
      const keeper = keeperOn(bench, [paid]);
      await price(1n);
      await stage.driver.mine();
      await keeper.turn(signal);
      await price(60n);
      await stage.driver.mine();
      await bench.pass(1_000n);
      await price(60n);
      await turns(bench, keeper, 1);
      assert.notInclude(await effects(), 1, "its thousandth of an ether is less than its gas costs now");
      paid.wanted = paid.wanted.map((one) => ({ ...one, rewardWei: 10n ** 17n }));
      for (let turn = 0; turn < 8; turn++) {
        await price(60n);
        await turns(bench, keeper, 1);
      }
      assert.notInclude(await effects(), 0);
      assert.equal(await bench.sent(), 1);
      await price(1n);
      await stage.driver.mine();
    });

  describe("whose transaction the chain refuses in the block that it came into", () => {
    /** The chain has the work for the time of a block, as if somebody had done it and a reorganisation taken it back. */
    const failOnce = async (keeper: KeeperNode): Promise<void> => {
      const [{ data }] = duty.wanted as [Work];
      const set = (value: bigint): Promise<unknown> =>
        stage.chain.provider.send("hardhat_setStorageAt", [ONCE, data, toBeHex(value, 32)]);
      await keeper.turn(signal);
      await set(1n);
      await stage.driver.mine();
      await set(0n);
    };

    beforeEach(() => {
      duty.wanted = [work()];
    });

    it("tries in the next one again what does no harm twice", async () => {
      duty.isRepeatable = true;
      const keeper = keeperOn(bench, [duty]);
      await failOnce(keeper);
      await keeper.turn(signal); // sees that it failed
      await keeper.turn(signal);
      await stage.driver.mine();
      assert.deepEqual([await bench.effects(duty.wanted[0]!), await bench.sent()], [1, 2]);
    });

    it("waits for the end of a failure after the fourth, so that nobody makes it pay for one in every block", async () => {
      duty.isRepeatable = true;
      const keeper = keeperOn(bench, [duty]);
      for (let failure = 0; failure < 5; failure++) {
        await failOnce(keeper);
        await keeper.turn(signal);
      }
      assert.equal(await bench.sent(), 5);
      await keeper.turn(signal);
      assert.lengthOf(await bench.pool(), 0, "nothing is sent before the fifth is final");
    });

    it("waits for the end of the failure where doing it twice would do harm", async () => {
      const keeper = keeperOn(bench, [duty]);
      await failOnce(keeper);
      await keeper.turn(signal);
      await keeper.turn(signal);
      assert.lengthOf(await bench.pool(), 0);
      await turns(bench, keeper, FINAL_DEPTH + 2);
      assert.deepEqual([await bench.effects(duty.wanted[0]!), await bench.sent()], [1, 2]);
    });
  });

  it("takes back what is wanted no more", async () => {
    duty.wanted = [work()];
    const keeper = keeperOn(bench, [duty]);
    await keeper.turn(signal);
    assert.lengthOf(await bench.pool(), 1);
    const [dropped] = duty.wanted.splice(0);
    await keeper.turn(signal);
    await bench.pass(20_000n);
    await turns(bench, keeper, FINAL_DEPTH + 2);
    assert.equal(await bench.effects(dropped!), 0);
    assert.equal(bench.book.stateOf(`count ${dropped!.key}`), "givenUp");
  });

  it("takes back what a duty left behind that is configured no more", async () => {
    const old = new ListedDuty(bench, "old");
    old.wanted = [bench.work({ to: ONCE, className: "gain", rewardWei: 10n ** 18n })];
    await keeperOn(bench, [old]).turn(signal);
    await bench.pass(20_000n);
    bench.restart(undefined, [bench.policy.classes[0]!]);
    duty.wanted = [work()];
    const keeper = keeperOn(bench, [duty]);
    await keeper.turn(signal);
    await turns(bench, keeper, FINAL_DEPTH + 4);
    assert.equal(await bench.effects(old.wanted[0]!), 0);
    assert.equal(await bench.effects(duty.wanted[0]!), 1, "and its nonce holds up nothing");
  });

  it("goes on with other duties when one cannot look, says so, and keeps what that one had wanted", async () => {
    const blind = new ListedDuty(bench, "blind");
    blind.wanted = [work()];
    const keeper = keeperOn(bench, [blind, duty]);
    await keeper.turn(signal);
    blind.isBlind = true;
    duty.wanted = [work()];
    assert.equal(await codeOf(keeper.turn(signal)), "rpcTooFew", "a turn that failed: not ready");
    await stage.driver.mine();
    assert.deepEqual([await bench.effects(duty.wanted[0]!), await bench.effects(blind.wanted[0]!)], [1, 1]);
    assert.include(await keeper.registry.metrics(), 'ballast_duty_failures_total{duty="blind",code="rpcTooFew"} 1');
  });

  it("only says what it would do in a dry run", async () => {
    duty.wanted = [work()];
    const keeper = keeperOn(bench, [duty], { dryRun: true });
    await turns(bench, keeper, 2);
    assert.deepEqual([await bench.sent(), bench.book.open().length], [0, 0]);
    assert.include(await keeper.registry.metrics(), 'ballast_jobs_total{duty="count",outcome="dryRun"} 2');
  });

  describe("with a twin", () => {
    let twin: DeskBench;
    const replica = (index: number): object => ({ replica: { index, replicas: 2, backupMs: BACKUP_MS } });

    beforeEach(async () => {
      twin = await DeskBench.start(stage);
    });
    afterEach(() => twin.close());

    it("does its own share at once and leaves the other's to the other", async () => {
      duty.wanted = [work(0), work(1), work(0)];
      const [first, second] = [keeperOn(bench, [duty], replica(0)), keeperOn(twin, [duty], replica(1))];
      await Promise.all([first.turn(signal), second.turn(signal)]);
      await stage.driver.mine();
      assert.deepEqual(await Promise.all(duty.wanted.map((one) => bench.effects(one))), [1, 1, 1]);
      assert.deepEqual([await bench.sent(), await twin.sent()], [2, 1]);
    });

    it("does the other's share when the other does not, not before its delay", async () => {
      duty.wanted = [work(1)];
      const first = keeperOn(bench, [duty], replica(0));
      await turns(bench, first, 3);
      assert.equal(await bench.sent(), 0);
      await bench.pass(BACKUP_MS);
      await turns(bench, first, 1);
      assert.equal(await bench.effects(duty.wanted[0]!), 1);
    });

    it("counts a delay from when work was first seen, also when it could not look in between", async () => {
      duty.wanted = [work(1)];
      const first = keeperOn(bench, [duty], replica(0));
      await turns(bench, first, 1);
      duty.isBlind = true;
      await codeOf(first.turn(signal));
      duty.isBlind = false;
      await bench.pass(BACKUP_MS);
      await turns(bench, first, 1);
      assert.equal(await bench.sent(), 1);
    });

    it("wastes at most one transaction when both go for the same work", async () => {
      duty.wanted = [work(1)];
      const [first, second] = [keeperOn(bench, [duty], replica(0)), keeperOn(twin, [duty], replica(1))];
      await first.turn(signal); // seen, left to the other
      await second.turn(signal); // sent, but no block takes it
      await bench.pass(BACKUP_MS);
      await twin.pass(BACKUP_MS);
      await first.turn(signal);
      for (let turn = 0; turn < FINAL_DEPTH + 3; turn++) {
        await stage.driver.mine();
        await Promise.all([first.turn(signal), second.turn(signal)]);
      }
      assert.equal(await bench.effects(duty.wanted[0]!), 1);
      assert.isAtMost((await bench.sent()) + (await twin.sent()), 2);
    });
  });

  for (const death of DEATHS) {
    it(`does work once when it is killed ${death.when} ${death.method}`, async () => {
      duty.wanted = [work()];
      bench.restart(death);
      const died = await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      assert.isTrue(died);
      bench.restart();
      await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3);
      assert.deepEqual([await bench.effects(duty.wanted[0]!), await bench.sent()], [1, 1]);
    });
  }

  it("does work once when its disk is lost on the way", async () => {
    duty.wanted = [work()];
    await keeperOn(bench, [duty]).turn(signal);
    await bench.loseDisk();
    await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3);
    assert.deepEqual([await bench.effects(duty.wanted[0]!), await bench.sent()], [1, 1]);
  });

  it("forgets what ended long ago, but nothing whose nonce is still looked for", async () => {
    duty.wanted = [work(), work()];
    await turns(bench, keeperOn(bench, [duty]), FINAL_DEPTH + 3);
    const [first, second] = duty.wanted.map(({ key }) => `count ${key}`);
    bench.book.prune(1);
    assert.deepEqual([bench.book.stateOf(first!), bench.book.stateOf(second!)], [undefined, "done"]);
    const waiting = work();
    bench.book.add(waiting, 100_000n, { nonce: 1, block: 0n }); // from before the second was done
    bench.book.prune(0);
    assert.equal(bench.book.stateOf(second!), "done", "its transaction would look like one that nobody knows");
  });

  for (const depth of [1, 2, 7, 32]) {
    it(`does work again that a reorg of ${depth} took back, and once on the branch that stays`, async () => {
      const deep = await DeskBench.start(stage, { finality: { kind: "depth", blocks: 40n } });
      const listed = new ListedDuty(deep);
      listed.wanted = [bench.work({ to: ONCE })];
      const keeper = keeperOn(deep, [listed]);
      await turns(deep, keeper, depth);
      assert.equal(await deep.effects(listed.wanted[0]!), 1);
      await stage.driver.reorganize({ depth, keep: () => false });
      assert.equal(await deep.effects(listed.wanted[0]!), 0);
      await turns(deep, keeper, 2);
      assert.deepEqual([await deep.effects(listed.wanted[0]!), await deep.sent()], [1, 1]);
      deep.close();
    });
  }
});

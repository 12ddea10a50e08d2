// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { DeskTurn } from "../../../../scripts/chain/deskTypes.ts";
import type { ChainStage } from "../support/ChainStage.ts";
import { COUNTER, DeskBench, MUST, ONCE, startDeskStage } from "../support/DeskBench.ts";

const kinds = ({ events }: DeskTurn): string[] => events.map(({ kind }) => kind);

describe("intents of one account", function () {
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

  it("are done once, believed when final, and known afterwards", async () => {
    const work = bench.work();
    assert.deepEqual(await bench.desk.propose(work), { kind: "planned" });
    assert.deepEqual(await bench.desk.propose(work), { kind: "known", state: "open" });
    assert.deepEqual(kinds(await bench.settle()), ["bound", "sent", "mined", "mined", "done"]);
    assert.deepEqual(await bench.desk.propose(work), { kind: "known", state: "done" });
    assert.equal(await bench.effects(work), 1);
  });

  it("take nonces in turn, several at a time", async () => {
    const works = [bench.work(), bench.work(), bench.work()];
    for (const work of works) await bench.desk.propose(work);
    await bench.desk.advance();
    assert.deepEqual(
      (await bench.pool()).map(({ nonce }) => nonce),
      [0, 1, 2],
    );
    await bench.settle();
    assert.deepEqual(await Promise.all(works.map((work) => bench.effects(work))), [1, 1, 1]);
  });

  it("are simulated once, and the chain's facts read once, while no block comes between", async () => {
    const methods = ["eth_call", "eth_estimateGas", "eth_maxPriorityFeePerGas"];
    const asked = (): number[] => methods.map((method) => stage.proxies[0]!.asked(method));
    const before = asked();
    const works = [bench.work(), bench.work(), bench.work()];
    for (const work of works) await bench.desk.propose(work);
    await bench.desk.advance();
    assert.deepEqual(
      asked().map((count, index) => count - before[index]!),
      [3, 3, 1],
    );
    assert.lengthOf(await bench.pool(), 3);
  });

  it("are simulated again when a block came between", async () => {
    await bench.desk.propose(bench.work());
    const before = stage.proxies[0]!.asked("eth_call");
    await stage.driver.mine();
    await bench.desk.advance();
    assert.equal(stage.proxies[0]!.asked("eth_call") - before, 1);
  });

  describe("are weighed first", () => {
    it("what the chain would refuse is not taken on", async () => {
      const done = bench.work({ to: ONCE });
      await bench.desk.propose(done);
      await bench.settle();
      const again = await bench.desk.propose({ ...done, key: "the same under another name" });
      assert.equal(again.kind, "refused");
      assert.equal(await bench.sent(), 1, "nothing was sent");
    });

    it("what the chain refuses by the time it is sent is given up", async () => {
      const rival = await DeskBench.start(stage);
      const work = bench.work({ to: ONCE });
      await bench.desk.propose(work);
      await rival.desk.propose(work);
      await rival.settle();
      assert.deepEqual(kinds(await bench.settle()), ["givenUp"]);
      assert.equal(await bench.sent(), 0);
      rival.close();
    });

    it("what costs more than it brings is not done, and may be proposed anew with what it brings then, unless it must be", async () => {
      const price = async (gwei: bigint): Promise<void> => {
        const fee = `0x${(gwei * 1_000_000_000n).toString(16)}`;
        await stage.chain.provider.send("hardhat_setNextBlockBaseFeePerGas", [fee]);
        await stage.driver.mine();
      };
      await price(20n);
      const gain = bench.work({ className: "gain", rewardWei: 10n ** 15n });
      assert.equal((await bench.desk.propose(gain)).kind, "tooDear");
      const must = bench.work();
      assert.equal((await bench.desk.propose(must)).kind, "planned");
      await price(1n);
      assert.equal((await bench.desk.propose(gain)).kind, "planned", "a thousandth of an ether is 15 gwei of its gas");
      await price(20n);
      assert.include(kinds(await bench.desk.advance()), "givenUp");
      assert.deepEqual(
        bench.book.open().map(({ key, bound }) => [key, bound !== undefined]),
        [[must.key, true]],
      );
      const dearer = { ...gain, rewardWei: 2n * gain.rewardWei };
      assert.equal((await bench.desk.propose(dearer)).kind, "planned", "it brings 30 gwei of its gas now");
      await bench.settle();
      assert.deepEqual([await bench.effects(gain), await bench.effects(must)], [1, 1]);
      await price(1n);
    });

    it("what needs more gas than its class may use is not taken on", async () => {
      const small = await DeskBench.start(stage, { classes: [{ ...MUST, maximumGas: 30_000n }] });
      const refused = await small.desk.propose(small.work());
      assert.nestedPropertyVal(refused, "error.code", "tooMuchGas");
      small.close();
    });
  });

  describe("that wait", () => {
    it("are made dearer by an eighth in both fees at the same nonce, never above the cap", async () => {
      const capped = { ...MUST, maximumFeePerGas: 20_000_000_000n };
      const poor = await DeskBench.start(stage, { classes: [capped] });
      const work = poor.work();
      await poor.desk.propose(work);
      await poor.desk.advance();
      const fees = [(await poor.pool())[0]!];
      for (let turn = 0; turn < 24; turn++) {
        await poor.pass(MUST.bumpAfterMs);
        await poor.desk.advance();
        const [newest, ...others] = await poor.pool();
        assert.deepEqual(others, [], "one transaction");
        if (newest!.hash !== fees.at(-1)!.hash) fees.push(newest!);
      }
      assert.isAbove(fees.length, 10, "attempts");
      assert.isBelow(fees.length, 24, "until the cap");
      for (const [i, { fee, tip, nonce }] of fees.entries()) {
        assert.equal(nonce, 0);
        assert.isTrue(fee <= capped.maximumFeePerGas, `fee ${fee}`);
        const before = fees[i - 1] ?? { fee: 0n, tip: 0n };
        assert.isTrue(fee * 8n >= before.fee * 9n && tip * 8n >= before.tip * 9n, `step ${i}`);
      }
      await poor.settle();
      assert.equal(await poor.effects(work), 1);
      poor.close();
    });

    it("count as done by whichever of their transactions is mined", async () => {
      const work = bench.work();
      await bench.desk.propose(work);
      await bench.desk.advance();
      const [first] = await bench.pool();
      const { raw } = bench.book.open()[0]!.attempts[0]!.signed!;
      await bench.pass(MUST.bumpAfterMs);
      await bench.desk.advance();
      const [second] = await bench.pool();
      await stage.chain.provider.send("hardhat_dropTransaction", [second!.hash]);
      await stage.chain.provider.send("eth_sendRawTransaction", [raw]);
      await stage.driver.mine();
      const turn = await bench.settle();
      assert.deepEqual(kinds(turn), ["mined", "mined", "done"], "both were watched");
      assert.deepInclude(turn.events.at(-1), { kind: "done", hash: first!.hash });
    });

    it("are told again when a node lost them", async () => {
      const work = bench.work();
      await bench.desk.propose(work);
      await bench.desk.advance();
      await stage.chain.provider.send("hardhat_dropTransaction", [(await bench.pool())[0]!.hash]);
      await bench.settle();
      assert.equal(await bench.effects(work), 1);
    });

    it("are withdrawn at their deadline: an empty transaction takes the nonce", async () => {
      const deadlineMs = (await bench.clock.now()) + 3_000n;
      const work = bench.work({ deadlineMs });
      await bench.desk.propose(work);
      await bench.desk.advance();
      await bench.pass(3_001n);
      assert.deepEqual(kinds(await bench.desk.advance()), ["cancelled"]);
      await bench.settle();
      assert.equal(bench.book.stateOf(work.key), "givenUp");
      assert.deepEqual([await bench.effects(work), await bench.sent()], [0, 1]);
    });

    it("are dropped at their deadline without a transaction when none was signed", async () => {
      const work = bench.work();
      await bench.desk.propose(work);
      assert.isTrue(bench.desk.withdraw(work.key));
      assert.deepEqual(kinds(await bench.desk.advance()), ["givenUp"]);
      assert.equal(await bench.sent(), 0);
    });

    it("are done after all when they are mined before they could be withdrawn", async () => {
      const work = bench.work();
      await bench.desk.propose(work);
      await bench.desk.advance();
      bench.desk.withdraw(work.key);
      await stage.driver.mine();
      await bench.settle();
      assert.equal(bench.book.stateOf(work.key), "done");
    });
  });

  describe("and gaps", () => {
    it("an open intent behind a nonce that nobody has goes on once the gap is filled", async () => {
      const [lost, work] = [bench.work(), bench.work()];
      await bench.desk.propose(lost);
      await bench.desk.propose(work);
      await bench.desk.advance();
      await stage.chain.provider.send("hardhat_dropTransaction", [(await bench.pool())[0]!.hash]);
      bench.book.finish(bench.book.open()[0]!, "givenUp", undefined); // as if its row had been lost with the transaction
      const turn = await bench.settle();
      assert.match(turn.events[0]!.key, /^fill 0 /);
      assert.deepEqual([await bench.effects(lost), await bench.effects(work), await bench.sent()], [0, 1, 2]);
    });

    it("a gap that a transaction waits in which nobody remembers is waited for as well", async () => {
      const [forgotten, work] = [bench.work(), bench.work()];
      await bench.desk.propose(forgotten);
      await bench.desk.propose(work);
      await bench.desk.advance();
      bench.book.finish(bench.book.open()[0]!, "givenUp", undefined); // as if its row had been lost
      assert.deepEqual(kinds(await bench.desk.advance()), []);
      await bench.settle();
      assert.deepEqual([await bench.effects(forgotten), await bench.effects(work), await bench.sent()], [1, 1, 2]);
    });

    it("transactions nobody remembers are waited for, then their nonces are filled before anything new", async () => {
      const head = await bench.access.agreed.head();
      const { baseFeePerGas } = await bench.access.agreed.marketFees(head); // of the next block it is a little less
      for (const nonce of [0, 1]) await bench.sendElsewhere(nonce, COUNTER, "0x77", baseFeePerGas, 1n);
      const work = bench.work();
      await bench.desk.propose(work);
      assert.deepEqual(kinds(await bench.desk.advance()), [], "they may still be mined");
      await bench.pass(bench.policy.forgottenMs);
      const turn = await bench.desk.advance();
      assert.deepEqual(
        bench.book.open().map(({ key, bound }) => [key.split(" at")[0], bound?.nonce]),
        [
          [work.key, undefined],
          ["fill 0", 0],
          ["fill 1", 1],
        ],
      );
      assert.deepEqual(turn.problems, []);
      await bench.settle();
      assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 3]);
    });
  });

  describe("and reorgs", () => {
    for (const depth of [1, 2, 7, 32]) {
      it(`of ${depth}: what went is sent again, what came back is not`, async () => {
        const [gone, kept] = [bench.work(), bench.work()];
        const patient = await DeskBench.start(stage, { finality: { kind: "depth", blocks: 40n } });
        await patient.desk.propose(kept);
        await patient.desk.propose(gone);
        await patient.desk.advance();
        const hashes = (await patient.pool()).map(({ hash }) => hash);
        await stage.driver.mine(depth);
        assert.deepEqual(kinds(await patient.desk.advance()), ["mined", "mined"]);

        await stage.driver.reorganize({ depth, keep: (hash) => hash !== hashes[1] });
        await patient.settle(1);
        assert.deepEqual([await patient.effects(kept), await patient.effects(gone)], [1, 1], "again");
        await stage.driver.mine(40);
        await patient.settle();
        assert.deepEqual([await patient.effects(kept), await patient.effects(gone)], [1, 1]);
        assert.equal(await patient.sent(), 2);
        patient.close();
      });
    }

    it("a nonce that another transaction has is given up only when that is final", async () => {
      const work = bench.work();
      await bench.desk.propose(work);
      await bench.desk.advance();
      const rival = await bench.sendElsewhere(0, COUNTER, bench.work().data);
      await stage.driver.mine();
      assert.deepEqual(kinds(await bench.desk.advance()), ["nonceTaken"]);

      // The rival goes in a reorg: the first transaction is told again and lands.
      await stage.driver.reorganize({ depth: 1, keep: (hash) => hash !== rival });
      await bench.settle();
      assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 1]);
    });

    it("work whose nonce is lost for good is done with another, once", async () => {
      const work = bench.work();
      await bench.desk.propose(work);
      await bench.desk.advance();
      await bench.sendElsewhere(0, COUNTER, bench.work().data);
      const turn = await bench.settle();
      assert.includeMembers(kinds(turn), ["nonceTaken", "unbound", "done"]);
      assert.deepEqual([await bench.effects(work), await bench.sent()], [1, 2]);
    });
  });
});

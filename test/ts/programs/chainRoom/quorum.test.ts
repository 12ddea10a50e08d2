// SPDX-License-Identifier: MIT
import { setImmediate as nextEvent } from "node:timers/promises";

import { assert } from "chai";
import { Transaction } from "ethers";

import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import type { RpcFault } from "../../../../scripts/simulator/faults/RpcFault.ts";
import { ChainStage, codeOf } from "../support/ChainStage.ts";

const REVERTING = `0x${"42".repeat(20)}`;
const REVERT_WITH_WORD = "0x602a5f5260205ffd"; // mstore(0, 42); revert(0, 32)
const WORD = `0x${"2a".padStart(64, "0")}`;

/** Changes the time of every block: a lie that no shape can notice. */
const LYING: RpcFault = {
  kind: "lie",
  methods: ["eth_getBlockByNumber"],
  tell: (block) => ({ ...(block as object), timestamp: "0x1" }),
};

describe("endpoints of one chain as one", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let access: ChainAccess;

  before(async () => {
    stage = await ChainStage.start(3);
    await stage.chain.provider.send("hardhat_setCode", [REVERTING, REVERT_WITH_WORD]);
    await stage.driver.mine(12);
  });
  after(() => stage.close());
  beforeEach(() => {
    stage.heal();
    access = stage.open();
  });

  const outcome = (proxy: number, given: string): Promise<number> =>
    stage.metric("ballast_rpc_requests_total", { endpoint: stage.nameOf(proxy), outcome: given });
  const breaker = (proxy: number): Promise<number> =>
    stage.metric("ballast_rpc_breaker_state", { endpoint: stage.nameOf(proxy) });

  describe("a read", () => {
    it("asks the first endpoint alone while it answers", async () => {
      const before = stage.proxies.map((proxy) => proxy.asked("eth_getBlockByNumber"));
      assert.equal((await access.chain.head()).number, 12n);
      assert.deepEqual(
        stage.proxies.map((proxy, i) => proxy.asked("eth_getBlockByNumber") - before[i]!),
        [1, 0, 0],
      );
    });

    const broken: [string, RpcFault, string][] = [
      ["refuses the connection", { kind: "refuse" }, "rpcUnreachable"],
      ["says 429", { kind: "status", status: 429 }, "rpcOverloaded"],
      ["says 503", { kind: "status", status: 503 }, "rpcOverloaded"],
      ["says 502", { kind: "status", status: 502 }, "rpcUnreachable"],
      ["cuts its answer off", { kind: "truncate" }, "rpcMalformed"],
      ["answers another question", { kind: "wrongId" }, "rpcMalformed"],
      ["says it has enough", { kind: "error", code: -32_005, message: "limit exceeded" }, "rpcOverloaded"],
      ["answers nonsense", { kind: "lie", tell: () => "0xnonsense" }, "rpcMalformed"],
    ];
    for (const [name, fault, code] of broken) {
      it(`takes the next endpoint's answer when the first ${name}`, async () => {
        stage.proxies[0]!.add(fault);
        assert.equal((await access.chain.head()).number, 12n);
        assert.equal(await outcome(0, code), 1, code);
        for (const other of [1, 2]) stage.proxies[other]!.add(fault);
        assert.equal(await codeOf(access.chain.head()), code, "when all do");
      });
    }

    it("is helped by the next endpoint when the first hangs, from the very first request on", async () => {
      stage.proxies[0]!.add({ kind: "hang" });
      const head = access.chain.head();
      await stage.hedgeAfter(0);
      assert.equal((await head).number, 12n);
    });

    it("is helped by the next endpoint when the first begins an answer and never ends it", async () => {
      stage.proxies[0]!.add({ kind: "drip" });
      const head = access.chain.head();
      await stage.hedgeAfter(0);
      assert.equal((await head).number, 12n);
    });

    for (const kind of ["hang", "drip"] as const) {
      it(`ends at its deadline when every endpoint does (${kind})`, async () => {
        for (const proxy of stage.proxies) proxy.add({ kind });
        const head = codeOf(access.chain.head());
        await stage.hedgeAfter(0);
        await stage.hedgeAfter(1);
        await stage.proxies[2]!.untilHeld();
        stage.expire();
        assert.equal(await head, "rpcUnreachable");
      });
    }

    it("takes a refusal by the chain as an answer, with the contract's words", async () => {
      const refused = await access.chain.call({ to: REVERTING, data: "0x" }).catch((error: unknown) => error);
      assert.deepInclude(refused, { code: "callReverted" });
      assert.nestedPropertyVal(refused, "context.data", WORD);
      assert.equal(await breaker(0), 0, "the endpoint did nothing wrong");
    });
  });

  describe("a breaker", () => {
    const fail = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await access.chain.block(12n);
    };

    it("opens after failures in a row, and lets one trial through when its pause is over", async () => {
      stage.proxies[0]!.add({ kind: "refuse" });
      await fail(2);
      assert.equal(await breaker(0), 2, "open");
      const asked = stage.proxies[0]!.asked("eth_chainId");
      await fail(3);
      assert.equal(stage.proxies[0]!.asked("eth_chainId"), asked, "left alone");

      stage.timer.advance(1_000);
      await fail(3);
      assert.equal(stage.proxies[0]!.asked("eth_chainId"), asked + 1, "one trial");
      stage.timer.advance(1_999);
      await fail(1);
      assert.equal(stage.proxies[0]!.asked("eth_chainId"), asked + 1, "the pause doubled");

      stage.heal();
      stage.timer.advance(1);
      await fail(1);
      assert.equal(await breaker(0), 0, "closed again");
    });

    it("learns of an endpoint that hangs although others answered for it", async () => {
      stage.proxies[0]!.add({ kind: "hang" });
      for (let turn = 1; turn <= 2; turn++) {
        const head = access.chain.block(12n);
        await stage.hedgeAfter(0, 1);
        await head;
        stage.expire();
        stage.proxies[0]!.release();
        while ((await outcome(0, "rpcUnreachable")) < turn) await nextEvent();
      }
      assert.equal(await breaker(0), 2, "open");
      assert.equal((await access.chain.block(12n))!.number, 12n, "and costs no hedge any more");
    });

    it("waits as long as the endpoint asks for, not for ever", async () => {
      stage.proxies[0]!.add({ kind: "status", status: 429, retryAfter: "5", times: 1 });
      await fail(1);
      stage.timer.advance(4_999);
      const asked = stage.proxies[0]!.asked("eth_chainId");
      await fail(1);
      assert.equal(stage.proxies[0]!.asked("eth_chainId"), asked, "four seconds later");
      stage.timer.advance(1);
      await fail(1);
      assert.equal(stage.proxies[0]!.asked("eth_chainId"), asked + 1, "five seconds later");

      stage.proxies[0]!.add({ kind: "status", status: 429, retryAfter: "86400", times: 1 });
      await fail(1);
      stage.timer.advance(8_000);
      await fail(1);
      assert.equal(await breaker(0), 0, "a day is too long");
    });

    it("does not stop work when every endpoint has one open", async () => {
      for (const proxy of stage.proxies) proxy.add({ kind: "refuse" });
      for (let i = 0; i < 3; i++) assert.equal(await codeOf(access.chain.head()), "rpcUnreachable");
      assert.deepEqual(await Promise.all([0, 1, 2].map(breaker)), [2, 2, 2]);
      stage.heal();
      assert.equal((await access.chain.head()).number, 12n, "nobody waits for a pause to end");
    });

    it("keeps no endpoint from being asked before a request fails", async () => {
      for (const i of [0, 1]) stage.proxies[i]!.add({ kind: "refuse" });
      await fail(2);
      assert.deepEqual(await Promise.all([0, 1, 2].map(breaker)), [2, 2, 0]);
      stage.heal();
      stage.proxies[2]!.add({ kind: "refuse" });
      assert.equal((await access.chain.head()).number, 12n);
      assert.equal((await access.agreed.block(7n))!.number, 7n);
    });

    it("asks for the chain again when an endpoint returns, and leaves one that is another chain now", async () => {
      await fail(1);
      stage.proxies[0]!.add({ kind: "refuse", times: 1 });
      await fail(1);
      stage.proxies[0]!.add({ kind: "lie", methods: ["eth_chainId"], tell: () => "0x1" });
      stage.proxies[0]!.add(LYING);
      assert.notEqual((await access.chain.head()).timestamp, 1n, "nothing of another chain is taken");
      assert.equal(await outcome(0, "ok"), 3, "chain and head at first, the other chain later, no head after");
      assert.equal(await breaker(0), 2, "open");
    });
  });

  describe("the chain's id", () => {
    it("stops a program whose endpoints serve another chain", async () => {
      const { chain } = stage.open({}, 1n);
      assert.equal(await codeOf(chain.verify()), "chainMismatch");
    });

    it("does not stop it while one endpoint serves the right one", async () => {
      stage.proxies[0]!.add({ kind: "lie", methods: ["eth_chainId"], tell: () => "0x1" });
      stage.proxies[1]!.add({ kind: "refuse" });
      await access.chain.verify();
      assert.equal((await access.chain.head()).number, 12n);
    });
  });

  describe("an agreed read", () => {
    it("is the answer of two of three, whichever endpoint lies", async () => {
      const truth = (await access.chain.block(7n))!;
      for (const liar of [0, 1, 2]) {
        stage.heal();
        access = stage.open();
        stage.proxies[liar]!.add(LYING);
        assert.deepEqual(await access.agreed.block(7n), truth, `liar ${liar}`);
        const counted = await stage.metric("ballast_rpc_disagreements_total", { endpoint: stage.nameOf(liar) });
        assert.equal(counted, liar === 2 ? 0 : 1, "the third is not even asked while two agree");
      }
    });

    it("goes on while one endpoint hangs and none of the others lies", async () => {
      stage.proxies[1]!.add({ kind: "hang" });
      const block = access.agreed.block(7n);
      await stage.hedgeAfter(1);
      assert.equal((await block)!.number, 7n);
    });

    it("is refused when one lies and one cannot be reached: one endpoint decides nothing", async () => {
      stage.proxies[0]!.add(LYING);
      stage.proxies[1]!.add({ kind: "refuse" });
      assert.equal(await codeOf(access.agreed.block(7n)), "rpcDisagreement");
      stage.heal();
      for (const silent of [1, 2]) stage.proxies[silent]!.add({ kind: "refuse" });
      assert.equal(await codeOf(stage.open().agreed.block(7n)), "rpcUnreachable", "or when only one is left");
    });

    it("can be that the chain refuses a call", async () => {
      const head = await access.agreed.head();
      stage.proxies[0]!.add({ kind: "lie", methods: ["eth_call"], tell: () => "0x" });
      const refused = await access.agreed.call({ to: REVERTING, data: "0x" }, head).catch((error: unknown) => error);
      assert.deepInclude(refused, { code: "callReverted" });
    });

    it("is pinned at a block: what happens later does not change it", async () => {
      const signer = await stage.chain.provider.getSigner(0);
      const before = await access.agreed.head();
      await signer.sendTransaction({ to: REVERTING.replaceAll("42", "43") });
      await stage.driver.mine();
      assert.equal(await access.agreed.nonce(signer.address, before), 0, "then");
      assert.equal(await access.agreed.nonce(signer.address, await access.agreed.head()), 1, "now");
    });
  });

  describe("the agreed head", () => {
    it("is the highest that two endpoints have", async () => {
      const { number } = await access.chain.head();
      stage.proxies[0]!.show({ headLag: 5n });
      assert.equal((await access.agreed.head()).number, number, "one lags");
      stage.proxies[1]!.show({ headLag: 2n });
      assert.equal((await access.agreed.head()).number, number - 2n, "two lag, by different lengths");
    });

    it("is asked of no third endpoint while two show the same", async () => {
      await access.agreed.head();
      const before = stage.proxies[2]!.asked("eth_getBlockByNumber");
      await access.agreed.head();
      assert.equal(stage.proxies[2]!.asked("eth_getBlockByNumber"), before);
    });

    it("is not raised by an endpoint that invents blocks", async () => {
      const { number, hash } = await access.chain.head();
      stage.proxies[0]!.add({
        kind: "lie",
        methods: ["eth_getBlockByNumber"],
        tell: (block) => ({ ...(block as object), number: "0xffffff", hash: `0x${"ee".repeat(32)}` }),
      });
      assert.deepInclude(await access.agreed.head(), { number, hash });
    });

    it("is the newest block both honest endpoints share when the third lies and one lags by a block", async () => {
      const { number } = await access.chain.head();
      stage.proxies[0]!.show({ headLag: 1n });
      stage.proxies[1]!.add(LYING);
      assert.equal((await access.agreed.head()).number, number - 1n);
    });

    it("falls with the chain", async () => {
      const { number } = await access.agreed.head();
      await stage.driver.reorganize({ depth: 7, blocks: 3 });
      assert.equal((await access.agreed.head()).number, number - 4n);
    });

    it("of an action that waits is so many blocks back, or the one most endpoints call final", async () => {
      const { number } = await access.agreed.head();
      assert.equal((await access.agreed.head({ kind: "depth", blocks: 3n })).number, number - 3n);
      assert.equal(await codeOf(access.agreed.head({ kind: "depth", blocks: 1_000n })), "chainEmpty");
      stage.proxies[0]!.show({ finalizedLag: 1n });
      stage.proxies[1]!.show({ finalizedLag: 2n });
      stage.proxies[2]!.show({ finalizedLag: 6n, safeLag: 4n });
      assert.equal((await access.agreed.head({ kind: "tag", tag: "finalized" })).number, number - 2n);
      assert.equal((await access.agreed.head({ kind: "tag", tag: "safe" })).number, number, "safe at two of them");
    });
  });

  describe("a broadcast", () => {
    it("reaches every endpoint, and succeeds with the first that takes it", async () => {
      const signer = await stage.chain.provider.getSigner(0);
      const sent = await signer.sendTransaction({ to: `0x${"77".repeat(20)}`, value: 1n });
      const raw = Transaction.from((await stage.chain.provider.getTransaction(sent.hash))!).serialized;
      await stage.chain.provider.send("hardhat_dropTransaction", [sent.hash]);

      stage.proxies[0]!.add({ kind: "hang" });
      stage.proxies[1]!.add({ kind: "refuse" });
      assert.equal(await access.chain.broadcast(raw), sent.hash);
      assert.equal(stage.proxies[2]!.asked("eth_sendRawTransaction"), 1);
      stage.heal();
      assert.equal(
        await codeOf(stage.open().chain.broadcast("0x00")),
        "rpcRefused",
        "the node's own word, when none does",
      );
    });
  });
});

// SPDX-License-Identifier: MIT
import { readdir } from "node:fs/promises";

import { assert } from "chai";

import { openChain } from "../../../scripts/chain/openChain.ts";
import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { LoopProgress } from "../../../scripts/chain/LoopProgress.ts";
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import type { BlockFacts } from "../../../scripts/chain/chainFacts.ts";
import { selectAnchor } from "../../../scripts/chain/selectAnchor.ts";
import { serveHttp } from "../../../scripts/chain/serveHttp.ts";
import type { Route } from "../../../scripts/chain/serveHttp.ts";
import { SystemClock } from "../../../scripts/chain/SystemClock.ts";
import { VirtualClock } from "../../../scripts/chain/VirtualClock.ts";
import { ClockServer } from "../../../scripts/simulator/ClockServer.ts";
import { silentLog } from "./support/silentLog.ts";
import { CHAIN_ID, startChain } from "./support/startChain.ts";
import { freshFolder } from "./support/startProgram.ts";

const ROUND = 120_000_000n;
const START = ROUND * 15n;

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

describe("anchor of a round", function () {
  this.timeout(60_000);

  it("is the newest block at least 24 s older than the round, on chains of any length", async () => {
    const chain = await startChain(START - 4_000n);
    const client = openChain([chain.rpcUrl], CHAIN_ID).chain;
    try {
      const mine = async (timestamp: bigint): Promise<void> => {
        await chain.provider.send("evm_setNextBlockTimestamp", [Number(timestamp)]);
        await chain.provider.send("evm_mine", []);
      };
      assert.equal(
        (await selectAnchor(client, ROUND))!.timestamp,
        START - 4_000n,
        "the head itself when it is old enough",
      );
      await mine(START - 24n);
      await mine(START - 23n);
      assert.equal((await selectAnchor(client, ROUND))!.timestamp, START - 24n, "exactly 24 s");
      await mine(START - 1n);
      await mine(START + 5n);
      assert.equal((await selectAnchor(client, ROUND))!.timestamp, START - 24n, "later blocks do not matter");
      for (let second = 6n; second < 300n; second++) await mine(START + second);
      assert.isUndefined(await selectAnchor(client, ROUND), "older than the chain remembers");
      const later = (await selectAnchor(client, ROUND + 10n))!;
      assert.equal(later.timestamp, START + 150n - 24n, "another round");
      assert.equal((await client.block(later.number))!.hash, later.hash, "hash");
    } finally {
      client.close();
      await chain.close();
    }
  });

  it("is found by few questions where it lies near the head, and is the same however far it lies", async () => {
    for (const blockSeconds of [1n, 2n, 5n, 12n, 30n, 700n]) {
      let asked = 0;
      const at = (number: bigint): BlockFacts => ({
        number,
        hash: `0x${number}`,
        parentHash: `0x${number - 1n}`,
        timestamp: START - (1_000n - number) * blockSeconds,
      });
      const chain = {
        head: () => Promise.resolve(at(1_000n)),
        block: (number: bigint) => Promise.resolve((asked++, at(number))),
      };
      for (let early = -3n; early <= 12n; early++) {
        asked = 0;
        const limit = START + early * 15n - 24n;
        let number = 1_000n;
        while (number > 745n && at(number).timestamp > limit) number--;
        const expected = at(number).timestamp > limit ? undefined : number;
        const found = await selectAnchor(chain, ROUND + early);
        assert.equal(found?.number, expected, `blocks of ${blockSeconds} s, ${early} rounds after the head`);
        assert.isAtMost(asked, early >= 0n && blockSeconds >= 12n ? 3 : 16, "questions");
      }
    }
  });

  it("does not exist on a chain that is too young", async () => {
    const chain = await startChain(START - 10n);
    const client = openChain([chain.rpcUrl], CHAIN_ID).chain;
    try {
      assert.isUndefined(await selectAnchor(client, ROUND));
    } finally {
      client.close();
      await chain.close();
    }
  });
});

describe("clocks", function () {
  this.timeout(30_000);
  const never = new AbortController().signal;

  it("follow one server: waiting ends when its driver gets there, not before", async () => {
    const clock = new ClockServer(1_000n);
    const server = await serveHttp("127.0.0.1", 0, clock.routes(), silentLog);
    const follower = new VirtualClock(new FetchTransport(), server.url, "follower");
    try {
      assert.equal(await follower.now(), 1_000n);
      let woken = false;
      const waiting = follower.waitUntil(3_000n, never).then(() => (woken = true));
      await clock.untilIdle(["follower"], 5_000);
      clock.advanceTo(2_999n);
      await clock.untilIdle(["follower"], 5_000);
      assert.isFalse(woken, "one millisecond early");
      clock.advanceTo(3_000n);
      await waiting;
      await follower.waitUntil(2_000n, never);
      assert.equal(await codeOf(clock.untilIdle(["follower"], 20)), "clockBusy", "nobody waits now");
      assert.throws(() => clock.advanceTo(2_999n), /does not go back/);
    } finally {
      await server.close();
    }
  });

  it("can be told to stop waiting", async () => {
    const clock = new ClockServer(0n);
    const server = await serveHttp("127.0.0.1", 0, clock.routes(), silentLog);
    try {
      for (const given of [new VirtualClock(new FetchTransport(), server.url, "x"), new SystemClock(), clock]) {
        const stop = new AbortController();
        const waiting = given.waitUntil((await given.now()) + 3_600_000n, stop.signal);
        stop.abort(new Error("enough"));
        assert.equal(await codeOf(waiting), "Error: enough");
      }
      assert.equal(await codeOf(clock.untilIdle(["x"], 20)), "clockBusy", "the server forgot who left");
    } finally {
      await server.close();
    }
  });

  it("report a clock that does not answer as retriable", async () => {
    const follower = new VirtualClock(new FetchTransport(), "http://127.0.0.1:1", "x");
    assert.equal(await codeOf(follower.now()), "httpUnreachable");
  });
});

describe("transport", function () {
  this.timeout(30_000);

  it("bounds time and size of an answer", async () => {
    const routes: Route[] = [
      { method: "GET", path: "/long", answer: () => ({ body: "x".repeat(2_000) }) },
      { method: "GET", path: "/never", answer: () => new Promise(() => undefined) },
    ];
    const server = await serveHttp("127.0.0.1", 0, routes, silentLog);
    const transport = new FetchTransport();
    try {
      const long = { url: `${server.url}/long`, timeoutMs: 5_000 };
      assert.equal((await transport.request(long)).body.length, 2_000);
      assert.equal(await codeOf(transport.request({ ...long, maximumBytes: 1_999 })), "httpTooLong");
      assert.equal(await codeOf(transport.request({ url: `${server.url}/never`, timeoutMs: 50 })), "httpTimeout");
    } finally {
      await server.close();
    }
    assert.equal(await codeOf(transport.request({ url: server.url, timeoutMs: 500 })), "httpUnreachable");
  });
});

function draw(seed: number): bigint[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: 200 }, () => random.below(10n));
}

describe("storage, randomness and progress", () => {
  it("replaces files whole and leaves nothing else behind", async () => {
    const folder = await freshFolder();
    const storage = new FileStorage(folder);
    assert.isUndefined(await storage.read("a"));
    await storage.write("a", "first, a long one");
    await storage.write("a", "second");
    assert.equal(await storage.read("a"), "second");
    assert.deepEqual(await readdir(folder), ["a"]);
    assert.equal(await codeOf(new FileStorage(`${folder}/a`).write("b", "c")), "storageWrite", "a file is no folder");
  });

  it("draws the same numbers from the same seed, inside the limit", () => {
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
    assert.isTrue(
      draw(1).every((value) => value >= 0n && value < 10n),
      "limit",
    );
    assert.equal(new Set(draw(1)).size, 10, "every value comes up");
  });

  it("calls a loop dead when it finished nothing for a minute and five periods", () => {
    const progress = new LoopProgress(15_000n);
    assert.isFalse(progress.isAlive(0n), "never began");
    progress.begin(1_000n);
    assert.isTrue(progress.isAlive(76_000n), "75 s");
    assert.isFalse(progress.isAlive(76_001n), "more");
    progress.finish(80_000n, 0.1, false);
    assert.isTrue(progress.isAlive(80_000n), "a failed turn is progress");
    assert.isFalse(progress.isReady(), "but not readiness");
    progress.finish(81_000n, 0.1, true);
    assert.isTrue(progress.isReady());
  });
});

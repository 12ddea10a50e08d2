// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { HANGS, hostUrl, routesHost, SimulatedNetwork } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import type { HostManner, Links } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import { VirtualTime } from "../../../../scripts/simulator/world/VirtualTime.ts";

const START = 1_000_000;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "answered",
    (error: unknown) => (error instanceof BallastError ? error.code : String(error)),
  );
}

describe("the simulated network", () => {
  let time: VirtualTime;
  let links: Links;
  let hosts: HostManner;
  let network: SimulatedNetwork;
  let asked: string[];
  beforeEach(() => {
    time = new VirtualTime(START, START, () => new Promise((resolve) => setImmediate(resolve)));
    links = () => undefined;
    hosts = (_to, delivery, host) => host(delivery);
    network = new SimulatedNetwork(time, {
      links: (...link) => links(...link),
      hosts: (...delivery) => hosts(...delivery),
    });
    asked = [];
    network.serve("shop", ({ from, target, body }) => {
      asked.push(`${from} ${target} ${body}`);
      return Promise.resolve({ status: 200, body: "sold" });
    });
  });
  const ask = (path = "/", signal?: AbortSignal) =>
    network
      .transport("buyer")
      .request({ url: `${hostUrl("shop")}${path}`, timeoutMs: 1_000, ...(signal && { signal }) });

  it("brings a request and its answer at once, and says where it is from", async () => {
    assert.deepEqual(await ask("/goods?id=1"), { status: 200, body: "sold" });
    assert.deepEqual(asked, ["buyer /goods?id=1 "]);
  });

  it("refuses for a host that is not there", async () => {
    network.serve("shop", undefined);
    assert.equal(await codeOf(ask()), "httpUnreachable");
  });

  it("lets who asks one that hangs wait as long as he wants to", async () => {
    network.serve("shop", () => Promise.resolve(HANGS));
    const answer = codeOf(ask());
    await time.run(START + 1_000);
    assert.equal(await answer, "httpTimeout");
    const stopping = new AbortController();
    const stopped = codeOf(ask("/", stopping.signal));
    stopping.abort("no more");
    assert.equal(await stopped, "no more");
  });

  it("lets what a host answers be bent on the way, and nobody speak for one who is not there", async () => {
    hosts = async (to, delivery, host) => {
      const answer = await host(delivery);
      return answer === HANGS ? answer : { ...answer, body: `${to} ${answer.body}, says ${delivery.from}` };
    };
    assert.deepEqual(await ask(), { status: 200, body: "shop sold, says buyer" });
    network.serve("shop", undefined);
    assert.equal(await codeOf(ask()), "httpUnreachable");
  });

  it("takes its time both ways where a link is slow", async () => {
    links = () => ({ delayMs: 300, isLost: false, isDoubled: false });
    const answer = ask();
    await time.run(START + 299);
    assert.isEmpty(asked);
    await time.run(START + 600);
    assert.equal((await answer).body, "sold");
  });

  it("gives up on an answer that comes too late, though the request arrived", async () => {
    links = () => ({ delayMs: 600, isLost: false, isDoubled: false });
    const answer = codeOf(ask());
    await time.run(START + 2_000);
    assert.equal(await answer, "httpTimeout");
    assert.lengthOf(asked, 1);
  });

  it("loses and doubles as it is told", async () => {
    links = () => ({ delayMs: 1, isLost: true, isDoubled: false });
    const lost = codeOf(ask());
    await time.run(START + 1_000);
    assert.equal(await lost, "httpTimeout");
    assert.isEmpty(asked);
    links = () => ({ delayMs: 1, isLost: false, isDoubled: true });
    const doubled = ask();
    await time.run(START + 2_000);
    assert.equal((await doubled).status, 200);
    assert.lengthOf(asked, 2);
  });

  it("answers by a program's own routes", async () => {
    const host = routesHost([
      { method: "GET", path: "/number", answer: ({ query }) => ({ body: { doubled: Number(query.get("of")) * 2 } }) },
      {
        method: "GET",
        path: "/bad",
        answer: () => {
          throw new BallastError("badRequest", "not like this");
        },
      },
    ]);
    network.serve("shop", host);
    assert.deepEqual(await ask("/number?of=21"), { status: 200, body: '{"doubled":42}' });
    assert.deepEqual(await ask("/bad"), { status: 400, body: '{"error":"not like this"}' });
    assert.equal(((await ask("/elsewhere")) as { status: number }).status, 404);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { Gate } from "../../../../scripts/simulator/wire/Gate.ts";
import { HANGS, SimulatedNetwork } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import type { Delivery, Passage } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import { VirtualTime } from "../../../../scripts/simulator/world/VirtualTime.ts";

describe("a gate", () => {
  const http = new FetchTransport();
  let passage: Passage | undefined;
  let network: SimulatedNetwork;
  let gate: Gate;
  let heard: Delivery[];

  beforeEach(async () => {
    passage = undefined;
    heard = [];
    const time = new VirtualTime(0, 0, () => Promise.resolve());
    network = new SimulatedNetwork(time, { links: () => passage, hosts: (_to, delivery, host) => host(delivery) });
    network.serve("relayer-1", (delivery) => {
      heard.push(delivery);
      return Promise.resolve({ status: 201, body: "made" });
    });
    gate = await Gate.open(network.transport("validator-1"));
  });
  afterEach(() => gate.close());

  const ask = async (path: string, body?: string): Promise<string> => {
    const request = { url: `${gate.url}${path}`, timeoutMs: 500 };
    try {
      const answer = await http.request(body === undefined ? request : { ...request, method: "POST", body });
      return `${answer.status} ${answer.body}`;
    } catch (error) {
      return error instanceof BallastError ? error.code : String(error);
    }
  };

  it("takes a request to the host that its path names, in its actor's name", async () => {
    expect(await ask("/relayer-1/reports?since=3")).to.equal("201 made");
    expect(await ask("/relayer-1/", "{}")).to.equal("201 made");
    expect(heard.map(({ from, method, target, body }) => [from, method, target, body])).to.deep.equal([
      ["validator-1", "GET", "/reports?since=3", ""],
      ["validator-1", "POST", "/", "{}"],
    ]);
  });

  it("cuts the connection where nobody is there who answers", async () => {
    expect(await ask("/relayer-2/reports")).to.equal("httpUnreachable");
    expect(await ask("/")).to.equal('404 {"error":"notFound"}');
  });

  it("lets the caller wait for what hangs or is lost, and knows that he does", async () => {
    network.serve("rpc-1", () => Promise.resolve(HANGS));
    expect(gate.isIdle).to.equal(true);
    const hanging = ask("/rpc-1", "{}");
    const arrived = async (): Promise<void> => {
      while (gate.isIdle) await new Promise((resolve) => setImmediate(resolve));
    };
    await arrived();
    expect(await hanging).to.equal("httpTimeout");
    passage = { delayMs: 0, isLost: true, isDoubled: false };
    expect(await ask("/relayer-1/reports")).to.equal("httpTimeout");
    expect(heard, "lost").to.deep.equal([]);
  });
});

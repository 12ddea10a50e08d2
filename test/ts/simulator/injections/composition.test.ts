// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { stackManners } from "../../../../scripts/simulator/injections/MannerStacks.ts";
import { joinPassages } from "../../../../scripts/simulator/injections/netFaults.ts";
import { Outages } from "../../../../scripts/simulator/injections/Outages.ts";
import { Stack } from "../../../../scripts/simulator/injections/Stack.ts";
import type { Actor } from "../../../../scripts/simulator/world/Actor.ts";
import { goodManners } from "../../../../scripts/simulator/world/Manners.ts";

const manners = () => goodManners({ finalityLag: () => 2, gasGwei: () => 20 });

describe("faults that overlap", () => {
  it("bend what those before them left", () => {
    const price = new Stack<() => number>(() => 100);
    price.add((below) => () => below() * 2);
    price.add((below) => () => below() + 5);
    assert.equal(price.bent(), 205);
  });

  it("leave each other when one of them heals, in whatever order", () => {
    const price = new Stack<() => number>(() => 100);
    const doubled = price.add((below) => () => below() * 2);
    const raised = price.add((below) => () => below() + 5);
    doubled();
    assert.equal(price.bent(), 105);
    doubled();
    assert.equal(price.bent(), 105, "healing twice heals once");
    raised();
    assert.isTrue(price.isEmpty);
  });

  it("add their delays, and lose what either loses", () => {
    const late = { delayMs: 300, isLost: false, isDoubled: true };
    const lost = { delayMs: 50, isLost: true, isDoubled: false };
    assert.deepEqual(joinPassages(late, lost), { delayMs: 350, isLost: true, isDoubled: true });
    assert.deepEqual(joinPassages(undefined, late), late);
    assert.isUndefined(joinPassages(undefined, undefined));
  });

  it("reach the manners a world already asks", () => {
    const bent = manners();
    const stacks = stackManners(bent);
    assert.isUndefined(bent.leavesOut, "nobody is asked for when nobody is left out");
    const heal = stacks.leavesOut.add((below) => (sender) => sender === "0xa" || below(sender));
    stacks.leavesOut.add((below) => (sender) => sender === "0xb" || below(sender));
    stacks.gasGwei.add((below) => (seconds) => Math.max(below(seconds), 400));
    heal();
    assert.deepEqual(
      ["0xa", "0xb"].map((sender) => bent.leavesOut!(sender)),
      [false, true],
    );
    assert.equal(bent.gasGwei(0), 400);
  });

  it("leave an endpoint alone when none of them hits it", () => {
    const bent = manners();
    const stacks = stackManners(bent);
    const question = { from: "keeper-1", endpoint: "rpc-1", method: "eth_chainId", parameters: "[]" };
    const ask = (): Promise<{ result: string }> => Promise.resolve({ result: '"0x1"' });
    assert.isUndefined(bent.rpc(question, ask));
    const heal = stacks.rpc.add(() => () => Promise.resolve({ error: "{}" }));
    assert.isDefined(bent.rpc(question, ask));
    heal();
    assert.isUndefined(bent.rpc(question, ask));
  });

  it("keep a process down until the last of them lets it go", () => {
    const did: string[] = [];
    const actor = { start: () => did.push("start"), kill: () => did.push("kill") } as unknown as Actor;
    const outages = new Outages(new Map([["validator-1", actor]]));
    outages.hold("validator-1");
    outages.hold("validator-1");
    outages.release("validator-1");
    assert.deepEqual(did, ["kill", "kill"]);
    outages.release("validator-1");
    assert.deepEqual(did, ["kill", "kill", "start"]);
  });
});

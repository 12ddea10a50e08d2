// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { SeededRandom } from "../../../../scripts/chain/SeededRandom.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { checkInjectable } from "../../../../scripts/simulator/injections/checkInjectable.ts";
import { drawDelayMs, isApart, LateNews } from "../../../../scripts/simulator/injections/netFaults.ts";
import { smallestBundle } from "../../../../scripts/simulator/injections/relayerFaults.ts";
import { lieAbout, omitLogs } from "../../../../scripts/simulator/injections/rpcFaults.ts";
import type { Fault } from "../../../../scripts/simulator/scenario/faultTypes.ts";
import { WrongPrices } from "../../../../scripts/simulator/injections/WrongPrices.ts";
import { libraryNames, loadScenario } from "../../../../scripts/simulator/scenario/library.ts";
import { orderAnew } from "../../../../scripts/simulator/world/Branches.ts";
import { HANGS } from "../../../../scripts/simulator/world/SimulatedNetwork.ts";
import { withMore } from "../scenario/scenarioText.ts";
import { expectNear } from "../../model/expectNear.ts";

const DOLLAR = 10n ** 8n;
const PRICE = 3_000n * DOLLAR;

/** What a fault that began at the tenth second makes of prices. */
function wrong(change: string, seconds = 10): WrongPrices {
  const [fault] = withMore(`faults: [{ type: oracle.value, at: 10s, with: ${change} }]\n`).faults;
  return new WrongPrices(fault as Fault<"oracle.value">, () => seconds);
}

describe("a price with an error", () => {
  const cases: readonly (readonly [string, string, bigint])[] = [
    ["multiplied", "{ multiply: 1.05 }", 3_150n * DOLLAR],
    ["added to", "{ add: -500 }", 2_500n * DOLLAR],
    ["never below the least there is", "{ add: -4000 }", 1n],
    ["set", "{ set: 5 }", 5n * DOLLAR],
    ["clamped from below", "{ clamp: [3500, 4000] }", 3_500n * DOLLAR],
    ["clamped from above", "{ clamp: [1, 2000] }", 2_000n * DOLLAR],
    ["off by decimals", "{ decimals: -3 }", 3n * DOLLAR],
    ["never above what can be signed", "{ decimals: 18 }", 2n ** 63n],
  ];
  for (const [name, change, price] of cases) it(`is ${name}`, () => assert.equal(wrong(change).of("a", PRICE), price));

  it("drifts with the time since the fault began", () => {
    assert.equal(wrong("{ drift: 0.02 }", 1_810).of("a", PRICE), 3_030n * DOLLAR);
    assert.equal(wrong("{ drift: -2 }", 7_210).of("a", PRICE), 1n);
  });

  it("is stuck at what was seen first of each thing", () => {
    const stuck = wrong("{ stuck: true }");
    assert.deepEqual([stuck.of("a", 1n), stuck.of("b", 2n), stuck.of("a", 3n)], [1n, 2n, 1n]);
  });
});

describe("messages between programs", () => {
  it("are late by the median and the jitter around it, the same for the same seed", () => {
    const draws = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 400 }, () => drawDelayMs({ medianSeconds: 10, jitterSeconds: 4 }, random));
    };
    const sorted = draws(1).sort((a, b) => a - b);
    assert.isAtLeast(sorted[0]!, 6_000);
    assert.isAtMost(sorted.at(-1)!, 14_000);
    expectNear(sorted[200], "median", 10_000, 600);
    assert.deepEqual(draws(2), draws(2));
    assert.equal(drawDelayMs({ medianSeconds: 0, jitterSeconds: 0 }, new SeededRandom(1)), 0);
  });

  it("that are longer under way than anybody waits are old news", () => {
    let nowMs = 0;
    const news = new LateNews(() => nowMs);
    const page = (body: string) => ({ status: 200, body });
    assert.equal(news.exchange("a b", page("first"), 10_000), HANGS);
    nowMs = 5_000;
    assert.equal(news.exchange("a b", page("second"), 10_000), HANGS);
    nowMs = 12_000;
    assert.deepEqual(news.exchange("a b", undefined, 10_000), page("first"), "a lost one is not missed yet");
    nowMs = 60_000;
    assert.deepEqual(news.exchange("a b", page("third"), 10_000), page("second"));
    assert.equal(news.exchange("b a", undefined, 10_000), HANGS, "another wire");
  });

  it("do not pass between groups, and do from and to those in none", () => {
    const groups = [["a", "b"], ["c"]];
    assert.isTrue(isApart(groups, "a", "c"));
    assert.isFalse(isApart(groups, "a", "b"));
    assert.isFalse(isApart(groups, "a", "d"));
    assert.isFalse(isApart(groups, "d", "c"));
  });
});

describe("what an endpoint says wrong", () => {
  it("is plausible", () => {
    assert.equal(lieAbout("eth_call", "0x10"), "0x11");
    assert.equal(lieAbout("eth_call", "0x"), "0x");
    assert.equal(lieAbout("eth_getBalance", "0x5"), "0x0");
    assert.deepEqual(lieAbout("eth_getTransactionReceipt", { status: "0x1" }), { status: "0x0" });
    assert.isNull(lieAbout("eth_getTransactionReceipt", null));
    assert.equal(lieAbout("eth_chainId", "0x1"), "0x1");
  });

  it("leaves out every other event", () => {
    assert.deepEqual(omitLogs("eth_getLogs", [1, 2, 3, 4]), [2, 4]);
    assert.equal(omitLogs("eth_blockNumber", "0x1"), "0x1");
  });
});

describe("the smallest bundle", () => {
  const signature = { r: "0x", yParityAndS: "0x" };
  const prices = [5n, 9n, 1n, 7n, 3n, 8n, 2n];
  const reports = prices.map((price, seat) => ({ seat, anchorBlock: 1n, signature, prices: [0n, price] }));
  const chosen = (aim: "high" | "low", seats: number): number[] =>
    smallestBundle({ round: 1n, setId: 1n, reports }, seats, aim).reports.map(({ seat }) => seat);

  it("is more than two thirds of the seats, at one end of the prices, by seat", () => {
    assert.deepEqual(chosen("high", 7), [0, 1, 3, 4, 5]);
    assert.deepEqual(chosen("low", 7), [0, 2, 3, 4, 6]);
    assert.lengthOf(chosen("low", 6), 5);
  });
});

describe("transactions after a reorganisation", () => {
  const sent = (from: string, nonce: number) => ({ hash: `${from}${nonce}`, from, nonce, raw: "" });
  const mined = [[sent("a", 0), sent("b", 0)], [sent("a", 1), sent("c", 0)], [sent("b", 1)]];

  it("are in no block before the one they were in, and each sender's in order", () => {
    for (let seed = 1; seed < 20; seed += 1) {
      const { blocks, late } = orderAnew(mined, new SeededRandom(seed));
      const all = [...blocks, late];
      const placeOf = (hash: string): number => all.findIndex((block) => block.some((one) => one.hash === hash));
      for (const [index, block] of mined.entries())
        for (const { hash } of block) assert.include([index, index + 1], placeOf(hash));
      assert.deepEqual(
        all
          .flat()
          .filter(({ from }) => from === "a")
          .map(({ nonce }) => nonce),
        [0, 1],
      );
      assert.lengthOf(all.flat(), 5);
    }
  });

  it("come in another order for some seeds", () => {
    const orders = [1, 2, 3, 4, 5, 6].map((seed) => {
      const { blocks, late } = orderAnew(mined, new SeededRandom(seed));
      return [...blocks, late]
        .flat()
        .map(({ hash }) => hash)
        .join();
    });
    assert.isAbove(new Set(orders).size, 2);
  });
});

describe("a fault that cannot be injected", () => {
  const refusal = (fault: string, hasMarketHands = false): string => {
    try {
      checkInjectable(withMore(`faults: [${fault}]\n`), hasMarketHands);
      return "taken";
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      return error.code;
    }
  };
  const refused = [
    "{ type: admin.setParameter, with: { name: margin.quote.initialShockBps, multiply: 2 } }",
    "{ type: chain.reorg, at: 0s, with: { depth: 60 } }",
    "{ type: chain.reorg, at: 10h, with: { depth: 200 } }",
    "{ type: market.dustBooks, with: { count: 5 } }",
    "{ type: market.vaultRun }",
  ];
  for (const fault of refused) it(`is refused: ${fault}`, () => assert.equal(refusal(fault), "faultNotInjectable"));

  it("is in no scenario of the library", () => {
    for (const name of libraryNames()) assert.doesNotThrow(() => checkInjectable(loadScenario(name), false), name);
  });

  it("is the only one that is refused", () => {
    assert.equal(refusal("{ type: admin.setParameter, with: { name: tipBase, multiply: 2 } }"), "taken");
    assert.equal(refusal("{ type: chain.reorg, at: 10h, for: 1h, with: { depth: 7 } }"), "taken");
    assert.equal(refusal("{ type: validator.unbond, target: one, for: 1h }"), "taken");
    assert.equal(refusal("{ type: market.dustBooks, with: { count: 5 } }", true), "taken");
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { calmFeed } from "../../../../scripts/model/oracle/calmFeed.ts";
import { packLatest, packWitness } from "../../../../scripts/model/oracle/feedWords.ts";
import { SOURCE } from "../../../../scripts/model/oracle/types.ts";
import { feedFactsOf, missingShareOf, witnessGapOf } from "../../../../scripts/model/sentinel/feedFacts.ts";
import { RpcCounts } from "../../../../scripts/sentinel/RpcCounts.ts";
import { expectNear } from "../../model/expectNear.ts";

const PRICE = 3_000e8;
const ROUND = 115_000_080;

describe("What a sentinel reads", () => {
  it("takes price, round, dispersion, source and witness out of the words that the oracle stores", () => {
    const { latest, witness } = calmFeed(PRICE, ROUND);
    Object.assign(latest, { dispersion: 57, level: 4, divergent: true, uptime: 2 ** 32 - 1 });
    Object.assign(witness, { price: PRICE + 1, observedAt: 2 ** 32 - 1 });

    expect(feedFactsOf(packLatest(latest), packWitness(witness))).to.deep.equal({
      price: BigInt(PRICE),
      round: BigInt(ROUND),
      dispersionPpm: 570,
      isQuorum: true,
      witnessPrice: BigInt(PRICE) + 1n,
    });
  });

  it("takes nothing but a quorum for one", () => {
    const { latest } = calmFeed(PRICE, ROUND);
    for (const source of [SOURCE.none, SOURCE.majority, SOURCE.witness, SOURCE.unwitnessed]) {
      latest.source = source;
      expect(feedFactsOf(packLatest(latest), 0n).isQuorum, `source ${source}`).to.equal(false);
    }
  });

  it("measures the distance to the witness both ways, and none where nobody spoke", () => {
    const facts = feedFactsOf(packLatest(calmFeed(PRICE, ROUND).latest), 0n);

    expectNear(witnessGapOf({ ...facts, witnessPrice: (facts.price * 101n) / 100n }), "above", 100, 0.01);
    expectNear(witnessGapOf({ ...facts, witnessPrice: (facts.price * 99n) / 100n }), "below", 100, 0.01);
    expect(witnessGapOf(facts), "no witness").to.equal(undefined);
    expect(witnessGapOf({ ...facts, price: 0n, witnessPrice: 1n }), "no price").to.equal(undefined);
  });

  it("counts masked seats for nothing, and says nothing of a set without weight", () => {
    const weights = [50n, 30n, 20n];

    expectNear(missingShareOf(weights, [0, 1], 0n, 100n), "one missing", 0.2, 1e-12);
    expectNear(missingShareOf(weights, [0, 1], 0b10n, 70n), "one masked, one missing", 2 / 7, 1e-12);
    expect(missingShareOf(weights, [0, 1, 2], 0n, 60n), "after a leak").to.equal(0);
    expect(missingShareOf(weights, [], 0n, 0n), "no weight").to.equal(undefined);
  });

  it("counts failures and contradictions of endpoints since the last look, and passes them on", () => {
    const heard: string[] = [];
    const counts = new RpcCounts({
      answered: (_endpoint, _method, outcome) => heard.push(outcome),
      breakerChanged: () => undefined,
      disagreed: (endpoint) => heard.push(`${endpoint} disagreed`),
      lagged: (endpoint, blocks) => heard.push(`${endpoint} lags by ${blocks}`),
    });
    for (const outcome of ["ok", "callReverted", "httpTimeout", "ok"]) counts.answered("1", "eth_call", outcome, 1);
    counts.disagreed("2", "eth_call");
    counts.lagged("3", 4n);

    expect(counts.take(), "shares").to.deep.equal({ errorShare: 0.25, disagreementShare: 0.25 });
    expect(heard, "passed on").to.deep.equal(["ok", "callReverted", "httpTimeout", "ok", "2 disagreed", "3 lags by 4"]);
    expect(counts.take(), "nothing was asked").to.deep.equal({ errorShare: undefined, disagreementShare: undefined });
  });
});

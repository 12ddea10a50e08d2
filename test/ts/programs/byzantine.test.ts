// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { z } from "zod";

import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import { recoverReporter } from "../../../scripts/chain/recoverReporter.ts";
import { signedReportShape } from "../../../scripts/chain/signedReportJson.ts";
import { ROUND_MS } from "../../../scripts/model/constants.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import { keyOf, World } from "./support/World.ts";

const HONEST = ["h0", "h1", "h2", "h3", "h4"];
const evidenceShape = z.object({
  equivocations: z.array(z.object({ first: signedReportShape, second: signedReportShape })),
});

describe("two of seven validators are faulty", function () {
  this.timeout(240_000);
  let world: World;

  before(async () => {
    world = await World.start([...HONEST, "liar", "double"]);
    await world.runSet(HONEST, ["liar", "double"]);
    await world.runByzantine("liar", { kind: "liar", scaleBps: 20_000 });
    await world.runByzantine("double", { kind: "doubleSigner", scaleBps: 10_010 });
    await world.advance(5n * ROUND_MS);
  });

  after(() => world.close());

  it("lands rounds with everybody's signature at the right price all the same", async () => {
    const { seats } = await world.latest();
    assert.include(seats, 5, "the liar's report is in the round");
    assert.include(seats, 6, "one report of the double signer is in the round");
    assert.isTrue((await world.errorBps(0, "ETH")) <= 6n, "ETH");
    assert.isTrue((await world.errorBps(1, "BTC")) <= 6n, "BTC");
  });

  it("collects evidence against the double signer and nobody else", async () => {
    const answer = await new FetchTransport().request({ url: `${world.relayerUrl}/evidence`, timeoutMs: 5_000 });
    const { equivocations } = evidenceShape.parse(JSON.parse(answer.body));
    assert.isNotEmpty(equivocations);
    const domain = oracleDomain(31_337n, await world.oracle.getAddress());
    for (const { first, second } of equivocations) {
      assert.equal(first.round, second.round, "same round");
      assert.notDeepEqual(first.prices, second.prices, "two vectors");
      for (const report of [first, second])
        assert.equal(recoverReporter(domain, report), keyOf("double").address, "his signature");
    }
  });
});

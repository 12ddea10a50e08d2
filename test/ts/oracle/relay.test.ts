// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench } from "./OracleBench.ts";

describe("PriceOracle relay", () => {
  it("publishes the median of a full round", async () => {
    const bench = await OracleBench.create();
    const round = await bench.nextRound();
    const vectors = new Map([3000, 3001, 3002, 3003, 3004, 3005, 3006].map((price, seat) => [seat, [price * 1e8]]));
    await bench.relay(round, vectors);
    const [roundId, answer, startedAt] = await bench.oracle.latestRoundData(0);
    expect(roundId).to.equal(round);
    expect(answer).to.equal(3003n * 10n ** 8n);
    expect(startedAt).to.equal(round * 15n);
  });

  it("measures gas 21 x 8", async () => {
    for (const [n, f] of [[21, 8], [13, 8], [7, 4], [21, 1]] as const) {
    const bench = await OracleBench.create({ weights: Array(n).fill(100), feeds: f });
    let gas = 0n;
    for (let i = 0; i < 4; i += 1) {
      const round = await bench.nextRound();
      const vectors = new Map(Array.from({ length: n }, (_, seat) => [seat, Array.from({ length: f }, (_, feed) => 3000e8 + feed * 100 + ((seat * 7 + i) % n) * 1e7)]));
      const tx = await bench.relay(round, vectors);
      gas = (await tx.wait()).gasUsed;
      console.log(n, f, gas, Number(gas) / f);
    }
    }
  });
});

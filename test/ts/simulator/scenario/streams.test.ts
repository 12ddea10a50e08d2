// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { streamOf } from "../../../../scripts/simulator/scenario/streams.ts";

const drawsOf = (seed: number, name: string): number[] => {
  const stream = streamOf(seed, name);
  return Array.from({ length: 100 }, () => stream.unit());
};

describe("streams of randomness", () => {
  it("are the same for the same seed and name", () => {
    expect(drawsOf(7, "venue-3 ETH-USD")).to.deep.equal(drawsOf(7, "venue-3 ETH-USD"));
  });

  it("differ with the name", () => {
    expect(drawsOf(7, "venue-3 ETH-USD")).not.to.deep.equal(drawsOf(7, "venue-3 BTC-USD"));
  });

  it("differ with the seed", () => {
    expect(drawsOf(7, "venue-3 ETH-USD")).not.to.deep.equal(drawsOf(8, "venue-3 ETH-USD"));
  });

  it("are uniform from their first draw", () => {
    const firsts = Array.from({ length: 2_000 }, (_, index) => streamOf(1, `actor ${index}`).unit());
    const mean = firsts.reduce((sum, draw) => sum + draw, 0) / firsts.length;
    expect(mean, "mean").to.be.within(0.48, 0.52);
  });

  it("have first and second draws that do not follow each other", () => {
    const pairs = Array.from({ length: 2_000 }, (_, index) => streamOf(1, `actor ${index}`)).map(
      (stream) => [stream.unit() - 0.5, stream.unit() - 0.5] as const,
    );
    const correlation = (pairs.reduce((sum, [first, second]) => sum + first * second, 0) / pairs.length) * 12;
    expect(Math.abs(correlation), "correlation").to.be.below(0.07);
  });
});

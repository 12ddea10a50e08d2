// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { Noise } from "../../../../scripts/simulator/world/Noise.ts";

const COUNT = 20_000;

describe("noise", () => {
  const values = Array.from({ length: COUNT }, (_, index) => new Noise(7, "venue-1 ETH-USD").at(index));

  it("is standard normal", () => {
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    const beyondTwo = values.filter((value) => Math.abs(value) > 1.96).length / COUNT;
    assert.isBelow(Math.abs(mean), 0.03);
    assert.isBelow(Math.abs(variance - 1), 0.05);
    assert.isBelow(Math.abs(beyondTwo - 0.05), 0.01);
  });

  it("does not resemble its neighbour's, another name's or another seed's", () => {
    const correlation = (others: readonly number[]): number =>
      Math.abs(values.reduce((sum, value, index) => sum + value * others[index]!, 0) / COUNT);
    const noise = (seed: number, name: string): number[] => {
      const other = new Noise(seed, name);
      return values.map((_, index) => other.at(index));
    };
    assert.isBelow(correlation([...values.slice(1), 0]), 0.03);
    assert.isBelow(correlation(noise(7, "venue-2 ETH-USD")), 0.03);
    assert.isBelow(correlation(noise(8, "venue-1 ETH-USD")), 0.03);
  });

  it("is the same whoever asks, in whatever order", () => {
    const again = new Noise(7, "venue-1 ETH-USD");
    for (const index of [19_999, 3, 1_024, 0]) assert.equal(again.at(index), values[index]);
    assert.isTrue(Number.isFinite(again.at(-300)), "also before the start");
  });
});

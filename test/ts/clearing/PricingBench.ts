// SPDX-License-Identifier: MIT
import hre from "hardhat";

import type { OptionGreeks, OptionInput, OptionPrice } from "../../../scripts/model/clearing/blackScholes.ts";
import { PricingDesk__factory, PricingMeter__factory } from "../../../typechain-types/index.ts";
import type { PricingDesk, PricingMeter } from "../../../typechain-types/index.ts";

const BATCH = 600;

/** An answer of the contract and the gas of the internal call. */
export type Metered<T> = T & { readonly gas: number };

/** The pricing libraries on a chain, asked for many points at a time. */
export class PricingBench {
  private constructor(
    readonly meter: PricingMeter,
    readonly desk: PricingDesk,
  ) {}

  static async create(): Promise<PricingBench> {
    const { ethers } = await hre.network.create();
    const [deployer] = await ethers.getSigners();
    const meter = await ethers.deployContract("PricingMeter");
    const desk = await ethers.deployContract("PricingDesk");
    return new PricingBench(
      PricingMeter__factory.connect(await meter.getAddress(), deployer!),
      PricingDesk__factory.connect(await desk.getAddress(), deployer!),
    );
  }

  async prices(points: readonly OptionInput[]): Promise<Metered<OptionPrice>[]> {
    return inBatches(points, async (batch) => {
      const { used, calls, puts } = await this.meter.prices(batch);
      return used.map((gas, i) => ({ gas: Number(gas), call: calls[i]!, put: puts[i]! }));
    });
  }

  async greeks(points: readonly OptionInput[]): Promise<Metered<OptionGreeks>[]> {
    return inBatches(points, async (batch) => {
      const { used, results } = await this.meter.greeks(batch);
      return results.map(([call, put, delta, gamma, vega, theta], i) => {
        const [gas, answer] = [Number(used[i]!), { call: call!, put: put!, delta: delta!, gamma: gamma!, vega: vega! }];
        return { gas, ...answer, theta: -theta! };
      });
    });
  }
}

/** Mean gas of the answers, rounded, and the dearest. */
export function gasOf(answers: readonly { readonly gas: number }[]): { readonly mean: number; readonly most: number } {
  const total = answers.reduce((sum, { gas }) => sum + gas, 0);
  return { mean: Math.round(total / answers.length), most: Math.max(...answers.map(({ gas }) => gas)) };
}

async function inBatches<T>(points: readonly OptionInput[], ask: (batch: OptionInput[]) => Promise<T[]>): Promise<T[]> {
  const answers: T[] = [];
  for (let i = 0; i < points.length; i += BATCH) answers.push(...(await ask(points.slice(i, i + BATCH))));
  return answers;
}

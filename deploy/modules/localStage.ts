// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import type { Parameters } from "../parameters.ts";

/** First answer of each feed's mock witnesses: USD, 8 decimals, and when it was observed. */
export interface FirstAnswers {
  readonly prices: readonly bigint[];
  readonly observedAt: bigint;
}

/** What a local network lacks: a token, and a witness contract for every source named "mock". */
export function localStageModule(parameters: Parameters, first: FirstAnswers) {
  return buildModule("LocalStage", (m) => {
    const token = m.contract("MockToken", ["USD Coin", "USDC", 6]);
    const witnesses = parameters.feeds.flatMap(({ description, sources }, feed) =>
      sources.map((_, index) => {
        const name = witnessName(feed, index);
        const witness = m.contract("MockAggregator", [8, description], { id: name });
        m.call(witness, "push", [first.prices[feed]!, first.observedAt], { id: `First${name}` });
        return [name, witness] as const;
      }),
    );
    return { token, ...Object.fromEntries(witnesses) };
  });
}

/** Name under which the module returns a mock witness. */
export function witnessName(feed: number, index: number): string {
  return `Witness${feed}_${index}`;
}

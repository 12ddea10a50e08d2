// SPDX-License-Identifier: MIT
import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import type { WitnessSight } from "./sights.ts";

const aggregatorCode = MockAggregator__factory.createInterface();
const PUSH = aggregatorCode.getFunction("push")!.selector;

/** Where a witness's contract stands. */
export type WitnessPlace = Pick<WitnessSight, "slot" | "source">;

/** What witnesses published in a block. Pure. @param places By the contract's address, in small letters. */
export function readPushes(
  transactions: readonly { readonly to: string | null; readonly input: string }[],
  places: ReadonlyMap<string, WitnessPlace>,
): WitnessSight[] {
  return transactions.flatMap(({ to, input }) => {
    const place = places.get((to ?? "").toLowerCase());
    if (place === undefined || !input.startsWith(PUSH)) return [];
    const [price, since] = aggregatorCode.decodeFunctionData("push", input) as unknown as [bigint, bigint];
    return [{ ...place, price, since: Number(since) }];
  });
}

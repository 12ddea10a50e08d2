// SPDX-License-Identifier: MIT
import { bending } from "./faultGround.ts";
import type { FaultGround, Injectors, MarketHands } from "./faultGround.ts";

/** What happens to prices and to those who trade. All but the first are done by whoever acts in the markets. */
export const marketFaults: Injectors<"market"> = {
  "market.gap": (fault, { world, targets }) => {
    const untilSeconds = fault.atSeconds + (fault.forSeconds ?? Infinity);
    for (const feed of targets)
      world.truth.addGap({ feed, fromSeconds: fault.atSeconds, untilSeconds, multiply: fault.with.multiply });
    return { begin: () => undefined, end: () => undefined };
  },
  "market.liquidity": ({ with: { multiply } }, ground) => {
    const { liquidity } = ground.stacks;
    const tell = (): void => {
      for (const market of ground.targets) hands(ground).setLiquidity(market, liquidity.bent(market));
    };
    const { begin, end } = bending(() =>
      liquidity.add(
        (below) => (market) => (ground.targets.includes(market) ? below(market) * multiply : below(market)),
      ),
    );
    return {
      begin: async () => {
        await begin();
        tell();
      },
      end: async () => {
        await end!();
        tell();
      },
    };
  },
  "market.vaultRun": (_fault, ground) => ({
    begin: () => hands(ground).runOnVaults(ground.targets, true),
    end: () => hands(ground).runOnVaults(ground.targets, false),
  }),
  "market.insuranceDrain": (_fault, ground) => ({ begin: () => hands(ground).drainInsurance(ground.targets) }),
  "market.dustBooks": ({ with: { count } }, ground) => ({
    begin: () => hands(ground).openDustBooks(ground.targets, count),
  }),
};

/** There when the scenario was not refused. */
function hands({ market }: FaultGround): MarketHands {
  return market!;
}

// SPDX-License-Identifier: MIT
import type { SeededRandom } from "../../chain/SeededRandom.ts";
import type { Fault, FaultType } from "../scenario/faultTypes.ts";
import type { World } from "../world/World.ts";
import type { Errands } from "./Errands.ts";
import type { MannerStacks } from "./MannerStacks.ts";
import type { Outages } from "./Outages.ts";

/** Something that is done to a world, and taken back. */
export interface Injection {
  readonly begin: () => Promise<void> | void;
  /** At the end of the fault's time; left out where nothing can be taken back. */
  readonly end?: () => Promise<void> | void;
}

/** What faults of the market do through those who act in it. */
export interface MarketHands {
  /** What buyers and liquidators of a market are ready to trade from now on, over what they usually are. */
  readonly setLiquidity: (market: string, multiply: number) => void;
  /** Whether all providers ask for their money from the vaults of these markets. */
  readonly runOnVaults: (markets: readonly string[], isOn: boolean) => Promise<void> | void;
  /** All that can be taken out of the insurance of these markets is. */
  readonly drainInsurance: (markets: readonly string[]) => Promise<void> | void;
  /** Opens so many of the smallest books there can be in each of these markets. */
  readonly openDustBooks: (markets: readonly string[], count: number) => Promise<void> | void;
}

/** What a fault is injected into. */
export interface FaultGround {
  readonly world: World;
  readonly stacks: MannerStacks;
  /** Names of whom it hits. */
  readonly targets: readonly string[];
  /** The fault's own. */
  readonly random: SeededRandom;
  /** Transactions of people who run no program. */
  readonly errands: Errands;
  readonly outages: Outages;
  /** Undefined where nobody trades. */
  readonly market: MarketHands | undefined;
  /** Tells the record of something the fault did. */
  readonly note: (detail: Readonly<Record<string, unknown>>) => void;
}

/** Makes the injection of a fault of one type. @throws BallastError `faultNotInjectable`. */
export type Injector<Type extends FaultType> = (fault: Fault<Type>, ground: FaultGround) => Injection;

/** Injectors of one family. */
export type Injectors<Family extends string> = {
  readonly [Type in Extract<FaultType, `${Family}.${string}`>]: Injector<Type>;
};

/** An injection that bends one or more manners while it lasts. */
export function bending(bend: () => readonly (() => void)[] | (() => void)): Injection {
  let heal: readonly (() => void)[] = [];
  return {
    begin: () => {
      const bent = bend();
      heal = typeof bent === "function" ? [bent] : bent;
    },
    end: () => {
      for (const one of heal) one();
      heal = [];
    },
  };
}

// SPDX-License-Identifier: MIT
import { z } from "zod";

import { IRisk__factory } from "../../typechain-types/factories/interfaces/IRisk__factory.ts";
import type { LiquidationReading } from "../model/clearing/liquidationReading.ts";
import { initialScenario, timeValueUp } from "../model/clearing/margin.ts";
import type { Band } from "../model/clearing/types.ts";
import { LIQUIDATIONS } from "../model/risk/types.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";
import { clearingInterface } from "./clearingInterface.ts";
import { ContractReader } from "./ContractReader.ts";

const riskInterface = IRisk__factory.createInterface();

/** Collateral without a feed of its own: the mode that is passed on knows its peg already. */
const NO_FEED = 15n;
/** Maintenance and marks look at this volatility. */
const MARK_VOLATILITY_BPS = 10_000n;
/** Older than this a price measures nothing. */
const OLDEST_SECONDS = 86_400n;

const whole = z.bigint();
const parametersShape = z.object({
  initialShockBps: whole,
  initialFloorBps: whole,
  maintenanceShockBps: whole,
  maintenanceFloorBps: whole,
});
const paramsShape = z.object({ risk: z.string(), feed: whole });
const readingShape = z.object({
  mode: whole,
  price: whole,
  low: whole,
  high: whole,
  age: whole,
  volatilityBps: whole,
  multiplierBps: whole,
  addOnBps: whole,
});
const liquidationShape = z.object({
  allowed: whole,
  earlierPrice: whole,
  earlierLow: whole,
  earlierHigh: whole,
});

/** What the Clearinghouse would liquidate by, read once for all books of a market and expiry. */
export class LiquidationReader {
  readonly #agreed: AgreedChain;
  readonly #house: ContractReader;

  constructor(agreed: AgreedChain, house: string) {
    this.#agreed = agreed;
    this.#house = new ContractReader(agreed, house, clearingInterface);
  }

  /** Undefined where there is no price: nobody is liquidated there. */
  async read(market: bigint, expiry: bigint, block: BlockFacts): Promise<LiquidationReading | undefined> {
    const [given, parametersGiven, paramsGiven] = await Promise.all([
      this.#house.read("readingOf", [market, expiry], block),
      this.#house.read("parametersOf", [market], block),
      this.#house.read("marketParams", [market], block),
    ]);
    if (given[0] !== true) return undefined;
    const { mode } = shaped(readingShape, given[1]);
    const { risk, feed } = shaped(paramsShape, paramsGiven[0]);
    // The mode holds all that market and collateral ask for, so it stands for the market's alarm.
    const contract = new ContractReader(this.#agreed, risk, riskInterface);
    const answer = await contract.read("tryReadLiquidation", [feed, expiry, NO_FEED, mode, true], block);
    if (answer[0] !== true) return undefined;

    const reading = shaped(readingShape, answer[1]);
    const liquidation = shaped(liquidationShape, answer[2]);
    const parameters = shaped(parametersShape, parametersGiven[0]);
    const secondsLeft = expiry > block.timestamp ? expiry - block.timestamp : 0n;
    const latest: Band = { price: reading.price, low: reading.low, high: reading.high };
    const { earlierPrice: price, earlierLow: low, earlierHigh: high } = liquidation;
    return {
      market,
      expiry,
      age: reading.age,
      allowed: LIQUIDATIONS[Number(liquidation.allowed)]!,
      latest,
      earlier: price === 0n ? undefined : { price, low, high },
      maintenance: {
        shockBps: parameters.maintenanceShockBps,
        floorBps: parameters.maintenanceFloorBps,
        timeValue: timeValueUp(MARK_VOLATILITY_BPS, secondsLeft),
      },
      initial: {
        ...initialScenario(latest, {
          shockBps: parameters.initialShockBps,
          floorBps: parameters.initialFloorBps,
          timeValue: timeValueUp(reading.volatilityBps, secondsLeft),
          multiplierBps: reading.multiplierBps,
          addOnBps: reading.addOnBps,
        }),
        isStale: reading.age > OLDEST_SECONDS,
      },
    };
  }

  /** A flagged book's auction as it stands. */
  async auction(id: bigint, block: BlockFacts): Promise<AuctionFacts> {
    return shaped(auctionShape, (await this.#house.read("auction", [id], block))[0]);
  }
}

const auctionShape = z.object({
  isFlagged: z.boolean(),
  isLiquidatable: z.boolean(),
  elapsed: whole,
  full: whole,
  target: whole,
  payment: whole,
  penalty: whole,
  largestShare: whole,
});

/** Of `AuctionView`, what a liquidator decides by; ledger units. */
export type AuctionFacts = Readonly<z.output<typeof auctionShape>>;

/** Named parts of a struct. */
function shaped<Shape extends z.ZodType>(shape: Shape, given: unknown): z.output<Shape> {
  return shape.parse((given as { toObject(): unknown }).toObject());
}

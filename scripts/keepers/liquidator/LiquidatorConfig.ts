// SPDX-License-Identifier: MIT
import { z } from "zod";

import { httpUrl, wholeText } from "../../chain/configShapes.ts";
import type { ActionClass } from "../../model/intents/types.ts";
import { USUAL_AUCTION_SHARE_BPS } from "../../model/clearing/flagReward.ts";
import { FEED_SLOTS } from "../../model/constants.ts";
import { classOf, feeShape } from "../dutyShape.ts";

const GWEI = 1_000_000_000n;
/** What a job brings in bounds the price of its gas anyway, and those that pay most come on the worst days. */
const MOST_FEE = 5_000n * GWEI;
const FLAG = { mustDo: false, maximumFeePerGas: MOST_FEE, maximumGas: 1_000_000n };
const BID = { mustDo: false, maximumFeePerGas: MOST_FEE, maximumGas: 3_000_000n };

/**
 * Policy of a liquidator. Flags and bids pay; ending what has ended and calling the backstop in pay nobody, so they are done
 * where `unflag` or `absorb` is a must.
 */
export const liquidatorShape = z.strictObject({
  /** USD per ether, 8 decimals: what rewards are weighed against gas with. Higher than the market is careful. */
  nativePrice: wholeText.refine((price) => price > 0n, "expected more than nothing"),
  /** Slot of the feed of USD per ether: once a market on it was read, its price counts instead. */
  nativeFeed: z
    .int()
    .min(0)
    .max(FEED_SLOTS - 1)
    .optional(),
  /** What a payment must exceed the worth of the legs (M) by, share of it; below 0 for whoever values them lower. */
  minimumMarginBps: z.int().min(-5_000).max(5_000).default(0),
  /**
   * Share of what an auction can pay beyond the worth of the legs that the account counts on when it weighs a flag against its
   * gas: whoever flags opens the auction he may win. 0 counts tip and penalty alone, which do not pay for gas of many gwei.
   */
  auctionShareBps: z.int().min(0).max(10_000).default(USUAL_AUCTION_SHARE_BPS),
  /** Capital put behind a bid beyond what it needs now. */
  headroomBps: z.int().min(0).max(10_000).default(500),
  /**
   * Boards of quotes to close taken books with in the same transaction, through contracts.flashLiquidator. The account's
   * tokens are the margin in between; it lets the contract have them beforehand.
   */
  flash: z.strictObject({ boards: z.array(httpUrl).min(1).max(9) }).optional(),
  /** Gas of a transaction that flags many books at once, at most; one that is not to be had in a block helps nobody. */
  batchGas: wholeText.default(12_000_000n),
  flag: feeShape(FLAG),
  bid: feeShape(BID),
  unflag: feeShape(FLAG),
  absorb: feeShape(BID),
});

export type LiquidatorPolicy = Readonly<z.output<typeof liquidatorShape>>;

export type LiquidatorAct = "flag" | "bid" | "unflag" | "absorb";

const ACTS: readonly LiquidatorAct[] = ["flag", "bid", "unflag", "absorb"];

/** Classes of a liquidator's work, each named by what it does; flagging many is flagging, but for the gas. */
export function liquidatorClasses(duty: string, policy: LiquidatorPolicy): ActionClass[] {
  const classes = ACTS.map((act) => classOf(`${duty} ${act}`, policy[act]));
  return [...classes, classOf(manyFlags(duty), { ...policy.flag, maximumGas: policy.batchGas })];
}

/** Name of the class of transactions that flag many books. */
export function manyFlags(duty: string): string {
  return `${duty} flags`;
}

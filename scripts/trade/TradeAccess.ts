// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { ClearingViews, NumberedMarket } from "../chain/ClearingViews.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { VaultViews } from "../chain/VaultViews.ts";
import { BallastError } from "../model/BallastError.ts";

/** What everything that looks needs. */
export interface TradeAccess {
  readonly agreed: AgreedChain;
  readonly views: ClearingViews;
  /** None where no lens of vaults is configured. */
  readonly vaults: VaultViews | undefined;
  /** Lower case. */
  readonly account: string;
  /** Quotes of one market, and one expiry where it is named, on all boards that answer. */
  readonly quotesOf: (market: bigint, expiry?: bigint) => Promise<readonly ShownQuote[]>;
  readonly bufferBps: bigint;
  readonly markVolatilityBps: bigint;
}

/** What somebody needs who takes quotes. */
export type TakerAccess = Pick<TradeAccess, "views" | "account" | "quotesOf" | "bufferBps">;

/** One thing to be sent, and what it is for people. */
export interface Step {
  readonly name: string;
  readonly to: string;
  readonly data: string;
}

/** What a command would do: what people look at before they agree, and steps, each made when the one before is done. */
export interface TradePlan {
  readonly report: Report;
  /** Undefined where there is nothing to do. */
  readonly steps: readonly ((head: BlockFacts) => Promise<Step | undefined>)[];
}

/** What is shown, as text or JSON; values are text already. */
export interface Report {
  readonly facts?: Readonly<Record<string, string>>;
  readonly tables?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
}

/** The market of a number. @throws BallastError `marketUnknown`. */
export async function marketNumbered(
  { views }: Pick<TradeAccess, "views">,
  number: bigint,
  head: BlockFacts,
): Promise<NumberedMarket> {
  const markets = await views.markets(head);
  const found = markets.find(({ market }) => market === number);
  if (found !== undefined) return found;
  throw new BallastError("marketUnknown", `There is no market ${number}`, {
    context: { market: number, markets: markets.map(({ market }) => market).join(", ") },
  });
}

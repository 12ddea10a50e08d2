// SPDX-License-Identifier: MIT
import type { ActPlan } from "./act.ts";
import type { FairValue } from "./fairValue.ts";
import { shortAddress, shown, shownBps, shownExact, shownPrice } from "./units.ts";

/** What filling quotes comes to. Amounts: ledger units; prices: USD, 8 decimals. */
export interface PlannedFill {
  /** 6 decimals. */
  readonly size: bigint;
  /** Paid, negative when received. */
  readonly premium: bigint;
  readonly fee: bigint;
  /** Of as many options; undefined without a price. */
  readonly fair: FairValue | undefined;
  /** Into the book out of the free balance, and of that so much out of the wallet first; the rest is in the book already. */
  readonly fromFree: bigint;
  readonly fromWallet: bigint;
  readonly margin: bigint;
  /** Options of the series that go from the wallet into the book first, 6 decimals. */
  readonly longsFromWallet: bigint;
  readonly worst: bigint;
  readonly quotes: readonly QuoteTerms[];
}

/** Whose quote it is, and while what it holds. */
export interface QuoteTerms {
  readonly maker: string;
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly spotLow: bigint;
  /** 0 where no price is asked. */
  readonly spotHigh: bigint;
}

const ONE = 1_000_000n;
const BPS = 10_000n;

/** Last second of the quote that is over first; unix time. */
export function holdsUntil(quotes: readonly QuoteTerms[]): bigint {
  return quotes.map(({ deadline }) => deadline).reduce((a, b) => (b < a ? b : a));
}

/** A fill as people look at it before they sign. @param money Text of an amount. */
export function fillFacts(fill: PlannedFill, money: (units: bigint) => string): ActPlan["facts"] {
  const { size, premium, fee, fromFree, fromWallet, longsFromWallet, margin, worst, quotes } = fill;
  const makers = [...new Set(quotes.map(({ maker }) => maker))];
  const total = premium + fee;
  return [
    [premium < 0n ? "Premium received" : "Premium", premiumText(size, premium, money)],
    ["Fair value", fairText(fill, money)],
    ["Fee", money(fee)],
    total < 0n ? ["Received in all", money(-total)] : ["In all", money(total)],
    ...(longsFromWallet > 0n ? [["Options out of the wallet", shownExact(longsFromWallet, 6)] as const] : []),
    ["Can be lost at most", money(worst)],
    ["Into the book first", sourceText(fromFree, fromWallet, money)],
    ...(margin > 0n ? [["Margin of the book afterwards", money(margin)] as const] : []),
    ["Holds until", holdsText(quotes)],
    [quotes.length === 1 ? "Signed by" : `${quotes.length} quotes, signed by`, makers.map(shortAddress).join(", ")],
  ];
}

/** What one costs is rounded up, and what one brings down. */
function premiumText(size: bigint, premium: bigint, money: (units: bigint) => string): string {
  const all = absolute(premium);
  if (size === ONE) return money(all);
  const each = premium < 0n ? (all * ONE) / size : (all * ONE + size - 1n) / size;
  return `${money(all)}, ${money(each)} for one`;
}

function fairText({ fair, premium }: PlannedFill, money: (units: bigint) => string): string {
  if (fair === undefined) return "not known without a price";
  const { value, volatilityBps, impliedBps } = fair;
  const implied = impliedBps === undefined ? "" : ` and implies ${shownBps(impliedBps, 0)}`;
  const told = `${money(value)} at a volatility of ${shownBps(volatilityBps, 0)} a year`;
  if (value === 0n) return told;
  const offBps = ((absolute(premium) - value) * BPS) / value;
  const side = offBps < 0n ? "below" : "above";
  return `${told}; the premium is ${shownBps(absolute(offBps))} ${side}${implied}`;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function sourceText(fromFree: bigint, fromWallet: bigint, money: (units: bigint) => string): string {
  if (fromFree === 0n) return "nothing: its cash does";
  if (fromWallet === 0n) return `${money(fromFree)} of the free balance`;
  if (fromWallet === fromFree) return `${money(fromFree)} out of the wallet`;
  return `${money(fromFree)}: ${money(fromFree - fromWallet)} of the free balance, ${money(fromWallet)} out of the wallet`;
}

/** Quotes may each ask for a price of its own: all of them hold while the price is within every range. */
function holdsText(quotes: readonly QuoteTerms[]): string {
  const until = new Date(Number(holdsUntil(quotes)) * 1_000).toISOString();
  const asked = quotes.filter(({ spotHigh }) => spotHigh > 0n);
  const when = `${until.slice(0, 10)} ${until.slice(11, 19)}`;
  if (asked.length === 0) return `${when}, at any price`;
  const low = asked.map(({ spotLow }) => spotLow).reduce((a, b) => (b > a ? b : a));
  const high = asked.map(({ spotHigh }) => spotHigh).reduce((a, b) => (b < a ? b : a));
  return `${when}, while the price is ${shownPrice(low)} to ${shownPrice(high)}`;
}

/** What is said of a board whose better quotes the chain does not confirm; nothing where there are none. */
export function boardWarning(unconfirmed: number): string | undefined {
  if (unconfirmed === 0) return undefined;
  const text = unconfirmed === 1 ? "quote of the board does" : "quotes of the board do";
  return `${shown(BigInt(unconfirmed), 0)} better ${text} not hold on the chain and ${unconfirmed === 1 ? "is" : "are"} left out: the board is behind, or lies.`;
}

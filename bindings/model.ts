// SPDX-License-Identifier: MIT
// The bigint model: what the contracts compute, to the last unit, without asking a chain. Imports nothing but itself.
export { BallastError } from "../scripts/model/BallastError.ts";
export type { ErrorContext } from "../scripts/model/BallastError.ts";
export { BPS, FEED_SLOTS, PRICE_DECIMALS, PRICE_ONE, ROUND_SECONDS, SEATS } from "../scripts/model/constants.ts";
export { formatDecimal } from "../scripts/model/formatDecimal.ts";
export { parseDecimal } from "../scripts/model/parseDecimal.ts";

// Ids of books and series.
export { bookId, seriesId } from "../scripts/model/clearing/ids.ts";

// Margin, liquidation, settlement.
export type { Band, CollateralKind, Leg, Point, Scenario, Terms } from "../scripts/model/clearing/types.ts";
export {
  calculateMarks,
  calculateRequirement,
  initialScenario,
  maintenanceScenario,
  markScenario,
  maximumLossUp,
  NO_MEASURE,
  timeValueUp,
} from "../scripts/model/clearing/margin.ts";
export type { Requirement } from "../scripts/model/clearing/margin.ts";
export { explainRequirement } from "../scripts/model/clearing/explainRequirement.ts";
export type { Explanation, PointLoss } from "../scripts/model/clearing/explainRequirement.ts";
export { AUCTION_RULES, auctionTerms, SHARE_ONE } from "../scripts/model/clearing/liquidation.ts";
export type { AuctionInputs, AuctionTerms } from "../scripts/model/clearing/liquidation.ts";
export {
  isUp,
  numeratorPerSize,
  numerators,
  SIZE_ONE,
  toUnitsDown,
  toUnitsUp,
  unitDecimals,
  unitsPerWhole,
} from "../scripts/model/clearing/payoff.ts";
export type { Numerators } from "../scripts/model/clearing/payoff.ts";
export { decideSettlement, nextRungAt, RUNGS } from "../scripts/model/clearing/settlementLadder.ts";
export type { Rung, Settlement, SettlementFacts } from "../scripts/model/clearing/settlementLadder.ts";
export { MODES, modeName } from "../scripts/model/trading/modeName.ts";

// Pricing.
export { blackScholes, blackScholesGreeks } from "../scripts/model/clearing/blackScholes.ts";
export type { OptionGreeks, OptionInput, OptionPrice } from "../scripts/model/clearing/blackScholes.ts";
export { impliedVolatility } from "../scripts/model/clearing/impliedVolatility.ts";
export type { QuotedOption } from "../scripts/model/clearing/impliedVolatility.ts";
export { optionValue } from "../scripts/model/trading/optionValue.ts";
export type { ValueInput } from "../scripts/model/trading/optionValue.ts";

// Quotes and what a trade of them takes.
export { clearingDomain, QUOTE_TYPES } from "../scripts/model/clearing/quoteTypedData.ts";
export type { ClearingDomain } from "../scripts/model/clearing/quoteTypedData.ts";
export { addLegs, CANCELLED, legsOfFill, premiumOf, writtenBy } from "../scripts/model/trading/quotes.ts";
export type { Quote, QuoteLeg, SignedQuote } from "../scripts/model/trading/quotes.ts";
export { fundingOf } from "../scripts/model/trading/fundingOf.ts";
export type { Funding } from "../scripts/model/trading/fundingOf.ts";
export type { MakerBook, QuotedMarket } from "../scripts/model/trading/judgeQuote.ts";
export { mintFeeUp } from "../scripts/model/trading/mintFee.ts";

// Price reports and the packed form in which they are relayed.
export { decodeRelay } from "../scripts/model/decodeRelay.ts";
export { encodeRelay } from "../scripts/model/encodeRelay.ts";
export { oracleDomain, PRICE_REPORT_TYPES } from "../scripts/model/priceReportTypedData.ts";
export type { OracleDomain } from "../scripts/model/priceReportTypedData.ts";
export { roundAt, roundStartMs, roundStartSeconds } from "../scripts/model/rounds.ts";
export type {
  CompactSignature,
  PriceReport,
  Prices,
  RelayBundle,
  RelayReport,
  Seat,
  SignedReport,
} from "../scripts/model/types.ts";

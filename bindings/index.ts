// SPDX-License-Identifier: MIT
// What most users need; the whole model, all factories and all ABIs have entry points of their own.
export { addressesFrom, addressesOn } from "./addresses.ts";
export type { Address, BallastAddresses } from "./addresses.ts";
export { connectBallast } from "./connectBallast.ts";
export type { Ballast } from "./connectBallast.ts";
export { explainRevert } from "./explainRevert.ts";
export type { RevertExplanation } from "./explainRevert.ts";
export { fillOf } from "./fillOf.ts";
export type { Taking } from "./fillOf.ts";
export { readMarket } from "./readMarket.ts";
export type { Market } from "./readMarket.ts";
export { signQuote, signReport } from "./signing.ts";
export { quoteDigest } from "../scripts/chain/quoteDigest.ts";
export { reportDigest } from "../scripts/chain/reportDigest.ts";
export { clearingDomain } from "../scripts/model/clearing/quoteTypedData.ts";
export { oracleDomain } from "../scripts/model/priceReportTypedData.ts";
export { bookId, seriesId } from "../scripts/model/clearing/ids.ts";
export type { Quote, QuoteLeg, SignedQuote } from "../scripts/model/trading/quotes.ts";

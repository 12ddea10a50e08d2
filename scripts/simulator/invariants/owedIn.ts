// SPDX-License-Identifier: MIT
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import type { ClearingLedger } from "../../model/clearing/clearingLedger.ts";

/** Everything the Clearinghouse owes in a token, ledger units: every unit is in one place of the ledger. */
export function owedIn(ledger: ClearingLedger, token: string): bigint {
  let sum = 0n;
  for (const [key, amount] of ledger.freeBalances) if (key.endsWith(token)) sum += amount;
  for (const { token: of, insurance, feesOwed, tranche } of ledger.markets.values())
    if (of === token) sum += insurance + feesOwed + tranche.amount;
  for (const [id, { cash, tips }] of ledger.books) {
    const market = ledger.markets.get(bookParts(id).market);
    if (market?.token === token) sum += cash + tips * market.parameters.tip;
  }
  for (const [key, { collected, paidOut, bond }] of ledger.pots)
    if (ledger.markets.get(BigInt(key.split(":")[0]!))?.token === token) sum += collected - paidOut + bond;
  return sum;
}

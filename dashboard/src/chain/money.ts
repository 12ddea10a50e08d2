// SPDX-License-Identifier: MIT
import { shownExact } from "../model/units.ts";
import type { Token } from "./Places.ts";

/** The most decimals of a ledger unit. */
const UNIT_DECIMALS = 9;

/** Decimals of the ledger units of a token. */
export function unitDecimals({ decimals }: Pick<Token, "decimals">): number {
  return Math.min(decimals, UNIT_DECIMALS);
}

/** Ledger units in units of the token itself. */
export function tokenUnits(units: bigint, token: Pick<Token, "decimals">): bigint {
  return units * 10n ** BigInt(token.decimals - unitDecimals(token));
}

/** An amount in ledger units, exactly. */
export function moneyText(units: bigint, token: Token): string {
  return `${shownExact(units, unitDecimals(token))} ${token.symbol}`;
}

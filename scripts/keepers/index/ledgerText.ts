// SPDX-License-Identifier: MIT
const WHOLE_NUMBER = /^-?\d+n$/;

/** Keys and values of a ledger as text; whole numbers get an n behind them. Nothing else in a ledger looks like that. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
}

/** What {@link textOf} made text of. @throws SyntaxError of anything else. */
export function valueOf(text: string): unknown {
  return JSON.parse(text, (_, item: unknown) =>
    typeof item === "string" && WHOLE_NUMBER.test(item) ? BigInt(item.slice(0, -1)) : item,
  );
}

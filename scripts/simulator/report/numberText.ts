// SPDX-License-Identifier: MIT
/** Dollars, with cents where they matter. Pure. */
export function money(dollars: number): string {
  const size = Math.abs(dollars);
  const text = size.toLocaleString("en", { maximumFractionDigits: size < 1_000 ? 2 : 0 });
  return `${dollars < 0 ? "−" : ""}$${text}`;
}

/** A count with its thousands apart. Pure. */
export function whole(count: number): string {
  return count.toLocaleString("en", { maximumFractionDigits: 0 });
}

/** A number of a table, to five digits; empty for none. Pure. */
export function measured(value: number | undefined): string {
  if (value === undefined) return "";
  const text = Number.isInteger(value)
    ? value.toLocaleString("en")
    : value.toLocaleString("en", { maximumSignificantDigits: 5 });
  return text.replace("-", "−");
}

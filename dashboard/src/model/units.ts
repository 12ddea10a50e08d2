// SPDX-License-Identifier: MIT
import { formatDecimal } from "../../../scripts/model/formatDecimal.ts";

/** Keeps a number in one line. */
const THIN = "\u202f";

/** A number as people read it: so many decimals always, thousands apart; rounded towards zero. */
export function shown(value: bigint, decimals: number, places = Math.min(decimals, 2)): string {
  const text = formatDecimal(value < 0n ? -value : value, decimals, places);
  const [whole, fraction = ""] = text.split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, THIN);
  const padded = places === 0 ? "" : `.${fraction.padEnd(places, "0")}`;
  return `${value < 0n ? "−" : ""}${grouped}${padded}`;
}

/** An amount with all of its decimals but zeros at the end, and two of them at least. */
export function shownExact(value: bigint, decimals: number): string {
  const text = shown(value, decimals, decimals);
  return decimals <= 2
    ? text
    : text.replace(/0+$/, "").replace(/\.(\d?)$/, (_, kept: string) => `.${kept.padEnd(2, "0")}`);
}

/** A price of the oracle, 8 decimals, with as many of them as its size asks for. */
export function shownPrice(price: bigint): string {
  return shown(price, 8, price >= 100_000_000_000n ? 2 : price >= 1_000_000_000n ? 3 : 4);
}

/** Dollars with 2 decimals as whole ones. */
export function shownDollars(cents: bigint): string {
  return `$${shown(cents, 2, 0)}`;
}

/** Basis points as percent. */
export function shownBps(bps: bigint, places = 1): string {
  return `${shown(bps, 2, places)}${THIN}%`;
}

/** A share from 0 to 1 as percent; what is nearly all or nearly nothing is not rounded to it. */
export function shownShare(share: number): string {
  const percent = share * 100;
  if (percent > 99.99 && share < 1) return `> 99.99${THIN}%`;
  if (percent < 0.01 && share > 0) return `< 0.01${THIN}%`;
  return `${percent.toFixed(percent >= 99 || percent < 1 ? 2 : 1)}${THIN}%`;
}

/** A time span in the two units that say most. */
export function shownSpan(seconds: bigint): string {
  const size = seconds < 0n ? -seconds : seconds;
  const units = [
    ["d", 86_400n],
    ["h", 3_600n],
    ["min", 60n],
    ["s", 1n],
  ] as const;
  const from = units.findIndex(([, length]) => size >= length);
  if (from === -1) return `0${THIN}s`;
  const parts = units.slice(from, from + 2).map(([name, length], index) => {
    const count = index === 0 ? size / length : (size % units[from]![1]) / length;
    return count === 0n && index > 0 ? "" : `${count}${THIN}${name}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}

/** The middle of an address is what nobody compares. */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

// SPDX-License-Identifier: MIT
/** Plain decimal text of a fixed-point value, rounded down to `shown` places. */
export function formatDecimal(value: bigint, decimals: number, shown: number = decimals): string {
  const digits = value.toString().padStart(decimals + 1, "0");
  const fraction = digits.slice(digits.length - decimals).slice(0, shown);
  const whole = digits.slice(0, digits.length - decimals);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

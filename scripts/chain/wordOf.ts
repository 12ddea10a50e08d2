// SPDX-License-Identifier: MIT
/** A number as the ABI packs it into 32 bytes: 64 digits without 0x. */
export function wordOf(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

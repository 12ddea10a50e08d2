// SPDX-License-Identifier: MIT

/** Code that calls a contract with its own calldata less the first word. */
export function forwardTo(target: string): string {
  // n = calldatasize - 32; copy n bytes from 32 on to memory; call(gas, target, 0, 0, n, 0, 0)
  return `0x602036038060205f375f5f825f5f73${target.slice(2)}5af100`;
}

// SPDX-License-Identifier: MIT
/** What a program's exit tells its supervisor. */
export const EXIT = {
  ok: 0,
  /** A defect: nobody thought of this. */
  unexpected: 1,
  /** Wrong arguments or configuration: restarting does not help. */
  usage: 2,
  /** Chain, disk, network or key failed: restarting may help. */
  infrastructure: 3,
  /** Another process holds the data folder, or the guard's memory is damaged: starting would risk a double signature. */
  unsafe: 4,
  /** The market or its contracts would not: nobody offers it, money is missing, or the call would be refused. */
  refused: 5,
} as const;

// SPDX-License-Identifier: MIT
/** Names of the seven validators of a stage's first set. */
export const VALIDATORS = ["ada", "ben", "cyd", "dov", "eve", "fay", "gus"] as const;
/** Two more, bonded and running, that no set has a seat for yet. */
export const STANDBYS = ["hal", "ivy"] as const;
/** Failure domain of each: where it claims to run. */
export const DOMAINS = ["north", "east", "south", "west"] as const;

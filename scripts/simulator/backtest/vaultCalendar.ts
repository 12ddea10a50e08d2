// SPDX-License-Identifier: MIT
import { startWindow } from "../../model/vaults/vaultCalendar.ts";

const MINUTE = 60n;
const { opens, closes } = startWindow(0n);

/** Seconds after a boundary from which on an epoch may start, and until which: a minute inside the rules. */
export const AUCTION_OPENS = opens + MINUTE;
export const START_CLOSES = closes - MINUTE;

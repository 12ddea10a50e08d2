// SPDX-License-Identifier: MIT
import { QUARANTINE_RULES } from "./quarantine.ts";
import { SIGNAL_ROWS } from "./signal.ts";
import type { OracleRules } from "./stepTypes.ts";

/** The oracle's numbers as the contracts have them. */
export const ORACLE_RULES: OracleRules = { rows: SIGNAL_ROWS, quarantine: QUARANTINE_RULES, graceSeconds: 1_800 };

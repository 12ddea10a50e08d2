// SPDX-License-Identifier: MIT
import { runFast } from "../../fast/runFast.ts";
import type { RunOne } from "../RunOrder.ts";
import { resolveOrder } from "../scenarioDocument.ts";

/** Plays an order in the fast tier. */
export const runOne: RunOne = async (order) => Promise.resolve(runFast(resolveOrder(order)));

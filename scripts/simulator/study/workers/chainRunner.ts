// SPDX-License-Identifier: MIT
import { playScenario } from "../../run/playScenario.ts";
import type { RunOne } from "../RunOrder.ts";
import { resolveOrder } from "../scenarioDocument.ts";

/** Plays an order on a chain of its own. */
export const runOne: RunOne = async (order) => (await playScenario(resolveOrder(order))).summary;

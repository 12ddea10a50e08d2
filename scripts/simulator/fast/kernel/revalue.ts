// SPDX-License-Identifier: MIT
import type { BookSheet } from "./BookSheet.ts";
import type { NumberScenario } from "./scenarios.ts";

const BPS = 10_000;
const CREDIT = 0.98;

/** A scenario in the coordinates of a sheet. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly timeValue: number;
  readonly cap: number;
}

/**
 * What margin charges each book in a scenario, whole dollars or coins, into `costs`: the exact model's `costUp` to within the
 * book's tolerance. A stale scenario charges maximum loss and needs no kernel.
 */
export function revalue(sheet: BookSheet, scenario: NumberScenario, costs: Float64Array): void {
  const { terms, books, first, shorts } = sheet;
  const { multiplier } = scenario;
  const range = rangeOf(sheet, scenario);
  const notional = terms.kind === "coin" ? 1 : scenario.price;
  const floor = scenario.floor * notional;
  const addOn = scenario.addOn * notional;
  for (let book = 0; book < books; book += 1) {
    const written = shorts[book]!;
    if (written === 0) {
      costs[book] = 0;
      continue;
    }
    const begin = first[book]!;
    const end = first[book + 1]!;
    const stress = end - begin === 1 ? stressOfShort(sheet, begin, range) : stressOf(sheet, begin, end, range);
    const least = floor * written;
    const cost = multiplier * (stress > least ? stress : least) + addOn * written;
    costs[book] = cost > 0 ? cost : 0;
  }
}

/** What the legs of each book pay at a price, shorts less longs, whole dollars or coins, into `losses`. */
export function payoffs(sheet: BookSheet, price: number, losses: Float64Array): void {
  const at = sheet.terms.kind === "quote" ? price : 1 / price;
  const cap = Number(sheet.terms.capBps) / BPS;
  for (let book = 0; book < sheet.books; book += 1) {
    let loss = 0;
    for (let leg = sheet.first[book]!; leg < sheet.first[book + 1]!; leg += 1) {
      const strike = sheet.strike[leg]!;
      const gain = sheet.up[leg] === 1 ? Math.min(Math.max(at - strike, 0), cap * strike) : Math.max(strike - at, 0);
      loss += sheet.weight[leg]! * gain;
    }
    losses[book] = loss;
  }
}

function rangeOf({ terms }: BookSheet, { low, high, timeValue }: NumberScenario): Range {
  const cap = Number(terms.capBps) / BPS;
  return terms.kind === "quote" ? { low, high, timeValue, cap } : { low: 1 / high, high: 1 / low, timeValue, cap };
}

/** One short alone: its loss rises with w where it is up and falls with w where it is down. */
function stressOfShort({ strike, weight, up }: BookSheet, leg: number, range: Range): number {
  const k = strike[leg]!;
  const isUp = up[leg] === 1;
  const at = isUp ? range.high : range.low;
  const gain = Math.max(isUp ? at - k : k - at, 0);
  const worth = gain + range.timeValue * (at < k ? at : k);
  const most = isUp ? range.cap * k : k;
  return weight[leg]! * (worth < most ? worth : most);
}

/** The worst of shorts less longs: at both ends, at strikes of longs and where short up legs reach their cap, if inside. */
function stressOf(sheet: BookSheet, begin: number, end: number, range: Range): number {
  const { strike, weight, up } = sheet;
  const { low, high, timeValue, cap } = range;
  const reach = 1 + cap - timeValue;
  let worst = lossAt(sheet, begin, end, low, timeValue, cap);
  const atHigh = lossAt(sheet, begin, end, high, timeValue, cap);
  if (atHigh > worst) worst = atHigh;
  for (let leg = begin; leg < end; leg += 1) {
    const isShort = weight[leg]! > 0;
    if (isShort && up[leg] === 0) continue;
    const peak = isShort ? strike[leg]! * reach : strike[leg]!;
    if (peak <= low || peak >= high) continue;
    const loss = lossAt(sheet, begin, end, peak, timeValue, cap);
    if (loss > worst) worst = loss;
  }
  return worst;
}

function lossAt(sheet: BookSheet, first: number, end: number, at: number, timeValue: number, cap: number): number {
  const { strike, weight, up } = sheet;
  let loss = 0;
  for (let leg = first; leg < end; leg += 1) {
    const k = strike[leg]!;
    const m = weight[leg]!;
    if (up[leg] === 1) {
      const gain = at > k ? at - k : 0;
      const most = cap * k;
      if (m > 0) {
        const worth = gain + timeValue * (at < k ? at : k);
        loss += m * (worth < most ? worth : most);
      } else {
        const third = most / 3;
        loss += CREDIT * m * (gain < third ? gain : third);
      }
    } else {
      const gain = at < k ? k - at : 0;
      if (m > 0) {
        const worth = gain + timeValue * (at < k ? at : k);
        loss += m * (worth < k ? worth : k);
      } else {
        loss += CREDIT * m * gain;
      }
    }
  }
  return loss;
}

// SPDX-License-Identifier: MIT
import { RUNGS } from "../../model/clearing/settlementLadder.ts";
import type { Rung } from "../../model/clearing/settlementLadder.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import type { Invariant } from "./Invariant.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const WINDOW_SECONDS = 1_800n;
/** Seconds after the expiry from which a rung may give the price. */
const OPENS: Readonly<Record<Rung, number>> = {
  none: Infinity,
  window: 120,
  thinWindow: 2 * HOUR,
  signed: 2 * HOUR,
  witnessedWindow: DAY,
  line: DAY,
  witnesses: 3 * DAY,
  lastMedian: 7 * DAY,
  lastOpening: 7 * DAY,
};
/** Percent of the window that must be covered for a rung that takes its mean. */
const COVERED: Partial<Record<Rung, bigint>> = { window: 80n, thinWindow: 20n, witnessedWindow: 20n };
const KEPT_MARKS = 64;

interface Mark {
  readonly sum: bigint;
  readonly coverage: bigint;
}

/** S7: an expiry gets its price once, from a rung that is open, and a mean is that of the window as it was kept. */
export function settledOnce(): Invariant {
  const memory = { priced: new Map<string, number>(), marks: new Map<string, Mark>() };
  return {
    id: "S7",
    memory,
    check({ events, number, timestamp, ledger }) {
      const { priced, marks } = memory;
      for (const event of events) {
        keepMark(event, marks);
        const { contract, name, args } = event;
        if (contract !== "house" || name !== "ExpirySettled") continue;
        const market = args.market as bigint;
        const expiry = args.expiry as bigint;
        const key = `${market}:${expiry}`;
        if (priced.has(key)) return `expiry ${key} was priced again, after block ${priced.get(key)!}`;
        priced.set(key, number);
        const mark = marks.get(`${ledger.markets.get(market)!.feed}:${expiry}`);
        const rung = RUNGS[Number(args.rung)] ?? "none";
        const wrong = wrongPrice(rung, args.price as bigint, timestamp - Number(expiry), mark);
        if (wrong !== undefined) return `expiry ${key}: ${wrong}`;
      }
      return undefined;
    },
  };
}

function keepMark({ contract, name, args }: WorldEvent, marks: Map<string, Mark>): void {
  if (contract !== "oracle" || name !== "MarkKept") return;
  marks.set(`${args.feed}:${args.boundary}`, { sum: args.sum as bigint, coverage: args.coverage as bigint });
  if (marks.size > KEPT_MARKS) marks.delete(marks.keys().next().value!);
}

/** @param after Seconds since the expiry. */
function wrongPrice(rung: Rung, price: bigint, after: number, mark: Mark | undefined): string | undefined {
  if (after < OPENS[rung]) return `rung ${rung} gave the price after ${after} s`;
  const least = COVERED[rung];
  if (mark === undefined || mark.coverage === 0n) return undefined;
  const percent = (mark.coverage * 100n) / WINDOW_SECONDS;
  if (rung === "line" && percent >= 20n) return `a line was drawn beside a window covered to ${percent} %`;
  if (least === undefined) return undefined;
  if (percent < least) return `rung ${rung} took a window covered to ${percent} %`;
  const mean = mark.sum / mark.coverage;
  return price === mean ? undefined : `rung ${rung} gave ${price} where the mean is ${mean}`;
}

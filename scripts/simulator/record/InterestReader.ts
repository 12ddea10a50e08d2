// SPDX-License-Identifier: MIT
import { encodeCall } from "../../chain/abiText.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import { BPS, PRICE_ONE } from "../../model/constants.ts";
import type { BlockView } from "../world/BlockWatch.ts";
import type { RequestLine } from "../world/RequestLine.ts";
import { batchCalls, wordAt } from "../world/batchCalls.ts";
import type { InterestSight } from "./sights.ts";

/** Positions of words: of `readingOf` behind its yes or no, and of `marketState`. */
const READING = { price: 3, notionalCap: 11, lossShareBps: 12 } as const;
const STATE = { openNotional: 0, insurance: 1 } as const;
const CENTS = 100n;

/** Reads open notional and its cap, of markets in which something was opened. */
export class InterestReader {
  readonly #line: RequestLine;
  readonly #house: string;

  constructor(line: RequestLine, house: string) {
    this.#line = line;
    this.#house = house;
  }

  async read({ events, ledger }: BlockView): Promise<InterestSight[]> {
    const opened = new Map<bigint, bigint>();
    for (const { contract, name, args } of events) {
      if (contract !== "house" || (name !== "Minted" && name !== "QuoteFilled")) continue;
      const { market, expiry } = bookParts((name === "Minted" ? args.id : args.makerBook) as bigint);
      opened.set(market, expiry);
    }
    const sights: InterestSight[] = [];
    for (const [market, expiry] of opened) {
      const calls = [this.#call("marketState", [market]), this.#call("readingOf", [market, expiry])];
      const [state, reading] = await batchCalls(this.#line, calls);
      if (state === undefined) continue;
      const { terms } = ledger.markets.get(market)!;
      sights.push({
        market,
        openNotional: wordAt(state, STATE.openNotional),
        cap: reading === undefined || wordAt(reading, 0) === 0n ? undefined : capOf(state, reading, terms),
      });
    }
    return sights;
  }

  #call(name: string, args: readonly bigint[]): { to: string; data: string } {
    return { to: this.#house, data: encodeCall(clearingInterface, name, args) };
  }
}

/** As `Requirements.notionalCap`. */
function capOf(
  state: string,
  reading: string,
  { kind, unitDecimals }: { readonly kind: "quote" | "coin"; readonly unitDecimals: number },
): bigint {
  const cap = wordAt(reading, READING.notionalCap);
  const lossShareBps = wordAt(reading, READING.lossShareBps);
  if (lossShareBps === 0n) return cap;
  let cents = wordAt(state, STATE.insurance) * CENTS;
  if (kind === "coin") cents = (cents * wordAt(reading, READING.price)) / PRICE_ONE;
  const secured = ((cents / 10n ** BigInt(unitDecimals)) * BPS) / lossShareBps;
  return secured < cap ? secured : cap;
}

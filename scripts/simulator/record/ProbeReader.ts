// SPDX-License-Identifier: MIT
import { z } from "zod";

import { clearingInterface } from "../../chain/clearingInterface.ts";
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import { maximumLossUp } from "../../model/clearing/margin.ts";
import type { BlockView } from "../world/BlockWatch.ts";
import type { RequestLine } from "../world/RequestLine.ts";
import type { ProbeSight } from "./sights.ts";

const answerShape = z.string();

/** Tries an exit that the laws promise at the end of each block, of one person after the other, without doing it. */
export class ProbeReader {
  readonly #line: RequestLine;
  readonly #house: string;

  constructor(line: RequestLine, house: string) {
    this.#line = line;
    this.#house = house;
  }

  async probe(view: BlockView): Promise<ProbeSight | undefined> {
    const exit = view.number % 2 === 0 ? freeCash(view) : spareCash(view);
    if (exit === undefined) return undefined;
    const { owner, what, data } = exit;
    try {
      answerShape.parse(await this.#line.request("eth_call", [{ from: owner, to: this.#house, data }, "latest"]));
      return { owner, what, isRefused: false, reason: "" };
    } catch (error) {
      return { owner, what, isRefused: true, reason: String(error).split("\n")[0]! };
    }
  }
}

interface Exit {
  readonly owner: string;
  readonly what: string;
  readonly data: string;
}

/** Taking a free balance home. */
function freeCash({ number, ledger }: BlockView): Exit | undefined {
  const held = [...ledger.freeBalances].filter(([key, amount]) => amount > 0n && !key.startsWith(ledger.rewardPot));
  const [key, amount] = held[Math.floor(number / 2) % Math.max(1, held.length)] ?? [];
  if (key === undefined || amount === undefined) return undefined;
  const [owner, token] = key.split(":") as [string, string];
  const data = clearingInterface.encodeFunctionData("withdraw", [token, amount, owner]);
  return { owner, what: `withdraw ${amount} of ${token}`, data };
}

/** Taking what a book has beyond its maximum loss; a few books are looked at in a block. */
function spareCash({ number, ledger }: BlockView): Exit | undefined {
  const ids = [...ledger.books.keys()];
  for (let step = 0; step < Math.min(LOOKED_AT, ids.length); step++) {
    const id = ids[(LOOKED_AT * Math.floor(number / 2) + step) % ids.length]!;
    const { cash, status, legs } = ledger.books.get(id)!;
    if (status !== "healthy" || cash === 0n) continue;
    const { owner, market } = bookParts(id);
    const amount = cash - maximumLossUp(legs, ledger.markets.get(market)!.terms);
    if (amount <= 0n) continue;
    const data = clearingInterface.encodeFunctionData("defund", [id, amount, owner]);
    return { owner, what: `defund ${amount} of book ${id}`, data };
  }
  return undefined;
}

const LOOKED_AT = 4;

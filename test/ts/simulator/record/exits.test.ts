// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { clearingInterface } from "../../../../scripts/chain/clearingInterface.ts";
import { keyOf, potKey, seriesId } from "../../../../scripts/model/clearing/clearingLedger.ts";
import type { ClearingLedger } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { exitOf } from "../../../../scripts/simulator/record/exits.ts";
import {
  BUYER,
  calmLedger,
  EXPIRY,
  MARKET,
  MAXIMUM_LOSS,
  potOf,
  SIZE,
  START,
  TOKEN,
  WRITER,
  WRITER_BOOK,
} from "../invariants/calmSight.ts";

const KINDS = 7;
const VAULT = `0x${"7".repeat(39)}A`;
const SERIES = seriesId(MARKET, EXPIRY, { strike: 30_000_000n, isCall: true });

/** What is tried in as many blocks as there are kinds: name of the call, who, and its arguments. */
function triedIn(ledger: ClearingLedger, timestamp = START): Map<string, { owner: string; args: unknown[] }> {
  const tried = new Map<string, { owner: string; args: unknown[] }>();
  for (let number = 0; number < KINDS; number++) {
    const exit = exitOf({ number, timestamp, ledger, vaults: [VAULT] });
    if (exit === undefined || "vault" in exit) continue;
    const { name, args } = clearingInterface.parseTransaction({ data: exit.data })!;
    tried.set(name, { owner: exit.owner, args: args.toArray(true) as unknown[] });
  }
  return tried;
}

describe("exits that are tried in every block", () => {
  it("are taking a free balance home, and putting it into one's own book", () => {
    const tried = triedIn(calmLedger());
    expect([...tried.keys()].sort()).to.deep.equal(["fund", "withdraw"]);
    expect(tried.get("withdraw")).to.deep.equal({ owner: WRITER, args: [TOKEN, 500_000_000n, WRITER] });
    expect(tried.get("fund")).to.deep.equal({ owner: WRITER, args: [WRITER_BOOK, 500_000_000n] });
  });

  it("are taking what a book has beyond its maximum loss, to the unit, unless it is in liquidation", () => {
    const cash = MAXIMUM_LOSS + 7n;
    const tried = triedIn(calmLedger({ cash }));
    expect(tried.get("defund")).to.deep.equal({ owner: WRITER, args: [WRITER_BOOK, 7n, WRITER] });
    expect(triedIn(calmLedger({ cash, status: "flagged" })).has("defund")).to.equal(false);
    expect(triedIn(calmLedger({ cash: MAXIMUM_LOSS })).has("defund")).to.equal(false);
  });

  it("are closing a short against longs that its owner holds, until the expiry", () => {
    const ledger = calmLedger();
    ledger.longs.set(keyOf(WRITER, SERIES), SIZE - 1n);
    expect(triedIn(ledger).has("burn"), "not enough").to.equal(false);
    ledger.longs.set(keyOf(WRITER, SERIES), SIZE);
    expect(triedIn(ledger).get("burn")).to.deep.equal({
      owner: WRITER,
      args: [WRITER_BOOK, [[30_000_000n, true, SIZE]]],
    });
    expect(triedIn(ledger, Number(EXPIRY)).has("burn"), "at the expiry").to.equal(false);
  });

  it("are settling and redeeming once the expiry has its price", () => {
    const ledger = calmLedger();
    ledger.pots.set(potKey(MARKET, EXPIRY), potOf({ price: 0n }));
    expect(triedIn(ledger).has("redeem"), "closed, not priced").to.equal(false);
    ledger.pots.set(potKey(MARKET, EXPIRY), potOf({ price: 1n }));
    expect(triedIn(ledger).get("settleBooks")).to.deep.equal({ owner: WRITER, args: [[WRITER_BOOK]] });
    expect(triedIn(ledger).get("redeem")).to.deep.equal({ owner: BUYER, args: [SERIES, SIZE] });
  });

  it("are leaving a vault in kind, for who lets it put options into his books", () => {
    const ledger = calmLedger();
    const isLeaving = (exit: ReturnType<typeof exitOf>): boolean => exit !== undefined && "vault" in exit;
    const tried = () => exitOf({ number: KINDS - 1, timestamp: START, ledger, vaults: [VAULT] });
    ledger.managerRights.set(keyOf(WRITER, BUYER), 4n);
    ledger.managerRights.set(keyOf(WRITER, VAULT), 3n);
    expect(isLeaving(tried()), "another manager, another right").to.equal(false);
    ledger.managerRights.set(keyOf(BUYER, VAULT), 4n);
    expect(tried()).to.deep.equal({ owner: BUYER, vault: VAULT });
  });

  it("are one in each block where anybody has any, of one person after the other", () => {
    const ledger = calmLedger();
    const owners = Array.from({ length: 3 }, (_, index) => `0x${String(index + 5).repeat(40)}`);
    for (const owner of owners) ledger.freeBalances.set(keyOf(owner, TOKEN), 9n);
    const seen = new Set<string>();
    for (let number = 0; number < 4 * KINDS; number++) {
      seen.add(exitOf({ number, timestamp: START, ledger, vaults: [] })!.owner);
    }
    expect([...seen].sort()).to.deep.equal([WRITER, ...owners].sort());
  });
});

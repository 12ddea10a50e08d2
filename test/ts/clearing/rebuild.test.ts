// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";

import { decodeClearingEvents } from "../../../scripts/chain/decodeClearingEvents.ts";
import {
  bookParts,
  type ClearingLedger,
  emptyLedger,
  keyOf,
  potOf,
  receiptKey,
} from "../../../scripts/model/clearing/clearingLedger.ts";
import { foldClearingEvents } from "../../../scripts/model/clearing/foldClearingEvents.ts";
import type { ClearingBench } from "./ClearingBench.ts";
import { RandomSession } from "./RandomSession.ts";

const ACTIONS = 600;
/** Kinds of actions that must have gone through, of 35. */
const FEWEST_KINDS = 26;
const STATES = ["healthy", "flagged", "settled"];

/** Everything the Clearinghouse ever logged, folded. */
async function ledgerOf(bench: ClearingBench): Promise<ClearingLedger> {
  const logs = await bench.connection.ethers.provider.getLogs({
    address: await bench.house.getAddress(),
    fromBlock: 0,
  });
  return foldClearingEvents(emptyLedger(bench.pot), decodeClearingEvents(logs));
}

async function expectBooks(bench: ClearingBench, ledger: ClearingLedger, ids: Iterable<bigint>): Promise<void> {
  for (const id of ids) {
    const shown = await bench.house.book(id);
    const record = ledger.books.get(id) ?? { cash: 0n, tips: 0n, status: "healthy", legs: [] };
    expect(record, `book ${id}`).to.deep.equal({
      cash: shown.cash,
      tips: shown.tips,
      status: STATES[Number(shown.state)],
      legs: shown.legs.map(({ strike, isCall, size }) => ({ strike, isCall, size })),
    });
  }
}

async function expectBalances(session: RandomSession, ledger: ClearingLedger): Promise<void> {
  const { bench } = session;
  for (const owner of [...session.actors.map(({ address }) => address), bench.pot]) {
    for (const token of [bench.dollar, bench.coin]) {
      const address = await token.getAddress();
      expect(ledger.freeBalances.get(keyOf(owner, address)) ?? 0n, `free balance of ${owner}`).to.equal(
        await bench.house.freeBalance(owner, token),
      );
    }
  }
  for (const { address: owner } of session.actors) {
    for (const series of ledger.openInterest.keys()) {
      expect(ledger.longs.get(keyOf(owner, series)) ?? 0n, `longs of ${owner}`).to.equal(
        await bench.house.balanceOf(owner, series),
      );
    }
    for (const { address: manager } of session.actors) {
      expect(ledger.managerRights.get(keyOf(owner, manager)) ?? 0n, "rights").to.equal(
        await bench.house.managerRights(owner, manager),
      );
    }
    for (let nonce = 0n; nonce < 120n; nonce += 1n) {
      expect(ledger.filled.get(keyOf(owner, nonce)) ?? 0n, `fill amount of nonce ${nonce}`).to.equal(
        await bench.house.filledAmount(owner, nonce),
      );
    }
  }
  for (const [series, size] of ledger.openInterest) {
    expect(size, "open interest").to.equal(await bench.house.openInterest(series));
  }
}

async function expectMarkets(session: RandomSession, ledger: ClearingLedger): Promise<void> {
  const { house } = session.bench;
  for (const [market, record] of ledger.markets) {
    const shown = await house.marketState(market);
    const { insurance, reserved, feesOwed } = record;
    expect({ insurance, reserved, feesOwed }, `market ${market}`).to.deep.equal({
      insurance: shown.insurance,
      reserved: shown.reserved,
      feesOwed: shown.feesOwed,
    });
    const { provider, amount, reserved: held } = await house.trancheOf(market);
    expect(record.tranche, `backstop of ${market}`).to.deep.equal({
      provider: provider.toLowerCase(),
      amount,
      reserved: held,
    });
    for (const expiry of session.expiries) {
      const pot = await house.expiryState(market, expiry);
      const { claims, collected, price, rung, reserved: kept, drawn } = potOf(ledger, market, expiry);
      expect({ claims, collected, price, rung, kept, drawn }, `pot ${market}:${expiry}`).to.deep.equal({
        claims: pot.claims,
        collected: pot.collected,
        price: pot.price,
        rung: pot.rung,
        kept: pot.reserved,
        drawn: pot.drawn,
      });
      for (const { address } of session.actors) {
        const receipt = await house.receiptOf(address, market, expiry);
        expect(
          ledger.receipts.get(receiptKey(address, market, expiry)) ?? { par: 0n, paid: 0n },
          `receipt of ${address}`,
        ).to.deep.equal({ par: receipt.par, paid: receipt.paid });
      }
    }
  }
}

/** Every unit of a token is in one place of the ledger. */
async function expectWhole(session: RandomSession, ledger: ClearingLedger): Promise<void> {
  for (const [token] of ledger.tokenDecimals) {
    let sum = 0n;
    for (const [key, amount] of ledger.freeBalances) if (key.endsWith(token)) sum += amount;
    for (const [market, record] of ledger.markets) {
      if (record.token !== token) continue;
      sum += record.insurance + record.feesOwed + record.tranche.amount;
      for (const [id, book] of ledger.books) {
        if (bookParts(id).market === market) sum += book.cash + book.tips * record.parameters.tip;
      }
      for (const [key, pot] of ledger.pots) {
        if (key.startsWith(`${market}:`)) sum += pot.collected - pot.paidOut + pot.bond;
      }
    }
    expect(sum, "the ledger adds up to what is owed").to.equal(await session.bench.house.owed(token));
  }
}

/** Where the next split of a book goes depends on how many there were. */
async function expectSplits(session: RandomSession, ledger: ClearingLedger): Promise<void> {
  for (const id of session.books) {
    const { owner } = bookParts(id);
    const nonce = (ledger.splits.get(owner) ?? 0n) + 1n;
    const hash = keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [id, nonce]));
    const next = await session.bench.house.nextSplit(id, owner);
    expect(next & 0xffffffffn, "sub id of the next split").to.equal(BigInt(hash) & 0xffffffffn);
  }
}

describe("Events alone rebuild the Clearinghouse", () => {
  for (const seed of [1, 2, 3]) {
    it(`after a long session of four people, seed ${seed}`, async () => {
      const session = await RandomSession.create(seed);
      await session.run(ACTIONS);
      expect(session.done.size, "kinds of actions that went through").to.be.at.least(FEWEST_KINDS);
      const ledger = await ledgerOf(session.bench);
      await expectBooks(session.bench, ledger, new Set([...session.books, ...ledger.books.keys()]));
      await expectBalances(session, ledger);
      await expectMarkets(session, ledger);
      await expectSplits(session, ledger);
      await expectWhole(session, ledger);
    });
  }
});

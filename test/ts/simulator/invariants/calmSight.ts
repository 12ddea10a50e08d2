// SPDX-License-Identifier: MIT
import { Result } from "ethers";

import { emptyLedger, keyOf, potOf as emptyPot, seriesId } from "../../../../scripts/model/clearing/clearingLedger.ts";
import type { BookRecord, ClearingLedger, PotRecord } from "../../../../scripts/model/clearing/clearingLedger.ts";
import { MODE_RULES } from "../../../../scripts/model/risk/modeMachine.ts";
import type { Invariant, JudgeContext } from "../../../../scripts/simulator/invariants/Invariant.ts";
import type { BlockSight, FeedSight, RelaySight } from "../../../../scripts/simulator/record/sights.ts";
import type { ContractName, WorldEvent } from "../../../../scripts/simulator/world/BlockWatch.ts";

export const TOKEN = `0x${"11".repeat(20)}`;
export const WRITER = `0x${"22".repeat(20)}`;
export const BUYER = `0x${"33".repeat(20)}`;
export const EXPIRY = 1_767_600_000n;
export const MARKET = 1n;
/** Of the first sight, and how long a block is. */
export const START = 1_767_400_000;
export const BLOCK_SECONDS = 12;
const ROUND_SECONDS = 15;
const HEARTBEAT = 300;
/** One call of strike 3,000, 6 decimals. */
export const SIZE = 1_000_000n;
const STRIKE = 30_000_000n;
const SERIES = seriesId(MARKET, EXPIRY, { strike: STRIKE, isCall: true });
/** Maximum loss of the writer: calls pay their strike at most. */
export const MAXIMUM_LOSS = 3_000_000_000n;
export const WRITER_BOOK = (BigInt(WRITER) << 96n) | (MARKET << 64n) | (EXPIRY << 32n);
const VALIDATORS = ["validator-1", "validator-2", "validator-3", "validator-4"];
const WEIGHT = 100n;

/** A market in which one call was written and its buyer holds it outside of books. */
export function calmLedger(changed: Partial<BookRecord> = {}): ClearingLedger {
  const ledger = emptyLedger(`0x${"44".repeat(20)}`);
  ledger.tokenDecimals.set(TOKEN, 6n);
  ledger.markets.set(MARKET, {
    token: TOKEN,
    kind: "quote",
    feed: 0n,
    marketHash: "0x",
    terms: { kind: "quote", unitDecimals: 6, capBps: 10_000n },
    parameters: { capBps: 10_000n, strikeStep: 100n, tip: 1_000_000n },
    insurance: 250_000_000_000n,
    reserved: 0n,
    feesOwed: 0n,
    isSunset: false,
    tranche: { provider: WRITER, amount: 0n, reserved: 0n },
  });
  ledger.books.set(WRITER_BOOK, {
    cash: 1_000_000_000n,
    tips: 2n,
    status: "healthy",
    legs: [{ strike: STRIKE, isCall: true, size: -SIZE }],
    ...changed,
  });
  ledger.longs.set(keyOf(BUYER, SERIES), SIZE);
  ledger.openInterest.set(SERIES, SIZE);
  ledger.freeBalances.set(keyOf(WRITER, TOKEN), 500_000_000n);
  return ledger;
}

/** All of {@link calmLedger}: insurance, cash, two tips and a free balance. */
export const OWED = 250_000_000_000n + 1_000_000_000n + 2_000_000n + 500_000_000n;

export function calmFeed(changed: Partial<FeedSight> = {}): FeedSight {
  const [price, low, high] = [3_000n, 2_990n, 3_010n].map((dollars) => dollars * 10n ** 8n);
  const { cautious, reduceOnly, halted } = MODE_RULES.dwell;
  return {
    id: "ETH-USD",
    slot: 0,
    truth: price!,
    price: price!,
    low: low!,
    high: high!,
    age: 20,
    dispersionPpm: 500,
    level: "normal",
    mode: "normal",
    phase: "none",
    dwells: { cautious: Number(cautious), reduceOnly: Number(reduceOnly), halted: Number(halted) },
    ...changed,
  };
}

/** A block in which nothing happened. @param block Since the first. */
export function calmSight(block = 0, changed: Partial<BlockSight> = {}): BlockSight {
  const seconds = block * BLOCK_SECONDS;
  return {
    number: 100 + block,
    timestamp: START + seconds,
    seconds,
    isReplaced: false,
    events: [],
    ledger: calmLedger(),
    feeds: [calmFeed()],
    relays: [],
    pushes: [],
    work: [],
    hashes: [`0x${block}`],
    tokens: [{ token: TOKEN, balance: OWED, owed: OWED, scale: 1n }],
    before: new Map(),
    sample: undefined,
    unhealthy: [],
    flags: [],
    interests: [],
    probe: undefined,
    ...changed,
  };
}

/** A round that all four signed. @param prices USD of the four. @param median USD. */
export function roundOf(prices: readonly bigint[], median: bigint, changed: Partial<RelaySight> = {}): RelaySight {
  const at = (dollars: bigint): bigint[] => [dollars * 10n ** 8n, ...Array.from({ length: 7 }, () => 0n)];
  return {
    relayer: "relayer-1",
    round: BigInt(Math.floor(START / ROUND_SECONDS)),
    setId: 1n,
    isUpgrade: false,
    signers: 15n,
    prices: at(median),
    quarantined: new Set(),
    divergent: new Set(),
    reports: VALIDATORS.map((validator, index) => ({ validator, weight: WEIGHT, prices: at(prices[index]!) })),
    weights: new Map(VALIDATORS.map((validator) => [validator, WEIGHT])),
    activeWeight: WEIGHT * BigInt(VALIDATORS.length),
    ...changed,
  };
}

export function eventOf(contract: ContractName, name: string, args: Readonly<Record<string, unknown>>): WorldEvent {
  const result = Result.fromItems(Object.values(args), Object.keys(args));
  return { contract, address: TOKEN, name, args: result, transactionHash: "0xaa" };
}

export function potOf(changed: Partial<PotRecord> = {}): PotRecord {
  return { ...emptyPot(emptyLedger(TOKEN), MARKET, EXPIRY), ...changed };
}

/** Everybody is honest and at work. */
export function calmContext(changed: Partial<JudgeContext> = {}): JudgeContext {
  return {
    scenario: {
      faults: [],
      chain: { kind: "l1", blockSeconds: BLOCK_SECONDS, finalityLagBlocks: 2, startAt: START },
      venues: { count: 5, noiseBps: 4 },
    },
    heartbeat: HEARTBEAT,
    isByzantine: () => false,
    isHonestLoss: () => true,
    validatorName: (id) => `validator-${id}`,
    refusedExits: [],
    running: new Set([...VALIDATORS, "relayer-1", "keeper-1", "liquidator-1"]),
    answering: new Set([...VALIDATORS, "relayer-1", "keeper-1", "liquidator-1"]),
    ...changed,
  };
}

/** What an invariant says of blocks, one after the other; the first that it is not content with. */
export function firstWrong(
  invariant: Invariant,
  sights: readonly BlockSight[],
  context: (block: number) => JudgeContext = () => calmContext(),
): { readonly block: number; readonly detail: string } | undefined {
  for (const [block, sight] of sights.entries()) {
    const detail = invariant.check(sight, context(block));
    if (detail !== undefined) return { block, detail };
  }
  return undefined;
}

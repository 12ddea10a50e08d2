// SPDX-License-Identifier: MIT
import type { NonceManager, Wallet } from "ethers";

import type { Leg } from "../model/clearing/types.ts";
import type { DemoStage } from "./DemoStage.ts";
import { DEMO_FEEDS } from "./demoConfigs.ts";
import { readRounds } from "./readRounds.ts";
import { SETTLER } from "./TradingPlan.ts";
import type { PlannedAccount, TradingPlan } from "./TradingPlan.ts";
import type {
  AccountRecord,
  Attempts,
  CondorRecord,
  MarketRecord,
  SeriesRecord,
  TradingRecord,
  TruthSample,
} from "./TradingRecord.ts";

/** An account of the plan with its key and its only book. */
export interface LiveAccount {
  readonly planned: PlannedAccount;
  readonly key: Wallet;
  readonly signer: NonceManager;
  readonly address: string;
  readonly book: bigint;
}

/** What the chain does not know. */
export interface TradingContext {
  readonly accounts: readonly LiveAccount[];
  readonly plan: TradingPlan;
  readonly fromBlock: number;
  /** First block of the last half hour's rounds. */
  readonly windowFrom: number;
  readonly tradedAt: bigint;
  readonly expiry: bigint;
  readonly silent: string;
  readonly members: readonly string[];
  readonly condor: CondorRecord;
  readonly series: readonly SeriesRecord[];
  readonly opens: Attempts;
  readonly exits: Attempts;
}

const DAY_STEP = 900n;
const WINDOW_STEP = 15n;
const WINDOW_SECONDS = 1_800n;
const OWNER_SHIFT = 96n;
const KINDS = ["quote", "coin"] as const;

type Flow = { premium: bigint; fees: bigint; legs: Leg[] };

/** Everything that trading and its expiry left on the chain, by events and views. */
export async function readTrading(stage: DemoStage, context: TradingContext): Promise<TradingRecord> {
  const { tradedAt, expiry, silent, members, condor, series, opens, exits, accounts } = context;
  const flows = await readFlows(stage, context);
  const markets = await Promise.all(
    stage.room.parameters.clearing.markets.map((_, index) => readMarket(stage, context, BigInt(index + 1))),
  );
  const windowFrom = expiry - WINDOW_SECONDS;
  const settler = accounts.find(({ planned }) => planned.name === SETTLER);
  const traders = accounts.filter((account) => account !== settler);
  return {
    tradedAt,
    expiry,
    silent,
    members,
    markets,
    accounts: await Promise.all(
      traders.map((account) => readAccount(stage, context, account, flows.get(account.address)!)),
    ),
    settlerEnds: await Promise.all(markets.map(({ number }) => heldBy(stage, settler!.address, number))),
    series,
    condor,
    rounds: await readRounds(stage, context.windowFrom, { shadowVotes: [], liesIn: () => [] }),
    day: await readTruth(stage, tradedAt, expiry, DAY_STEP),
    window: await readTruth(stage, windowFrom, expiry, WINDOW_STEP),
    opens,
    exits,
  };
}

/** Premiums, fees and legs of every account, rebuilt from events alone. */
async function readFlows(stage: DemoStage, { accounts, fromBlock }: TradingContext): Promise<Map<string, Flow>> {
  const { house } = stage.room;
  const flows = new Map<string, Flow>(accounts.map(({ address }) => [address, { premium: 0n, fees: 0n, legs: [] }]));
  const ownerOf = (book: bigint): Flow => {
    const owner = accounts.find(({ address }) => BigInt(address) === book >> OWNER_SHIFT);
    return flows.get(owner!.address)!;
  };
  for (const { args } of await house.queryFilter(house.filters.QuoteFilled(), fromBlock)) {
    const [maker, taker] = [ownerOf(args.makerBook), ownerOf(args.takerBook)];
    maker.premium += args.premium;
    taker.premium -= args.premium;
    maker.fees += args.makerFee;
    taker.fees += args.takerFee;
    for (const { strike, isCall, ratio } of args.legs) {
      maker.legs.push({ strike, isCall, size: ratio * args.amount });
      taker.legs.push({ strike, isCall, size: -ratio * args.amount });
    }
  }
  for (const { args } of await house.queryFilter(house.filters.Minted(), fromBlock)) {
    const writer = ownerOf(args.id);
    writer.fees += args.fee;
    for (const { strike, isCall, size } of args.legs) {
      writer.legs.push({ strike, isCall, size: -size });
      flows.get(args.to)!.legs.push({ strike, isCall, size });
    }
  }
  for (const { args } of await house.queryFilter(house.filters.Deposited(), fromBlock)) {
    if (args.caller === args.owner) continue; // only what somebody paid for somebody else
    flows.get(args.caller)!.premium -= args.credited;
    flows.get(args.owner)!.premium += args.credited;
  }
  return flows;
}

async function readAccount(
  stage: DemoStage,
  { expiry }: TradingContext,
  { planned, address, book }: LiveAccount,
  flow: Flow,
): Promise<AccountRecord> {
  const { house, collaterals } = stage.room;
  const token = collaterals[Number(planned.market) - 1]!;
  const { legs, cash } = await house.book(book);
  const receipt = await house.receiptOf(address, planned.market, expiry);
  let left = cash + BigInt(legs.length) + receipt.due + (await house.freeBalance(address, token));
  for (const { seriesId } of await house.liveSeries(planned.market, expiry))
    left += await house.balanceOf(address, seriesId);
  return {
    name: planned.name,
    market: planned.market,
    start: planned.funds,
    end: await heldBy(stage, address, planned.market),
    premium: flow.premium,
    fees: flow.fees,
    legs: flow.legs,
    left,
  };
}

async function readMarket(stage: DemoStage, context: TradingContext, number: bigint): Promise<MarketRecord> {
  const { house, oracle, pot, collaterals, parameters } = stage.room;
  const { fromBlock, expiry } = context;
  const token = collaterals[Number(number) - 1]!;
  const { feed } = parameters.clearing.markets[Number(number) - 1]!;
  const scale = await scaleOf(stage, number);
  const [params, terms, state, final] = await Promise.all([
    house.marketParams(number),
    house.parametersOf(number),
    house.marketState(number),
    house.expiryState(number, expiry),
  ]);
  const [[settled], funded, filled, minted, booked, redeemed, withdrawn, collected] = await Promise.all([
    house.queryFilter(house.filters.ExpirySettled(undefined, number, expiry), fromBlock),
    house.queryFilter(house.filters.InsuranceFunded(undefined, number)),
    house.queryFilter(house.filters.QuoteFilled(), fromBlock),
    house.queryFilter(house.filters.Minted(), fromBlock),
    house.queryFilter(house.filters.BookSettled(), fromBlock),
    house.queryFilter(house.filters.Redeemed(undefined, number, expiry), fromBlock),
    house.queryFilter(house.filters.Withdrawn(undefined, await pot.getAddress(), token), fromBlock),
    pot.queryFilter(pot.filters.Collected(undefined, token), fromBlock),
  ]);
  const isHere = (book: bigint): boolean => ((book >> 64n) & 0xffff_ffffn) === number;
  const settledBooks = booked.filter(({ args }) => isHere(args.id));
  const mark = await oracle.tryMarkAt(feed, expiry);

  return {
    number,
    symbol: await token.symbol(),
    kind: KINDS[Number(params.kind)]!,
    unitDecimals: Number(state.unitDecimals),
    capBps: terms.capBps,
    tip: terms.tip,
    price: final.price,
    rung: final.rung,
    delaySeconds: (await settled!.getBlock()).timestamp - Number(expiry),
    coverage: mark.ok ? mark[1].coverage : 0n,
    feesCharged:
      sum(filled.filter(({ args }) => isHere(args.makerBook)).map(({ args }) => args.makerFee + args.takerFee)) +
      sum(minted.filter(({ args }) => isHere(args.id)).map(({ args }) => args.fee)),
    settlementTip: settled!.args.tip,
    insuranceStart: sum(funded.map(({ args }) => args.amount)),
    insuranceEnd: state.insurance,
    drawn: sum(settledBooks.map(({ args }) => args.drawn)),
    shortage: sum(settledBooks.map(({ args }) => args.shortage)),
    rewards: sum(withdrawn.map(({ args }) => args.amount)),
    rewardsCounted: sum(collected.map(({ args }) => args.amount)) / scale,
    collected: final.collected,
    redeemed: sum(redeemed.map(({ args }) => args.paid)),
    claimsUp: final.claimsUp,
    owed: await house.owed(token),
    held: (await token.balanceOf(house)) / scale,
    roundings: settledBooks.length + redeemed.length,
  };
}

async function readTruth(stage: DemoStage, from: bigint, until: bigint, step: bigint): Promise<TruthSample[]> {
  const samples: TruthSample[] = [];
  for (let at = from; at < until; at += step)
    samples.push({ at, price: await stage.truth(DEMO_FEEDS[0].name, at * 1000n) });
  return samples;
}

/** Tokens of a wallet in ledger units. */
async function heldBy(stage: DemoStage, address: string, market: bigint): Promise<bigint> {
  const token = stage.room.collaterals[Number(market) - 1]!;
  return (await token.balanceOf(address)) / (await scaleOf(stage, market));
}

async function scaleOf(stage: DemoStage, market: bigint): Promise<bigint> {
  const decimals = await stage.room.collaterals[Number(market) - 1]!.decimals();
  return decimals > 9n ? 10n ** (decimals - 9n) : 1n;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

// SPDX-License-Identifier: MIT
import { vaultInterface } from "../../../scripts/chain/vaultInterface.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { bookId, seriesId } from "../../../scripts/model/clearing/ids.ts";
import { BPS } from "../../../scripts/model/constants.ts";
import { parseDecimal } from "../../../scripts/model/parseDecimal.ts";
import type { Act, ActPlan, Step, Typed } from "../model/act.ts";
import type { Read } from "../model/Read.ts";
import { shown } from "../model/units.ts";
import type { Endpoint } from "./Endpoint.ts";
import { Page } from "./Page.ts";
import { contractAt } from "./Contract.ts";
import type { Places, Token } from "./Places.ts";
import type { WrappedLong } from "../../../typechain-types/periphery/WrappedLong.ts";
import { tokenInterface } from "./tokenInterface.ts";

/** Whose act, on which state of the chain. */
export interface ActPlace {
  readonly endpoint: Endpoint;
  readonly places: Places;
  readonly blockHash: string;
  /** Lower case. */
  readonly account: string;
}

/** The most decimals of a ledger unit. */
const UNIT_DECIMALS = 9;
const STRIKE_DECIMALS = 4;
const SIZE_DECIMALS = 6;
const SHARE_EXTRA_DECIMALS = 6;
const EXPIRY_SECOND = 28_800n;
/** The band widens with the age of the price until a block takes the transaction. */
const BUFFER_BPS = 200n;
const NUMBER = /^\d{1,20}(\.\d{1,18})?$/;

/** What an act takes, prepared on the chain as it stands. @throws BallastError `badInput` for what makes no sense. */
export function planAct(place: ActPlace, act: Act, typed: Typed): Promise<ActPlan> {
  if (act === "request to join" || act === "request to leave" || act === "leave in kind")
    return planVaultAct(place, act, typed);
  const market = marketOf(place, typed);
  if (act === "deposit" || act === "withdraw")
    return planMoney(place, act, market.token, amountIn(typed, market.token));
  const id = bookId(place.account, market.number, expiryOf(typed));
  if (act === "fund" || act === "defund") return planCash(place, act, id, market.token, typed);
  return planOption(place, act, id, market, typed);
}

type NumberedMarket = Places["markets"][number];

function marketOf({ places }: ActPlace, { market }: Typed): NumberedMarket {
  const found = places.markets.find(({ number }) => String(number) === market);
  if (found === undefined) throw wrong("market");
  return found;
}

async function planMoney(
  { endpoint, places: { house }, blockHash, account }: ActPlace,
  act: "deposit" | "withdraw",
  token: Token,
  units: bigint,
): Promise<ActPlan> {
  const amount = `${shown(units, unitDecimals(token), unitDecimals(token))} ${token.symbol}`;
  if (act === "withdraw") {
    const data = house.interface.encodeFunctionData("withdraw", [token.address, units, account]);
    return { facts: [["Into the wallet", amount]], steps: [{ name: `withdraw ${amount}`, to: house.address, data }] };
  }
  const data = house.interface.encodeFunctionData("deposit", [token.address, units, account]);
  const whole = units * 10n ** BigInt(token.decimals - unitDecimals(token));
  const approval = await approvalFor(endpoint, blockHash, token, account, house.address, whole);
  return {
    facts: [["Into the free balance", amount]],
    steps: [...approval, { name: `deposit ${amount}`, to: house.address, data }],
  };
}

function planCash(
  { places: { house }, account }: ActPlace,
  act: "fund" | "defund",
  id: bigint,
  token: Token,
  typed: Typed,
): Promise<ActPlan> {
  const units = amountIn(typed, token);
  const amount = `${shown(units, unitDecimals(token), unitDecimals(token))} ${token.symbol}`;
  const data =
    act === "fund"
      ? house.interface.encodeFunctionData("fund", [id, units])
      : house.interface.encodeFunctionData("defund", [id, units, account]);
  return Promise.resolve({
    facts: [[act === "fund" ? "Into the book" : "Out of the book", amount]],
    steps: [{ name: `${act} ${amount}`, to: house.address, data }],
  });
}

async function planOption(
  { endpoint, places: { house, lens }, blockHash, account }: ActPlace,
  act: "write" | "close" | "redeem",
  id: bigint,
  { number, token }: NumberedMarket,
  typed: Typed,
): Promise<ActPlan> {
  const [strike, size] = [decimal(typed, "strike", STRIKE_DECIMALS), decimal(typed, "size", SIZE_DECIMALS)];
  const isCall = typed.side !== "put";
  const name = `${act} ${typed.size} × ${typed.strike} ${isCall ? "call" : "put"}`;
  const one = (data: string): Step => ({ name, to: house.address, data });
  if (act === "redeem") {
    const series = seriesId(number, expiryOf(typed), strike, isCall);
    return {
      facts: [["Longs redeemed", typed.size ?? ""]],
      steps: [one(house.interface.encodeFunctionData("redeem", [series, size]))],
    };
  }
  const legs = [{ strike, isCall, size }];
  if (act === "close")
    return { facts: [["Closed", name]], steps: [one(house.interface.encodeFunctionData("burn", [id, legs]))] };

  const page = new Page();
  const told = page.ask(lens, "previewMint", [id, legs]);
  await page.read(endpoint, blockHash);
  const { preview, explained } = neededRead(told());
  const money = (units: bigint): string => `${shown(units, unitDecimals(token), unitDecimals(token))} ${token.symbol}`;
  const isShort = preview.missing > 0n;
  const put = isShort ? preview.missing + (preview.required * BUFFER_BPS) / BPS : 0n;
  const fund = house.interface.encodeFunctionData("fund", [id, put]);
  const mint = house.interface.encodeFunctionData("mint", [id, legs, account]);
  const data = isShort ? house.interface.encodeFunctionData("multicall", [[fund, mint]]) : mint;
  return {
    facts: [
      ["Put into the book, 2 % of its margin more than now", money(put)],
      ["Fee", money(preview.fee)],
      ["Set aside, and given back", money(preview.tips)],
      ["Initial margin afterwards", money(preview.required)],
      ["Maximum loss afterwards", money(explained.requirement.initial.maximumLoss)],
    ],
    steps: [one(data)],
  };
}

async function planVaultAct(
  { endpoint, places, blockHash, account }: ActPlace,
  act: "request to join" | "request to leave" | "leave in kind",
  typed: Typed,
): Promise<ActPlan> {
  if (places.vaultLens === undefined || typed.vault === undefined) throw wrong("vault");
  const page = new Page();
  const told = page.ask(places.vaultLens, "vaultOf", [typed.vault]);
  await page.read(endpoint, blockHash);
  const { vault, terms } = neededRead(told());
  const token = places.markets.find(({ number }) => number === terms.market)?.token;
  if (token === undefined) throw wrong("vault");
  if (act === "request to join") {
    const assets = decimal(typed, "amount", token.decimals);
    const data = vaultInterface.encodeFunctionData("requestDeposit", [assets, account, account]);
    const approval = await approvalFor(endpoint, blockHash, token, account, vault, assets);
    return {
      facts: [["Waits for the next price of a share", `${typed.amount} ${token.symbol}`]],
      steps: [...approval, { name: `ask ${terms.symbol} to take ${typed.amount}`, to: vault, data }],
    };
  }
  const shares = decimal(typed, "shares", unitDecimals(token) + SHARE_EXTRA_DECIMALS);
  const data =
    act === "request to leave"
      ? vaultInterface.encodeFunctionData("requestRedeem", [shares, account, account])
      : vaultInterface.encodeFunctionData("redeemInKind", [shares, account, account]);
  return {
    facts: [["Shares", `${typed.shares} ${terms.symbol}`]],
    steps: [{ name: `${act} ${terms.symbol}`, to: vault, data }],
  };
}

/** Nothing where enough is approved already; exactly what is needed otherwise. */
async function approvalFor(
  endpoint: Endpoint,
  blockHash: string,
  { address, symbol }: Token,
  account: string,
  spender: string,
  amount: bigint,
): Promise<Step[]> {
  const token = contractAt<WrappedLong>(address, tokenInterface);
  const page = new Page();
  const told = page.ask(token, "allowance", [account, spender]);
  await page.read(endpoint, blockHash);
  if (neededRead(told()) >= amount) return [];
  const data = tokenInterface.encodeFunctionData("approve", [spender, amount]);
  return [{ name: `approve ${symbol}`, to: address, data }];
}

function amountIn(typed: Typed, token: Token): bigint {
  return decimal(typed, "amount", unitDecimals(token));
}

function unitDecimals({ decimals }: Token): number {
  return Math.min(decimals, UNIT_DECIMALS);
}

function decimal(typed: Typed, field: "amount" | "shares" | "strike" | "size", decimals: number): bigint {
  const text = typed[field] ?? "";
  if (!NUMBER.test(text) || (text.split(".")[1]?.length ?? 0) > decimals) throw wrong(field);
  return parseDecimal(text, decimals);
}

function expiryOf({ expiry }: Typed): bigint {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(expiry ?? "") ? Date.parse(`${expiry}T00:00:00Z`) : Number.NaN;
  // The 31st of February is read as a day of March.
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(expiry!);
  if (!isDay) throw wrong("expiry");
  return BigInt(midnight / 1_000) + EXPIRY_SECOND;
}

function neededRead<Value>(read: Read<Value>): Value {
  if (read.kind === "read") return read.value;
  throw new BallastError("cannotRead", read.text);
}

function wrong(field: string): BallastError {
  return new BallastError("badInput", `The ${field} makes no sense`, { context: { field } });
}

// SPDX-License-Identifier: MIT
import { bookId, seriesId } from "../../../scripts/model/clearing/ids.ts";
import { BPS } from "../../../scripts/model/constants.ts";
import { isVaultAct } from "../model/act.ts";
import type { Act, ActPlan, Step, Typed } from "../model/act.ts";
import { decimalOf, expiryOf, SIZE_DECIMALS, STRIKE_DECIMALS } from "../model/typedValues.ts";
import { approvalFor, chosenMarket, neededRead } from "./actParts.ts";
import type { ActPlace, NumberedMarket } from "./actParts.ts";
import { moneyText, tokenUnits, unitDecimals } from "./money.ts";
import { Page } from "./Page.ts";
import type { Token } from "./Places.ts";
import { BUFFER_BPS, planFill } from "./planFill.ts";
import { planVaultAct } from "./planVaultAct.ts";

/** What an act takes, prepared on the chain as it stands. @throws BallastError for what makes no sense, or nobody offers. */
export function planAct(place: ActPlace, act: Act, typed: Typed): Promise<ActPlan> {
  if (isVaultAct(act)) return planVaultAct(place, act, typed);
  const market = chosenMarket(place, typed);
  if (act === "deposit" || act === "withdraw")
    return planMoney(place, act, market.token, amountIn(typed, market.token));
  if (act === "buy" || act === "sell") return planFill(place, act, market, typed);
  const id = bookId(place.account, market.number, expiryOf(typed));
  if (act === "redeem") return planRedeem(place, market, typed);
  if (act === "fund" || act === "defund") return planCash(place, act, id, market.token, typed);
  return planOption(place, act, id, market, typed);
}

async function planMoney(place: ActPlace, act: "deposit" | "withdraw", token: Token, units: bigint): Promise<ActPlan> {
  const {
    account,
    places: { house },
  } = place;
  const amount = moneyText(units, token);
  if (act === "withdraw") {
    const data = house.interface.encodeFunctionData("withdraw", [token.address, units, account]);
    return { facts: [["Into the wallet", amount]], steps: [{ name: `withdraw ${amount}`, to: house.address, data }] };
  }
  const data = house.interface.encodeFunctionData("deposit", [token.address, units, account]);
  const approval = await approvalFor(place, token, house.address, tokenUnits(units, token));
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
  const amount = moneyText(units, token);
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
  { endpoint, places: { house, lens }, block, account }: ActPlace,
  act: "write" | "close",
  id: bigint,
  { token }: NumberedMarket,
  typed: Typed,
): Promise<ActPlan> {
  const { strike, isCall, size } = optionOf(typed);
  const name = `${act} ${optionText(typed)}`;
  const one = (data: string): Step => ({ name, to: house.address, data });
  const legs = [{ strike, isCall, size }];
  if (act === "close")
    return { facts: [["Closed", name]], steps: [one(house.interface.encodeFunctionData("burn", [id, legs]))] };

  const page = new Page();
  const told = page.ask(lens, "previewMint", [id, legs]);
  await page.read(endpoint, block.hash);
  const { preview, explained } = neededRead(told());
  const isShort = preview.missing > 0n;
  const put = isShort ? preview.missing + (preview.required * BUFFER_BPS) / BPS : 0n;
  const fund = house.interface.encodeFunctionData("fund", [id, put]);
  const mint = house.interface.encodeFunctionData("mint", [id, legs, account]);
  const data = isShort ? house.interface.encodeFunctionData("multicall", [[fund, mint]]) : mint;
  return {
    facts: [
      ["Put into the book, 2 % of its margin more than now", moneyText(put, token)],
      ["Fee", moneyText(preview.fee, token)],
      ["Set aside, and given back", moneyText(preview.tips, token)],
      ["Initial margin afterwards", moneyText(preview.required, token)],
      ["Maximum loss afterwards", moneyText(explained.requirement.initial.maximumLoss, token)],
    ],
    steps: [one(data)],
  };
}

/** Of longs in the wallet: what they are worth at the settled price, and what of it there is already. */
async function planRedeem(
  { endpoint, places: { house, lens }, block, account }: ActPlace,
  { number, token }: NumberedMarket,
  typed: Typed,
): Promise<ActPlan> {
  const { strike, isCall, size } = optionOf(typed);
  const expiry = expiryOf(typed);
  const data = house.interface.encodeFunctionData("redeem", [seriesId(number, expiry, strike, isCall), size]);
  const page = new Page();
  const told = page.ask(lens, "expiryOverview", [number, expiry]);
  await page.read(endpoint, block.hash);
  const settled = neededRead(told()).series.find(({ series }) => series.strike === strike && series.isCall === isCall);
  const worth = ((settled?.payoff ?? 0n) * size) / 10n ** BigInt(SIZE_DECIMALS);
  const paid = await paidBy({ endpoint, account, block }, { to: house.address, data });
  return {
    facts: [
      ["Worth at the settled price", moneyText(worth, token)],
      ...(paid === undefined ? [] : [["Paid at once", moneyText(paid, token)] as const]),
      ...(paid !== undefined && paid < worth
        ? [["Paid later", "as books that owe it are settled: redeem 0 of it then"] as const]
        : []),
    ],
    steps: [{ name: `redeem ${optionText(typed)}`, to: house.address, data }],
  };
}

/** What a call would pay; undefined where it would be refused, which the look before the signature explains. */
async function paidBy(
  { endpoint, account, block }: Pick<ActPlace, "endpoint" | "account" | "block">,
  call: Pick<Step, "to" | "data">,
): Promise<bigint | undefined> {
  const [answer] = await endpoint.ask([
    { method: "eth_call", params: [{ from: account, ...call }, { blockHash: block.hash }] },
  ]);
  return answer?.kind === "answered" ? BigInt(String(answer.value)) : undefined;
}

function optionOf(typed: Typed): { readonly strike: bigint; readonly isCall: boolean; readonly size: bigint } {
  const [strike, size] = [decimalOf(typed, "strike", STRIKE_DECIMALS), decimalOf(typed, "size", SIZE_DECIMALS)];
  return { strike, isCall: typed.side !== "put", size };
}

function optionText({ size, strike, side }: Typed): string {
  return `${size} × ${strike} ${side === "put" ? "put" : "call"}`;
}

function amountIn(typed: Typed, token: Token): bigint {
  return decimalOf(typed, "amount", unitDecimals(token));
}

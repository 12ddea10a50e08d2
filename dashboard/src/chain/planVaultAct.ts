// SPDX-License-Identifier: MIT
import { vaultInterface } from "../../../scripts/chain/vaultInterface.ts";
import { claimMoves, RIGHT_RECEIVE } from "../../../scripts/trade/vaultMoves.ts";
import type { ActPlan, Step, Typed, VaultAct } from "../model/act.ts";
import { badInput, decimalOf } from "../model/typedValues.ts";
import { shownExact } from "../model/units.ts";
import { approvalFor, neededRead } from "./actParts.ts";
import type { ActPlace } from "./actParts.ts";
import { Page } from "./Page.ts";
import type { Token } from "./Places.ts";

/** What a vault says of itself and of an account. */
type VaultView = Awaited<ReturnType<typeof lookAt>>;

/** What an act about a vault takes. @throws BallastError for what makes no sense. */
export async function planVaultAct(place: ActPlace, act: VaultAct, typed: Typed): Promise<ActPlan> {
  const view = await lookAt(place, typed);
  if (act === "request to join") return planJoin(place, view, typed);
  if (act === "claim") return planClaim(place, view);
  const shares = decimalOf(typed, "shares", view.decimals);
  return act === "request to leave" ? planLeave(place, view, shares) : planInKind(place, view, shares);
}

async function lookAt({ endpoint, places, block, account }: ActPlace, { vault: given }: Typed) {
  const { vaultLens, house } = places;
  if (vaultLens === undefined || given === undefined || given === "") throw badInput("vault");
  const page = new Page();
  const told = {
    vault: page.ask(vaultLens, "vaultOf", [given]),
    position: page.ask(vaultLens, "positionOf", [given, account]),
    rights: page.ask(house, "managerRights", [account, given]),
  };
  await page.read(endpoint, block.hash);
  const { vault, terms, decimals, epoch } = neededRead(told.vault());
  const token = places.markets.find(({ number }) => number === terms.market)?.token;
  if (token === undefined) throw badInput("vault");
  return {
    vault,
    token,
    symbol: terms.symbol,
    decimals: Number(decimals),
    hasOptions: epoch.expiry !== 0n,
    position: neededRead(told.position()),
    rights: neededRead(told.rights()),
  };
}

async function planJoin(place: ActPlace, { vault, token, symbol }: VaultView, typed: Typed): Promise<ActPlan> {
  const assets = decimalOf(typed, "amount", token.decimals);
  const data = vaultInterface.encodeFunctionData("requestDeposit", [assets, place.account, place.account]);
  const approval = await approvalFor(place, token, vault, assets);
  return {
    facts: [["Waits for the next price of a share", `${typed.amount} ${token.symbol}`]],
    steps: [...approval, { name: `ask ${symbol} to take ${typed.amount}`, to: vault, data }],
  };
}

function planLeave({ account }: ActPlace, view: VaultView, shares: bigint): ActPlan {
  const data = vaultInterface.encodeFunctionData("requestRedeem", [shares, account, account]);
  return {
    facts: sharesFacts(view, shares),
    steps: [{ name: `request to leave ${view.symbol}`, to: view.vault, data }],
  };
}

/** A vault hands options over as a book, which its receiver must have allowed. */
function planInKind({ account, places: { house } }: ActPlace, view: VaultView, shares: bigint): ActPlan {
  const { vault, symbol, hasOptions, rights } = view;
  const mayReceive = (rights & RIGHT_RECEIVE) !== 0n || !hasOptions;
  const allow = house.interface.encodeFunctionData("setManager", [vault, rights | RIGHT_RECEIVE]);
  const data = vaultInterface.encodeFunctionData("redeemInKind", [shares, account, account]);
  return {
    facts: [
      ...sharesFacts(view, shares),
      ["Comes as", hasOptions ? "cash in the wallet, and a book with a part of the options" : "cash in the wallet"],
    ],
    steps: [
      ...(mayReceive ? [] : [{ name: `let ${symbol} hand over its options`, to: house.address, data: allow }]),
      { name: `leave ${symbol} in kind`, to: vault, data },
    ],
  };
}

function planClaim({ account }: ActPlace, { vault, symbol, token, decimals, position }: VaultView): ActPlan {
  const ofToken = (amount: bigint): string => amountText(amount, token);
  const ofShares = (amount: bigint): string => amountText(amount, { symbol, decimals });
  const facts = [
    ["Shares of what joined", position.claimableShares, ofShares],
    ["Paid for what left", position.claimableAssets, ofToken],
    ["Money taken back", position.cancelledDeposit, ofToken],
    ["Shares taken back", position.cancelledRedeem, ofShares],
    ["Still waits to join", position.pendingDeposit, ofToken],
    ["Still waits to leave", position.pendingRedeem, ofShares],
  ] as const;
  const due = claimMoves(account).filter((move) => move.amount(position) !== 0n);
  return {
    facts: facts.filter(([, amount]) => amount !== 0n).map(([name, amount, text]) => [name, text(amount)] as const),
    steps: due.map((move): Step => {
      const data = vaultInterface.encodeFunctionData(...move.call(move.amount(position)));
      return { name: `${move.name} of ${symbol}`, to: vault, data };
    }),
  };
}

function sharesFacts({ symbol, decimals, token, position }: VaultView, shares: bigint): ActPlan["facts"] {
  const worth = position.shares === 0n ? 0n : (position.assets * shares) / position.shares;
  return [
    ["Shares", amountText(shares, { symbol, decimals })],
    ["Worth about", amountText(worth, token)],
  ];
}

function amountText(amount: bigint, { symbol, decimals }: Pick<Token, "symbol" | "decimals">): string {
  return `${shownExact(amount, decimals)} ${symbol}`;
}

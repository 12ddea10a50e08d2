// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { NumberedMarket } from "../chain/ClearingViews.ts";
import { BallastError } from "../model/BallastError.ts";
import type { AccountGroup } from "../model/trading/foldAccount.ts";
import { shownAmount, shownTime } from "../model/trading/shownAmount.ts";
import { withdrawalOf } from "../model/trading/withdrawalOf.ts";
import { together } from "./planTrade.ts";
import type { Step, TradeAccess, TradePlan } from "./TradeAccess.ts";
import { leaveVaults } from "./vaultCommands.ts";

/** A ledger unit has at most so many decimals. */
const LEDGER_DECIMALS = 9n;
const SETTLED = 2n;
const PRICED = 3n;

/** Approves what is missing, and deposits. Amount in ledger units. */
export async function planDeposit(
  access: TradeAccess,
  market: NumberedMarket,
  amount: bigint,
  head: BlockFacts,
): Promise<TradePlan> {
  const { views, account } = access;
  const token = market.params.collateral;
  const { symbol, decimals } = await views.token(token, head);
  const needed = amount * (decimals > LEDGER_DECIMALS ? 10n ** (decimals - LEDGER_DECIMALS) : 1n);
  const { balance } = await views.wallet(account, token, head);
  const shown = `${shownAmount(amount, Number(market.state.unitDecimals))} ${symbol}`;
  if (balance < needed)
    throw new BallastError("needsTokens", `The wallet has less ${symbol} than that`, {
      context: { token, asked: shown, wallet: shownAmount(balance, Number(decimals)) },
    });
  return {
    report: { facts: { action: "deposit", amount: shown } },
    steps: [
      async (block) => {
        const { allowance } = await views.wallet(account, token, block);
        if (allowance >= needed) return undefined;
        return { name: `approve ${shown}`, to: token, data: views.encodeApproval(needed) };
      },
      () => {
        const data = views.encode("deposit", [token, amount, account]);
        return Promise.resolve({ name: `deposit ${shown}`, to: views.house, data });
      },
    ],
  };
}

/** Pays free balance out into the account's wallet; all of it unless an amount is named. */
export async function planWithdraw(
  access: TradeAccess,
  market: NumberedMarket,
  amount: bigint | undefined,
  head: BlockFacts,
): Promise<TradePlan> {
  const { symbol } = await access.views.token(market.params.collateral, head);
  return {
    report: {
      facts: {
        action: "withdraw",
        amount:
          amount === undefined
            ? `all free ${symbol}`
            : `${shownAmount(amount, Number(market.state.unitDecimals))} ${symbol}`,
      },
    },
    steps: [withdrawStep(access, market, symbol, amount)],
  };
}

/**
 * What expired is priced where nobody did yet, own books are settled, longs become money, and all of it becomes free
 * balance.
 */
export async function planRedeem(
  access: TradeAccess,
  groups: readonly AccountGroup[],
  head: BlockFacts,
): Promise<TradePlan> {
  const over = groups.filter(({ expiry }) => expiry <= head.timestamp);
  return {
    report: { facts: { action: "redeem", expiries: over.map(({ expiry }) => shownTime(expiry)).join(", ") || "none" } },
    steps: [
      ...over.map((group) => priceStep(access, group)),
      ...over.map((group) => redeemStep(access, group)),
      // Longs in books became receipts: what there is for them is taken in a second round.
      ...over.map((group) => redeemStep(access, group)),
      ...over.map((group) => defundStep(access, group)),
    ],
  };
}

/**
 * Leaves vaults, redeems what expired, takes out of every book what may leave, and pays all free balance out into the
 * wallet. What an earlier step brings, such as a vault's options, is looked at by the next run.
 */
export async function planLeave(
  access: TradeAccess,
  groups: readonly AccountGroup[],
  head: BlockFacts,
  inKind = false,
): Promise<TradePlan> {
  const { views } = access;
  const { steps } = await planRedeem(access, groups, head);
  const live = groups.filter(({ expiry }) => expiry > head.timestamp);
  const markets = await views.markets(head);
  const byToken = [...new Map(markets.map((market) => [market.params.collateral, market])).values()];
  const symbols = await Promise.all(byToken.map(({ params }) => views.token(params.collateral, head)));
  return {
    report: {
      facts: {
        action: "leave",
        books: `${groups.flatMap(({ books }) => books).length}`,
        tokens: symbols.map(({ symbol }) => symbol).join(", "),
      },
    },
    steps: [
      ...(await leaveVaults(access, inKind, head)),
      ...steps,
      ...live.map((group) => defundStep(access, group)),
      ...byToken.map((market, index) => withdrawStep(access, market, symbols[index]!.symbol, undefined)),
    ],
  };
}

/** Anybody may price an expiry as soon as the ladder can; when it cannot yet, the rest goes on without. */
function priceStep(
  { views, agreed, account }: TradeAccess,
  { market, expiry }: AccountGroup,
): TradePlan["steps"][number] {
  return async (head) => {
    const { state } = await views.expiryOverview(market, expiry, head);
    if (state.phase === 0n || state.phase === PRICED) return undefined;
    const data = views.encode("settleExpiry", [market, expiry, 0n]);
    const step: Step = { name: `price the expiry of ${shownTime(expiry)}`, to: views.house, data };
    return agreed.call({ from: account, to: step.to, data }, head).then(
      () => step,
      (error: unknown) => {
        if (error instanceof BallastError && error.code === "callReverted") return undefined;
        throw error;
      },
    );
  };
}

function redeemStep(access: TradeAccess, group: AccountGroup): TradePlan["steps"][number] {
  const { views, account } = access;
  const { market, expiry } = group;
  return async (head) => {
    const { state, series } = await views.expiryOverview(market, expiry, head);
    if (state.phase !== PRICED) return undefined;
    const books = await Promise.all(group.books.map(async (id) => ({ id, ...(await views.book(id, head)) })));
    const unsettled = books.filter((book) => book.state !== SETTLED && book.legs.length > 0).map(({ id }) => id);
    const { holdings, receipt } = await views.accountOverview(account, market, expiry, head);
    const older = receipt.due > 0n && holdings.length === 0 ? series.slice(0, 1) : [];
    const calls = [
      ...(unsettled.length > 0 ? [views.encode("settleBooks", [unsettled])] : []),
      ...holdings.map(({ seriesId, amount }) => views.encode("redeem", [seriesId, amount])),
      ...older.map(({ series: { seriesId } }) => views.encode("redeem", [seriesId, 0n])),
    ];
    if (calls.length === 0) return undefined;
    return { name: `redeem what expired ${shownTime(expiry)}`, to: views.house, data: together(access, calls) };
  };
}

function defundStep(access: TradeAccess, { market, expiry, books }: AccountGroup): TradePlan["steps"][number] {
  const { views, account, bufferBps } = access;
  return async (head) => {
    const shown = await Promise.all(
      books.map(async (id) => ({ id, amount: withdrawalOf(await views.bookOverview(id, head), bufferBps) })),
    );
    const calls = shown
      .filter(({ amount }) => amount > 0n)
      .map(({ id, amount }) => views.encode("defund", [id, amount, account]));
    if (calls.length === 0) return undefined;
    const name = `take cash out of the books of market ${market}, ${shownTime(expiry)}`;
    return { name, to: views.house, data: together(access, calls) };
  };
}

function withdrawStep(
  { views, account }: TradeAccess,
  { params, state }: NumberedMarket,
  symbol: string,
  amount: bigint | undefined,
): TradePlan["steps"][number] {
  return async (head) => {
    const paid = amount ?? (await views.freeBalance(account, params.collateral, head));
    if (paid === 0n) return undefined;
    const data = views.encode("withdraw", [params.collateral, paid, account]);
    return { name: `withdraw ${shownAmount(paid, Number(state.unitDecimals))} ${symbol}`, to: views.house, data };
  };
}

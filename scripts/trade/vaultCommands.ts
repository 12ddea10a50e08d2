// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { Vault, VaultPosition, VaultViews } from "../chain/VaultViews.ts";
import { shownAmount } from "../model/trading/shownAmount.ts";
import type { TradeAccess, TradePlan } from "./TradeAccess.ts";
import { cancelJoining, cancelLeaving, claimMoves, RIGHT_RECEIVE } from "./vaultMoves.ts";
import type { VaultMove } from "./vaultMoves.ts";

/** What an account has in vaults; shares that wait to be claimed are counted at what was paid for them. */
export async function vaultRows(access: TradeAccess, head: BlockFacts): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for (const { vault, position } of await heldVaults(access, head)) {
    const { symbol, decimals } = await access.views.token(vault.asset, head);
    const assets = (value: bigint): string => shownAmount(value, Number(decimals));
    rows.push({
      vault: vault.vault,
      sells: vault.isCall ? "calls" : "puts",
      shares: shownAmount(position.shares + position.claimableShares, Number(vault.decimals)),
      worth: assets(position.assets + position.claimableDeposit),
      joining: assets(position.pendingDeposit),
      leaving: shownAmount(position.pendingRedeem, Number(vault.decimals)),
      "to claim": assets(position.claimableAssets + position.cancelledDeposit),
      unit: symbol,
    });
  }
  return rows;
}

/**
 * Takes everything out of vaults that may leave: claims what is due, takes back what waits to join, and asks for the
 * shares' next price, or, `inKind`, leaves at once with a share of cash and options.
 */
export async function leaveVaults(access: TradeAccess, inKind: boolean, head: BlockFacts): Promise<TradePlan["steps"]> {
  const held = await heldVaults(access, head);
  return held.flatMap(({ vault }) => {
    const moves = movesOf(access.account, inKind);
    const steps = moves.map((move) => moveStep(access, vault, move));
    return inKind ? [receiveStep(access, vault), ...steps] : steps;
  });
}

function movesOf(me: string, inKind: boolean): VaultMove[] {
  const leaving: VaultMove = inKind
    ? { name: "leave in kind", amount: ({ shares }) => shares, call: (amount) => ["redeemInKind", [amount, me, me]] }
    : { name: "ask to leave", amount: ({ shares }) => shares, call: (amount) => ["requestRedeem", [amount, me, me]] };
  const returning = inKind ? [cancelLeaving(me)] : [];
  return [cancelJoining(me), ...returning, ...claimMoves(me), leaving];
}

function moveStep(access: TradeAccess, { vault }: Vault, move: VaultMove): TradePlan["steps"][number] {
  return async (head) => {
    const { vaults, account } = access;
    const amount = move.amount(await vaults!.position(vault, account, head));
    if (amount === 0n) return undefined;
    return { name: `${move.name}: vault ${vault}`, to: vault, data: vaults!.encode(...move.call(amount)) };
  };
}

/** A vault hands options over as a book, which its receiver must have allowed. */
function receiveStep({ views, vaults, account }: TradeAccess, { vault }: Vault): TradePlan["steps"][number] {
  return async (head) => {
    const { shares, claimableDeposit, pendingRedeem } = await vaults!.position(vault, account, head);
    if (shares + claimableDeposit + pendingRedeem === 0n) return undefined;
    const rights = await views.managerRights(account, vault, head);
    if ((rights & RIGHT_RECEIVE) !== 0n) return undefined;
    const data = views.encode("setManager", [vault, rights | RIGHT_RECEIVE]);
    return { name: `let vault ${vault} hand over its options`, to: views.house, data };
  };
}

async function heldVaults(
  { vaults, account }: TradeAccess,
  head: BlockFacts,
): Promise<{ readonly vault: Vault; readonly position: VaultPosition }[]> {
  const views: VaultViews | undefined = vaults;
  if (views === undefined) return [];
  const all = await views.vaults(head);
  const held = await Promise.all(
    all.map(async (vault) => ({ vault, position: await views.position(vault.vault, account, head) })),
  );
  return held.filter(({ position }) => Object.values(position).some((value) => value !== 0n));
}

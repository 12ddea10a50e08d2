// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { Vault } from "../chain/VaultViews.ts";
import { BallastError } from "../model/BallastError.ts";
import { shownAmount } from "../model/trading/shownAmount.ts";
import { seriesName } from "./legName.ts";
import { parseAmount } from "./series.ts";
import type { Report, TradeAccess, TradePlan } from "./TradeAccess.ts";

/** Vaults take whole ledger units, which have at most so many decimals. */
const LEDGER_DECIMALS = 9;

/** Vaults of the configured lens: what they write this week, and how much they would still take. */
export async function showVaults(access: TradeAccess, head: BlockFacts): Promise<Report> {
  const vaults = await vaultsOf(access, head);
  const rows = vaults.map(async (vault) => {
    const { symbol, decimals } = await access.views.token(vault.asset, head);
    const assets = (value: bigint): string => shownAmount(value, Number(decimals));
    return {
      vault: vault.vault,
      name: vault.terms.symbol,
      market: `${vault.terms.market}`,
      sells: vault.isCall ? "calls" : "puts",
      "this week": vault.epoch.expiry === 0n ? "nothing yet" : seriesName({ ...vault.epoch, isCall: vault.isCall }),
      "one costs": vault.offer.isOpen ? assets(vault.offer.premium) : "-",
      assets: assets(vault.totalAssets),
      room: assets(vault.depositRoom),
      unit: symbol,
    };
  });
  return { tables: { vaults: await Promise.all(rows) } };
}

/** Asks a vault to take `amount`, in whole tokens, at the next price of its shares; approves what is missing first. */
export async function planJoin(
  access: TradeAccess,
  address: string,
  amount: string,
  head: BlockFacts,
): Promise<TradePlan> {
  const { views, account } = access;
  const { vault, asset } = await vaultAt(access, address, head);
  const { symbol, decimals } = await views.token(asset, head);
  const places = Math.min(Number(decimals), LEDGER_DECIMALS);
  const assets = parseAmount("amount", amount, places) * 10n ** (decimals - BigInt(places));
  const shown = `${shownAmount(assets, Number(decimals))} ${symbol}`;
  const { balance } = await views.wallet(account, asset, head);
  if (balance < assets)
    throw new BallastError("needsTokens", `The wallet has less ${symbol} than that`, {
      context: { token: asset, asked: shown, wallet: shownAmount(balance, Number(decimals)) },
    });
  return {
    report: { facts: { action: "join", vault, amount: shown } },
    steps: [
      async (block) => {
        const { allowance } = await views.wallet(account, asset, block, vault);
        if (allowance >= assets) return undefined;
        return { name: `approve ${shown}`, to: asset, data: views.encodeApproval(assets, vault) };
      },
      () => {
        const data = access.vaults!.encode("requestDeposit", [assets, account, account]);
        return Promise.resolve({ name: `ask to join with ${shown}`, to: vault, data });
      },
    ],
  };
}

async function vaultAt(access: TradeAccess, address: string, head: BlockFacts): Promise<Vault> {
  const vaults = await vaultsOf(access, head);
  const found = vaults.find(({ vault }) => vault.toLowerCase() === address.toLowerCase());
  if (found !== undefined) return found;
  throw new BallastError("vaultUnknown", "The factory made no vault of this address", {
    context: { given: address.slice(0, 42), vaults: vaults.map(({ vault }) => vault).join(", ") },
  });
}

/** @throws BallastError `configInvalid` where no lens is configured. */
async function vaultsOf({ vaults }: TradeAccess, head: BlockFacts): Promise<Vault[]> {
  if (vaults === undefined) throw new BallastError("configInvalid", "contracts.vaultLens must name the lens of vaults");
  return vaults.vaults(head);
}

// SPDX-License-Identifier: MIT
import { mapRead } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { Vault } from "../model/vault.ts";
import { tokenUnits } from "./money.ts";
import type { Page } from "./Page.ts";
import type { Places, Token } from "./Places.ts";

const MOST_VAULTS = 16n;
/** Shares have six more decimals than ledger units. */
const SHARES_PER_UNIT = 10n ** 6n;
const WAD = 10n ** 18n;

function perUnit(token: Token | undefined): bigint {
  return token === undefined ? 1n : tokenUnits(1n, token);
}

/** Options vaults; nothing is asked where their reader is not known. */
export function readVaults(page: Page, { vaultLens, markets }: Places): () => Read<readonly Vault[]> | undefined {
  if (vaultLens === undefined) return () => undefined;
  const answer = page.ask(vaultLens, "vaults", [0n, MOST_VAULTS]);
  return () =>
    mapRead(answer(), (vaults) =>
      vaults.map(({ terms, lastPrice, epoch, offer, waiting, ...vault }) => ({
        address: vault.vault.toLowerCase(),
        name: terms.name,
        symbol: terms.symbol,
        market: terms.market,
        isCall: vault.isCall,
        asset: vault.asset.toLowerCase(),
        tokenPerUnit: perUnit(markets.find(({ number }) => number === terms.market)?.token),
        totalAssets: vault.totalAssets,
        sharePriceWad:
          lastPrice.shares === 0n ? undefined : (lastPrice.units * SHARES_PER_UNIT * WAD) / lastPrice.shares,
        waitingUnits: waiting.units,
        waitingShares: waiting.shares,
        epoch:
          epoch.expiry === 0n
            ? undefined
            : {
                expiry: epoch.expiry,
                strike: epoch.strike,
                auctionSeconds: terms.auctionSeconds,
                isSelling: vault.isKnown && offer.isOpen,
                premium: offer.premium,
                available: offer.available,
                volatilityBps: offer.volatilityBps,
                startVolatilityBps: epoch.volatilityBps,
                highBps: terms.highBps,
                reserveBps: terms.reserveBps,
              },
        canStart: vault.canStart,
        canClose: vault.canClose,
      })),
    );
}

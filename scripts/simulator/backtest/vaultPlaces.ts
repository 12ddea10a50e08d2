// SPDX-License-Identifier: MIT
import type { LocalRoom } from "../deployLocal.ts";
import type { VaultPlace } from "./VaultDesk.ts";

/** Decimals of a ledger unit, unless the token has fewer. */
const LEDGER_DECIMALS = 9;

/** The deployed vaults and their markets, in the order of the parameters. */
export async function vaultPlaces({ parameters, vaults, collaterals }: LocalRoom): Promise<VaultPlace[]> {
  return Promise.all(
    parameters.vaults.map(async ({ market }, index) => {
      const { kind, collateralDecimals, parameterSet } = parameters.clearing.markets[market - 1]!;
      const vault = vaults[index]!;
      const unitDecimals = Math.min(collateralDecimals, LEDGER_DECIMALS);
      const [name, symbol] = await Promise.all([vault.name(), vault.symbol()]);
      return {
        vault,
        token: collaterals[market - 1]!,
        market: BigInt(market),
        facts: { name, symbol, isCall: kind === "Coin", unitDecimals },
        scale: 10n ** BigInt(collateralDecimals - unitDecimals),
        least: parameters.clearing.parameterSets[parameterSet]!.minimumSize,
      };
    }),
  );
}

// SPDX-License-Identifier: MIT
import { insuranceInterface } from "../../../chain/insuranceInterface.ts";
import { vaultInterface } from "../../../chain/vaultInterface.ts";
import { MockToken__factory } from "../../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { unitsOf } from "../../world/deployParameters.ts";
import type { World } from "../../world/World.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Provider, ProviderPlace } from "./Provider.ts";

const FUNDS = "InsuranceFund";
const tokenCode = MockToken__factory.createInterface();

/** Where providers can put money: vaults first, then the insurance of each market. */
export function placesOf({ room }: Pick<World, "room">, markets: readonly MarketFacts[]): ProviderPlace[] {
  const { vaults, parameters, addresses } = room;
  const funds = [...addresses].filter(([name]) => name.startsWith(FUNDS)).map(([, address]) => address);
  return [
    ...vaults.map((vault, index): ProviderPlace => {
      const market = markets[parameters.vaults[index]!.market - 1]!;
      return { kind: "vault", to: vault.target as string, code: vaultInterface, market };
    }),
    ...funds.map((to, index): ProviderPlace => ({
      kind: "fund",
      to,
      code: insuranceInterface,
      market: markets[index]!,
    })),
  ];
}

/** Everybody's deposit is made for him from the next block on: shares of insurance, and requests to vaults. */
export async function joinPlaces(
  { environment }: Pick<World, "environment">,
  providers: readonly Provider[],
  dollars: number,
): Promise<void> {
  for (const { hand, place } of providers) {
    const { market, to, code, kind } = place;
    const amount = unitsOf(dollars, market.quoted.terms.kind, market.firstPrice) * market.unit;
    if (amount === 0n) continue;
    await environment.send(market.token, tokenCode, "mint", [environment.address, amount]);
    await environment.send(market.token, tokenCode, "approve", [to, amount]);
    if (kind === "fund") await environment.send(to, code, "deposit", [amount, hand.address]);
    else await environment.send(to, code, "requestDeposit", [amount, hand.address, environment.address]);
  }
}

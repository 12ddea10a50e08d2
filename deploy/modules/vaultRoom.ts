// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ContractFuture, Future, IgnitionModule } from "@nomicfoundation/ignition-core";

import { vaultName, vaultTerms } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import type { clearingRoomModule } from "./clearingRoom.ts";

/** The factory of options vaults on the Clearinghouse, and the first vaults; whoever wants others makes them. */
export function vaultRoomModule(parameters: Parameters, clearingRoom: ReturnType<typeof clearingRoomModule>) {
  return buildModule("VaultRoom", (m) => {
    const { house } = m.useModule(clearingRoom);
    const libraries = { VaultMarket: m.library("VaultMarket"), VaultMetadata: m.library("VaultMetadata") };
    const halves = [0, 1].map((part) => m.contract("VaultCode", [part], { id: `VaultCode${part}`, libraries }));
    const vaultFactory = m.contract("OptionsVaultFactory", [house, ...halves]);
    const vaultLens = m.contract("VaultLens", [vaultFactory]);
    const vaults: Record<string, ContractFuture<string>> = {};
    let last: (Future | IgnitionModule)[] = [clearingRoom]; // their markets exist
    parameters.vaults.forEach((vault, index) => {
      const name = vaultName(index);
      const created = m.call(vaultFactory, "create", [vaultTerms(vault)], { id: `Create${name}`, after: last });
      // Not from its event: whoever made the same vault first did what is wanted, and then there is none.
      const address = m.staticCall(vaultFactory, "addressOf", [vaultTerms(vault)], 0, {
        id: `Address${name}`,
        after: [created],
      });
      vaults[name] = m.contractAt("OptionsVault", address, { id: name });
      last = [created];
    });
    return { vaultFactory, vaultLens, ...vaults };
  });
}

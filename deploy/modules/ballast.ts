// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import type { Parameters } from "../parameters.ts";
import { clearingRoomModule } from "./clearingRoom.ts";
import { handOver } from "./handOver.ts";
import { oracleRoomModule } from "./oracleRoom.ts";
import { riskRoomModule } from "./riskRoom.ts";
import { vaultRoomModule } from "./vaultRoom.ts";

/** The whole protocol for one network's parameters; afterwards the deployer has no right left. */
export function ballastModule(parameters: Parameters) {
  const oracleRoom = oracleRoomModule(parameters);
  const riskRoom = riskRoomModule(parameters, oracleRoom);
  const clearingRoom = clearingRoomModule(parameters, oracleRoom, riskRoom);
  const vaultRoom = vaultRoomModule(parameters, clearingRoom);
  return buildModule("Ballast", (m) => {
    const below = m.useModule(oracleRoom);
    const between = m.useModule(riskRoom);
    const above = m.useModule(clearingRoom);
    const vaults = m.useModule(vaultRoom); // nobody has a right in them
    const account = (name: string): ReturnType<typeof m.getAccount> | string =>
      name === "deployer" ? m.getAccount(0) : name;
    handOver(m, {
      contracts: { ...below, ...between, ...above },
      authority: below.authority,
      timelock: below.timelock,
      governor: account(parameters.governor),
      guardian: account(parameters.guardian),
      done: [oracleRoom, riskRoom, clearingRoom],
    });
    return { ...below, ...between, ...above, ...vaults };
  });
}

// SPDX-License-Identifier: MIT
// Prints what becomes of address books that are not as they should be.
import { addressesFrom, addressesOn, DEPLOYED_CHAINS } from "ballast/addresses";
import { BallastError } from "ballast/model";

const NOBODYS_CHAIN = 999_999_999n;

function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    return error instanceof BallastError ? error.code : String(error);
  }
}

const said = {
  everyKnownChain: DEPLOYED_CHAINS.map((chainId) => codeOf(() => addressesOn(chainId))).filter(
    (code) => code !== "none",
  ),
  unknownChain: codeOf(() => addressesOn(NOBODYS_CHAIN)),
  empty: codeOf(() => addressesFrom({ contracts: {} })),
  noAddress: codeOf(() => addressesFrom({ contracts: { clearinghouse: { address: "0x12" } } })),
};
console.log(JSON.stringify(said));

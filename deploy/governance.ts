// SPDX-License-Identifier: MIT
/** AccessManager's own role: assigns all others. The timelock alone holds it once the deployment has run. */
export const ADMIN_ROLE = 0n;
/** Whoever holds it may change parameters, 48 h after saying so on chain. */
export const PARAMETERS_ROLE = 1n;
/** Delay of the timelock, and of every call that the parameters role makes, in seconds. */
export const GOVERNANCE_DELAY_SECONDS = 172_800;

/** Every governed function of the oracle room. Each adds or loosens something, so each of them waits. */
export const GOVERNED_FUNCTIONS = {
  PriceOracle: ["addFeed(string,uint64)", "setTipBase(uint128)"],
  ValidatorRegistry: ["setMinimumBond(uint128)"],
  SlashEscrow: ["setDirectory(address)"],
  WitnessRouter: [
    "addSource(uint256,(uint8,address,bytes32,uint32,uint64,uint64,uint16,bool,uint8,uint64))",
    "replaceSource(uint256,uint256,(uint8,address,bytes32,uint32,uint64,uint64,uint16,bool,uint8,uint64))",
    "removeSource(uint256,uint256)",
  ],
} as const;

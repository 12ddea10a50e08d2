// SPDX-License-Identifier: MIT
/** AccessManager's own role: assigns all others. The timelock alone holds it once the deployment has run. */
export const ADMIN_ROLE = 0n;
/** Whoever holds it may change parameters, 48 h after saying so on chain. */
export const PARAMETERS_ROLE = 1n;
/** Whoever holds it may tighten, at once. */
export const GUARDIAN_ROLE = 2n;
/** Delay of the timelock, and of every call that the parameters role makes, in seconds. */
export const GOVERNANCE_DELAY_SECONDS = 172_800;

const PARAMETER_SET = "(uint16,uint16,uint16,uint16,uint16,uint8,uint8,uint40,uint32,uint48,uint40)";
const SOURCE = "(uint8,address,bytes32,uint32,uint64,uint64,uint16,bool,uint8,uint64)";

/** Every governed function that adds or loosens something: each of them waits. */
export const GOVERNED_FUNCTIONS = {
  PriceOracle: ["addFeed(string,uint64)", "setTipBase(uint128)"],
  ValidatorRegistry: ["setMinimumBond(uint128)"],
  SlashEscrow: ["setDirectory(address)"],
  WitnessRouter: [
    `addSource(uint256,${SOURCE})`,
    `replaceSource(uint256,uint256,${SOURCE})`,
    "removeSource(uint256,uint256)",
  ],
  InsurerDirectory: ["listMarket(uint256)"],
  RiskManager: ["loosen(uint256)", "setCeiling(uint256)", "switchStake(bool)", "setReporters(address[3])"],
  Clearinghouse: [
    "enableRisk(address)",
    "enableFeed(uint8)",
    "enableCollateral(address,uint256)",
    `enableParameters(${PARAMETER_SET})`,
  ],
} as const;

/** Those that only tighten: guardian and governor call them at once. */
export const GUARDED_FUNCTIONS = {
  RiskManager: ["guard(uint256,uint8,uint256)", "zeroAddOn(uint256)"],
  Clearinghouse: ["sunset(uint256)"],
} as const;

/** Contract names as above, by the name a deployment returns them under. */
export const GOVERNED_CONTRACTS = {
  PriceOracle: "oracle",
  ValidatorRegistry: "registry",
  SlashEscrow: "escrow",
  WitnessRouter: "router",
  InsurerDirectory: "directory",
  RiskManager: "risk",
  Clearinghouse: "house",
} as const;

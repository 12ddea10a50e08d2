// SPDX-License-Identifier: MIT
// Which libraries are mutated, and which Solidity tests are there to notice.

const clearing = (name) => `test/sol/clearing/${name}.t.sol`;
const oracle = (name) => `test/sol/oracle/${name}.t.sol`;
const risk = (name) => `test/sol/risk/${name}.t.sol`;

/** @type {{ file: string, tests: string[] }[]} */
export const targets = [
  { file: "contracts/shared/Margin.sol", tests: [clearing("LegCurve"), clearing("Margin")] },
  { file: "contracts/shared/LegCurve.sol", tests: [clearing("LegCurve"), clearing("Margin")] },
  { file: "contracts/shared/LegWord.sol", tests: [clearing("LegWord"), clearing("Margin")] },
  { file: "contracts/shared/Payoff.sol", tests: [clearing("Payoff"), clearing("Pots"), clearing("Margin")] },
  { file: "contracts/shared/BlackScholes.sol", tests: [clearing("BlackScholes")] },
  { file: "contracts/shared/MarketAlarm.sol", tests: [risk("MarketAlarm"), clearing("Auction")] },
  { file: "contracts/shared/Signal.sol", tests: [risk("TriggerTable")] },
  { file: "contracts/clearing/libraries/AuctionPrice.sol", tests: [clearing("Auction")] },
  { file: "contracts/clearing/libraries/AuctionClock.sol", tests: [clearing("Auction")] },
  { file: "contracts/clearing/libraries/Pots.sol", tests: [clearing("Pots")] },
  { file: "contracts/clearing/libraries/CappedOptions.sol", tests: [clearing("CappedOptions")] },
  { file: "contracts/clearing/libraries/SettlementLadder.sol", tests: [clearing("SettlementLadder")] },
  { file: "contracts/oracle/libraries/WeightedMedian.sol", tests: [oracle("WeightedMedian")] },
  { file: "contracts/oracle/libraries/FeedCalm.sol", tests: [oracle("FeedCalm")] },
  { file: "contracts/oracle/libraries/FaultMeter.sol", tests: [oracle("FaultMeter"), oracle("RoundCount")] },
  { file: "contracts/oracle/libraries/Penalties.sol", tests: [oracle("Penalties")] },
  { file: "contracts/oracle/libraries/WeightLeak.sol", tests: [oracle("WeightLeak")] },
  { file: "contracts/oracle/libraries/WeightMath.sol", tests: [oracle("RegistryMath")] },
  { file: "contracts/oracle/libraries/NominalWeight.sol", tests: [oracle("RegistryMath")] },
  { file: "contracts/oracle/libraries/RollingDay.sol", tests: [oracle("RegistryMath")] },
];

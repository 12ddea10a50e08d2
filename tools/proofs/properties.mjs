// SPDX-License-Identifier: MIT
// What is proven, and a change for each contract of properties that every one of them must notice.

const payoff = "contracts/shared/Payoff.sol";
const auctionPrice = "contracts/clearing/libraries/AuctionPrice.sol";
const auctionClock = "contracts/clearing/libraries/AuctionClock.sol";
const alarm = "contracts/shared/MarketAlarm.sol";
const modes = "contracts/risk/libraries/ModeMachine.sol";
const limits = "contracts/risk/libraries/RiskLimits.sol";
const index = "test/smt/IndexProofs.sol";
const median = "test/smt/MedianProofs.sol";

/**
 * @typedef {object} Proofs
 * @property {string} file
 * @property {string} contract
 * @property {{ file: string, from: string, to: string }[]} breaks made together, none of the properties holds any more
 */

/** @type {Proofs[]} */
export const proofs = [
  {
    file: "test/smt/PayoffProofs.sol",
    contract: "PayoffProofs",
    breaks: [
      { file: payoff, from: "uint256 gain = (a - b) * BPS;", to: "uint256 gain = (b - a) * BPS;" },
      { file: payoff, from: "return gain < cap ? gain : cap;", to: "return gain > cap ? gain : cap;" },
      { file: payoff, from: "return b > a ? (b - a) * BPS : 0;", to: "return b > a ? (a - b) * BPS : 0;" },
    ],
  },
  {
    file: "test/smt/AuctionProofs.sol",
    contract: "AuctionProofs",
    breaks: [
      { file: auctionPrice, from: "_PENALTY_PERCENT = 5;", to: "_PENALTY_PERCENT = 105;" },
      {
        file: auctionPrice,
        from: "return FixedPointMathLib.min(maximumLoss, FixedPointMathLib.min(target, initial));",
        to: "return FixedPointMathLib.max(maximumLoss, FixedPointMathLib.min(target, initial));",
      },
      { file: auctionPrice, from: "return FixedPointMathLib.min(share, ONE);", to: "return share;" },
      {
        file: auctionClock,
        from: "return _windowPart(left) - _windowPart(before);",
        to: "return (_windowPart(left) - _windowPart(before)) / 2;",
      },
      { file: auctionClock, from: "if (memory_ == 0) return bidTime;", to: "if (memory_ == 0) return bidTime + 1;" },
      {
        file: auctionPrice,
        from: "if (cash >= full || !isPrimary) return last;",
        to: "if (cash >= full) return cash;",
      },
      { file: alarm, from: "amount * (window - elapsed)", to: "amount * (window + elapsed)" },
    ],
  },
  {
    file: index,
    contract: "IndexProofs",
    breaks: [
      { file: index, from: "(par * collected) / claims", to: "(par * claims) / (collected + 1)" },
      { file: index, from: "payoff < share ? payoff : share", to: "payoff < share ? share : payoff" },
    ],
  },
  {
    file: median,
    contract: "MedianProofs",
    breaks: [
      { file: median, from: "return (low + middle) / 2;", to: "return low + middle;" },
      { file: median, from: "> total) return middle;", to: "< total) return middle;" },
      { file: median, from: "return (middle + high) / 2;", to: "return type(uint64).max - high;" },
    ],
  },
  {
    file: "test/smt/ModeProofs.sol",
    contract: "ModeProofs",
    breaks: [
      {
        file: modes,
        from: "if (age <= RiskLimits.AGE_CAUTIOUS * heartbeat) return uint256(Level.Normal);",
        to: "if (age > RiskLimits.AGE_CAUTIOUS * heartbeat) return uint256(Level.Normal);",
      },
      { file: modes, from: "return mode != Level.Halted;", to: "return mode == Level.Halted;" },
      {
        file: modes,
        from: "if (age > RiskLimits.AGE_CAUTIOUS * heartbeat || stance.recovery == Recovery.Grace) return Liquidation.None;",
        to: "",
      },
      { file: limits, from: "MULTIPLIER_BPS = 12_500;", to: "MULTIPLIER_BPS = 13_000;" },
    ],
  },
];

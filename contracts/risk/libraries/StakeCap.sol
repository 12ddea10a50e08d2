// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../shared/OracleTypes.sol";
import { RiskWords } from "../../shared/RiskWords.sol";
import { RiskLimits } from "./RiskLimits.sol";

/// @title Stake cap
/// @notice What the validators' bonds secure, and what their loss asks for.
library StakeCap {
    /// @dev One dollar, 8 decimals: a stable bond without a feed of its own.
    uint256 internal constant PEGGED_PRICE = 1e8;
    uint256 private constant _PRICE_ONE = 1e8;
    uint256 private constant _THOUSAND = 1e3;
    uint256 private constant _BPS = 1e4;

    /// @notice Lowest of last price, 12 h average and witness, so that a lie about the bond raises nothing. Without a fresh
    /// witness 0: nothing would gainsay the lie.
    function bondPrice(
        uint256 latest,
        uint256 averages,
        uint256 witness,
        uint256 time
    ) internal pure returns (uint256 price) {
        if (RiskWords.witnessAgeOf(witness, time) > RiskWords.WITNESS_FRESH_SECONDS) return 0;
        price = RiskWords.priceOf(latest);
        uint256 average = RiskWords.average12hOf(latest, averages);
        if (average < price) price = average;
        if (uint64(witness) < price) price = uint64(witness);
    }

    /// @notice 0.8 · stake · ⅓ · h / 8 %, thousand dollars, rounded down, as far as it fits.
    /// @param stake All of it, token units. @param unit One bond token. @param price USD per bond token, 8 decimals.
    function thousands(
        uint256 stake,
        uint256 unit,
        uint256 price,
        uint256 haircutBps
    ) internal pure returns (uint256 cap) {
        uint256 dollars = (stake * price) / (unit * _PRICE_ONE);
        cap = (dollars * haircutBps * RiskLimits.STAKE_NUMERATOR) / (RiskLimits.STAKE_DENOMINATOR * _BPS * _THOUSAND);
        if (cap > RiskLimits.CEILING_MAXIMUM) cap = RiskLimits.CEILING_MAXIMUM;
    }

    /// @notice Level of stake slashed or leaving in 24 h.
    function levelOf(uint256 lossBps) internal pure returns (Level) {
        if (lossBps >= RiskLimits.STAKE_REDUCE_ONLY_BPS) return Level.ReduceOnly;
        return lossBps >= RiskLimits.STAKE_CAUTIOUS_BPS ? Level.Cautious : Level.Normal;
    }

    /// @notice The next looser of the two levels this row knows.
    function stepDown(Level level) internal pure returns (Level) {
        return level == Level.ReduceOnly ? Level.Cautious : Level.Normal;
    }
}

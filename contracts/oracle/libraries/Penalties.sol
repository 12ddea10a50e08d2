// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Penalties
/// @notice Arithmetic of what a fault costs (DESIGN §3, F1–F4). Pure: no state, no clock.
/// A safety fault costs a base at once and, two weeks later, a part that grows with the faulty weight of its class around
/// it. Both are shares of the bond as it stood when the base was taken, both are rounded down, together they never exceed
/// that bond. Only the summed share counts, so splitting one stake into many validators changes nothing.
library Penalties {
    /// @dev Unit of a share of weight: this much is the whole set.
    uint256 internal constant SHARE_ONE = 1 << 16;
    /// @dev Largest share that is stored (16 bits); the correlated part reaches its cap at a third.
    uint256 internal constant SHARE_MAXIMUM = SHARE_ONE - 1;

    /// @dev Percent of the bond.
    uint256 internal constant EQUIVOCATION_PERCENT = 5;
    uint256 internal constant DEVIATION_PERCENT = 1;
    uint256 internal constant GROSS_DEVIATION_PERCENT = 5;
    uint256 internal constant FUTURE_DATING_PERCENT = 1;

    /// @dev Parts per million of the bond.
    uint256 internal constant DOWNTIME_PPM = 1_000;
    uint256 internal constant DOWNTIME_THIRD_PPM = 5_000;
    uint256 internal constant DOWNTIME_MAXIMUM_PPM = 20_000;
    /// @dev The strike that also sends the validator back to standby.
    uint256 internal constant DOWNTIME_STANDBY_STRIKE = 3;

    uint256 private constant _LINEAR_FACTOR = 3;
    uint256 private constant _QUADRATIC_FACTOR = 9;

    /// @notice Share of `weight` in `total`, in 1/65,536, rounded up so that no sybil is too small to count.
    function shareUp(uint256 weight, uint256 total) internal pure returns (uint256) {
        if (weight == 0) return 0;
        if (weight >= total) return SHARE_MAXIMUM;
        uint256 share = (weight * SHARE_ONE + total - 1) / total;
        return share > SHARE_MAXIMUM ? SHARE_MAXIMUM : share;
    }

    /// @notice The part taken at once: `percent` of the bond.
    function baseDown(uint256 bond, uint256 percent) internal pure returns (uint256) {
        return (bond * percent) / 100;
    }

    /// @notice Correlated part of an equivocation: 3x of the bond, at most what the base left.
    function linearDown(uint256 bond, uint256 percent, uint256 share) internal pure returns (uint256) {
        return _capped(bond, percent, (bond * _LINEAR_FACTOR * share) / SHARE_ONE);
    }

    /// @notice Correlated part of a deviation: 9x² of the bond, at most what the base left. Mild for a lone mistake,
    /// everything from a third on.
    function quadraticDown(uint256 bond, uint256 percent, uint256 share) internal pure returns (uint256) {
        return _capped(bond, percent, (bond * _QUADRATIC_FACTOR * share * share) / (SHARE_ONE * SHARE_ONE));
    }

    /// @notice Downtime: 0.1 % of the bond at the first strike within 7 days, doubling, at most 2 %; the third is 0.5 %.
    /// @param strikes Number of this strike, counted from 1; 0 costs nothing.
    function downtimeDown(uint256 bond, uint256 strikes) internal pure returns (uint256) {
        return (bond * downtimePpm(strikes)) / 1e6;
    }

    /// @notice The rate behind {downtimeDown}, in parts per million.
    function downtimePpm(uint256 strikes) internal pure returns (uint256) {
        if (strikes == 0) return 0;
        if (strikes == DOWNTIME_STANDBY_STRIKE) return DOWNTIME_THIRD_PPM;
        // 2^5 times the first strike is beyond the maximum, so the shift never needs to go further.
        uint256 doublings = strikes > 6 ? 5 : strikes - 1;
        uint256 ppm = DOWNTIME_PPM << doublings;
        return ppm > DOWNTIME_MAXIMUM_PPM ? DOWNTIME_MAXIMUM_PPM : ppm;
    }

    function _capped(uint256 bond, uint256 percent, uint256 correlated) private pure returns (uint256) {
        uint256 left = bond - baseDown(bond, percent);
        return correlated > left ? left : correlated;
    }
}

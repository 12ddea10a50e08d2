// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Weight math
/// @notice Water-filled weights: w = min(bond, t) with the largest t ≤ cap · Σw, cap = min(1.5 / n, 30 %). Nobody weighs
/// more than the cap of what counts, and weight cut from one is given to nobody.
library WeightMath {
    uint256 internal constant MINIMUM_MEMBERS = 4;
    uint256 private constant _CAP_PPM = 300_000;
    uint256 private constant _SHARE_PPM = 1_500_000;

    /// @notice Largest share of the total one of `members` may hold, in ppm, rounded down.
    function capPpm(uint256 members) internal pure returns (uint256 cap) {
        cap = _SHARE_PPM / members;
        if (cap > _CAP_PPM) cap = _CAP_PPM;
    }

    /// @notice The level t for `bonds`, rounded down; 0 below four members, where no cap can be met.
    /// @dev With k bonds cut to t and the others summing to r: t = cap · (k·t + r), so t = cap·r / (1 − cap·k). The right k is
    /// the smallest for which no uncut bond exceeds t. Sorts `bonds` in place, largest first; n ≤ 32.
    function level(uint256[] memory bonds) internal pure returns (uint256 t) {
        uint256 members = bonds.length;
        if (members < MINIMUM_MEMBERS) return 0;
        uint256 rest = _sortAndSum(bonds);
        uint256 cap = capPpm(members);
        for (uint256 cut = 0; cut < members; ++cut) {
            if (cap * cut >= 1e6) return 0;
            t = (cap * rest) / (1e6 - cap * cut);
            if (bonds[cut] <= t) return cut == 0 ? bonds[0] : t;
            rest -= bonds[cut];
        }
        return 0;
    }

    function _sortAndSum(uint256[] memory bonds) private pure returns (uint256 sum) {
        unchecked {
            // At most 32 bonds of 32 bits; j is not zero where it is lowered.
            for (uint256 i = 0; i < bonds.length; ++i) {
                uint256 bond = bonds[i];
                sum += bond;
                uint256 j = i;
                for (; j != 0 && bonds[j - 1] < bond; --j) {
                    bonds[j] = bonds[j - 1];
                }
                if (j != i) bonds[j] = bond;
            }
        }
    }
}

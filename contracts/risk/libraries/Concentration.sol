// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Concentration
/// @notice How few validators could stop or own the price.
library Concentration {
    /// @param weights Of the seats, any order; sorted in place. Zero for a seat that does not count.
    /// @return toStall Fewest seats that hold a third of the weight or more: without them no quorum.
    /// @return toCapture Fewest seats that hold more than two thirds: a quorum of their own.
    /// @return herfindahl Sum of squared shares, 1e4 = one validator has all, rounded down.
    function measure(
        uint256[] memory weights
    ) internal pure returns (uint256 toStall, uint256 toCapture, uint256 herfindahl) {
        uint256 total = 0;
        uint256 squares = 0;
        for (uint256 i = 0; i < weights.length; ++i) {
            uint256 weight = weights[i];
            total += weight;
            squares += weight * weight;
            uint256 position = i;
            for (; position != 0 && weights[position - 1] < weight; --position)
                weights[position] = weights[position - 1];
            weights[position] = weight;
        }
        if (total == 0) return (0, 0, 0);
        uint256 sum = 0;
        for (uint256 i = 0; toCapture == 0; ++i) {
            sum += weights[i];
            if (toStall == 0 && sum * 3 >= total) toStall = i + 1;
            if (sum * 3 > total * 2) toCapture = i + 1;
        }
        herfindahl = (squares * 1e4) / (total * total);
    }
}

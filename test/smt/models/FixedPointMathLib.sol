// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Fixed point math, for proofs
/// @notice What the functions of Solady's library of this name mean, without their assembly, which the model checker cannot
/// read. `npm run prove` compiles the contracts with this in its place; `test/sol/proofs/Models.t.sol` holds both to each other.
library FixedPointMathLib {
    function min(uint256 x, uint256 y) internal pure returns (uint256) {
        return x < y ? x : y;
    }

    function max(uint256 x, uint256 y) internal pure returns (uint256) {
        return x > y ? x : y;
    }

    function zeroFloorSub(uint256 x, uint256 y) internal pure returns (uint256) {
        return x > y ? x - y : 0;
    }

    function dist(uint256 x, uint256 y) internal pure returns (uint256) {
        return x > y ? x - y : y - x;
    }

    /// @dev In the proofs x is far below 2^256, so that the sum does not overflow.
    function divUp(uint256 x, uint256 d) internal pure returns (uint256) {
        return (x + d - 1) / d;
    }

    /// @dev In the proofs the product fits.
    function fullMulDivUp(uint256 x, uint256 y, uint256 d) internal pure returns (uint256) {
        return divUp(x * y, d);
    }

    /// @dev Solady's gives 0 for a divisor of 0; no proof has one.
    function rawDiv(uint256 x, uint256 y) internal pure returns (uint256) {
        return x / y;
    }

    /// @dev Here so that everything compiles: no proof is about it.
    function sqrt(uint256 x) internal pure returns (uint256 z) {
        while ((z + 1) * (z + 1) <= x) ++z;
    }
}

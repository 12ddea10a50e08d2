// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { FixedPointMathLib as Model } from "../../smt/models/FixedPointMathLib.sol";

/// @notice What the proofs of `npm run prove` take for granted: the package's assembly is what stands for it there, wherever the
/// proofs use it.
contract ModelsTest {
    function testFuzz_OrderOfTwoNumbers(uint256 x, uint256 y) external pure {
        require(FixedPointMathLib.min(x, y) == Model.min(x, y), "min");
        require(FixedPointMathLib.max(x, y) == Model.max(x, y), "max");
        require(FixedPointMathLib.dist(x, y) == Model.dist(x, y), "dist");
        require(FixedPointMathLib.zeroFloorSub(x, y) == Model.zeroFloorSub(x, y), "zeroFloorSub");
    }

    function testFuzz_Quotients(uint248 x, uint128 y, uint120 small) external pure {
        if (y == 0) y = 1;
        require(FixedPointMathLib.rawDiv(x, y) == Model.rawDiv(x, y), "rawDiv");
        require(FixedPointMathLib.divUp(x, y) == Model.divUp(x, y), "divUp");
        require(
            FixedPointMathLib.fullMulDivUp(small, y, y) == Model.fullMulDivUp(small, y, y),
            "fullMulDivUp of a whole"
        );
        require(
            FixedPointMathLib.fullMulDivUp(small, x % 1e18, y) == Model.fullMulDivUp(small, x % 1e18, y),
            "fullMulDivUp"
        );
    }

    function testFuzz_Roots(uint16 x) external pure {
        require(FixedPointMathLib.sqrt(x) == Model.sqrt(x), "sqrt");
    }
}

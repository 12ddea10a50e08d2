// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Penalties } from "../../../contracts/oracle/libraries/Penalties.sol";

/// @notice Penalties against the formulas of DESIGN §3 written out, and the properties that make them fair.
contract PenaltiesTest {
    uint256 private constant _ONE = 65_536;

    function testFuzz_LinearIsBasePlusThreeX(uint128 bond, uint16 share) external pure {
        uint256 base = (uint256(bond) * 5) / 100;
        uint256 expected = (uint256(bond) * 3 * share) / _ONE;
        if (expected > bond - base) expected = bond - base;
        require(Penalties.baseDown(bond, 5) == base, "base");
        require(Penalties.linearDown(bond, 5, share) == expected, "3x");
    }

    function testFuzz_QuadraticIsBasePlusNineXSquared(uint128 bond, uint16 share, bool gross) external pure {
        uint256 percent = gross ? 5 : 1;
        uint256 base = (uint256(bond) * percent) / 100;
        uint256 expected = (uint256(bond) * 9 * share * share) / (_ONE * _ONE);
        if (expected > bond - base) expected = bond - base;
        require(Penalties.quadraticDown(bond, percent, share) == expected, "9x2");
    }

    function testFuzz_NeverMoreThanTheBond(uint128 bond, uint16 share) external pure {
        require(Penalties.baseDown(bond, 5) + Penalties.linearDown(bond, 5, share) <= bond, "equivocation");
        require(Penalties.baseDown(bond, 1) + Penalties.quadraticDown(bond, 1, share) <= bond, "deviation");
        require(Penalties.baseDown(bond, 5) + Penalties.quadraticDown(bond, 5, share) <= bond, "gross deviation");
    }

    function testFuzz_GrowsWithX(uint128 bond, uint16 first, uint16 second) external pure {
        (uint256 low, uint256 high) = first < second ? (first, second) : (second, first);
        require(Penalties.linearDown(bond, 5, low) <= Penalties.linearDown(bond, 5, high), "3x");
        require(Penalties.quadraticDown(bond, 1, low) <= Penalties.quadraticDown(bond, 1, high), "9x2");
    }

    /// @notice One stake split into validators loses what the whole would, up to one unit of rounding each.
    function testFuzz_SumOfSybilsIsOne(uint96 bond, uint16 share, uint8 parts) external pure {
        uint256 count = (uint256(parts) % 32) + 1;
        uint256 part = uint256(bond) / count;
        uint256 whole = part * count;
        uint256 split = count * (Penalties.baseDown(part, 5) + Penalties.linearDown(part, 5, share));
        uint256 together = Penalties.baseDown(whole, 5) + Penalties.linearDown(whole, 5, share);
        require(split <= together && together - split <= 2 * count, "equivocation");
        split = count * (Penalties.baseDown(part, 1) + Penalties.quadraticDown(part, 1, share));
        together = Penalties.baseDown(whole, 1) + Penalties.quadraticDown(whole, 1, share);
        require(split <= together && together - split <= 2 * count, "deviation");
    }

    /// @notice The shares of sybils add up to the share of the whole, or to more by their rounding.
    function testFuzz_SharesOfSybilsCoverTheWhole(uint32 weight, uint40 others, uint8 parts) external pure {
        uint256 count = (uint256(parts) % 32) + 1;
        uint256 part = uint256(weight) / count;
        uint256 total = uint256(others) + part * count + 1;
        uint256 split = count * Penalties.shareUp(part, total);
        uint256 whole = Penalties.shareUp(part * count, total);
        require(split >= whole, "no discount");
        require(split <= whole + count, "no more than rounding");
    }

    function testFuzz_ShareIsTheFractionRoundedUp(uint64 weight, uint64 total) external pure {
        uint256 share = Penalties.shareUp(weight, total);
        if (weight == 0) {
            require(share == 0, "nothing");
        } else if (weight >= total) {
            require(share == _ONE - 1, "everything");
        } else {
            require(share * total >= uint256(weight) * _ONE || share == _ONE - 1, "not less");
            require((share - 1) * total < uint256(weight) * _ONE, "less than one above");
        }
    }

    function test_ThePublishedPercentages() external pure {
        require(Penalties.EQUIVOCATION_PERCENT == 5, "two signatures of one round");
        require(Penalties.DEVIATION_PERCENT == 1 && Penalties.GROSS_DEVIATION_PERCENT == 5, "a price far off");
        require(Penalties.FUTURE_DATING_PERCENT == 1, "a round that is yet to come");
    }

    function test_ThePublishedTable() external pure {
        // x = 1 %, 3 %, 10 %, 20 %, 1/3: equivocation 8, 14, 35, 65, 100 %; deviation 1.1, 1.8, 10, 37, 100 %.
        uint256[5] memory shares = [uint256(656), 1_967, 6_554, 13_108, 21_846];
        uint256[5] memory linear = [uint256(800), 1_400, 3_500, 6_500, 10_000];
        uint256[5] memory quadratic = [uint256(109), 181, 1_000, 3_700, 10_000];
        for (uint256 i = 0; i < 5; ++i) {
            uint256 taken = Penalties.baseDown(1e6, 5) + Penalties.linearDown(1e6, 5, shares[i]);
            require(taken / 100 == linear[i], "equivocation");
            taken = Penalties.baseDown(1e6, 1) + Penalties.quadraticDown(1e6, 1, shares[i]);
            require(taken / 100 == quadratic[i], "deviation");
        }
    }

    function test_DowntimeDoublesToTwoPercentAndTheThirdIsHalfAPercent() external pure {
        uint256[8] memory expected = [uint256(0), 1_000, 2_000, 5_000, 8_000, 16_000, 20_000, 20_000];
        for (uint256 strikes = 0; strikes < 8; ++strikes) {
            require(Penalties.downtimePpm(strikes) == expected[strikes], "rate");
            require(Penalties.downtimeDown(50_000e6, strikes) == 50_000 * expected[strikes], "amount");
        }
        require(Penalties.downtimePpm(type(uint256).max) == 20_000, "cap");
    }
}

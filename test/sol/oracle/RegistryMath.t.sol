// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { NominalWeight } from "../../../contracts/oracle/libraries/NominalWeight.sol";
import { RollingDay } from "../../../contracts/oracle/libraries/RollingDay.sol";
import { WeightMath } from "../../../contracts/oracle/libraries/WeightMath.sol";

/// @notice Arithmetic of the validator set against naive models.
contract RegistryMathTest {
    // ---- WeightMath

    function _bonds(uint256 seed, uint256 members) private pure returns (uint256[] memory bonds) {
        bonds = new uint256[](members);
        for (uint256 i = 0; i < members; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            bonds[i] = 1_000 + (random % (random % 3 == 0 ? 4_000_000_000 : 500_000));
        }
    }

    function _total(uint256[] memory bonds, uint256 level) private pure returns (uint256 total) {
        for (uint256 i = 0; i < bonds.length; ++i) {
            total += bonds[i] < level ? bonds[i] : level;
        }
    }

    function _copy(uint256[] memory bonds) private pure returns (uint256[] memory copied) {
        copied = new uint256[](bonds.length);
        for (uint256 i = 0; i < bonds.length; ++i) {
            copied[i] = bonds[i];
        }
    }

    /// Largest t with t ≤ cap · Σ min(bond, t), by bisection: t − cap · Σ changes sign once on (0, largest bond].
    function _naiveLevel(uint256[] memory bonds) private pure returns (uint256 low) {
        uint256 cap = 1_500_000 / bonds.length;
        if (cap > 300_000) cap = 300_000;
        uint256 high = 0;
        for (uint256 i = 0; i < bonds.length; ++i) {
            if (bonds[i] > high) high = bonds[i];
        }
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (middle * 1e6 <= cap * _total(bonds, middle)) low = middle;
            else high = middle - 1;
        }
    }

    function testFuzz_LevelIsTheLargestThatMeetsTheCap(uint256 seed, uint8 rawMembers) external pure {
        uint256[] memory bonds = _bonds(seed, 4 + (rawMembers % 29));
        uint256 expected = _naiveLevel(bonds);
        require(WeightMath.level(_copy(bonds)) == expected, "water level");
    }

    function testFuzz_NobodyWeighsMoreThanTheCap(uint256 seed, uint8 rawMembers) external pure {
        uint256 members = 4 + (rawMembers % 29);
        uint256[] memory bonds = _bonds(seed, members);
        uint256 level = WeightMath.level(_copy(bonds));
        uint256 total = _total(bonds, level);
        for (uint256 i = 0; i < members; ++i) {
            uint256 weight = bonds[i] < level ? bonds[i] : level;
            require(weight * members * 2 <= total * 3, "1.5 / n");
            require(weight * 10 <= total * 3, "30 %");
        }
    }

    function testFuzz_MoreBondNeverWeighsLess(uint256 seed, uint8 rawMembers, uint32 added) external pure {
        uint256[] memory bonds = _bonds(seed, 4 + (rawMembers % 29));
        uint256 before = WeightMath.level(_copy(bonds));
        uint256 weightBefore = bonds[0] < before ? bonds[0] : before;
        bonds[0] += added;
        uint256 level = WeightMath.level(_copy(bonds));
        uint256 weight = bonds[0] < level ? bonds[0] : level;
        require(level >= before, "level falls with bond");
        require(weight >= weightBefore, "weight falls with bond");
    }

    /// A bond split in two seats gains at most what the second seat's cap allows.
    function testFuzz_SybilSplitGainsNoMoreThanItsSeats(uint256 seed, uint8 rawMembers) external pure {
        uint256 members = 4 + (rawMembers % 28);
        uint256[] memory bonds = _bonds(seed, members);
        uint256[] memory split = new uint256[](members + 1);
        for (uint256 i = 0; i < members; ++i) {
            split[i] = bonds[i];
        }
        split[0] = bonds[0] / 2;
        split[members] = bonds[0] - split[0];
        uint256 level = WeightMath.level(_copy(split));
        uint256 half = split[0] < level ? split[0] : level;
        uint256 other = split[members] < level ? split[members] : level;
        require((half + other) * (members + 1) <= _total(split, level) * 3, "two seats, two caps");
        require(half + other <= bonds[0], "weight out of nothing");
    }

    function testFuzz_FewerThanFourWeighNothing(uint256 seed, uint8 rawMembers) external pure {
        require(WeightMath.level(_bonds(seed, rawMembers % 4)) == 0, "no cap can be met");
    }

    // ---- RollingDay

    function testFuzz_RollingDayNeverMissesAnythingYoungerThanADay(uint256 seed) external pure {
        uint256[] memory times = new uint256[](24);
        uint256[] memory amounts = new uint256[](24);
        uint256 time = 1_700_000_000;
        uint256 word = 0;
        for (uint256 i = 0; i < times.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            time += random % 3 == 0 ? random % 100_000 : random % 5_000;
            (times[i], amounts[i]) = (time, (random >> 128) % 21);
            word = RollingDay.add(word, amounts[i], time);
            (uint256 strict, uint256 loose) = (0, 0);
            for (uint256 j = 0; j <= i; ++j) {
                if (times[j] + 24 hours >= time) strict += amounts[j];
                if (times[j] + 25 hours >= time) loose += amounts[j];
            }
            uint256 sum = RollingDay.sum(word, time);
            require(sum >= strict, "forgets within a day");
            require(sum <= loose, "remembers beyond 25 hours");
        }
    }

    function test_RollingDayFullBucketStaysInItsHour() external pure {
        uint256 word = RollingDay.add(RollingDay.add(0, 500, 3_600_000), 500, 3_600_001);
        require(RollingDay.sum(word, 3_600_001) == 511, "saturates");
        require(RollingDay.sum(word, 3_600_000 + 24 hours) == 511, "kept a day");
        require(RollingDay.sum(word, 3_600_000 + 25 hours) == 0, "gone after 25 hours");
    }

    // ---- NominalWeight

    function testFuzz_NominalNeverBelowTheLargestTotalOfADay(uint256 seed) external pure {
        uint256[] memory times = new uint256[](16);
        uint256[] memory totals = new uint256[](16);
        (uint256 time, uint256 word, uint256 held) = (1_700_000_000, 0, 0);
        for (uint256 i = 0; i < times.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            time += random % 40_000;
            (times[i], totals[i]) = (time, (random >> 128) % (1 << 39));
            word = NominalWeight.note(word, held, totals[i], time);
            held = totals[i];
            uint256 largest = totals[i];
            // A total was in force until the next one came.
            for (uint256 j = 0; j < i; ++j) {
                if (times[j + 1] + 24 hours >= time && totals[j] > largest) largest = totals[j];
            }
            require(NominalWeight.value(word) >= largest, "under-reports");
        }
    }

    function test_NominalForgetsAfterTwentyEightHours() external pure {
        uint256 start = 4 hours * 100_000;
        uint256 word = NominalWeight.note(0, 0, 1_000_000, start);
        word = NominalWeight.note(word, 1_000_000, 512, start + 1);
        require(NominalWeight.value(word) >= 1_000_000, "forgets at once");
        word = NominalWeight.note(word, 512, 512, start + 28 hours);
        require(NominalWeight.value(word) == 512, "never forgets");
    }
}
